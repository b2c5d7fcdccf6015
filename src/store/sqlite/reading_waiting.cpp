// Three tables say what is due: waiting runs, held runs with an end, timers. Each has an index in order of time that
// holds all that a passed-over row is judged by, so that held back work costs no reading of rows.
#include "store/sqlite/reading_waiting.hpp"

#include "store/sqlite/rows.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace paysync::store::sqlite {

namespace {

const std::string not_on_hold = ".flow NOT IN (SELECT flow FROM flow_hold)";
const std::string due_timers = " FROM timer AS t INDEXED BY timer_due";
// A stored run takes its timers along.
const std::string timer_is_free =
    "t" + not_on_hold + " AND NOT EXISTS (SELECT 1 FROM run WHERE event_seq = t.event_seq AND flow = t.flow)";

/// With the time at which it became ready.
using Ready = std::vector<std::pair<WallTime, DueRun>>;

void add_stored(Connection& connection, const std::string& sql, WallTime now, std::size_t limit, Ready& ready) {
    Rows rows = connection.query(sql, now, as_limit(limit));
    std::vector<DueRun> found;
    read_due_runs(rows, found);
    for (DueRun& one : found) {
        const WallTime when = one.run.until.value_or(one.run.ready_at);
        ready.emplace_back(when, std::move(one));
    }
}

DueRun run_for(const Timer& timer, StoredEvent event) {
    DueRun due;
    due.run.event_seq = timer.event_seq;
    due.run.flow = timer.flow;
    due.run.payment = timer.payment;
    due.run.cause = cause_timer;
    due.run.reason = "its time has come";
    due.run.since = *timer.due_at;
    due.run.ready_at = *timer.due_at;
    due.event = std::move(event);
    return due;
}

/// The rows are not limited by SQL: several timers of one event and flow are one piece of work.
void add_timers(Connection& connection, WallTime now, std::size_t limit, Ready& ready) {
    static const std::string sql = "SELECT " + std::string(timer_columns) + ", " + event_columns + due_timers +
                                   " CROSS JOIN event AS e ON e.seq = t.event_seq WHERE t.due_at <= ? AND " +
                                   timer_is_free + " ORDER BY t.due_at, t.event_seq, t.flow";
    constexpr int timer_width = 7;
    Rows rows = connection.query(sql, now);
    std::set<RunKey> seen;
    while (seen.size() < limit && rows.next()) {
        const Timer timer = read_timer(rows, 0);
        if (!seen.insert({timer.event_seq, timer.flow}).second) continue;
        ready.emplace_back(*timer.due_at, run_for(timer, read_event(rows, timer_width)));
    }
}

template <class Key, class Value>
void look_up(Connection& connection, const std::string& sql, const Key& key, Value (*read)(const Rows&, int),
             std::map<Key, Value>& into) {
    Rows rows = connection.query(sql, key.flow, key.key);
    if (rows.next()) into.emplace(key, read(rows, 0));
}

std::string select_timers(const std::string& where) {
    return "SELECT " + std::string(timer_columns) + " FROM timer AS t " + where;
}
std::string select_approvals(const std::string& where) {
    return "SELECT " + std::string(approval_columns) + " FROM approval AS a " + where;
}
std::string select_calls(const std::string& where) {
    return "SELECT " + std::string(call_columns) + " FROM outbound_call AS c " + where;
}

} // namespace

