// The table of commands, and the last catch.
#include "paysync/app/command_line.hpp"

#include "command.hpp"
#include "version.hpp"

#include <iostream>

namespace paysync::app {

namespace {

constexpr const char* footer =
    "Exit codes: 0 done, 1 a flow's test failed, 64 wrong arguments, 65 bad input, 66 a file is not there,\n"
    "69 Salesforce or the daemon does not answer, 70 a bug, 71 a port is taken, 73 the store cannot be made,\n"
    "74 input or output failed, 75 try again, 77 no permission, 78 bad configuration.\n"
    "Each command explains itself: paysync COMMAND --help";

} // namespace

int run_command_line(int argc, char** argv) {
    Common common;
    CLI::App app{"paysync keeps Salesforce true about every payment in Checkout.com.", "paysync"};
    app.set_version_flag("--version", "paysync " + version());
    app.footer(footer);
    app.require_subcommand(1);
    app.fallthrough(); // --config may stand behind the command
    CLI::Option* config = app.add_option("--config", common.config, "The configuration")->capture_default_str();
    app.parse_complete_callback([&common, config] { common.config_given = config->count() > 0; });
    add_run(app, common);
    add_check(app, common);
    add_test(app, common);
    add_plan(app, common);
    add_explain(app, common);
    add_events(app, common);
    add_status(app, common);
    add_problems(app, common);
    add_replay(app, common);
    add_release(app, common);
    add_hold(app, common);
    add_reload(app, common);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? exit_code::success : exit_code::usage;
    } catch (const std::exception& bug) { // nothing above knew it: the last place to say a word
        std::cerr << "paysync: " << bug.what() << std::endl;
        return exit_code::software;
    }
    return common.exit_code;
}

} // namespace paysync::app
