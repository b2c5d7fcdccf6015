// paysync problems
#include "command.hpp"
#include "cure.hpp"
#include "problems.hpp"
#include "stored.hpp"

#include <iostream>
#include <limits>

namespace paysync::app {

namespace {

/// What a person should look at beside dead and held work.
void print_rest(const std::vector<store::FlowHold>& holds, std::int64_t calls_open) {
    for (const store::FlowHold& hold : holds)
        std::cout << "on hold  " << hold.flow << "  since " << base::format_utc(hold.since) << " by " << hold.by
                  << (hold.reason.empty() ? "" : ": " + hold.reason) << "\n      paysync release --flow "
                  << shell_word(hold.flow) << "\n";
    if (calls_open > 0) std::cout << calls_open << " calls are under way, or their outcome is not known\n";
}

void problems(Common& common, bool as_json) {
    const auto configuration = load_for(common, ConfigFile::required, Secrets::skip);
    if (!configuration) return;
    Stored stored{configuration->store.path};
    std::vector<store::DueRun> runs;
    for (const store::RunState state : {store::RunState::dead, store::RunState::held}) {
        auto found = stored.runs(state, std::numeric_limits<std::size_t>::max());
        if (!found) return fail(common, exit_code::io_error, found.error().detail);
        runs.insert(runs.end(), std::make_move_iterator(found->begin()), std::make_move_iterator(found->end()));
    }
    const auto holds = stored.flow_holds();
    if (!holds) return fail(common, exit_code::io_error, holds.error().detail);
    const auto counts = stored.counts();
    if (!counts) return fail(common, exit_code::io_error, counts.error().detail);
    const std::vector<Problem> found = problems_among(runs);
    if (as_json) {
        base::Json on_hold = base::Json::array();
        for (const store::FlowHold& hold : *holds)
            on_hold.push_back(base::Json{{"flow", hold.flow},
                                         {"since", base::format_utc_exact(hold.since)},
                                         {"by", hold.by},
                                         {"reason", hold.reason}});
        std::cout << base::to_text(base::Json{
                         {"problems", to_json(found)}, {"on_hold", on_hold}, {"calls_open", counts->calls_open}})
                  << "\n";
        return;
    }
    std::cout << to_words(found);
    print_rest(*holds, counts->calls_open);
    if (found.empty() && holds->empty()) std::cout << "No problems: nothing is dead or held.\n";
}

} // namespace

void add_problems(CLI::App& app, Common& common) {
    CLI::App* command = app.add_subcommand("problems", "Dead and held work, grouped, with what to do about it");
    const auto as_json = std::make_shared<bool>(false);
    command->add_flag("--json", *as_json, "For programs");
    command->footer(
        "Grouped by cause, flow and step: how many, since when, the newest as a sample, the cure, and the\n"
        "command to type. `paysync explain ID` tells all about one.");
    command->callback([&common, as_json] { problems(common, *as_json); });
}

} // namespace paysync::app
