// What became of the last reload, for /status, `systemctl status` and `paysync reload`.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"
#include "paysync/yaml/document.hpp"

#include "changes.hpp"

namespace paysync::app {

struct ReloadReport {
    int number = 0; ///< counts the reloads of this process; 0: none yet
    base::WallTime at;
    yaml::Problems problems; ///< with an error among them nothing was changed
    Changes changes;

    bool refused() const { return problems.has_errors(); }
    /// One sentence; empty when nothing is worth telling.
    std::string sentence() const;
};

/// {"number", "at", "refused", "problems": [{file, line, column, severity, message, advice}], "taken", "flows",
/// "need_restart"}.
base::Json to_json(const ReloadReport& report);

/// The list of `paysync check --json` and of the above.
base::Json to_json(const yaml::Problems& problems);

/// `a, b and 3 more`.
std::string listed(const std::vector<std::string>& words);

} // namespace paysync::app
