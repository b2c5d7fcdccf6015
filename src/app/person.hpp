// What the commands share by which a person changes what waits.
#pragma once

#include "paysync/store/intervention.hpp"

#include "command.hpp"

namespace paysync::app {

/// `--by` and `--reason`, which go into the audit.
struct PersonOptions {
    std::string by; ///< empty: the name of who types
    std::string reason;
};
void add_person_options(CLI::App& command, PersonOptions& options);
store::Said said(const PersonOptions& options);

/// The store, to be changed; null with a sentence and the exit code set.
std::unique_ptr<store::Intervention> open_for_changes(Common& common, const Configuration& configuration);

/// Tells the running daemon that there is work, and says what came of that; in any case the work is in the store.
bool wake_daemon(const Configuration& configuration);
/// For people.
std::string wake_words(bool woken);

/// What `--since` says, a time or a span back from `now` (`90m`, `12h`, `7d`); nothing when it is neither.
std::optional<base::WallTime> parse_since(const std::string& text, base::WallTime now);

} // namespace paysync::app
