// paysync check
#include "command.hpp"
#include "examination.hpp"
#include "live_org.hpp"
#include "org_fit.hpp"
#include "reload_report.hpp"
#include "running_daemon.hpp"

#include <iostream>

namespace paysync::app {

namespace {

/// No answer, or one about the login or the whole org rather than about what was asked.
bool concerns_all(const salesforce::CallFailure& failure) {
    using salesforce::Remedy;
    return !failure.reached || failure.remedy == Remedy::pause || failure.remedy == Remedy::renew_token ||
           failure.remedy == Remedy::slow_down;
}

/// What the flows use against what the org's login can see.
void check_org(Examination& found) {
    const yaml::Place place = found.configuration.place_of("salesforce.login_url");
    LiveOrg org{found.configuration};
    for (const auto& [object, fields] : found.flows->fields_read()) {
        const auto description = org.describe(object);
        if (!description && concerns_all(description.error()))
            return found.error(description.error().reached ? exit_code::configuration : exit_code::unavailable, place,
                               "Salesforce: " + description.error().text(),
                               "the next question would go the same way: nothing more was asked");
        if (!description) {
            found.error(exit_code::configuration, place, "Salesforce: " + object + ": " + description.error().text());
            continue;
        }
        examine_fit(*found.flows, object, **description, place, found.problems);
    }
}

/// Something of ours answers where this configuration puts its admin listener.
bool daemon_runs(const Examination& found) {
    if (found.configuration.said.empty()) return false;
    RunningDaemon daemon{RunningDaemon::admin_of(found.configuration)};
    const auto status = daemon.status();
    return status && base::member(*status, "pid").is_number_integer();
}

void print_summary(const Configuration& configuration, const flow::FlowSet& flows) {
    std::cout << configuration.file.string() << " is in order.\n";
    for (const flow::Flow& flow : flows.flows()) {
        std::cout << "  " << (flow.enabled ? "flow " : "off  ") << flow.name << "  on";
        for (const std::string& type : flow.on) std::cout << " " << type;
        std::cout << "\n";
    }
    const flow::FlowSettings& settings = configuration.flows.settings;
    for (const flow::NamedExpression& group : settings.groups) std::cout << "  group ." << group.name << "\n";
    for (const flow::NamedExpression& rule : settings.ignore) std::cout << "  ignores " << rule.name << "\n";
    // The host alone: whoever knows the whole URL of a chat's hook can write there.
    for (const auto& [name, endpoint] : configuration.notify)
        std::cout << "  notifies " << name << "  at " << endpoint.origin.text()
                  << (endpoint.secret.empty() ? "" : ", signed") << "\n";
}

void check(Common& common, bool live, bool json) {
    if (!is_there(common)) return;
    Examination found = examine(common.config);
    const bool usable = !found.problems.has_errors();
    examine_machine(found, daemon_runs(found) ? TakenPort::is_the_daemons : TakenPort::is_a_warning);
    if (usable && live) check_org(found);
    common.exit_code = found.exit_code();

    if (json) {
        const base::Json told{{"ok", !found.problems.has_errors()}, {"problems", to_json(found.problems)}};
        std::cout << base::to_text(told) << "\n";
        return;
    }
    if (report(found.problems)) print_summary(found.configuration, *found.flows);
}

} // namespace

void add_check(CLI::App& app, Common& common) {
    CLI::App* command = app.add_subcommand("check", "Looks at configuration, secrets, flows, certificate and store");
    const auto live = std::make_shared<bool>(false);
    const auto json = std::make_shared<bool>(false);
    command->add_flag(
        "--live", *live,
        "Also ask Salesforce whether it has the objects, fields and picklist values that the flows use");
    command->add_flag("--json", *json, "For programs");
    command->footer("Names every mistake at once, with file, line, column and what to write instead.\n"
                    "Exit code as `paysync run` would end with: 78 for most of them, 73 for the store's folder.\n"
                    "Run it as the daemon's user, so that secrets can be read.");
    command->callback([&common, live, json] { check(common, *live, *json); });
}

} // namespace paysync::app
