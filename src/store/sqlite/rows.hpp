// Columns of the tables, and the values that they become.
#pragma once

#include "paysync/store/store.hpp"
#include "store/sqlite/connection.hpp"

#include <string_view>

namespace paysync::store::sqlite {

/// Of `event AS e`, `run AS r`, `effect AS f`, `timer AS t` and so on, in the order in which the readers below take
/// them.
inline constexpr const char* event_columns =
    "e.seq, e.id, e.type, e.subject, e.endpoint, e.occurred_at, e.received_at, e.settled, e.body";
inline constexpr int event_width = 9;
inline constexpr const char* run_columns = "r.event_seq, r.flow, r.state, r.payment, r.step, r.cause, r.reason, "
                                           "r.detail, r.attempts, r.since, r.ready_at, r.until";
inline constexpr const char* effect_columns = "f.event_seq, f.payment, f.flow, f.flow_version, f.step, f.object, "
                                              "f.record_id, f.rule, f.outcome, f.at, f.sent, f.old";
inline constexpr const char* timer_columns = "t.flow, t.key, t.event_seq, t.payment, t.due_at, t.fired_for, t.about";
inline constexpr const char* approval_columns = "a.flow, a.key, a.payment, a.decision, a.by_whom, a.at";
inline constexpr const char* call_columns = "c.kind, c.target, c.key, c.flow, c.event_seq, c.payment, c.step, "
                                            "c.state, c.attempts, c.at, c.body, c.detail";

StoredEvent read_event(const Rows& rows, int first);
Run read_run(const Rows& rows, int first);
Effect read_effect(const Rows& rows, int first);
Timer read_timer(const Rows& rows, int first);
Approval read_approval(const Rows& rows, int first);
OutboundCall read_call(const Rows& rows, int first);

std::vector<StoredEvent> read_events(Rows& rows);
/// Of rows that hold an event and then a run.
void read_due_runs(Rows& rows, std::vector<DueRun>& into);
/// Such rows; `source` follows on `FROM run AS r`.
std::string select_due_runs(const std::string& source);
/// As SQLite counts.
std::int64_t as_limit(std::size_t limit);

/// Throws Failure (corrupt) when `text` is no JSON; `whose` goes into the message.
Json read_json(const std::string& text, const std::string& whose);
/// A state that is no JSON is given as text, which no reader of states takes for one: it is theirs to make it anew.
Json read_state(const std::string& text);

std::string_view name(RunState state);
std::string_view name(Decision decision);
std::string_view name(CallKind kind);
std::string_view name(CallState state);

} // namespace paysync::store::sqlite
