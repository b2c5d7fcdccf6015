// Telling a story.
#include "story_words.hpp"

#include <algorithm>

namespace paysync::app {

namespace {

const store::StoredEvent* event_of(const store::Story& story, std::int64_t seq) {
    for (const store::StoredEvent& event : story.events)
        if (event.seq == seq) return &event;
    return nullptr;
}

std::string event_name(const store::Story& story, std::int64_t seq) {
    const store::StoredEvent* event = event_of(story, seq);
    return event == nullptr ? "event number " + std::to_string(seq) : event->type + " " + event->id;
}

/// What a person can do about a run, in the words to type.
std::string cure(const store::Story& story, const store::Run& run) {
    const store::StoredEvent* event = event_of(story, run.event_seq);
    switch (run.state) {
    case store::RunState::waiting: return {};
    case store::RunState::held:
        return run.cause == "lacks" ? "it goes on by itself when the missing part is heard" : "";
    case store::RunState::dead:
        if (run.cause == store::cause_crash)
            return "mend the flow that ends the process; the log of those ends names it";
        if (run.flow.empty()) return "the body cannot be read; it is kept as it came";
        if (event != nullptr) return "see what would happen now: paysync plan EVENT.json --live";
        return {};
    }
    return {};
}

std::string run_words(const store::Story& story, const store::Run& run) {
    std::string text = "  " + state_name(run.state);
    if (run.state == store::RunState::waiting)
        text += " until " + base::format_utc(run.ready_at);
    else
        text += " since " + base::format_utc(run.since);
    text += ": " + reason_of(run) + "\n      for " + event_name(story, run.event_seq);
    if (run.attempts > 0) text += ", attempt " + std::to_string(run.attempts);
    text += "\n";
    if (const auto& candidates = base::member(run.detail, "candidates"); candidates.is_array())
        for (const base::Json& candidate : candidates) text += "      candidate " + base::to_text(candidate) + "\n";
    if (const std::string what = cure(story, run); !what.empty()) text += "      " + what + "\n";
    return text;
}

std::string state_words(const store::Story& story) {
    std::string text;
    const auto unsettled = std::count_if(story.events.begin(), story.events.end(),
                                         [](const store::StoredEvent& event) { return !event.settled; });
    if (unsettled > 0) text += "  on their way: " + std::to_string(unsettled) + " of its events\n";
    for (const store::Run& run : story.runs) text += run_words(story, run);
    return text.empty() ? "  done: nothing waits, is held or dead\n" : text;
}

std::string effect_words(const store::Effect& effect) {
    std::string text = "  " + base::format_utc(effect.at) + "  " + effect.outcome + " " + effect.object;
    if (!effect.record_id.empty()) text += " " + effect.record_id;
    text += "  by " + effect.flow + ", " + effect.step;
    if (!effect.rule.empty()) text += " (" + effect.rule + ")";
    text += "\n";
    if (!effect.values.is_object()) return text;
    for (const auto& [field, value] : effect.values.items()) {
        text += "      " + field + ": ";
        const base::Json& before = base::member(effect.old_values, field);
        if (!before.is_null()) text += base::to_text(before) + " → ";
        text += base::to_text(value) + "\n";
    }
    return text;
}

base::Json to_json(const store::Run& run) {
    return base::Json{{"event", run.event_seq},
                      {"flow", run.flow},
                      {"state", state_name(run.state)},
                      {"step", run.step},
                      {"cause", run.cause},
                      {"reason", run.reason},
                      {"detail", run.detail},
                      {"attempts", run.attempts},
                      {"since", base::format_utc_exact(run.since)},
                      {"ready_at", base::format_utc_exact(run.ready_at)}};
}

base::Json to_json(const store::Effect& effect) {
    return base::Json{{"event", effect.event_seq},
                      {"flow", effect.flow},
                      {"flow_version", effect.flow_version},
                      {"step", effect.step},
                      {"object", effect.object},
                      {"record_id", effect.record_id},
                      {"rule", effect.rule},
                      {"outcome", effect.outcome},
                      {"values", effect.values},
                      {"old_values", effect.old_values},
                      {"at", base::format_utc_exact(effect.at)}};
}

} // namespace

std::string state_name(store::RunState state) {
    switch (state) {
    case store::RunState::waiting: return "waiting";
    case store::RunState::held: return "held";
    case store::RunState::dead: return "dead";
    }
    return {};
}

std::string reason_of(const store::Run& run) {
    std::string text = run.flow;
    if (!run.step.empty()) text += (text.empty() ? "" : ", ") + run.step;
    return text.empty() ? run.reason : text + ": " + run.reason;
}

std::string to_words(const store::Story& story, const std::string& id) {
    std::string text = id + "\n" + state_words(story) + "\nWhat came\n";
    for (const store::StoredEvent& event : story.events)
        text += "  " + base::format_utc(event.occurred_at) + "  " + (event.type.empty() ? "unreadable" : event.type) +
                "  " + event.id + "  (received " + base::format_utc(event.received_at) + ")\n";
    text += "\nWhat was written\n";
    for (const store::Effect& effect : story.effects) text += effect_words(effect);
    if (story.effects.empty()) text += "  nothing\n";
    return text;
}

base::Json to_json(const store::Story& story) {
    base::Json events = base::Json::array();
    for (const store::StoredEvent& event : story.events)
        events.push_back(base::Json{{"seq", event.seq},
                                    {"id", event.id},
                                    {"type", event.type},
                                    {"subject", event.subject},
                                    {"settled", event.settled},
                                    {"occurred_at", base::format_utc_exact(event.occurred_at)},
                                    {"received_at", base::format_utc_exact(event.received_at)}});
    base::Json runs = base::Json::array();
    for (const store::Run& run : story.runs) runs.push_back(to_json(run));
    base::Json effects = base::Json::array();
    for (const store::Effect& effect : story.effects) effects.push_back(to_json(effect));
    return base::Json{{"events", events}, {"runs", runs}, {"effects", effects}};
}

} // namespace paysync::app
