// The loop that chooses ready parties, sends their batches on the way and takes back what could not be settled.
#include "paysync/sync/engine.hpp"

#include "paysync/base/crash_point.hpp"
#include "paysync/base/log.hpp"
#include "paysync/runtime/task_group.hpp"
#include "paysync/runtime/wakeup.hpp"
#include "paysync/sync/notifier.hpp"
#include "sync/batch.hpp"
#include "sync/claims.hpp"
#include "sync/grouping.hpp"
#include "sync/in_hand.hpp"
#include "sync/party_keys.hpp"
#include "sync/recent_latencies.hpp"
#include "sync/retry.hpp"

#include <algorithm>
#include <set>

namespace paysync::sync {

namespace {

using runtime::SteadyTime;
using runtime::Task;

constexpr auto looks_every = std::chrono::seconds{30};
constexpr std::size_t in_hand_slots = 64; ///< more than batches can be in flight

class EngineLoop final : public Engine {
public:
    EngineLoop(runtime::Lane lane, EngineSettings settings, store::Store& store, salesforce::Org& org,
               Notifier& notifier, std::shared_ptr<const flow::FlowSet> flows, runtime::Workers& workers,
               runtime::Clock& clock, runtime::Chance& chance, base::Metrics& metrics)
        : settings_{std::move(settings)},
          store_{store},
          org_{org},
          notifier_{notifier},
          directory_{org, clock},
          flows_{std::move(flows)},
          workers_{workers},
          clock_{clock},
          chance_{chance},
          metrics_{metrics},
          in_hand_{settings_.in_hand_file, in_hand_slots},
          tasks_{std::move(lane)} {}

    void start() override {
        began_ = clock_.wall();
        tasks_.spawn("sync", [this] { return loop(); });
    }

    void wake() override {
        news_ = true;
        wakeup_.ring();
    }

    void look_at_store() override {
        next_due_known_ = false;
        wakeup_.ring();
    }

    void use_flows(std::shared_ptr<const flow::FlowSet> flows) override {
        flows_ = std::move(flows);
        idle_evaluators_.clear();
        grouper_.reset();
    }

    void use_settings(EngineSettings settings) override { settings_ = std::move(settings); }

    Task<> come_round() override {
        const std::uint64_t seen = rounds_;
        wakeup_.ring();
        while (running_ && !probing_ && rounds_ == seen) co_await came_round_.wait();
    }

    EngineStatus status() const override {
        EngineStatus status;
        status.salesforce_reachable = !away_ || !away_->salesforce;
        if (away_) {
            status.why = away_->why;
            status.since = away_->since;
        }
        status.buffered = parties_.buffered();
        status.in_flight = batches_;
        status.latency = recent_.summary();
        return status;
    }

    Task<> stop() override {
        stopping_ = true;
        wakeup_.ring();
        co_await tasks_.join();
    }

private:
    /// Salesforce, or our own disk, cannot be used at the moment: nothing is chosen until `until`.
    struct Away {
        bool salesforce = true;
        std::string why;
        runtime::WallTime since;
        int attempts = 0;
        SteadyTime until;
    };

    Task<> loop() {
        running_ = true;
        while (!stopping_) {
            co_await refill();
            co_await look_whether_back();
            dispatch();
            ++rounds_;
            came_round_.ring();
            if (!stopping_) co_await rest();
        }
        running_ = false;
        came_round_.ring();
    }

    /// Until something is new, due, or worth a probe.
    Task<> rest() {
        if (news_ && parties_.buffered() < settings_.buffered_events_max && !store_failed_) co_return;
        SteadyTime soonest = store_failed_ ? clock_.steady() + std::chrono::seconds{1} : look_at_store_;
        if (away_) soonest = std::min(soonest, away_->until);
        if (next_due_ && !store_failed_) {
            const SteadyTime due = clock_.steady() + std::max(*next_due_ - clock_.wall(), runtime::Duration{0}) +
                                   std::chrono::milliseconds{1};
            soonest = std::min(soonest, due);
        }
        co_await wakeup_.wait_until(clock_, soonest);
    }

