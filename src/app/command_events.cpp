// paysync events
#include "command.hpp"
#include "stored.hpp"
#include "story_words.hpp"

#include <iostream>

namespace paysync::app {

namespace {

struct EventsOptions {
    std::size_t limit = 20;
    std::string state;
    bool json = false;
};

struct Line {
    store::StoredEvent event;
    std::string state;
    std::string why;
};

/// Events whose flows wait, are held or dead; the newest first.
base::Result<std::vector<Line>> in_state(Stored& stored, const std::string& name, std::size_t limit) {
    const auto state = name == "waiting" ? store::RunState::waiting
                       : name == "held"  ? store::RunState::held
                                         : store::RunState::dead;
    const auto runs = stored.runs(state, limit);
    if (!runs) return runs.error();
    std::vector<Line> lines;
    for (const store::DueRun& due : *runs) lines.push_back({due.event, name, reason_of(due.run)});
    return lines;
}

base::Result<std::vector<Line>> newest(Stored& stored, std::size_t limit) {
    const auto events = stored.recent(limit);
    if (!events) return events.error();
    std::vector<Line> lines;
    for (const store::StoredEvent& event : *events) {
        Line line{event, event.settled ? "done" : "on its way", ""};
        const auto story = event.settled ? stored.story(event.id) : base::Result<store::Story>{};
        if (!story) return story.error();
        for (const store::Run& run : story->runs) {
            if (run.event_seq != event.seq) continue;
            line.state = state_name(run.state);
            line.why = reason_of(run);
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

void print(const std::vector<Line>& lines, bool as_json) {
    base::Json list = base::Json::array();
    for (const Line& line : lines) {
        if (as_json)
            list.push_back(base::Json{{"id", line.event.id},
                                      {"type", line.event.type},
                                      {"subject", line.event.subject},
                                      {"occurred_at", base::format_utc_exact(line.event.occurred_at)},
                                      {"received_at", base::format_utc_exact(line.event.received_at)},
                                      {"state", line.state},
                                      {"why", line.why}});
        else
            std::cout << base::format_utc(line.event.received_at) << "  " << line.state << "  " << line.event.type
                      << "  " << line.event.id << "  " << line.event.subject
                      << (line.why.empty() ? "" : "\n    " + line.why) << "\n";
    }
    if (as_json)
        std::cout << base::to_text(list) << "\n";
    else if (lines.empty())
        std::cout << "No events.\n";
}

void events(Common& common, const EventsOptions& options) {
    const auto configuration = load_for(common, ConfigFile::required, Secrets::skip);
    if (!configuration) return;
    Stored stored{configuration->store.path};
    const auto lines =
        options.state.empty() ? newest(stored, options.limit) : in_state(stored, options.state, options.limit);
    if (!lines) return fail(common, exit_code::io_error, lines.error().detail);
    print(*lines, options.json);
}

} // namespace

void add_events(CLI::App& app, Common& common) {
    CLI::App* command = app.add_subcommand("events", "Lists the newest webhooks and what became of them");
    const auto options = std::make_shared<EventsOptions>();
    command->add_option("--limit", options->limit, "How many")->capture_default_str()->check(CLI::Range(1, 100'000));
    command->add_option("--state", options->state, "Only those with work in this state")
        ->check(CLI::IsMember({"waiting", "held", "dead"}));
    command->add_flag("--json", options->json, "For programs");
    command->callback([&common, options] { events(common, *options); });
}

} // namespace paysync::app
