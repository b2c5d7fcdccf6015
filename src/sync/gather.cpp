// What a batch must know before it decides: the payments' and customers' past, and which flows to run.
#include "sync/batch.hpp"
#include "sync/grouping.hpp"

#include "paysync/base/log.hpp"
#include "paysync/revenue/day_event.hpp"

#include <algorithm>
#include <tuple>

namespace paysync::sync {

namespace {

using checkout::Event;
using store::Run;
using store::RunKey;

std::vector<std::string> payments_of(const Batch& batch) {
    std::set<std::string> payments;
    for (const PartyBatch& party : batch.parties)
        for (const Work& work : party.work)
            if (work.event && !work.event->payment_id.empty()) payments.insert(work.event->payment_id);
    return {payments.begin(), payments.end()};
}

/// Lists the tasks of one party.
class Lister {
public:
    Lister(Batch& batch, std::size_t party, const Surround& around, const store::Surroundings& past)
        : batch_{batch}, index_{party}, party_{batch.parties[party]}, flows_{*around.flows}, past_{past} {}

    void run() {
        for (const store::DueRun& waiting : past_.runs)
            stored_runs_[{waiting.run.event_seq, waiting.run.flow}] = &waiting;
        std::set<std::string> learned; // payments whose handled events must be decided again
        std::set<std::string> moved;   // payments whose views changed at all
        for (const Work& work : party_.work) {
            if (work.run) continue;
            if (!work.event) {
                batch_.unreadable.emplace(work.stored.seq, "the body is not a JSON object");
                continue;
            }
            hear(*work.event, learned, moved);
        }
        for (const Work& work : party_.work) add(work);
        for (const std::string& payment : learned) run_again(payment);
        for (const std::string& payment : moved) release_lacking(payment);
        std::sort(party_.tasks.begin(), party_.tasks.end(), [this](TaskIndex a, TaskIndex b) {
            const auto key = [this](TaskIndex task) {
                const FlowTask& t = batch_.tasks[task];
                return std::tuple(t.stored.occurred_at, t.stored.seq, t.flow);
            };
            return key(a) < key(b);
        });
    }

private:
    void hear(const Event& event, std::set<std::string>& learned, std::set<std::string>& moved) {
        if (event.payment_id.empty() || event.is_test) return;
        party_.payments.insert(event.payment_id);
        const Views::Heard heard = batch_.views.hear(event);
        if (heard.changed) moved.insert(event.payment_id);
        const auto settled = past_.settled_events.find(event.payment_id);
        if (settled == past_.settled_events.end() || settled->second.empty()) return;
        const bool late = event.occurred_at < settled->second.back().occurred_at;
        if (heard.gained_member || (late && heard.changed)) learned.insert(event.payment_id);
    }

    void add(const Work& work) {
        if (!work.event) return;
        if (work.run) {
            // A run that meanwhile ended, or was put off again, is not in the store as it was when it was buffered.
            const auto stored = stored_runs_.find({work.stored.seq, work.run->flow});
            if (work.run->cause == store::cause_timer && stored == stored_runs_.end()) return add_timer(work);
            if (stored == stored_runs_.end() || !is_due(stored->second->run)) return;
            if (stored->second->run.state == store::RunState::held) decide_by_time(stored->second->run);
            add_run(work.stored, *work.event, stored->second->run, work.outcome_unknown);
            return;
        }
        if (work.event->is_test || work.event->is_payout) return;
        for (const std::size_t flow : flows_.triggered_by(work.event->type))
            add_task(work.stored, *work.event, flow, {}, false, work.outcome_unknown);
    }

    bool is_due(const Run& run) const {
        if (run.state == store::RunState::held) return run.until && *run.until <= batch_.now;
        return run.ready_at <= batch_.now;
    }

    /// Nobody said anything while a `hold` lasted: what the flow says then is the decision.
    void decide_by_time(const Run& run) {
        const auto key = base::member_text(run.detail, store::detail_approval);
        if (!key) return;
        store::Approval approval;
        approval.flow = run.flow;
        approval.key = *key;
        approval.payment = run.payment;
        approval.decision =
            base::member_text(run.detail, detail_then) == "go" ? store::Decision::go : store::Decision::stop;
        approval.by = "time";
        approval.at = batch_.now;
        batch_.decided_by_time[{approval.flow, approval.key}] = std::move(approval);
    }

    void add_timer(const Work& work) {
        if (!work.event->payment_id.empty()) party_.payments.insert(work.event->payment_id);
        const auto flow = flows_.find(work.run->flow);
        if (!flow || !flows_.flows()[*flow].enabled || !flows_.flows()[*flow].has_timers) {
            batch_.stray_timers.push_back({work.stored.seq, work.run->flow});
            return;
        }
        add_task(work.stored, *work.event, *flow, {}, true, work.outcome_unknown);
    }

