// Everything that can be known to be wrong before a daemon starts, or takes over new files while it runs.
#pragma once

#include "paysync/app/configuration.hpp"

#include <set>

namespace paysync::app {

struct Examination {
    Configuration configuration;
    std::shared_ptr<const flow::FlowSet> flows; ///< null when they have an error
    yaml::Problems problems;                    ///< all of them, each with its place and what to do
    std::set<int> codes;                        ///< exit codes of the errors

    void error(int code, yaml::Place place, std::string message, std::string advice = {});
    /// 0 without errors; the errors' code when they are of one kind, else 78, which the others come to as well.
    int exit_code() const;
};

/// The files: configuration, secrets, flows, certificate and key. Reads only, may be called while a daemon runs.
/// Never throws: an exception becomes an error among the others.
Examination examine(const std::filesystem::path& file);

/// Who only checks may do so beside the daemon that has the ports.
enum class TakenPort { is_an_error, is_a_warning, is_the_daemons };

/// The machine: the store's folder, and the listeners' addresses where the configuration could be read.
void examine_machine(Examination& found, TakenPort taken);

} // namespace paysync::app