    Task<> refill() {
        store_failed_ = false;
        co_await recall_claims();
        constexpr std::size_t chunk_max = 1000;
        while (news_ && !store_failed_ && parties_.buffered() < settings_.buffered_events_max) {
            news_ = false;
            auto events = co_await store_.unsettled(cursor_, chunk_max);
            if (!events) {
                store_failure(events.error());
                news_ = true;
                co_return;
            }
            if (events->size() == chunk_max) news_ = true;
            if (events->empty()) break;
            const std::int64_t last = events->back().seq;
            std::vector<Work> work;
            for (store::StoredEvent& stored : *events) {
                Work& one = work.emplace_back();
                auto event = checkout::read_event(stored.body, stored.received_at);
                if (event) one.event = std::move(*event);
                one.outcome_unknown = stored.received_at < began_;
                one.stored = std::move(stored);
            }
            const bool added = co_await add_to_parties(std::move(work)); // g++ 12: never await inside a condition
            if (!added) {
                news_ = true;
                co_return;
            }
            cursor_ = last;
        }
        co_await refill_due();
    }

    /// Once: what ended earlier processes. Noted in the store before the file forgets it would be better still, but a
    /// process that dies between the two only counts one death too few.
    Task<> recall_claims() {
        if (claims_known_) co_return;
        for (const store::RunKey& key : in_hand_.left_behind()) newly_dead_.push_back(key);
        if (!newly_dead_.empty()) {
            store::Settlement deaths;
            deaths.put_claims = newly_dead_;
            auto noted = co_await store_.settle(std::move(deaths));
            if (!noted) co_return store_failure(noted.error());
        }
        for (const store::RunKey& key : std::exchange(newly_dead_, {}))
            base::log::error("sync", "the last process ended while it evaluated this flow",
                             {{"flow", key.flow}, {"event_number", key.event_seq}});
        auto found = co_await store_.claims();
        if (!found) co_return store_failure(found.error());
        claims_known_ = true;
        claims_.found(std::move(*found));
    }

    Task<> refill_due() {
        if (store_failed_) co_return;
        const bool looks = clock_.steady() >= look_at_store_;
        if (next_due_known_ && !looks && (!next_due_ || *next_due_ > clock_.wall())) co_return;
        look_at_store_ = clock_.steady() + looks_every;
        constexpr std::size_t due_max = 500;
        auto due = co_await store_.due_runs(clock_.wall(), due_max + active_runs_.size());
        if (!due) {
            store_failure(due.error());
            co_return;
        }
        std::vector<Work> work;
        for (store::DueRun& run : *due) {
            if (active_runs_.contains({run.run.event_seq, run.run.flow})) continue;
            Work& one = work.emplace_back();
            auto event = checkout::read_event(run.event.body, run.event.received_at);
            if (event) one.event = std::move(*event);
            one.outcome_unknown = run.run.ready_at < began_;
            one.stored = std::move(run.event);
            one.run = std::move(run.run);
        }
        std::vector<store::RunKey> fresh;
        for (const Work& one : work) fresh.push_back({one.stored.seq, one.run->flow});
        const bool added = co_await add_to_parties(std::move(work));
        if (!added) co_return;
        active_runs_.insert(fresh.begin(), fresh.end());
        co_await find_next_due();
    }

    /// The first run that is not in our hands already.
    Task<> find_next_due() {
        auto next = co_await store_.next_due();
        if (!next) {
            store_failure(next.error());
            co_return;
        }
        next_due_ = *next;
        // Runs that are due and in our hands say nothing new: what comes after them is looked for when they settle.
        if (next_due_ && *next_due_ <= clock_.wall() && !active_runs_.empty()) next_due_.reset();
        next_due_known_ = true;
    }

    Task<bool> add_to_parties(std::vector<Work> work) {
        std::set<std::string> payments;
        for (const Work& one : work)
            if (one.event && !one.event->payment_id.empty()) payments.insert(one.event->payment_id);
        std::vector<std::string> wanted{payments.begin(), payments.end()};
        auto states = co_await store_.payments(std::move(wanted));
        if (!states) {
            store_failure(states.error());
            co_return false;
        }
        std::unique_ptr<flow::Evaluator> evaluator = std::move(grouper_);
        const std::shared_ptr<const flow::FlowSet> flows = flows_;
        auto groups = co_await group_keys(work, *states, flows, workers_, evaluator);
        if (flows == flows_) grouper_ = std::move(evaluator);
        for (std::size_t i = 0; i < work.size(); ++i) {
            work[i].order = next_order_++;
            std::vector<std::string> keys = party_keys(work[i], *states);
            keys.insert(keys.end(), groups[i].begin(), groups[i].end());
            parties_.add(std::move(keys), std::move(work[i]));
        }
        co_return true;
    }

    void store_failure(const base::Error& error) {
        store_failed_ = true;
        base::log::error("sync", "the store cannot be read; trying again", {{"why", error.detail}});
    }

