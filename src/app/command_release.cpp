// paysync release
#include "command.hpp"
#include "cure.hpp"
#include "person.hpp"
#include "stored.hpp"
#include "story_words.hpp"

#include <iostream>

namespace paysync::app {

namespace {

struct ReleaseOptions {
    std::string id;
    std::string flow;
    bool stop = false;
    bool json = false;
    PersonOptions person;
};

std::string event_of(const store::Story& story, std::int64_t seq) {
    for (const store::StoredEvent& event : story.events)
        if (event.seq == seq) return event.id;
    return {};
}

void told(const ReleaseOptions& options, base::Json json, const std::string& words, bool woken) {
    json["daemon_told"] = woken;
    if (options.json)
        std::cout << base::to_text(json) << "\n";
    else
        std::cout << words << "\n" << wake_words(woken);
}

void release_flow(Common& common, const Configuration& configuration, const ReleaseOptions& options) {
    const auto hand = open_for_changes(common, configuration);
    if (!hand) return;
    const auto ended = hand->release_flow(options.flow, said(options.person));
    if (!ended) return fail(common, exit_code::io_error, ended.error().detail);
    if (!*ended)
        return fail(common, exit_code::no_input,
                    "the flow " + options.flow + " is not on hold; `paysync hold --list` shows those that are");
    told(options, base::Json{{"flow", options.flow}, {"hold", false}},
         "The flow " + options.flow + " goes on with what waited.", wake_daemon(configuration));
}

/// Those in a state that the command can do something about.
std::vector<store::Run> open_runs(const store::Story& story, const ReleaseOptions& options) {
    std::vector<store::Run> runs;
    for (const store::Run& run : story.runs) {
        const bool possible =
            run.state == store::RunState::held || (options.stop && run.state == store::RunState::dead);
        if (possible && (options.flow.empty() || run.flow == options.flow)) runs.push_back(run);
    }
    return runs;
}

std::string why_none(const store::Story& story, const ReleaseOptions& options) {
    std::string text = "nothing of " + options.id + (options.flow.empty() ? "" : " in the flow " + options.flow) +
                       (options.stop ? " is held or dead" : " is held");
    for (const store::Run& run : story.runs) {
        text += "\n  " + state_name(run.state) + ": " + reason_of(run);
        for (const std::string& command : cure_of(run, event_of(story, run.event_seq)).commands)
            text += "\n    " + command;
    }
    return text;
}

std::string choices(const store::Story& story, const std::vector<store::Run>& runs, bool stop) {
    std::string text = "several are meant; name one:";
    for (const store::Run& run : runs)
        text += "\n  paysync release " + shell_word(event_of(story, run.event_seq)) + " --flow " +
                shell_word(run.flow) + (stop ? " --stop" : "") + "    " + reason_of(run);
    return text;
}

void release_run(Common& common, const Configuration& configuration, const ReleaseOptions& options) {
    store::Story story;
    {
        Stored stored{configuration.store.path};
        auto found = stored.story(options.id);
        if (!found) return fail(common, exit_code::io_error, found.error().detail);
        story = std::move(*found);
    }
    if (story.events.empty())
        return fail(common, exit_code::no_input,
                    "nothing is known of " + options.id +
                        "; it should be the id of a payment, an event or a Salesforce record");
    const std::vector<store::Run> runs = open_runs(story, options);
    if (runs.empty()) return fail(common, exit_code::no_input, why_none(story, options));
    if (runs.size() > 1) return fail(common, exit_code::usage, choices(story, runs, options.stop));

    const store::Run& run = runs.front();
    const store::RunKey key{run.event_seq, run.flow};
    const auto hand = open_for_changes(common, configuration);
    if (!hand) return;
    const store::Said who = said(options.person);
    const base::Json json{
        {"event", event_of(story, run.event_seq)}, {"flow", run.flow}, {"decision", options.stop ? "stop" : "go"}};
    if (run.state == store::RunState::dead) {
        const auto gone = hand->discard({key}, who);
        if (!gone) return fail(common, exit_code::io_error, gone.error().detail);
        return told(options, json, "Given up: " + reason_of(run), wake_daemon(configuration));
    }
    const auto released = hand->release(key, options.stop ? store::Decision::stop : store::Decision::go, who);
    if (!released) return fail(common, exit_code::io_error, released.error().detail);
    if (*released == store::Released::none)
        return fail(common, exit_code::no_input,
                    "it is no longer held: look again with paysync explain " + shell_word(options.id));
    const bool ended = *released == store::Released::ended;
    told(options, json,
         std::string(ended          ? "Ended: "
                     : options.stop ? "Stopped: "
                                    : "Goes on: ") +
             reason_of(run),
         wake_daemon(configuration));
}

void release(Common& common, const ReleaseOptions& options) {
    if (options.id.empty() && options.flow.empty())
        return fail(
            common, exit_code::usage,
            "say what to release: the ID of an event, payment or record with held work, or --flow FLOW to end "
            "the hold of a flow");
    if (options.id.empty() && options.stop)
        return fail(common, exit_code::usage, "--stop is for held work: name its ID");
    const auto configuration = load_for(common, ConfigFile::required, Secrets::skip);
    if (!configuration) return;
    if (options.id.empty())
        release_flow(common, *configuration, options);
    else
        release_run(common, *configuration, options);
}

} // namespace

void add_release(CLI::App& app, Common& common) {
    CLI::App* command = app.add_subcommand("release", "Decides about held work, or ends the hold of a flow");
    const auto options = std::make_shared<ReleaseOptions>();
    command->add_option("id", options->id, "evt_…, pay_… or a record's Id")->type_name("ID");
    command->add_option("--flow", options->flow, "Of this flow; without an ID: the flow that is on hold")
        ->type_name("FLOW");
    command->add_flag("--stop", options->stop, "Do not go on; also gives up dead work");
    command->add_flag("--json", options->json, "For programs");
    add_person_options(*command, options->person);
    command->footer("What waits for a decision goes on with it. What is held for another reason (several records,\n"
                    "a missing part) is tried again, or ended with --stop. A call whose outcome is unknown is made\n"
                    "once more, or taken for done with --stop. `paysync problems` shows what is held.\n\n"
                    "  paysync release evt_1 --flow large-payments --by anna --reason 'phoned the customer'\n"
                    "  paysync release evt_1 --stop\n"
                    "  paysync release --flow large-payments");
    command->callback([&common, options] { release(common, *options); });
}

} // namespace paysync::app