    void add_run(const store::StoredEvent& stored, const Event& event, const Run& run, bool outcome_unknown) {
        if (!event.payment_id.empty()) party_.payments.insert(event.payment_id);
        const auto flow = flows_.find(run.flow);
        if (flow && flows_.flows()[*flow].enabled)
            add_task(stored, event, *flow, run, false, outcome_unknown);
        else
            batch_.orphans.push_back(run);
    }

    void run_again(const std::string& payment) {
        for (const store::StoredEvent& stored : past_.settled_events.at(payment)) {
            const auto event = checkout::read_event(stored.body, stored.received_at);
            if (!event || event->is_test || event->is_payout) continue;
            for (const std::size_t flow : flows_.triggered_by(event->type)) {
                const auto waiting = stored_runs_.find({stored.seq, flows_.flows()[flow].name});
                std::optional<Run> run;
                if (waiting != stored_runs_.end()) run = waiting->second->run;
                add_task(stored, *event, flow, run, true, false);
            }
        }
    }

    /// Runs that waited for a part of the view look again as soon as the view moved.
    void release_lacking(const std::string& payment) {
        for (const store::DueRun& waiting : past_.runs) {
            const bool lacks = waiting.run.state == store::RunState::waiting && waiting.run.cause == "lacks";
            if (waiting.run.payment != payment || !lacks) continue;
            const auto event = checkout::read_event(waiting.event.body, waiting.event.received_at);
            if (event) add_run(waiting.event, *event, waiting.run, false);
        }
    }

    void add_task(const store::StoredEvent& stored, const Event& event, std::size_t flow, std::optional<Run> run,
                  bool again, bool outcome_unknown) {
        const RunKey key{stored.seq, flows_.flows()[flow].name};
        if (past_.given_up.contains(key)) return;
        if (!listed_.insert(key).second) return;
        party_.tasks.push_back(batch_.tasks.size());
        FlowTask& task = batch_.tasks.emplace_back();
        task.party = index_;
        task.stored = stored;
        task.event = event;
        task.flow = flow;
        task.run = std::move(run);
        task.again = again;
        task.outcome_unknown = outcome_unknown;
        task.on_hold = batch_.flows_on_hold.contains(key.flow);
    }

