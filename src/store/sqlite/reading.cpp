// Queries. INDEXED BY and CROSS JOIN stand where the planner, which keeps no statistics here, might walk a whole
// table.
#include "store/sqlite/reading.hpp"

#include "store/sqlite/reading_waiting.hpp"
#include "store/sqlite/rows.hpp"

#include <set>

namespace paysync::store::sqlite {

namespace {

template <class... Values>
std::int64_t integer(Connection& connection, std::string_view sql, const Values&... values) {
    Rows rows = connection.query(sql, values...);
    return rows.next() ? rows.integer(0) : 0;
}

constexpr std::string_view payment_state = "SELECT state FROM payment WHERE id = ?";
constexpr std::string_view customer_state = "SELECT state FROM customer WHERE id = ?";

/// `sql` gives the state for one key. One prepared look-up per key: SQLite has no round trips, a look-up costs a few
/// microseconds, and keys are compared as bytes (a list handed over as JSON would change those that are not UTF-8).
std::map<std::string, Json> states(Connection& connection, std::string_view sql, const std::set<std::string>& keys) {
    std::map<std::string, Json> found;
    for (const std::string& key : keys) {
        Rows rows = connection.query(sql, key);
        if (rows.next()) found.emplace(key, read_state(rows.bytes(0)));
    }
    return found;
}

} // namespace

std::vector<StoredEvent> unsettled(Connection& connection, std::int64_t after, std::size_t limit) {
    static const std::string sql = "SELECT " + std::string(event_columns) +
                                   " FROM event AS e INDEXED BY event_unsettled"
                                   " WHERE e.settled = 0 AND e.seq > ? ORDER BY e.seq LIMIT ?";
    Rows rows = connection.query(sql, after, as_limit(limit));
    return read_events(rows);
}

std::map<std::string, Json> payments(Connection& connection, const std::vector<std::string>& ids) {
    const Snapshot snapshot{connection};
    return states(connection, payment_state, std::set<std::string>(ids.begin(), ids.end()));
}

Surroundings surroundings(Connection& connection, const std::vector<std::string>& payments,
                          const std::vector<std::string>& customers) {
    static const std::string settled = "SELECT " + std::string(event_columns) +
                                       " FROM event AS e INDEXED BY event_subject"
                                       " WHERE e.subject = ? AND e.settled = 1 ORDER BY e.occurred_at, e.seq";
    static const std::string waiting =
        select_due_runs("INDEXED BY run_payment CROSS JOIN event AS e ON e.seq = r.event_seq"
                        " WHERE r.payment = ? AND r.state IN ('waiting', 'held') ORDER BY r.event_seq, r.flow");
    const std::set<std::string> payment_keys(payments.begin(), payments.end());
    const std::set<std::string> customer_keys(customers.begin(), customers.end());
    const Snapshot snapshot{connection};
    Surroundings found;
    found.payments = states(connection, payment_state, payment_keys);
    found.customers = states(connection, customer_state, customer_keys);
    for (const std::string& payment : payment_keys) {
        {
            Rows rows = connection.query(settled, payment);
            auto events = read_events(rows);
            if (!events.empty()) found.settled_events.emplace(payment, std::move(events));
        }
        {
            Rows rows = connection.query(waiting, payment);
            read_due_runs(rows, found.runs);
        }
        Rows rows = connection.query("SELECT event_seq, flow FROM run INDEXED BY run_payment"
                                     " WHERE payment = ? AND state = 'dead' AND cause = ?",
                                     payment, cause_crash);
        while (rows.next()) found.given_up.insert({rows.integer(0), rows.bytes(1)});
    }
    found.memberships = memberships(connection, payment_keys);
    return found;
}

std::map<std::string, Json> payments_above(Connection& connection, const std::string& after, std::size_t limit) {
    Rows rows =
        connection.query("SELECT id, state FROM payment WHERE id > ? ORDER BY id LIMIT ?", after, as_limit(limit));
    std::map<std::string, Json> found;
    while (rows.next()) found.emplace(rows.bytes(0), read_state(rows.bytes(1)));
    return found;
}

std::map<RunKey, int> claims(Connection& connection) {
    Rows rows = connection.query("SELECT event_seq, flow, deaths FROM claim");
    std::map<RunKey, int> found;
    while (rows.next()) found.emplace(RunKey{rows.integer(0), rows.bytes(1)}, static_cast<int>(rows.integer(2)));
    return found;
}

Counts counts(Connection& connection) {
    constexpr std::string_view total = "SELECT count FROM total WHERE name = ?";
    constexpr std::string_view in_state = "SELECT count(*) FROM run INDEXED BY run_state WHERE state = ?";
    const Snapshot snapshot{connection};
    Counts found;
    found.events = integer(connection, total, "event");
    {
        Rows rows = connection.query("SELECT count(*), min(received_at) FROM event INDEXED BY event_unsettled"
                                     " WHERE settled = 0");
        if (rows.next()) found.unsettled = rows.integer(0);
        if (found.unsettled > 0) found.oldest_unsettled = rows.time(1);
    }
    found.waiting = integer(connection, in_state, name(RunState::waiting));
    found.looking_again =
        integer(connection, "SELECT count(*) FROM run WHERE state = 'waiting' AND cause = ?", cause_look_again);
    found.waiting -= found.looking_again;
    found.held = integer(connection, in_state, name(RunState::held));
    found.dead = integer(connection, in_state, name(RunState::dead));
    found.timers = integer(connection, "SELECT count(*) FROM timer INDEXED BY timer_due WHERE due_at IS NOT NULL");
    found.calls_open = integer(
        connection, "SELECT count(*) FROM outbound_call INDEXED BY outbound_call_open WHERE state = 'intent'");
    found.effects_created = integer(connection, total, "effect.created");
    found.effects_updated = integer(connection, total, "effect.updated");
    found.effects_unchanged = integer(connection, total, "effect.unchanged");
    return found;
}

Story story(Connection& connection, const std::string& id) {
    static const std::string events = "SELECT " + std::string(event_columns) +
                                      " FROM event AS e WHERE e.id = ?1 OR e.subject = ?1"
                                      " OR e.seq IN (SELECT event_seq FROM effect WHERE record_id = ?1)"
                                      " ORDER BY e.occurred_at, e.seq";
    static const std::string effects = "SELECT " + std::string(effect_columns) +
                                       " FROM effect AS f WHERE f.payment = ?1 OR f.record_id = ?1"
                                       " OR f.event_seq IN (SELECT seq FROM event WHERE id = ?1) ORDER BY f.id";
    static const std::string runs_of = "SELECT " + std::string(run_columns) +
                                       " FROM run AS r WHERE r.payment = ?1"
                                       " OR r.event_seq IN (SELECT seq FROM event WHERE id = ?1)"
                                       " OR r.event_seq IN (SELECT event_seq FROM effect WHERE record_id = ?1)"
                                       " ORDER BY r.event_seq, r.flow";
    Story found;
    if (id.empty()) return found; // it would be the story of all that has no payment
    const Snapshot snapshot{connection};
    {
        Rows rows = connection.query(events, id);
        found.events = read_events(rows);
    }
    {
        Rows rows = connection.query(effects, id);
        while (rows.next()) found.effects.push_back(read_effect(rows, 0));
    }
    {
        Rows rows = connection.query(runs_of, id);
        while (rows.next()) found.runs.push_back(read_run(rows, 0));
    }
    add_waiting(connection, id, found);
    return found;
}

std::vector<DueRun> runs(Connection& connection, const RunFilter& filter, std::size_t limit) {
    constexpr const char* rest = " AND (?2 = 0 OR r.flow = ?3) AND (?4 = 0 OR r.cause = ?5) AND r.since >= ?6"
                                 " ORDER BY r.since DESC, r.event_seq DESC, r.flow LIMIT ?7";
    static const std::string of_one_state = select_due_runs(
        std::string("INDEXED BY run_state CROSS JOIN event AS e ON e.seq = r.event_seq WHERE r.state = ?1") + rest);
    static const std::string of_all =
        select_due_runs(std::string("CROSS JOIN event AS e ON e.seq = r.event_seq WHERE ?1 = ''") + rest);
    const std::string state{filter.state ? name(*filter.state) : ""};
    Rows rows = connection.query(filter.state ? of_one_state : of_all, state, filter.flow.has_value(),
                                 filter.flow.value_or(""), filter.cause.has_value(), filter.cause.value_or(""),
                                 filter.since.value_or(WallTime::min()), as_limit(limit));
    std::vector<DueRun> found;
    read_due_runs(rows, found);
    return found;
}

std::optional<DueRun> run_of(Connection& connection, const RunKey& key) {
    static const std::string sql =
        select_due_runs("CROSS JOIN event AS e ON e.seq = r.event_seq WHERE r.event_seq = ? AND r.flow = ?");
    Rows rows = connection.query(sql, key.event_seq, key.flow);
    std::vector<DueRun> found;
    read_due_runs(rows, found);
    if (found.empty()) return std::nullopt;
    return std::move(found.front());
}

std::vector<StoredEvent> events_since(Connection& connection, WallTime received, std::int64_t after,
                                      std::size_t limit) {
    static const std::string sql = "SELECT " + std::string(event_columns) +
                                   " FROM event AS e NOT INDEXED WHERE e.seq > ? AND e.received_at >= ?"
                                   " ORDER BY e.seq LIMIT ?";
    const Snapshot snapshot{connection};
    if (after == 0) { // numbers grow nearly as times do: few of the events from here on are passed over
        Rows first =
            connection.query("SELECT min(seq) FROM event INDEXED BY event_received WHERE received_at >= ?", received);
        if (!first.next() || first.is_null(0)) return {};
        after = first.integer(0) - 1;
    }
    Rows rows = connection.query(sql, after, received, as_limit(limit));
    return read_events(rows);
}

std::vector<StoredEvent> recent(Connection& connection, std::size_t limit) {
    static const std::string sql =
        "SELECT " + std::string(event_columns) + " FROM event AS e ORDER BY e.seq DESC LIMIT ?";
    Rows rows = connection.query(sql, as_limit(limit));
    return read_events(rows);
}

} // namespace paysync::store::sqlite
