// A second writer on the file: short IMMEDIATE transactions between those of the daemon.
#include "paysync/store/intervention.hpp"
#include "store/sqlite/failure.hpp"
#include "store/sqlite/open_connection.hpp"
#include "store/sqlite/row_writing.hpp"
#include "store/sqlite/rows.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <stdexcept>

namespace paysync::store {

namespace {

using sqlite::Connection;
using sqlite::Rows;

/// In one transaction: the daemon's webhooks wait for it.
constexpr std::size_t runs_at_once = 200;

/// A run as it is stored, with what its event says of it.
struct Found {
    std::string event_id;
    std::string payment;
    bool settled = false;
    std::optional<Run> run;
};

std::optional<Found> find(Connection& connection, const RunKey& key) {
    static const std::string sql = std::string("SELECT e.id, e.subject, e.settled, ") + sqlite::run_columns +
                                   " FROM event AS e LEFT JOIN run AS r ON r.event_seq = e.seq AND r.flow = ?"
                                   " WHERE e.seq = ?";
    constexpr int run_begins = 3;
    Rows rows = connection.query(sql, key.flow, key.event_seq);
    if (!rows.next()) return std::nullopt;
    Found found{rows.bytes(0), rows.bytes(1), rows.integer(2) != 0, std::nullopt};
    if (!rows.is_null(run_begins)) found.run = sqlite::read_run(rows, run_begins);
    return found;
}

void drop_run(Connection& connection, const RunKey& key) {
    connection.run("DELETE FROM run WHERE event_seq = ? AND flow = ?", key.event_seq, key.flow);
}

void put_ready(Connection& connection, const RunKey& key, const Found& found, const Said& said) {
    Run run;
    run.event_seq = key.event_seq;
    run.flow = key.flow;
    run.payment = found.payment;
    run.cause = cause_replay;
    run.reason = "brought up again by " + said.by + (said.reason.empty() ? "" : ": " + said.reason);
    run.since = said.at;
    run.ready_at = said.at;
    sqlite::put_run(connection, run);
}

Json name_of(const RunKey& key, const Found& found) {
    return Json{{"event", found.event_id}, {"number", key.event_seq}, {"flow", key.flow}, {"payment", found.payment}};
}

void note(Connection& connection, const Said& said, const char* what, Json detail) {
    if (!said.reason.empty()) detail["reason"] = said.reason;
    AuditEntry entry;
    entry.at = said.at;
    entry.by = said.by;
    entry.what = what;
    entry.detail = std::move(detail);
    sqlite::add_audit(connection, entry);
}

/// Sent once more, or taken for done: only a person can know.
void settle_call(Connection& connection, const Json& call, Decision decision, const Said& said) {
    const auto kind = base::member_text(call, "kind");
    const auto target = base::member_text(call, "target");
    const auto key = base::member_text(call, "key");
    if (!kind || !target || !key) return;
    if (decision == Decision::go)
        return connection.run(
            "DELETE FROM outbound_call WHERE kind = ? AND target = ? AND key = ? AND state = 'intent'", *kind,
            *target, *key);
    const Json detail{{"said_done_by", said.by}};
    connection.run("UPDATE outbound_call SET state = 'done', at = ?, detail = ?"
                   " WHERE kind = ? AND target = ? AND key = ? AND state = 'intent'",
                   said.at, base::to_text(detail), *kind, *target, *key);
}

class SqliteIntervention final : public Intervention {
public:
    explicit SqliteIntervention(std::shared_ptr<Connection> connection) : connection_{std::move(connection)} {}

    Result<Replayed> replay(const std::vector<RunKey>& runs, const Said& said) override {
        Replayed all;
        const auto done = in_pieces(
            runs, [&](const RunKey* first, const RunKey* last) { all = replay_piece(all, first, last, said); });
        if (!done) return done.error();
        return all;
    }

    Result<Released> release(const RunKey& key, Decision decision, const Said& said) override {
        Released released = Released::none;
        const auto done = in_transaction([&] { released = release_one(key, decision, said); });
        if (!done) return done.error();
        return released;
    }

    Result<std::size_t> discard(const std::vector<RunKey>& runs, const Said& said) override {
        std::size_t all = 0;
        const auto done = in_pieces(runs, [&](const RunKey* first, const RunKey* last) {
            Json gone = Json::array();
            for (const RunKey* key = first; key != last; ++key) {
                const auto found = find(*connection_, *key);
                if (!found || !found->run || found->run->state == RunState::waiting) continue;
                drop_run(*connection_, *key);
                gone.push_back(name_of(*key, *found));
            }
            all += gone.size();
            if (!gone.empty()) note(*connection_, said, "discard", Json{{"runs", std::move(gone)}});
        });
        if (!done) return done.error();
        return all;
    }

