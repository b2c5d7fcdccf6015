// Reading whole rows.
#include "store/sqlite/rows.hpp"

#include "store/sqlite/failure.hpp"

#include <algorithm>
#include <limits>

namespace paysync::store::sqlite {

namespace {

RunState run_state(const std::string& text) {
    if (text == name(RunState::waiting)) return RunState::waiting;
    if (text == name(RunState::held)) return RunState::held;
    if (text == name(RunState::dead)) return RunState::dead;
    fail_corrupt("a run is in the unknown state " + text);
}

Decision decision(const std::string& text) {
    if (text == name(Decision::go)) return Decision::go;
    if (text == name(Decision::stop)) return Decision::stop;
    fail_corrupt("an approval has the unknown decision " + text);
}

CallKind call_kind(const std::string& text) {
    if (text == name(CallKind::invoke)) return CallKind::invoke;
    if (text == name(CallKind::notify)) return CallKind::notify;
    fail_corrupt("a call is of the unknown kind " + text);
}

CallState call_state(const std::string& text) {
    if (text == name(CallState::intent)) return CallState::intent;
    if (text == name(CallState::done)) return CallState::done;
    if (text == name(CallState::failed)) return CallState::failed;
    fail_corrupt("a call is in the unknown state " + text);
}

} // namespace

std::string_view name(RunState state) {
    switch (state) {
    case RunState::waiting: return "waiting";
    case RunState::held: return "held";
    case RunState::dead: return "dead";
    }
    return "";
}

std::string_view name(Decision decision) {
    return decision == Decision::go ? "go" : "stop";
}

std::string_view name(CallKind kind) {
    return kind == CallKind::invoke ? "invoke" : "notify";
}

std::string_view name(CallState state) {
    switch (state) {
    case CallState::intent: return "intent";
    case CallState::done: return "done";
    case CallState::failed: return "failed";
    }
    return "";
}

std::int64_t as_limit(std::size_t limit) {
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(std::min(limit, most));
}

Json read_json(const std::string& text, const std::string& whose) {
    // Not base::parse_json: its limit of depth is for strangers' bytes, and what we wrote must be readable again.
    Json value = Json::parse(text, nullptr, false);
    if (value.is_discarded()) fail_corrupt(whose + " is not the JSON that was written");
    return value;
}

Json read_state(const std::string& text) {
    Json state = Json::parse(text, nullptr, false);
    return state.is_discarded() ? Json(text) : state;
}

StoredEvent read_event(const Rows& rows, int first) {
    StoredEvent event;
    event.seq = rows.integer(first);
    event.id = rows.bytes(first + 1);
    event.type = rows.bytes(first + 2);
    event.subject = rows.bytes(first + 3);
    event.endpoint = rows.bytes(first + 4);
    event.occurred_at = rows.time(first + 5);
    event.received_at = rows.time(first + 6);
    event.settled = rows.integer(first + 7) != 0;
    event.body = rows.bytes(first + 8);
    return event;
}

Run read_run(const Rows& rows, int first) {
    Run run;
    run.event_seq = rows.integer(first);
    run.flow = rows.bytes(first + 1);
    run.state = run_state(rows.bytes(first + 2));
    run.payment = rows.bytes(first + 3);
    run.step = rows.bytes(first + 4);
    run.cause = rows.bytes(first + 5);
    run.reason = rows.bytes(first + 6);
    run.detail = read_json(rows.bytes(first + 7), "the detail of a run of event " + std::to_string(run.event_seq));
    run.attempts = static_cast<int>(rows.integer(first + 8));
    run.since = rows.time(first + 9);
    run.ready_at = rows.time(first + 10);
    run.until = rows.optional_time(first + 11);
    return run;
}

Effect read_effect(const Rows& rows, int first) {
    Effect effect;
    effect.event_seq = rows.integer(first);
    effect.payment = rows.bytes(first + 1);
    effect.flow = rows.bytes(first + 2);
    effect.flow_version = rows.bytes(first + 3);
    effect.step = rows.bytes(first + 4);
    effect.object = rows.bytes(first + 5);
    effect.record_id = rows.bytes(first + 6);
    effect.rule = rows.bytes(first + 7);
    effect.outcome = rows.bytes(first + 8);
    effect.at = rows.time(first + 9);
    const std::string whose = "an effect of event " + std::to_string(effect.event_seq);
    effect.values = read_json(rows.bytes(first + 10), whose);
    effect.old_values = read_json(rows.bytes(first + 11), whose);
    return effect;
}

Timer read_timer(const Rows& rows, int first) {
    Timer timer;
    timer.flow = rows.bytes(first);
    timer.key = rows.bytes(first + 1);
    timer.event_seq = rows.integer(first + 2);
    timer.payment = rows.bytes(first + 3);
    timer.due_at = rows.optional_time(first + 4);
    timer.fired_for = rows.optional_time(first + 5);
    timer.about = rows.bytes(first + 6);
    return timer;
}

Approval read_approval(const Rows& rows, int first) {
    Approval approval;
    approval.flow = rows.bytes(first);
    approval.key = rows.bytes(first + 1);
    approval.payment = rows.bytes(first + 2);
    approval.decision = decision(rows.bytes(first + 3));
    approval.by = rows.bytes(first + 4);
    approval.at = rows.time(first + 5);
    return approval;
}

OutboundCall read_call(const Rows& rows, int first) {
    OutboundCall call;
    call.kind = call_kind(rows.bytes(first));
    call.target = rows.bytes(first + 1);
    call.key = rows.bytes(first + 2);
    call.flow = rows.bytes(first + 3);
    call.event_seq = rows.integer(first + 4);
    call.payment = rows.bytes(first + 5);
    call.step = rows.bytes(first + 6);
    call.state = call_state(rows.bytes(first + 7));
    call.attempts = static_cast<int>(rows.integer(first + 8));
    call.at = rows.time(first + 9);
    const std::string whose = "the call " + call.key + " to " + call.target;
    call.body = read_json(rows.bytes(first + 10), whose);
    call.detail = read_json(rows.bytes(first + 11), whose);
    return call;
}

std::vector<StoredEvent> read_events(Rows& rows) {
    std::vector<StoredEvent> events;
    while (rows.next()) events.push_back(read_event(rows, 0));
    return events;
}

void read_due_runs(Rows& rows, std::vector<DueRun>& into) {
    while (rows.next()) {
        DueRun due;
        due.event = read_event(rows, 0);
        due.run = read_run(rows, event_width);
        into.push_back(std::move(due));
    }
}

std::string select_due_runs(const std::string& source) {
    return "SELECT " + std::string(event_columns) + ", " + run_columns + " FROM run AS r " + source;
}

} // namespace paysync::store::sqlite