    /// One event alone goes at once; what comes while it is on its way makes the next batch; a second batch goes out
    /// beside it only when it is full.
    void dispatch() {
        while (!away_ && !stopping_ && batches_ < settings_.batches_in_flight_max && parties_.ready() > 0 &&
               (batches_ == 0 || parties_.ready() >= settings_.batch_events_max)) {
            auto taken = std::make_shared<std::vector<Parties::Taken>>(parties_.take(settings_.batch_events_max));
            ++batches_;
            tasks_.spawn("batch", [this, taken] { return handle(taken); });
        }
    }

    Task<> handle(std::shared_ptr<std::vector<Parties::Taken>> taken) {
        Batch batch;
        batch.now = clock_.wall();
        for (Parties::Taken& one : *taken) {
            PartyBatch& party = batch.parties.emplace_back();
            party.id = one.party;
            party.work = std::move(one.work);
        }
        const std::uint64_t asked_at = write_keys_.now();
        asking_.insert(asked_at);
        batch.slot = take_slot();
        auto done = co_await bring_to_end(batch);
        slots_in_use_.erase(batch.slot);
        asking_.erase(asking_.find(asked_at));
        write_keys_.forget_before(asking_.empty() ? write_keys_.now() : *asking_.begin());
        if (!done) {
            for (PartyBatch& party : batch.parties) {
                party.returned = true;
                for (Work& work : party.work)
                    work.outcome_unknown = work.outcome_unknown || done.error().may_have_happened;
            }
            go_away(done.error());
        }
        give_back(batch);
        --batches_;
        wakeup_.ring();
    }

    std::size_t take_slot() {
        std::size_t slot = 0;
        while (slots_in_use_.contains(slot)) ++slot;
        slots_in_use_.insert(slot);
        return slot;
    }

    store::RunKey key_of(const FlowTask& task, const flow::FlowSet& flows) const {
        return {task.stored.seq, flows.flows()[task.flow].name};
    }

    /// Of what was evaluated and lived, or was given up.
    std::vector<store::RunKey> settled_claims(const Batch& batch, const flow::FlowSet& flows) const {
        std::vector<store::RunKey> keys;
        for (const FlowTask& task : batch.tasks) {
            if (batch.parties[task.party].returned) continue;
            const store::RunKey key = key_of(task, flows);
            if (claims_.holds(key)) keys.push_back(key);
        }
        return keys;
    }

    Task<Stepped<void>> bring_to_end(Batch& batch) {
        const EngineSettings settings = settings_; // a reload must not change them under a worker
        const Surround around{settings, store_,   org_,        flows_,   workers_,  clock_,
                              chance_,  metrics_, write_keys_, in_hand_, notifier_, directory_};
        std::unique_ptr<flow::Evaluator> evaluator;
        if (!idle_evaluators_.empty()) {
            evaluator = std::move(idle_evaluators_.back());
            idle_evaluators_.pop_back();
        }
        auto gathered = co_await gather(batch, around, evaluator);
        if (!gathered) co_return gathered.error();
        for (FlowTask& task : batch.tasks) task.given_up = claims_.gives_up(key_of(task, *around.flows));
        auto decided = co_await decide(batch, around, evaluator);
        if (evaluator && around.flows == flows_) idle_evaluators_.push_back(std::move(evaluator));
        if (!decided) co_return decided.error();
        auto written = co_await write(batch, around);
        if (!written) co_return written.error();
        auto called = co_await send_calls(batch, around);
        if (!called) co_return called.error();
        store::Settlement settlement = settlement_of(batch, around);
        forget_old_answers(settlement);
        const std::vector<store::RunKey> cleared = settled_claims(batch, *around.flows);
        settlement.drop_claims = cleared;
        const bool figures_change = !settlement.figures.empty();
        base::crash_point("sync.before_settle");
        auto settled = co_await store_.settle(std::move(settlement));
        if (!settled) co_return outage_of(settled.error());
        for (const store::RunKey& key : cleared) claims_.forget(key);
        if (figures_change && settings.figures_changed) settings.figures_changed();
        base::crash_point("sync.after_settle");
        if (batch.calls > 0 && away_attempts_ > 0) away_attempts_ = 0;
        co_return boost::system::in_place_value;
    }

    /// Once an hour, with whatever is settled then.
    void forget_old_answers(store::Settlement& settlement) {
        if (clock_.wall() < forget_answers_at_) return;
        settlement.forget_known_before = clock_.wall() - settings_.keep_answers;
        forget_answers_at_ = clock_.wall() + std::chrono::hours{1};
    }