std::vector<DueRun> due_runs(Connection& connection, WallTime now, std::size_t limit) {
    static const std::string waiting =
        select_due_runs("INDEXED BY run_ready CROSS JOIN event AS e ON e.seq = r.event_seq"
                        " WHERE r.state = 'waiting' AND r.ready_at <= ? AND r" +
                        not_on_hold + " ORDER BY r.ready_at, r.event_seq, r.flow LIMIT ?");
    static const std::string held =
        select_due_runs("INDEXED BY run_until CROSS JOIN event AS e ON e.seq = r.event_seq"
                        " WHERE r.state = 'held' AND r.until <= ? AND r" +
                        not_on_hold + " ORDER BY r.until, r.event_seq, r.flow LIMIT ?");
    const Snapshot snapshot{connection};
    Ready ready;
    add_stored(connection, waiting, now, limit, ready);
    add_stored(connection, held, now, limit, ready);
    add_timers(connection, now, limit, ready);
    const auto order = [](const auto& one) {
        return std::tie(one.first, one.second.run.event_seq, one.second.run.flow);
    };
    std::sort(ready.begin(), ready.end(), [&](const auto& a, const auto& b) { return order(a) < order(b); });
    std::vector<DueRun> due;
    for (auto& [when, one] : ready)
        if (due.size() < limit) due.push_back(std::move(one));
    return due;
}

std::optional<WallTime> next_due(Connection& connection) {
    static const std::string waiting = "SELECT r.ready_at FROM run AS r INDEXED BY run_ready"
                                       " WHERE r.state = 'waiting' AND r" +
                                       not_on_hold + " ORDER BY r.ready_at LIMIT 1";
    static const std::string held = "SELECT r.until FROM run AS r INDEXED BY run_until"
                                    " WHERE r.state = 'held' AND r.until IS NOT NULL AND r" +
                                    not_on_hold + " ORDER BY r.until LIMIT 1";
    static const std::string timer = "SELECT t.due_at" + due_timers + " WHERE t.due_at IS NOT NULL AND " +
                                     timer_is_free + " ORDER BY t.due_at LIMIT 1";
    const Snapshot snapshot{connection};
    std::optional<WallTime> next;
    for (const std::string* sql : {&waiting, &held, &timer}) {
        Rows rows = connection.query(*sql);
        if (rows.next() && (!next || rows.time(0) < *next)) next = rows.time(0);
    }
    return next;
}

OwnAnswers own(Connection& connection, const OwnQuestions& questions) {
    static const std::string timer = select_timers("WHERE t.flow = ? AND t.key = ?");
    static const std::string approval = select_approvals("WHERE a.flow = ? AND a.key = ?");
    static const std::string call = select_calls("WHERE c.kind = ? AND c.target = ? AND c.key = ?");
    const Snapshot snapshot{connection};
    OwnAnswers answers;
    for (const TimerKey& key : questions.timers) look_up(connection, timer, key, &read_timer, answers.timers);
    for (const ApprovalKey& key : questions.approvals)
        look_up(connection, approval, key, &read_approval, answers.approvals);
    for (const CallKey& key : questions.calls) {
        Rows rows = connection.query(call, name(key.kind), key.target, key.key);
        if (rows.next()) answers.calls.emplace(key, read_call(rows, 0));
    }
    return answers;
}

std::map<GroupKey, GroupMembers> group_members(Connection& connection, const std::vector<GroupKey>& groups) {
    const Snapshot snapshot{connection};
    std::map<GroupKey, GroupMembers> found;
    for (const GroupKey& key : std::set<GroupKey>(groups.begin(), groups.end())) {
        Rows rows = connection.query("SELECT payment, state FROM group_member WHERE group_name = ? AND id = ?",
                                     key.group, key.id);
        while (rows.next()) found[key].emplace(rows.bytes(0), read_state(rows.bytes(1)));
    }
    return found;
}

std::vector<FlowHold> flow_holds(Connection& connection) {
    Rows rows = connection.query("SELECT flow, since, by_whom, reason FROM flow_hold ORDER BY flow");
    std::vector<FlowHold> holds;
    while (rows.next()) {
        FlowHold& hold = holds.emplace_back();
        hold.flow = rows.bytes(0);
        hold.since = rows.time(1);
        hold.by = rows.bytes(2);
        hold.reason = rows.bytes(3);
    }
    return holds;
}