    Result<bool> hold_flow(const std::string& flow, const Said& said) override {
        bool changed = false;
        const auto done = in_transaction([&] {
            connection_->run("INSERT INTO flow_hold (flow, since, by_whom, reason) VALUES (?, ?, ?, ?)"
                             " ON CONFLICT (flow) DO NOTHING",
                             flow, said.at, said.by, said.reason);
            changed = connection_->changes() > 0;
            if (changed) note(*connection_, said, "hold", Json{{"flow", flow}});
        });
        if (!done) return done.error();
        return changed;
    }

    Result<bool> release_flow(const std::string& flow, const Said& said) override {
        bool changed = false;
        const auto done = in_transaction([&] {
            connection_->run("DELETE FROM flow_hold WHERE flow = ?", flow);
            changed = connection_->changes() > 0;
            if (changed) note(*connection_, said, "end of hold", Json{{"flow", flow}});
        });
        if (!done) return done.error();
        return changed;
    }

private:
    Replayed replay_piece(Replayed all, const RunKey* first, const RunKey* last, const Said& said) {
        Json put = Json::array();
        for (const RunKey* key = first; key != last; ++key) {
            const auto found = find(*connection_, *key);
            if (!found) {
                ++all.unknown;
            } else if (found->run ? is_last_look(*found->run) : !found->settled) {
                ++all.on_its_way;
            } else {
                // What stood for the event as a whole ends with the first of its flows that is brought up.
                drop_run(*connection_, {key->event_seq, ""});
                connection_->run("DELETE FROM claim WHERE event_seq = ? AND flow = ?", key->event_seq, key->flow);
                put_ready(*connection_, *key, *found, said);
                ++all.put;
                put.push_back(name_of(*key, *found));
            }
        }
        if (!put.empty()) note(*connection_, said, "replay", Json{{"runs", std::move(put)}});
        return all;
    }

    static bool is_last_look(const Run& run) {
        return run.state == RunState::waiting && run.cause == cause_look_again;
    }

    Released release_one(const RunKey& key, Decision decision, const Said& said) {
        const auto found = find(*connection_, key);
        if (!found || !found->run || found->run->state != RunState::held) return Released::none;
        const auto asked = base::member_text(found->run->detail, detail_approval);
        const Json& call = base::member(found->run->detail, detail_call);
        Json told = name_of(key, *found);
        told["decision"] = std::string(sqlite::name(decision));
        note(*connection_, said, "release", std::move(told));
        if (asked) {
            Approval approval;
            approval.flow = key.flow;
            approval.key = *asked;
            approval.payment = found->payment;
            approval.decision = decision;
            approval.by = said.by;
            approval.at = said.at;
            sqlite::put_approval(*connection_, approval);
        }
        if (call.is_object()) settle_call(*connection_, call, decision, said);
        if (decision == Decision::stop && !asked && !call.is_object()) {
            drop_run(*connection_, key);
            return Released::ended;
        }
        put_ready(*connection_, key, *found, said);
        return Released::goes_on;
    }

    Result<void> in_transaction(const std::function<void()>& work) {
        try {
            connection_->run("BEGIN IMMEDIATE");
            work();
            connection_->run("COMMIT");
        } catch (const sqlite::Failure& failure) {
            connection_->roll_back();
            return sqlite::to_error(failure);
        }
        return {};
    }

    Result<void> in_pieces(const std::vector<RunKey>& runs,
                           const std::function<void(const RunKey*, const RunKey*)>& work) {
        for (std::size_t i = 0; i < runs.size(); i += runs_at_once) {
            const RunKey* first = runs.data() + i;
            const RunKey* last = first + std::min(runs_at_once, runs.size() - i);
            const auto done = in_transaction([&] { work(first, last); });
            if (!done) return done;
        }
        return {};
    }

    std::shared_ptr<Connection> connection_;
};

} // namespace

std::unique_ptr<Intervention> open_sqlite_for_intervention(const SqliteSettings& settings) {
    if (settings.vfs.empty() && !std::filesystem::exists(settings.path))
        throw std::runtime_error("There is no store at " + settings.path + ": the daemon creates it when it starts.");
    try {
        return std::make_unique<SqliteIntervention>(sqlite::open_second_writer(settings));
    } catch (const sqlite::Failure& failure) {
        sqlite::cannot_open(settings.path, failure);
    }
}

} // namespace paysync::store
