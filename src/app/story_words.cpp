// Telling a story.
#include "story_words.hpp"

#include "cure.hpp"

#include <algorithm>

namespace paysync::app {

namespace {

const store::StoredEvent* event_of(const store::Story& story, std::int64_t seq) {
    for (const store::StoredEvent& event : story.events)
        if (event.seq == seq) return &event;
    return nullptr;
}

std::string name(store::CallKind kind) {
    return kind == store::CallKind::invoke ? "invoke" : "notify";
}

std::string name(store::CallState state) {
    switch (state) {
    case store::CallState::intent: return "outcome not known";
    case store::CallState::done: return "done";
    case store::CallState::failed: return "failed";
    }
    return {};
}

std::string name(store::Decision decision) {
    return decision == store::Decision::go ? "go" : "stop";
}

std::string event_name(const store::Story& story, std::int64_t seq) {
    const store::StoredEvent* event = event_of(story, seq);
    return event == nullptr ? "event number " + std::to_string(seq) : event->type + " " + event->id;
}

std::string run_words(const store::Story& story, const store::Run& run) {
    std::string text = "  " + state_name(run.state);
    if (run.state == store::RunState::waiting)
        text += " until " + base::format_utc(run.ready_at);
    else
        text += " since " + base::format_utc(run.since);
    if (run.until) text += ", ends by itself at " + base::format_utc(*run.until);
    text += ": " + reason_of(run) + "\n      for " + event_name(story, run.event_seq);
    if (run.attempts > 0) text += ", attempt " + std::to_string(run.attempts);
    text += "\n";
    if (const auto& candidates = base::member(run.detail, "candidates"); candidates.is_array())
        for (const base::Json& candidate : candidates) text += "      candidate " + base::to_text(candidate) + "\n";
    const store::StoredEvent* event = event_of(story, run.event_seq);
    if (event == nullptr) return text; // purged: nothing could be sent again
    const Cure cure = cure_of(run, event->id);
    if (!cure.words.empty()) text += "      " + cure.words + "\n";
    for (const std::string& command : cure.commands) text += "        " + command + "\n";
    return text;
}

std::string timer_words(const store::Story& story, const store::Timer& timer) {
    if (!timer.due_at) return {};
    std::string text = "  waits for " + timer.flow + " until " + base::format_utc(*timer.due_at) + ": ";
    // Whatever the flow says of it: the newest evaluation for that event decides what waits.
    text += timer.about.empty() ? timer.key : timer.about;
    text += "\n      set by " + event_name(story, timer.event_seq) +
            "; removed when the flow, looked at again for that event, no longer asks for it\n";
    return text;
}

std::string state_words(const store::Story& story) {
    std::string text;
    const auto unsettled = std::count_if(story.events.begin(), story.events.end(),
                                         [](const store::StoredEvent& event) { return !event.settled; });
    if (unsettled > 0) text += "  on their way: " + std::to_string(unsettled) + " of its events\n";
    for (const store::Run& run : story.runs) text += run_words(story, run);
    for (const store::Timer& timer : story.timers) text += timer_words(story, timer);
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

std::string call_words(const store::OutboundCall& call) {
    std::string text = "  " + base::format_utc(call.at) + "  " + name(call.state) + "  " + name(call.kind) + " " +
                       call.target + "  by " + call.flow + ", " + call.step;
    if (call.attempts > 1) text += ", attempt " + std::to_string(call.attempts);
    text += "  (key " + call.key + ")\n";
    if (call.state != store::CallState::done && !call.detail.empty())
        text += "      " + base::to_text(call.detail) + "\n";
    return text;
}

std::string approval_words(const store::Approval& approval) {
    return "  " + base::format_utc(approval.at) + "  " + name(approval.decision) + "  by " + approval.by + " for " +
           approval.flow + "  (" + approval.key + ")\n";
}

/// Only where there is any: most payments have neither.
template <class One>
std::string section(const std::string& title, const std::vector<One>& all, std::string (*words)(const One&)) {
    std::string text;
    for (const One& one : all) text += words(one);
    return text.empty() ? text : "\n" + title + "\n" + text;
}

base::Json to_json(const std::optional<base::WallTime>& time) {
    return time ? base::Json(base::format_utc_exact(*time)) : base::Json();
}

base::Json to_json(const store::Timer& timer) {
    return base::Json{{"event", timer.event_seq}, {"flow", timer.flow},
                      {"key", timer.key},         {"due_at", to_json(timer.due_at)},
                      {"about", timer.about},     {"fired_for", to_json(timer.fired_for)}};
}

base::Json to_json(const store::OutboundCall& call) {
    return base::Json{{"event", call.event_seq},
                      {"flow", call.flow},
                      {"step", call.step},
                      {"kind", name(call.kind)},
                      {"target", call.target},
                      {"key", call.key},
                      {"state", name(call.state)},
                      {"attempts", call.attempts},
                      {"body", call.body},
                      {"detail", call.detail},
                      {"at", base::format_utc_exact(call.at)}};
}

base::Json to_json(const store::Approval& approval) {
    return base::Json{{"flow", approval.flow},
                      {"key", approval.key},
                      {"decision", name(approval.decision)},
                      {"by", approval.by},
                      {"at", base::format_utc_exact(approval.at)}};
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
                      {"ready_at", base::format_utc_exact(run.ready_at)},
                      {"until", to_json(run.until)}};
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
    text += section("What was sent", story.calls, &call_words);
    text += section("What was decided by people", story.approvals, &approval_words);
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
    base::Json timers = base::Json::array();
    for (const store::Timer& timer : story.timers) timers.push_back(to_json(timer));
    base::Json calls = base::Json::array();
    for (const store::OutboundCall& call : story.calls) calls.push_back(to_json(call));
    base::Json approvals = base::Json::array();
    for (const store::Approval& approval : story.approvals) approvals.push_back(to_json(approval));
    return base::Json{{"events", events}, {"runs", runs},   {"effects", effects},
                      {"timers", timers}, {"calls", calls}, {"approvals", approvals}};
}

} // namespace paysync::app
