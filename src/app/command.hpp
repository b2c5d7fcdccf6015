// What the commands of the command line share.
#pragma once

#include "paysync/app/configuration.hpp"
#include "paysync/flow/flow_set.hpp"

#include "exit_code.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace paysync::app {

struct Common {
    std::string config = "/etc/paysync/paysync.yaml";
    bool config_given = false;
    int exit_code = exit_code::success;
};

// Each adds its subcommand; the subcommand sets Common::exit_code.
void add_run(CLI::App& app, Common& common);
void add_check(CLI::App& app, Common& common);
void add_test(CLI::App& app, Common& common);
void add_plan(CLI::App& app, Common& common);
void add_explain(CLI::App& app, Common& common);
void add_status(CLI::App& app, Common& common);
void add_events(CLI::App& app, Common& common);
void add_problems(CLI::App& app, Common& common);
void add_replay(CLI::App& app, Common& common);
void add_release(CLI::App& app, Common& common);
void add_hold(CLI::App& app, Common& common);
void add_reload(CLI::App& app, Common& common);

/// Whether a command can do its work without a configuration file.
enum class ConfigFile { required, optional };

/// False, with a sentence and exit code 66, when the configuration's file is not there.
bool is_there(Common& common);

/// The configuration; or nothing, with everything that is wrong on standard error and the exit code set. When the
/// file is optional, was not named and is not there, the defaults come back.
std::optional<Configuration> load_for(Common& common, ConfigFile need, Secrets secrets);

/// The flows of a configuration, or null as above.
std::shared_ptr<const flow::FlowSet> load_flows_for(Common& common, const FlowFiles& files);

/// Prints warnings and errors to standard error; true when there is no error.
bool report(const yaml::Problems& problems);

/// A sentence to standard error, and the exit code.
void fail(Common& common, int code, const std::string& sentence);

} // namespace paysync::app