    void give_back(Batch& batch) {
        std::size_t settled = 0;
        for (PartyBatch& party : batch.parties) {
            if (!party.returned) {
                for (const Work& work : party.work) {
                    if (work.run)
                        active_runs_.erase({work.stored.seq, work.run->flow});
                    else
                        note_latency(seconds_since(work.stored.received_at));
                }
                settled += party.work.size();
                party.work.clear();
            }
            parties_.done(party.id, std::move(party.work));
        }
        if (settled == 0) return;
        next_due_known_ = false; // the settlement may have put runs off, or taken away the next
        metrics_.count("paysync_batches_total");
        metrics_.observe("paysync_batch_events", static_cast<double>(settled));
    }

    void note_latency(double seconds) {
        metrics_.observe("paysync_sync_seconds", seconds);
        recent_.add(seconds);
    }

    double seconds_since(runtime::WallTime time) const {
        return std::chrono::duration<double>(clock_.wall() - time).count();
    }

    void go_away(const Outage& outage) {
        ++away_attempts_;
        runtime::Duration wait = backoff(settings_.outage, away_attempts_, 0.5 + chance_.unit() / 2);
        if (outage.retry_after_seconds)
            wait = std::max<runtime::Duration>(wait, std::chrono::seconds{*outage.retry_after_seconds});
        if (!away_) {
            away_ = Away{outage.salesforce, outage.why, clock_.wall(), 0, {}};
            base::log::warning("sync",
                               outage.salesforce ? "Salesforce cannot be used; events wait on disk"
                                                 : "the store cannot be written; trying again",
                               {{"why", outage.why}});
        }
        away_->why = outage.why;
        away_->attempts = away_attempts_;
        away_->until = clock_.steady() + wait;
        metrics_.set("paysync_salesforce_reachable", away_->salesforce ? 0 : 1);
    }

    Task<> look_whether_back() {
        if (!away_ || stopping_ || clock_.steady() < away_->until) co_return;
        if (away_->salesforce) {
            probing_ = true;
            came_round_.ring();
            auto answer = co_await org_.probe();
            probing_ = false;
            if (!answer && is_outage(answer.error())) {
                go_away(outage_of(answer.error()));
                co_return;
            }
        }
        base::log::info("sync", "working again", {{"after_seconds", seconds_since(away_->since)}});
        away_.reset();
        metrics_.set("paysync_salesforce_reachable", 1);
    }

    EngineSettings settings_;
    store::Store& store_;
    salesforce::Org& org_;
    Notifier& notifier_;
    Directory directory_;
    std::shared_ptr<const flow::FlowSet> flows_;
    runtime::Workers& workers_;
    runtime::Clock& clock_;
    runtime::Chance& chance_;
    base::Metrics& metrics_;

    Parties parties_;
    WriteKeys write_keys_;
    InHand in_hand_;
    std::set<std::size_t> slots_in_use_;
    std::vector<store::RunKey> newly_dead_;
    Claims claims_;
    bool claims_known_ = false;
    std::multiset<std::uint64_t> asking_; ///< since when the batches in flight have been asking
    std::set<store::RunKey> active_runs_; ///< buffered or in flight
    std::vector<std::unique_ptr<flow::Evaluator>> idle_evaluators_;
    std::unique_ptr<flow::Evaluator> grouper_; ///< says of which groups work is, before it is taken into a batch
    runtime::WallTime began_;                  ///< what is older may have been under way in an earlier life
    std::int64_t cursor_ = 0;
    std::int64_t next_order_ = 0;
    std::size_t batches_ = 0;
    RecentLatencies recent_;
    bool news_ = true;
    bool stopping_ = false;
    bool store_failed_ = false;
    bool next_due_known_ = false;
    std::optional<runtime::WallTime> next_due_;
    SteadyTime look_at_store_; ///< by then: a person's command may have made something due
    runtime::WallTime forget_answers_at_;
    std::optional<Away> away_;
    int away_attempts_ = 0;
    bool running_ = false;
    bool probing_ = false; ///< the loop waits for Salesforce
    std::uint64_t rounds_ = 0;
    runtime::Wakeup wakeup_;
    runtime::Wakeup came_round_;
    runtime::TaskGroup tasks_; ///< last: its tasks use all of the above
};

} // namespace

std::unique_ptr<Engine> make_engine(runtime::Lane lane, EngineSettings settings, store::Store& store,
                                    salesforce::Org& org, Notifier& notifier,
                                    std::shared_ptr<const flow::FlowSet> flows, runtime::Workers& workers,
                                    runtime::Clock& clock, runtime::Chance& chance, base::Metrics& metrics) {
    return std::make_unique<EngineLoop>(std::move(lane), std::move(settings), store, org, notifier, std::move(flows),
                                        workers, clock, chance, metrics);
}

} // namespace paysync::sync
