// paysync replay
#include "command.hpp"
#include "person.hpp"
#include "replay_choice.hpp"
#include "stored.hpp"

#include <algorithm>
#include <iostream>
#include <limits>

namespace paysync::app {

namespace {

struct ReplayOptions {
    std::vector<std::string> ids;
    std::string flow;
    std::string since;
    std::string cause;
    bool dead = false;
    bool dry_run = false;
    bool json = false;
    PersonOptions person;

    bool of_runs() const { return dead || !cause.empty(); }
};

constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

std::string names_of(const flow::FlowSet& flows) {
    std::string names;
    for (const flow::Flow& flow : flows.flows()) names += (names.empty() ? "" : ", ") + flow.name;
    return names;
}

/// Why these options choose nothing; empty when they do.
std::string mistake_in(const ReplayOptions& options, const flow::FlowSet& flows) {
    if (options.ids.empty() && options.since.empty() && !options.of_runs())
        return "say what to send again: the ID of a payment, event or record, --since TIME, --dead or --cause CAUSE";
    if (options.flow.empty()) return {};
    const auto flow = flows.find(options.flow);
    if (!flow) return "there is no flow " + options.flow + "; there are " + names_of(flows);
    if (!flows.flows()[*flow].enabled)
        return "the flow " + options.flow + " is switched off: switch it on and reload first";
    return {};
}

/// Held and dead, or dead ones alone; of these ids where some were named.
base::Result<void> choose_runs(Stored& stored, const ReplayOptions& options, std::optional<base::WallTime> since,
                               ReplayChoice& choice) {
    std::vector<store::RunState> states{store::RunState::dead};
    if (!options.dead) states.push_back(store::RunState::held);
    std::optional<std::set<std::int64_t>> events;
    for (const std::string& id : options.ids) {
        const auto story = stored.story(id);
        if (!story) return story.error();
        if (!events) events.emplace();
        for (const store::StoredEvent& event : story->events) events->insert(event.seq);
    }
    for (const store::RunState state : states) {
        store::RunFilter filter{state};
        if (!options.flow.empty()) filter.flow = options.flow;
        if (!options.cause.empty()) filter.cause = options.cause;
        filter.since = since;
        const auto runs = stored.runs(filter, all);
        if (!runs) return runs.error();
        for (const store::DueRun& run : *runs)
            if (!events || events->contains(run.run.event_seq)) choice.add(run);
    }
    return {};
}

base::Result<void> choose_named(Stored& stored, const ReplayOptions& options, std::optional<base::WallTime> since,
                                ReplayChoice& choice) {
    for (const std::string& id : options.ids) {
        const auto story = stored.story(id);
        if (!story) return story.error();
        if (story->events.empty())
            return base::Error{base::Errc::invalid,
                               "nothing is known of " + id +
                                   "; it should be the id of a payment, an event or a Salesforce record"};
        std::map<store::RunKey, store::Run> open;
        for (const store::Run& run : story->runs) open.emplace(store::RunKey{run.event_seq, run.flow}, run);
        for (const store::StoredEvent& event : story->events)
            if (!since || event.received_at >= *since) choice.add(event, open);
    }
    return {};
}

base::Result<void> choose_since(Stored& stored, base::WallTime since, ReplayChoice& choice) {
    constexpr std::size_t page = 1000;
    const auto runs = stored.runs({}, all);
    if (!runs) return runs.error();
    std::map<store::RunKey, store::Run> open;
    for (const store::DueRun& one : *runs) open.emplace(store::RunKey{one.run.event_seq, one.run.flow}, one.run);
    std::int64_t after = 0;
    while (true) {
        const auto events = stored.events_since(since, after, page);
        if (!events) return events.error();
        for (const store::StoredEvent& event : *events) choice.add(event, open);
        if (events->size() < page) return {};
        after = events->back().seq;
    }
}

base::Json to_json(const ReplayChoice& choice) {
    base::Json work = base::Json::array();
    for (const Replayable& one : choice.work)
        work.push_back(base::Json{{"event", one.event},
                                  {"type", one.type},
                                  {"payment", one.payment},
                                  {"flow", one.run.flow},
                                  {"was", one.was},
                                  {"cause", one.cause}});
    return base::Json{{"work", work},
                      {"on_their_way", choice.on_their_way},
                      {"unreadable", choice.unreadable},
                      {"without_flow", choice.without_flow}};
}

void print_left(std::size_t count, const std::string& what) {
    if (count > 0) std::cout << "  left alone: " << count << " " << what << "\n";
}

void print_choice(const ReplayChoice& choice) {
    constexpr std::size_t shown = 20;
    for (std::size_t i = 0; i < std::min(shown, choice.work.size()); ++i) {
        const Replayable& one = choice.work[i];
        std::cout << "  " << one.run.flow << "  " << one.type << "  " << one.event << "  " << one.payment << "  (was "
                  << one.was << (one.cause.empty() ? "" : ": " + one.cause) << ")\n";
    }
    if (choice.work.size() > shown) std::cout << "  … and " << choice.work.size() - shown << " more\n";
    for (const auto& [flow, count] : choice.by_flow()) std::cout << "  in all " << count << " of " << flow << "\n";
    print_left(choice.on_their_way, "events that are on their way already");
    print_left(choice.unreadable, "events that cannot be read");
    print_left(choice.without_flow, "whose flow is gone or switched off");
}

void warn_of_holds(Stored& stored, const ReplayChoice& choice) {
    const auto holds = stored.flow_holds();
    if (!holds) return;
    const auto flows = choice.by_flow();
    for (const store::FlowHold& hold : *holds)
        if (flows.contains(hold.flow))
            std::cerr << "paysync: the flow " << hold.flow
                      << " is on hold: its work waits for `paysync release --flow " << hold.flow << "`\n";
}

void replay(Common& common, const ReplayOptions& options) {
    const auto configuration = load_for(common, ConfigFile::required, Secrets::skip);
    if (!configuration) return;
    const auto flows = load_flows_for(common, configuration->flows);
    if (!flows) return;
    if (const std::string mistake = mistake_in(options, *flows); !mistake.empty())
        return fail(common, exit_code::usage, mistake);
    const store::Said who = said(options.person);
    std::optional<base::WallTime> since;
    if (!options.since.empty()) {
        since = parse_since(options.since, who.at);
        if (!since)
            return fail(common, exit_code::usage,
                        "--since " + options.since + " is no time: write 2026-11-23T10:00:00Z, or 90m, 12h, 7d");
    }
    Stored stored{configuration->store.path};
    ReplayChoice choice{*flows, options.flow.empty() ? std::nullopt : std::optional{options.flow}};
    const auto chosen = options.of_runs()     ? choose_runs(stored, options, since, choice)
                        : options.ids.empty() ? choose_since(stored, *since, choice)
                                              : choose_named(stored, options, since, choice);
    if (!chosen)
        return fail(common, chosen.error().code == base::Errc::invalid ? exit_code::no_input : exit_code::io_error,
                    chosen.error().detail);
    base::Json told = to_json(choice);
    told["dry_run"] = options.dry_run;
    warn_of_holds(stored, choice);
    if (!options.json) {
        std::cout << choice.work.size() << (options.dry_run ? " would be sent again\n" : " to be sent again\n");
        print_choice(choice);
    }
    if (!options.dry_run && !choice.work.empty()) {
        const auto hand = open_for_changes(common, *configuration);
        if (!hand) return;
        const auto replayed = hand->replay(choice.keys(), who);
        if (!replayed) return fail(common, exit_code::io_error, replayed.error().detail);
        const bool woken = wake_daemon(*configuration);
        told["put"] = replayed->put;
        told["daemon_told"] = woken;
        if (!options.json) {
            std::cout << replayed->put << " are ready to be worked on.\n";
            print_left(replayed->on_its_way, "that are on their way already");
            std::cout << wake_words(woken);
        }
    }
    if (options.json) std::cout << base::to_text(told) << "\n";
}

} // namespace

void add_replay(CLI::App& app, Common& common) {
    CLI::App* command = app.add_subcommand("replay", "Sends events through their flows again");
    const auto options = std::make_shared<ReplayOptions>();
    command->add_option("id", options->ids, "pay_…, evt_… or a record's Id: all its events")->type_name("ID");
    command->add_option("--flow", options->flow, "This flow alone")->type_name("FLOW");
    command
        ->add_option("--since", options->since,
                     "Events received since then (with --dead or --cause: dead or held since then); a time, or "
                     "90m, 12h, 7d")
        ->type_name("TIME");
    command->add_flag("--dead", options->dead, "Dead work alone");
    command->add_option("--cause", options->cause, "Held or dead work of this cause, as `paysync problems` names it")
        ->type_name("CAUSE");
    command->add_flag("--dry-run", options->dry_run, "Only say what would be sent again");
    command->add_flag("--json", options->json, "For programs");
    add_person_options(*command, options->person);
    command->footer(
        "Each flow decides anew, by what is known now. A record that is as it should be is not written, a\n"
        "call that was made is not made again. Works beside the running daemon, or without one.\n\n"
        "  paysync replay evt_1 --flow large-payments\n"
        "  paysync replay --dead --cause FIELD_CUSTOM_VALIDATION_EXCEPTION --dry-run\n"
        "  paysync replay --since 12h --flow large-payments");
    command->callback([&common, options] { replay(common, *options); });
}

} // namespace paysync::app
