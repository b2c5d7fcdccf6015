// What became of a batch, as it is stored: in one transaction, whole or not at all.
#include "sync/batch.hpp"
#include "sync/retry.hpp"

#include "paysync/net/gzip.hpp"

#include <algorithm>
#include <stdexcept>

namespace paysync::sync {

namespace {

using flow::Plan;
using salesforce::Remedy;
using store::Run;
using store::RunState;

Run run_of(const FlowTask& task, const Surround& around, runtime::WallTime now) {
    Run run;
    run.event_seq = task.stored.seq;
    run.flow = around.flows->flows()[task.flow].name;
    run.payment = task.event.payment_id;
    run.attempts = task.run ? task.run->attempts : 0;
    run.since = now;
    run.ready_at = now;
    return run;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

Run refused(const FlowTask& task, const Surround& around, runtime::WallTime now) {
    Run run = run_of(task, around, now);
    run.step = task.refusal->step;
    run.cause = task.refusal->cause;
    run.reason = task.refusal->reason;
    run.detail = task.refusal->detail;
    run.attempts += 1;
    const bool try_again = task.remedy == Remedy::retry || task.remedy == Remedy::retry_at_once ||
                           task.remedy == Remedy::resolve_anew || task.remedy == Remedy::decide_anew ||
                           task.remedy == Remedy::renew_token;
    if (task.remedy == Remedy::choose_record) {
        run.state = RunState::held;
    } else if (!try_again || run.attempts >= around.settings.retry.attempts_max) {
        run.state = RunState::dead;
    } else {
        run.state = RunState::waiting;
        const bool at_once = task.remedy != Remedy::retry && run.attempts == 1;
        run.ready_at = at_once ? now : now + backoff(around.settings.retry, run.attempts, around.chance.unit());
    }
    return run;
}

/// Waits for the missing parts; a person is asked when they do not come.
Run lacking(const FlowTask& task, const Surround& around, runtime::WallTime now) {
    Run run = run_of(task, around, now);
    run.cause = "lacks";
    const bool waited = task.run && task.run->cause == "lacks";
    run.since = waited ? task.run->since : now;
    run.ready_at = run.since + around.settings.needs_wait;
    run.reason = "the payment's " + joined(task.plan.lacking) + " is not known: no webhook has said it";
    if (waited && now >= run.ready_at) run.state = RunState::held;
    return run;
}

/// A person decides: among records, or whether the rest of the flow is done.
Run held(const FlowTask& task, const Surround& around, runtime::WallTime now) {
    const flow::Hold& hold = *task.plan.hold;
    Run run = run_of(task, around, now);
    run.state = RunState::held;
    run.step = hold.step;
    run.cause = "hold";
    run.reason = hold.reason;
    if (hold.key.empty()) {
        run.detail = flow::Json{{"candidates", hold.candidates}};
        return run;
    }
    run.detail = flow::Json{{store::detail_approval, hold.key}, {"by", hold.by}};
    const bool same = task.run && task.run->state == RunState::held &&
                      base::member_text(task.run->detail, store::detail_approval) == hold.key;
    if (same) run.since = task.run->since; // looking at it again does not give it more time
    if (hold.lasts) {
        run.until = run.since + *hold.lasts;
        run.detail[detail_then] = hold.then == flow::Hold::Then::go ? "go" : "stop";
    }
    return run;
}

Run on_hold(const FlowTask& task, const Surround& around, runtime::WallTime now) {
    Run run = run_of(task, around, now);
    run.cause = store::cause_on_hold;
    run.reason = "the flow " + run.flow + " is on hold";
    return run;
}

/// What the plan says of timers. Those of a task that is done are all that its event waits for.
void settle_timers(const FlowTask& task, const Surround& around, const std::optional<Run>& run,
                   store::Settlement& settlement) {
    const flow::Flow& flow = around.flows->flows()[task.flow];
    if (!flow.has_timers) return;
    const bool done = !run || run->cause == store::cause_look_again;
    if (!done && run->state != RunState::held) return;
    if (task.refusal || task.on_hold) return;
    if (done) settlement.clear_timers.push_back({task.stored.seq, flow.name});
    for (const flow::TimerWrite& write : task.plan.timers) {
        store::Timer timer;
        timer.flow = flow.name;
        timer.key = write.key;
        timer.event_seq = task.stored.seq;
        timer.payment = task.event.payment_id;
        timer.about = write.step;
        if (write.kind == flow::TimerWrite::Kind::set) timer.due_at = write.at;
        timer.fired_for = write.fired_for;
        settlement.put_timers.push_back(std::move(timer));
    }
}

/// An event that a rule says to ignore is told once, by the rule's name.
std::optional<store::Effect> ignored(const FlowTask& task, const Surround& around, runtime::WallTime now) {
    if (task.refusal || task.plan.outcome != Plan::Outcome::ignored || task.again) return std::nullopt;
    store::Effect effect = begin_effect(task, around);
    effect.rule = task.plan.ignored_by;
    effect.outcome = "ignored";
    effect.at = now;
    return effect;
}

/// The row of a task that is not done; nothing when it is.
std::optional<Run> open_run(const FlowTask& task, const Surround& around, runtime::WallTime now) {
    if (task.on_hold) return on_hold(task, around, now);
    if (task.refusal) return refused(task, around, now);
    if (task.plan.outcome == Plan::Outcome::lacks) return lacking(task, around, now);
    if (task.plan.outcome == Plan::Outcome::held) return held(task, around, now);
    if (task.later) {
        Run run = run_of(task, around, now);
        run.cause = "later";
        run.reason = "the next step needs the Id of a record that was just written";
        return run;
    }
    if (task.outcome_unknown) {
        Run run = run_of(task, around, now);
        run.cause = store::cause_look_again;
        run.reason =
            "an earlier call for it had no answer and may still take effect: looked at once more when that is over";
        run.ready_at = now + around.settings.look_again_after;
        return run;
    }
    return std::nullopt;
}

Run dead_event(std::int64_t seq, const std::string& why, runtime::WallTime now) {
    Run run;
    run.event_seq = seq;
    run.state = RunState::dead;
    run.cause = "unreadable";
    run.reason = why;
    run.since = now;
    run.ready_at = now;
    return run;
}

std::string_view outcome_word(const std::optional<Run>& run) {
    if (!run) return "done";
    switch (run->state) {
    case RunState::waiting: return "waiting";
    case RunState::held: return "held";
    case RunState::dead: return "dead";
    }
    return "done";
}

} // namespace

store::Effect begin_effect(const FlowTask& task, const Surround& around) {
    const flow::Flow& flow = around.flows->flows()[task.flow];
    store::Effect effect;
    effect.event_seq = task.stored.seq;
    effect.payment = task.event.payment_id;
    effect.flow = flow.name;
    effect.flow_version = flow.version;
    return effect;
}

store::Settlement settlement_of(const Batch& batch, const Surround& around) {
    store::Settlement settlement;
    std::set<std::string> payments;
    std::set<std::string> customers;
    for (const PartyBatch& party : batch.parties) {
        if (party.returned) continue;
        payments.insert(party.payments.begin(), party.payments.end());
        customers.insert(party.customers.begin(), party.customers.end());
        for (const Work& work : party.work) {
            if (work.run) continue;
            settlement.settled_events.push_back(work.stored.seq);
            const auto unreadable = batch.unreadable.find(work.stored.seq);
            if (unreadable != batch.unreadable.end())
                settlement.put_runs.push_back(dead_event(work.stored.seq, unreadable->second, batch.now));
        }
        for (const TaskIndex index : party.tasks) {
            const FlowTask& task = batch.tasks[index];
            auto run = open_run(task, around, batch.now);
            const std::string& flow = around.flows->flows()[task.flow].name;
            around.metrics.count("paysync_runs_settled_total",
                                 {{"flow", flow}, {"outcome", std::string(outcome_word(run))}});
            settle_timers(task, around, run, settlement);
            if (auto effect = ignored(task, around, batch.now)) settlement.effects.push_back(std::move(*effect));
            if (!task.answers.empty())
                settlement.put_known.push_back(
                    {task.stored.seq, flow, batch.now, net::gzip(base::to_text(task.answers))});
            if (run)
                settlement.put_runs.push_back(std::move(*run));
            else if (task.run || task.again)
                settlement.drop_runs.push_back({task.stored.seq, flow});
            settlement.effects.insert(settlement.effects.end(), task.effects.begin(), task.effects.end());
        }
    }
    for (Run orphan : batch.orphans) {
        orphan.state = RunState::dead;
        orphan.cause = "no flow";
        orphan.reason = "the flow " + orphan.flow + " is no longer among the flows, or switched off";
        settlement.put_runs.push_back(std::move(orphan));
    }
    settlement.put_calls = batch.sent_calls;
    for (const auto& [key, approval] : batch.decided_by_time) settlement.put_approvals.push_back(approval);
    settlement.clear_timers.insert(settlement.clear_timers.end(), batch.stray_timers.begin(),
                                   batch.stray_timers.end());
    settlement.payments = batch.views.changed_payments();
    std::erase_if(settlement.payments, [&](const auto& entry) { return !payments.contains(entry.first); });
    for (GroupMember& member : batch.views.changed_members())
        if (payments.contains(member.payment)) settlement.put_members.push_back(std::move(member));
    for (const GroupMember& member : batch.views.left_members())
        if (payments.contains(member.payment)) settlement.drop_members.push_back({member.group, member.payment});
    settlement.figures = batch.views.figure_changes(payments, around.settings.revenue, batch.now);
    settlement.customers = batch.views.changed_customers();
    std::erase_if(settlement.customers, [&](const auto& entry) { return !customers.contains(entry.first); });
    return settlement;
}

void throw_exception_from_error(const Outage& outage, const boost::source_location&) {
    throw std::runtime_error(outage.why);
}

Outage outage_of(const base::Error& error) {
    return {false, std::string(base::name(error.code)) + ": " + error.detail, false, std::nullopt, false};
}

Outage outage_of(const salesforce::CallFailure& failure) {
    return {true, failure.text(), failure.reached, failure.retry_after_seconds, failure.may_have_happened};
}

Outage outage_of(const salesforce::ApiError& error) {
    salesforce::CallFailure failure;
    failure.reached = true;
    failure.status = 200;
    failure.error = error;
    return outage_of(failure);
}

bool is_outage(const salesforce::CallFailure& failure) {
    if (!failure.reached) return true;
    switch (failure.remedy) {
    case Remedy::pause:
    case Remedy::slow_down:
    case Remedy::renew_token:
    case Remedy::retry:
    case Remedy::retry_at_once: return true;
    case Remedy::none:
    case Remedy::resolve_anew:
    case Remedy::decide_anew:
    case Remedy::choose_record:
    case Remedy::give_up: return false;
    }
    return true;
}

} // namespace paysync::sync
