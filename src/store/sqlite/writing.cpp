// One group, one transaction. The crash points are the moments at which a power cut would hurt most.
#include "store/sqlite/writing.hpp"

#include "paysync/base/crash_point.hpp"
#include "store/sqlite/failure.hpp"
#include "store/sqlite/figures.hpp"
#include "store/sqlite/row_writing.hpp"
#include "store/sqlite/rows.hpp"

#include <map>

namespace paysync::store::sqlite {

namespace {

/// What the group adds to the table `total`.
using Totals = std::map<std::string, std::int64_t>;

void add(Totals& to, const Totals& more) {
    for (const auto& [name, count] : more) to[name] += count;
}

void write_totals(Connection& connection, const Totals& totals) {
    for (const auto& [name, count] : totals)
        connection.run("INSERT INTO total (name, count) VALUES (?, ?)"
                       " ON CONFLICT (name) DO UPDATE SET count = count + excluded.count",
                       name, count);
}

Appended append(Connection& connection, const NewEvent& event, Totals& totals) {
    connection.run("INSERT INTO event (id, type, subject, endpoint, occurred_at, received_at, body)"
                   " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                   event.id, event.type, event.subject, event.endpoint, event.occurred_at, event.received_at,
                   Blob{event.body});
    if (connection.changes() == 0) return Appended::duplicate;
    ++totals["event"];
    return Appended::stored;
}

void add_effect(Connection& connection, const Effect& effect, Totals& totals) {
    connection.run("INSERT INTO effect (event_seq, payment, flow, flow_version, step, object, record_id, rule,"
                   " outcome, at, sent, old) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                   effect.event_seq, effect.payment, effect.flow, effect.flow_version, effect.step, effect.object,
                   effect.record_id, effect.rule, effect.outcome, effect.at, base::to_text(effect.values),
                   base::to_text(effect.old_values));
    ++totals["effect." + effect.outcome];
}

void put_state(Connection& connection, std::string_view sql, const std::map<std::string, Json>& states) {
    for (const auto& [id, state] : states) connection.run(sql, id, base::to_text(state));
}

/// What waits for a time or a person. Clearing and dropping come first: what is also put was replaced.
void settle_waiting(Connection& connection, const Settlement& settlement) {
    for (const RunKey& key : settlement.clear_timers) clear_timers(connection, key);
    for (const Timer& timer : settlement.put_timers) put_timer(connection, timer);
    for (const OutboundCall& call : settlement.put_calls) put_call(connection, call);
    for (const GroupMemberKey& key : settlement.drop_members)
        connection.run("DELETE FROM group_member WHERE group_name = ? AND id = ? AND payment = ?", key.group.group,
                       key.group.id, key.payment);
    for (const GroupMember& member : settlement.put_members) put_member(connection, member);
    for (const Approval& approval : settlement.put_approvals) put_approval(connection, approval);
    for (const Run& run : settlement.put_runs) heed_approval(connection, run);
    if (settlement.forget_known_before)
        connection.run("DELETE FROM known INDEXED BY known_at WHERE at < ?", *settlement.forget_known_before);
    for (const KnownAnswers& known : settlement.put_known) put_known(connection, known);
    for (const AuditEntry& entry : settlement.audit) add_audit(connection, entry);
}

void settle(Connection& connection, const Settlement& settlement, Totals& totals) {
    for (const std::int64_t seq : settlement.settled_events)
        connection.run("UPDATE event SET settled = 1 WHERE seq = ? AND settled = 0", seq);
    put_state(connection,
              "INSERT INTO payment (id, state) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
              settlement.payments);
    put_state(connection,
              "INSERT INTO customer (id, state) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state",
              settlement.customers);
    // Drops first: a run that is both dropped and put was replaced.
    for (const RunKey& key : settlement.drop_runs)
        connection.run("DELETE FROM run WHERE event_seq = ? AND flow = ?", key.event_seq, key.flow);
    for (const Run& run : settlement.put_runs) put_run(connection, run);
    for (const Effect& effect : settlement.effects) add_effect(connection, effect, totals);
    for (const RunKey& key : settlement.drop_claims)
        connection.run("DELETE FROM claim WHERE event_seq = ? AND flow = ?", key.event_seq, key.flow);
    for (const RunKey& key : settlement.put_claims)
        connection.run("INSERT INTO claim (event_seq, flow, deaths) VALUES (?, ?, 1)"
                       " ON CONFLICT (event_seq, flow) DO UPDATE SET deaths = deaths + 1",
                       key.event_seq, key.flow);
    settle_waiting(connection, settlement);
    settle_figures(connection, settlement);
}

/// A settlement in a savepoint of its own, so that a contradiction in it spoils no neighbour.
Result<void> settle_alone(Connection& connection, const Settlement& settlement, Totals& totals) {
    Totals mine;
    connection.run("SAVEPOINT settlement");
    try {
        settle(connection, settlement, mine);
    } catch (const Failure& failure) {
        if (!is_constraint(failure)) throw;
        connection.run("ROLLBACK TO settlement");
        connection.run("RELEASE settlement");
        return to_error(failure);
    }
    connection.run("RELEASE settlement");
    add(totals, mine);
    return {};
}

} // namespace

void commit_group(Connection& connection, Group& group) {
    try {
        Totals totals;
        connection.run("BEGIN IMMEDIATE");
        base::crash_point("store.after_begin");
        for (const auto& one : group.appends) one->result = append(connection, one->event, totals);
        for (const auto& one : group.settlements) one->result = settle_alone(connection, one->settlement, totals);
        write_totals(connection, totals);
        base::crash_point("store.before_commit");
        connection.run("COMMIT");
    } catch (const Failure& failure) {
        connection.roll_back();
        group.failure = to_error(failure);
        return;
    }
    base::crash_point("store.after_commit");
    group.log_frames = connection.log_frames();
}

} // namespace paysync::store::sqlite
