// Upserts by the key of each table.
#include "store/sqlite/row_writing.hpp"

#include "store/sqlite/rows.hpp"

namespace paysync::store::sqlite {

void put_run(Connection& connection, const Run& run) {
    connection.run("INSERT INTO run (event_seq, flow, state, payment, step, cause, reason, detail, attempts, since,"
                   " ready_at, until) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT (event_seq, flow) DO UPDATE SET state = excluded.state, payment = excluded.payment,"
                   " step = excluded.step, cause = excluded.cause, reason = excluded.reason,"
                   " detail = excluded.detail, attempts = excluded.attempts, since = excluded.since,"
                   " ready_at = excluded.ready_at, until = excluded.until",
                   run.event_seq, run.flow, name(run.state), run.payment, run.step, run.cause, run.reason,
                   base::to_text(run.detail), run.attempts, run.since, run.ready_at, run.until);
}

void heed_approval(Connection& connection, const Run& run) {
    if (run.state != RunState::held) return;
    const auto key = base::member_text(run.detail, detail_approval);
    if (!key) return;
    // An older answer was there when the flow was evaluated; that it is held all the same is no reason to go round.
    connection.run("UPDATE run SET state = 'waiting', ready_at = since, until = NULL"
                   " WHERE event_seq = ?1 AND flow = ?2"
                   " AND EXISTS (SELECT 1 FROM approval WHERE flow = ?2 AND key = ?3 AND at >= ?4)",
                   run.event_seq, run.flow, *key, run.since);
}

void clear_timers(Connection& connection, const RunKey& key) {
    connection.run("DELETE FROM timer INDEXED BY timer_event WHERE event_seq = ? AND flow = ? AND fired_for IS NULL",
                   key.event_seq, key.flow);
    connection.run("UPDATE timer INDEXED BY timer_event SET due_at = NULL WHERE event_seq = ? AND flow = ? AND "
                   "due_at IS NOT NULL",
                   key.event_seq, key.flow);
}

void put_timer(Connection& connection, const Timer& timer) {
    if (!timer.due_at && !timer.fired_for)
        return connection.run("DELETE FROM timer WHERE flow = ? AND key = ?", timer.flow, timer.key);
    connection.run("INSERT INTO timer (flow, key, event_seq, payment, due_at, fired_for, about)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT (flow, key) DO UPDATE SET event_seq = excluded.event_seq,"
                   " payment = excluded.payment, due_at = excluded.due_at, fired_for = excluded.fired_for,"
                   " about = excluded.about",
                   timer.flow, timer.key, timer.event_seq, timer.payment, timer.due_at, timer.fired_for, timer.about);
}

void put_call(Connection& connection, const OutboundCall& call) {
    connection.run(
        "INSERT INTO outbound_call (kind, target, key, flow, event_seq, payment, step, state, attempts, at,"
        " body, detail) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (kind, target, key) DO UPDATE SET flow = excluded.flow,"
        " event_seq = excluded.event_seq, payment = excluded.payment, step = excluded.step,"
        " state = excluded.state, attempts = excluded.attempts, at = excluded.at, body = excluded.body,"
        " detail = excluded.detail",
        name(call.kind), call.target, call.key, call.flow, call.event_seq, call.payment, call.step, name(call.state),
        call.attempts, call.at, base::to_text(call.body), base::to_text(call.detail));
}

void put_member(Connection& connection, const GroupMember& member) {
    connection.run("INSERT INTO group_member (group_name, id, payment, state) VALUES (?, ?, ?, ?)"
                   " ON CONFLICT (group_name, id, payment) DO UPDATE SET state = excluded.state",
                   member.group.group, member.group.id, member.payment, base::to_text(member.state));
}

void put_approval(Connection& connection, const Approval& approval) {
    connection.run("INSERT INTO approval (flow, key, payment, decision, by_whom, at) VALUES (?, ?, ?, ?, ?, ?)"
                   " ON CONFLICT (flow, key) DO UPDATE SET payment = excluded.payment, decision = excluded.decision,"
                   " by_whom = excluded.by_whom, at = excluded.at",
                   approval.flow, approval.key, approval.payment, name(approval.decision), approval.by, approval.at);
}

void put_known(Connection& connection, const KnownAnswers& known) {
    connection.run("INSERT INTO known (event_seq, flow, at, answers) VALUES (?, ?, ?, ?)"
                   " ON CONFLICT (event_seq, flow) DO UPDATE SET at = excluded.at, answers = excluded.answers",
                   known.event_seq, known.flow, known.at, Blob{known.answers});
}

void add_audit(Connection& connection, const AuditEntry& entry) {
    std::string previous;
    {
        Rows rows = connection.query("SELECT hash FROM audit ORDER BY id DESC LIMIT 1");
        if (rows.next()) previous = rows.bytes(0);
    }
    connection.run("INSERT INTO audit (at, by_whom, what, detail, hash) VALUES (?, ?, ?, ?, ?)", entry.at, entry.by,
                   entry.what, base::to_text(entry.detail), audit_hash(previous, entry));
}

} // namespace paysync::store::sqlite
