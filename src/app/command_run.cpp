// paysync run
#include "paysync/app/daemon.hpp"

#include "command.hpp"

namespace paysync::app {

namespace {

void run(Common& common, const std::string& ready_file) {
    auto configuration = load_for(common, ConfigFile::required, Secrets::read);
    if (!configuration) return;
    const auto flows = load_flows_for(common, configuration->flows);
    if (!flows) return;
    base::log::configure(configuration->log.level, configuration->log.json);
    try {
        Daemon daemon{std::move(*configuration), flows, ready_file};
        common.exit_code = daemon.run();
    } catch (const StartFailure& failure) {
        base::log::error("app", failure.what());
        common.exit_code = failure.exit_code;
    }
}

} // namespace

void add_run(CLI::App& app, Common& common) {
    CLI::App* command = app.add_subcommand("run", "The daemon: receives webhooks and writes to Salesforce");
    const auto ready_file = std::make_shared<std::string>();
    command->add_option("--ready-file", *ready_file, "Write a line of JSON with URLs and pid here once it serves")
        ->type_name("FILE");
    command->footer(
        "SIGTERM or SIGINT stops it in order: what was accepted is answered, what was begun is finished,\n"
        "the rest waits in the store. A second signal ends it at once; nothing is lost then either.");
    command->callback([&common, ready_file] { run(common, *ready_file); });
}

} // namespace paysync::app