    Batch& batch_;
    std::size_t index_;
    PartyBatch& party_;
    const flow::FlowSet& flows_;
    const store::Surroundings& past_;
    std::map<RunKey, const store::DueRun*> stored_runs_;
    std::set<RunKey> listed_;
};

/// Runs are found by their payments; an event of none, such as a day's figures, has them all the same.
runtime::Task<Stepped<void>> add_runs_without_payment(Batch& batch, const Surround& around,
                                                      store::Surroundings& past) {
    for (const PartyBatch& party : batch.parties) {
        for (const Work& work : party.work) {
            if (!work.run || !work.event || !work.event->payment_id.empty()) continue;
            RunKey key{work.stored.seq, work.run->flow};
            auto found = co_await around.store.run_of(std::move(key));
            if (!found) co_return outage_of(found.error());
            if (*found) past.runs.push_back(std::move(**found));
        }
    }
    co_return boost::system::in_place_value;
}

/// A state is a merge of events, and the events are kept: what cannot be read is made anew.
void rebuild_payment(Batch& batch, const std::string& id, const store::Surroundings& past, const base::Error& why) {
    std::vector<Event> events;
    if (const auto settled = past.settled_events.find(id); settled != past.settled_events.end()) {
        for (const store::StoredEvent& stored : settled->second) {
            const auto event = checkout::read_event(stored.body, stored.received_at);
            if (event && !event->is_test) events.push_back(*event);
        }
    }
    batch.views.rebuild_payment(id, events);
    base::log::error("sync", "the stored state of a payment cannot be read; it is made anew from its events",
                     {{"payment", id}, {"why", why.detail}, {"events", events.size()}});
}

/// Walks through all payments: slow where there are millions, and never needed unless the file was damaged.
runtime::Task<base::Result<void>> rebuild_customers(Batch& batch, const Surround& around,
                                                    std::set<std::string> keys) {
    for (const std::string& key : keys) {
        batch.views.begin_customer(key);
        base::log::error("sync", "the stored state of a customer cannot be read; it is made anew from all payments");
    }
    constexpr std::size_t page = 1000;
    std::string after;
    for (;;) {
        auto payments = co_await around.store.payments_above(after, page);
        if (!payments) co_return payments.error();
        for (const auto& [id, stored] : *payments) {
            after = id;
            const auto state = checkout::PaymentState::from_json(stored);
            if (!state) continue; // it is rebuilt, and counted, when its next event comes
            for (const std::string& key : keys) batch.views.add_payment_of(key, *state);
        }
        if (payments->size() < page) co_return base::Result<void>{};
    }
}

/// The groups that the batch's payments are of, or were, with what their other payments say.
runtime::Task<Stepped<void>> gather_groups(Batch& batch, const Surround& around,
                                           const std::map<std::string, std::vector<GroupKey>>& memberships,
                                           std::unique_ptr<flow::Evaluator>& evaluator) {
    batch.views.declare_groups(around.flows->groups());
    for (const auto& [payment, groups] : memberships) batch.views.load_memberships(payment, groups);
    std::set<std::string> payments;
    for (const PartyBatch& party : batch.parties) payments.insert(party.payments.begin(), party.payments.end());
    co_await set_groups(batch.views, payments, around.flows, around.workers, evaluator);
    std::vector<GroupKey> wanted = batch.views.wanted_groups();
    if (!wanted.empty()) {
        auto members = co_await around.store.group_members(std::move(wanted));
        if (!members) co_return outage_of(members.error());
        for (auto& [group, of_group] : *members)
            for (const std::string& payment : batch.views.load_members(group, std::move(of_group)))
                base::log::error("sync", "what a payment adds to its group cannot be read; it is left out",
                                 {{"group", group.group}, {"id", group.id}, {"payment", payment}});
    }
    batch.views.settle_groups();
    co_return boost::system::in_place_value;
}

/// A late retry of an older figure must not stand over a newer one.
runtime::Task<Stepped<void>> renew_figures(Batch& batch, const Surround& around) {
    std::vector<Event*> events;
    for (FlowTask& task : batch.tasks) events.push_back(&task.event);
    auto renewed = co_await revenue::renew(std::move(events), around.store);
    if (!renewed) co_return outage_of(renewed.error());
    co_return boost::system::in_place_value;
}

/// Nothing: it is handled for the first time. A person who replays an old event means it.
std::optional<base::WallTime> first_handled(const FlowTask& task) {
    if (task.run && task.run->cause == store::cause_replay) return task.stored.occurred_at;
    if (task.run || task.again) return task.stored.received_at;
    return std::nullopt;
}

} // namespace

runtime::Task<Stepped<void>> gather(Batch& batch, const Surround& around,
                                    std::unique_ptr<flow::Evaluator>& evaluator) {
    auto holds = co_await around.store.flow_holds();
    if (!holds) co_return outage_of(holds.error());
    for (const store::FlowHold& hold : *holds) batch.flows_on_hold.insert(hold.flow);
    std::vector<std::string> none;
    auto past = co_await around.store.surroundings(payments_of(batch), none);
    if (!past) co_return outage_of(past.error());
    auto added = co_await add_runs_without_payment(batch, around, *past);
    if (!added) co_return added.error();
    for (const auto& [id, state] : past->payments) {
        const auto loaded = batch.views.load_payment(id, state);
        if (!loaded) rebuild_payment(batch, id, *past, loaded.error());
    }

    for (std::size_t i = 0; i < batch.parties.size(); ++i) Lister{batch, i, around, *past}.run();

    std::set<std::string> customers;
    for (PartyBatch& party : batch.parties) {
        for (const std::string& payment : party.payments) {
            for (const std::string& customer : batch.views.customers_of(payment)) {
                party.customers.insert(customer);
                customers.insert(customer);
            }
        }
    }
    std::vector<std::string> wanted{customers.begin(), customers.end()};
    auto known = co_await around.store.surroundings(none, std::move(wanted));
    if (!known) co_return outage_of(known.error());
    std::set<std::string> unreadable;
    for (const auto& [key, state] : known->customers) {
        const auto loaded = batch.views.load_customer(key, state);
        if (!loaded) unreadable.insert(key);
    }
    if (!unreadable.empty()) {
        auto rebuilt = co_await rebuild_customers(batch, around, std::move(unreadable));
        if (!rebuilt) co_return outage_of(rebuilt.error());
    }
    batch.views.settle_customers();
    auto grouped = co_await gather_groups(batch, around, past->memberships, evaluator);
    if (!grouped) co_return grouped.error();
    auto renewed = co_await renew_figures(batch, around);
    if (!renewed) co_return renewed.error();
    for (FlowTask& task : batch.tasks) {
        task.input = batch.views.input(task.event, batch.now);
        task.input.first_handled = first_handled(task);
    }
    co_return boost::system::in_place_value;
}

} // namespace paysync::sync
