// paysync run
#include "paysync/app/daemon.hpp"

#include "command.hpp"
#include "examination.hpp"
#include "supervisor.hpp"

#include <algorithm>

namespace paysync::app {

namespace {

std::string first_error(const yaml::Problems& problems) {
    const auto& all = problems.all();
    const auto first = std::find_if(all.begin(), all.end(), [](const auto& problem) { return !problem.warning; });
    return first == all.end() ? std::string{} : first->text();
}

void run(Common& common, const std::string& ready_file) {
    if (!is_there(common)) return;
    const Supervisor supervisor;
    Examination found = examine(common.config);
    examine_machine(found, TakenPort::is_an_error);
    if (!report(found.problems)) {
        common.exit_code = found.exit_code();
        supervisor.status("Not started: " + first_error(found.problems));
        return;
    }
    base::log::configure(found.configuration.log.level, found.configuration.log.json);
    try {
        Daemon daemon{std::move(found.configuration), found.flows, ready_file};
        common.exit_code = daemon.run();
    } catch (const StartFailure& failure) {
        base::log::error("app", failure.what());
        supervisor.status(std::string("Not started: ") + failure.what());
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
        "the rest waits in the store. A second signal ends it at once; nothing is lost then either.\n"
        "SIGHUP (or paysync reload) reads configuration, secrets, certificate and flows again.");
    command->callback([&common, ready_file] { run(common, *ready_file); });
}

} // namespace paysync::app
