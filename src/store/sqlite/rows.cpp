// Reading whole rows.
#include "store/sqlite/rows.hpp"

#include "store/sqlite/failure.hpp"

namespace paysync::store::sqlite {

namespace {

RunState run_state(const std::string& text) {
    if (text == name(RunState::waiting)) return RunState::waiting;
    if (text == name(RunState::held)) return RunState::held;
    if (text == name(RunState::dead)) return RunState::dead;
    fail_corrupt("a run is in the unknown state " + text);
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

Json read_json(const std::string& text, const std::string& whose) {
    // Not base::parse_json: its limit of depth is for strangers' bytes, and what we wrote must be readable again.
    Json value = Json::parse(text, nullptr, false);
    if (value.is_discarded()) fail_corrupt(whose + " is not the JSON that was written");
    return value;
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

} // namespace paysync::store::sqlite
