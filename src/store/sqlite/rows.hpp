// Columns of the tables, and the values that they become.
#pragma once

#include "paysync/store/store.hpp"
#include "store/sqlite/connection.hpp"

#include <string_view>

namespace paysync::store::sqlite {

/// Of `event AS e`, `run AS r` and `effect AS f`, in the order in which the readers below take them.
inline constexpr const char* event_columns =
    "e.seq, e.id, e.type, e.subject, e.endpoint, e.occurred_at, e.received_at, e.settled, e.body";
inline constexpr int event_width = 9;
inline constexpr const char* run_columns = "r.event_seq, r.flow, r.state, r.payment, r.step, r.cause, r.reason, "
                                           "r.detail, r.attempts, r.since, r.ready_at";
inline constexpr const char* effect_columns = "f.event_seq, f.payment, f.flow, f.flow_version, f.step, f.object, "
                                              "f.record_id, f.rule, f.outcome, f.at, f.sent, f.old";

StoredEvent read_event(const Rows& rows, int first);
Run read_run(const Rows& rows, int first);
Effect read_effect(const Rows& rows, int first);

/// Throws Failure (corrupt) when `text` is no JSON; `whose` goes into the message.
Json read_json(const std::string& text, const std::string& whose);

std::string_view name(RunState state);

} // namespace paysync::store::sqlite
