// paysync hold
#include "command.hpp"
#include "cure.hpp"
#include "flow_files.hpp"
#include "person.hpp"
#include "stored.hpp"

#include <iostream>

namespace paysync::app {

namespace {

struct HoldOptions {
    std::string flow;
    bool list = false;
    bool json = false;
    PersonOptions person;
};

base::Json to_json(const std::vector<store::FlowHold>& holds) {
    base::Json list = base::Json::array();
    for (const store::FlowHold& hold : holds)
        list.push_back(base::Json{{"flow", hold.flow},
                                  {"since", base::format_utc_exact(hold.since)},
                                  {"by", hold.by},
                                  {"reason", hold.reason}});
    return list;
}

void list(Common& common, const Configuration& configuration, bool as_json) {
    Stored stored{configuration.store.path};
    const auto holds = stored.flow_holds();
    if (!holds) return fail(common, exit_code::io_error, holds.error().detail);
    if (as_json) {
        std::cout << base::to_text(to_json(*holds)) << "\n";
        return;
    }
    for (const store::FlowHold& hold : *holds)
        std::cout << hold.flow << "  since " << base::format_utc(hold.since) << " by " << hold.by
                  << (hold.reason.empty() ? "" : ": " + hold.reason) << "\n    paysync release --flow "
                  << shell_word(hold.flow) << "\n";
    if (holds->empty()) std::cout << "No flow is on hold.\n";
}

/// A hold is for emergencies: flows that cannot be loaded are no reason to refuse it.
bool is_mistyped(const Configuration& configuration, const std::string& flow, std::string& known) {
    yaml::Problems ignored;
    const auto flows = load_flows(configuration.flows, ignored);
    if (!flows || flows->find(flow)) return false;
    for (const flow::Flow& one : flows->flows()) known += (known.empty() ? "" : ", ") + one.name;
    return true;
}

void hold(Common& common, const HoldOptions& options) {
    if (options.flow.empty() && !options.list)
        return fail(common, exit_code::usage, "say which: --flow FLOW, or --list to see those that are on hold");
    const auto configuration = load_for(common, ConfigFile::required, Secrets::skip);
    if (!configuration) return;
    if (options.list) return list(common, *configuration, options.json);
    std::string known;
    if (is_mistyped(*configuration, options.flow, known))
        return fail(common, exit_code::usage, "there is no flow " + options.flow + "; there are " + known);
    const auto hand = open_for_changes(common, *configuration);
    if (!hand) return;
    const auto held = hand->hold_flow(options.flow, said(options.person));
    if (!held) return fail(common, exit_code::io_error, held.error().detail);
    const bool woken = wake_daemon(*configuration);
    if (options.json)
        std::cout << base::to_text(base::Json{
                         {"flow", options.flow}, {"hold", true}, {"was_on_hold", !*held}, {"daemon_told", woken}})
                  << "\n";
    else
        std::cout << "The flow " << options.flow << (*held ? " is on hold" : " was on hold already")
                  << ": its work waits. What is under way is finished.\nEnd it with: paysync release --flow "
                  << shell_word(options.flow) << "\n"
                  << wake_words(woken);
}

} // namespace

void add_hold(CLI::App& app, Common& common) {
    CLI::App* command = app.add_subcommand("hold", "Stops a flow; its work waits");
    const auto options = std::make_shared<HoldOptions>();
    CLI::Option* flow = command->add_option("--flow", options->flow, "Which flow")->type_name("FLOW");
    command->add_flag("--list", options->list, "Shows the flows that are on hold")->excludes(flow);
    command->add_flag("--json", options->json, "For programs");
    add_person_options(*command, options->person);
    command->footer("Webhooks are taken and kept; other flows go on. A restart changes nothing about it.\n\n"
                    "  paysync hold --flow large-payments --reason 'wrong owner'\n"
                    "  paysync hold --list\n"
                    "  paysync release --flow large-payments");
    command->callback([&common, options] { hold(common, *options); });
}

} // namespace paysync::app
