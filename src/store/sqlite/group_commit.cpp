// The pump runs while operations wait, and takes all that gathered for one job of the writer.
#include "store/sqlite/group_commit.hpp"

#include "paysync/base/log.hpp"
#include "paysync/base/metrics.hpp"
#include "store/sqlite/failure.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace paysync::store::sqlite {

namespace asio = runtime::asio;

namespace {

// One commit must not become so large that those who wait for it give up.
constexpr std::size_t group_bytes_max = 8U * 1024U * 1024U;
constexpr int restart_patience_ms = 100; // readers finish in that time, or the log grows by one more step
constexpr int stop_patience_ms = 2000;
constexpr int commit_patience_ms = 2000;

std::size_t rows_of(const Settlement& settlement) {
    return settlement.settled_events.size() + settlement.payments.size() + settlement.customers.size() +
           settlement.put_runs.size() + settlement.drop_runs.size() + settlement.effects.size() +
           settlement.put_claims.size() + settlement.drop_claims.size() + settlement.clear_timers.size() +
           settlement.put_timers.size() + settlement.put_calls.size() + settlement.drop_members.size() +
           settlement.put_members.size() + settlement.put_approvals.size() + settlement.put_known.size() +
           settlement.audit.size() + (settlement.forget_known_before ? 1 : 0);
}

bool writes_nothing(const Group& group) {
    return group.appends.empty() &&
           std::all_of(group.settlements.begin(), group.settlements.end(),
                       [](const std::shared_ptr<Settle>& one) { return rows_of(one->settlement) == 0; });
}

/// True when the log was written back; a failure is no reason to refuse work, the next attempt will show.
bool checkpoint(Connection& connection, Checkpoint kind, int patience_ms) {
    connection.wait_when_busy(patience_ms);
    try {
        return !connection.checkpoint(kind).busy;
    } catch (const Failure& failure) {
        base::log::warning("store", "the write-ahead log could not be written back", {{"reason", failure.what()}});
        return false;
    }
}

} // namespace

GroupCommit::GroupCommit(SqliteSettings settings, Seams seams, std::shared_ptr<Connection> writer,
                         std::shared_ptr<Connection> checkpointer)
    : settings_{std::move(settings)},
      seams_{seams},
      writer_{std::move(writer)},
      checkpointer_{std::move(checkpointer)},
      log_{settings_.wal_bytes_max} {
    settings_.group_events_max = std::max<std::size_t>(settings_.group_events_max, 1); // none would never end
}

Task<Result<Appended>> GroupCommit::append(std::shared_ptr<GroupCommit> self, NewEvent event) {
    const auto refused = self->refusal();
    if (refused) co_return *refused;
    const auto operation = std::make_shared<Append>();
    operation->event = std::move(event);
    co_await self->committed(self->appends_, operation);
    co_return operation->result;
}

Task<Result<void>> GroupCommit::settle(std::shared_ptr<GroupCommit> self, Settlement settlement) {
    const auto refused = self->refusal();
    if (refused) co_return *refused;
    const auto operation = std::make_shared<Settle>();
    operation->settlement = std::move(settlement);
    co_await self->committed(self->settlements_, operation);
    co_return operation->result;
}

std::optional<base::Error> GroupCommit::refusal() const {
    if (stopping_ || abandoned_) return base::Error{base::Errc::canceled, "the store is stopping"};
    if (appends_.size() + settlements_.size() >= settings_.queue_max)
        return base::Error{base::Errc::unavailable, "too many operations wait for the store"};
    return std::nullopt;
}

/// Returns when the operation has its result.
template <class Operation>
Task<> GroupCommit::committed(std::deque<Waiting<Operation>>& queue, std::shared_ptr<Operation> operation) {
    const runtime::Lane lane = co_await asio::this_coro::executor;
    auto start = [this, &queue, operation, lane](auto handler) {
        queue.push_back(Waiting<Operation>{operation, Handler(std::move(handler))});
        wake(lane);
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(start), asio::use_awaitable);
}

void GroupCommit::wake(const runtime::Lane& lane) {
    if (!tasks_) {
        lane_ = lane;
        tasks_.emplace(lane);
    }
    if (pumping_) return;
    const auto self = shared_from_this();
    pumping_ = true; // before it starts: it may run at once
    const bool started = tasks_->spawn("store commits", [self] { return pump(self); });
    PAYSYNC_ASSERT(started, "an operation was accepted after the store stopped");
}