std::vector<KnownAnswers> known(Connection& connection, const std::vector<std::int64_t>& event_seqs) {
    const Snapshot snapshot{connection};
    std::vector<KnownAnswers> found;
    for (const std::int64_t seq : std::set<std::int64_t>(event_seqs.begin(), event_seqs.end())) {
        Rows rows = connection.query("SELECT flow, at, answers FROM known WHERE event_seq = ? ORDER BY flow", seq);
        while (rows.next()) {
            KnownAnswers& one = found.emplace_back();
            one.event_seq = seq;
            one.flow = rows.bytes(0);
            one.at = rows.time(1);
            one.answers = rows.bytes(2);
        }
    }
    return found;
}

std::vector<Timer> timers(Connection& connection, std::size_t limit) {
    static const std::string sql = "SELECT " + std::string(timer_columns) + due_timers +
                                   " WHERE t.due_at IS NOT NULL ORDER BY t.due_at, t.event_seq, t.flow LIMIT ?";
    Rows rows = connection.query(sql, as_limit(limit));
    std::vector<Timer> found;
    while (rows.next()) found.push_back(read_timer(rows, 0));
    return found;
}

std::vector<AuditEntry> audit(Connection& connection, std::int64_t after, std::size_t limit) {
    Rows rows =
        connection.query("SELECT id, at, by_whom, what, detail, hash FROM audit WHERE id > ? ORDER BY id LIMIT ?",
                         after, as_limit(limit));
    std::vector<AuditEntry> found;
    while (rows.next()) {
        AuditEntry& entry = found.emplace_back();
        entry.id = rows.integer(0);
        entry.at = rows.time(1);
        entry.by = rows.bytes(2);
        entry.what = rows.bytes(3);
        entry.detail = read_state(rows.bytes(4));
        entry.hash = rows.bytes(5);
    }
    return found;
}

std::map<std::string, std::vector<GroupKey>> memberships(Connection& connection,
                                                         const std::set<std::string>& payments) {
    std::map<std::string, std::vector<GroupKey>> found;
    for (const std::string& payment : payments) {
        Rows rows = connection.query("SELECT group_name, id FROM group_member INDEXED BY group_member_payment"
                                     " WHERE payment = ? ORDER BY group_name, id",
                                     payment);
        while (rows.next()) found[payment].push_back({rows.bytes(0), rows.bytes(1)});
    }
    return found;
}

void add_waiting(Connection& connection, const std::string& id, Story& story) {
    // Of a payment, of an event, and of the events that wrote a record; as for runs.
    static const std::string of_id = ".payment = ?1 OR {}.event_seq IN (SELECT seq FROM event WHERE id = ?1)"
                                     " OR {}.event_seq IN (SELECT event_seq FROM effect WHERE record_id = ?1)";
    const auto where = [](const std::string& table) {
        std::string text = "WHERE " + table + of_id;
        for (auto mark = text.find("{}"); mark != std::string::npos; mark = text.find("{}"))
            text.replace(mark, 2, table);
        return text;
    };
    static const std::string timers_of = select_timers(where("t") + " ORDER BY t.due_at, t.flow, t.key");
    static const std::string calls_of = select_calls(where("c") + " ORDER BY c.at, c.key");
    // Approvals belong to payments only.
    static const std::string approvals_of = select_approvals("WHERE a.payment = ? ORDER BY a.at, a.key");
    {
        Rows rows = connection.query(timers_of, id);
        while (rows.next()) story.timers.push_back(read_timer(rows, 0));
    }
    {
        Rows rows = connection.query(calls_of, id);
        while (rows.next()) story.calls.push_back(read_call(rows, 0));
    }
    std::set<std::string> payments{id};
    for (const StoredEvent& event : story.events)
        if (!event.subject.empty()) payments.insert(event.subject);
    for (const std::string& payment : payments) {
        Rows rows = connection.query(approvals_of, payment);
        while (rows.next()) story.approvals.push_back(read_approval(rows, 0));
    }
}

} // namespace paysync::store::sqlite