Task<> GroupCommit::pump(std::shared_ptr<GroupCommit> self) {
    co_await asio::post(asio::use_awaitable); // what is ready on the lane now belongs to the first group
    while (!self->abandoned_ && !(self->appends_.empty() && self->settlements_.empty())) {
        while (self->log_.far_behind() && self->log_.passive_running() && !self->abandoned_)
            co_await self->checkpoint_ended_.wait();
        if (self->abandoned_) break;
        Taken taken = self->take();
        co_await self->commit(std::move(taken));
    }
    self->pumping_ = false;
}

/// Appends first: somebody waits for them with an open connection. At least one settlement goes along, so that a
/// flood of webhooks cannot keep settled work from being written.
GroupCommit::Taken GroupCommit::take() {
    Taken taken;
    taken.group = std::make_shared<Group>();
    std::size_t bytes = 0;
    while (!appends_.empty() && taken.resume.size() < settings_.group_events_max && bytes < group_bytes_max) {
        Waiting<Append>& next = appends_.front();
        bytes += next.operation->event.body.size();
        taken.group->appends.push_back(std::move(next.operation));
        taken.resume.push_back(std::move(next.resume));
        appends_.pop_front();
    }
    std::size_t rows = 0;
    while (!settlements_.empty() && (rows == 0 || rows < settings_.group_events_max)) {
        Waiting<Settle>& next = settlements_.front();
        rows += 1 + rows_of(next.operation->settlement);
        taken.group->settlements.push_back(std::move(next.operation));
        taken.resume.push_back(std::move(next.resume));
        settlements_.pop_front();
    }
    return taken;
}

Task<> GroupCommit::commit(Taken taken) {
    const auto begun = seams_.clock.steady();
    std::function<void()> job = [group = taken.group, connection = writer_, restart = log_.take_restart()] {
        if (restart) {
            checkpoint(*connection, Checkpoint::restart, restart_patience_ms);
            connection->wait_when_busy(commit_patience_ms);
        }
        commit_group(*connection, *group);
    };
    co_await seams_.writer.run(std::move(job));
    if (abandoned_) co_return;
    Group& group = *taken.group;
    if (group.failure) {
        for (const auto& one : group.appends) one->result = *group.failure;
        for (const auto& one : group.settlements) one->result = *group.failure;
    }
    account(group, seams_.clock.steady() - begun);
    for (Handler& handler : taken.resume)
        asio::post(*lane_, [resume = std::move(handler)]() mutable { std::move(resume)(); });
    start_checkpoint();
}

void GroupCommit::account(const Group& group, runtime::Duration took) {
    if (group.failure) {
        seams_.metrics.count("paysync_store_failures_total");
        if (!failing_) base::log::error("store", "a commit failed", {{"reason", group.failure->detail}});
        failing_ = true;
        return;
    }
    if (writes_nothing(group)) return; // it only asked whether the writer answers
    if (failing_) base::log::info("store", "commits succeed again");
    failing_ = false;
    log_.committed(group.log_frames);
    seams_.metrics.observe("paysync_commit_seconds", std::chrono::duration<double>(took).count());
    seams_.metrics.observe("paysync_commit_rows",
                           static_cast<double>(group.appends.size() + group.settlements.size()));
}

void GroupCommit::start_checkpoint() {
    if (!log_.wants_passive()) return;
    const auto self = shared_from_this();
    log_.passive_started(); // before it starts: it may run at once
    const bool started = tasks_->spawn("store checkpoint", [self] { return write_back(self); });
    if (!started) log_.passive_ended(); // stopping: the whole log is written back soon
}

Task<> GroupCommit::write_back(std::shared_ptr<GroupCommit> self) {
    std::function<void()> job = [connection = self->checkpointer_] {
        checkpoint(*connection, Checkpoint::passive, 0);
    };
    co_await self->seams_.readers.run(std::move(job));
    self->log_.passive_ended();
    self->checkpoint_ended_.ring();
}

Task<> GroupCommit::stop() {
    const auto self = shared_from_this();
    if (stopping_ || !tasks_) {
        stopping_ = true;
        co_return;
    }
    stopping_ = true;
    tasks_->close();
    co_await tasks_->join();
    tasks_.reset(); // it holds a timer of the lane: a store that was stopped may outlive its lane
}

Task<> GroupCommit::empty_log() {
    std::function<void()> job = [connection = writer_] {
        if (!checkpoint(*connection, Checkpoint::truncate, stop_patience_ms))
            base::log::info("store", "the write-ahead log stays for the next start, another program may be reading");
    };
    co_await seams_.writer.run(std::move(job));
}

void GroupCommit::abandon() noexcept {
    abandoned_ = true;
    appends_.clear();
    settlements_.clear();
    checkpoint_ended_.ring();
}

} // namespace paysync::store::sqlite
