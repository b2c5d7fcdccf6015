// Effects that are no record: intent first, then the call, then its outcome.
#include "sync/batch.hpp"

#include "paysync/base/crash_point.hpp"
#include "paysync/sync/notifier.hpp"

#include <algorithm>

namespace paysync::sync {

namespace {

using salesforce::Remedy;
using store::CallKey;
using store::CallKind;
using store::CallState;

/// What is not sent by then goes with the next batch: a slow endpoint must not keep the records of others waiting.
constexpr auto sending_time_max = std::chrono::seconds{5};

store::CallKind kind_of(flow::OutboundCall::Kind kind) {
    return kind == flow::OutboundCall::Kind::invoke ? CallKind::invoke : CallKind::notify;
}

struct Wanted {
    store::OutboundCall call;
    std::vector<TaskIndex> tasks;
};

/// What became of an attempt.
struct Outcome {
    CallState state = CallState::done;
    Remedy remedy = Remedy::none; ///< when it is not done
    std::string cause;
    std::string why;
    flow::Json detail = flow::Json::object();
};

class Outbound {
public:
    Outbound(Batch& batch, const Surround& around) : batch_{batch}, around_{around} {}

    runtime::Task<Stepped<void>> run() {
        collect();
        if (wanted_.empty()) co_return boost::system::in_place_value;
        auto left = co_await leave_out_what_is_done();
        if (!left) co_return left.error();
        if (wanted_.empty()) co_return boost::system::in_place_value;
        store::Settlement intents;
        for (auto& [key, wanted] : wanted_) {
            wanted.call.state = CallState::intent;
            wanted.call.attempts += 1;
            wanted.call.at = around_.clock.wall();
            intents.put_calls.push_back(wanted.call);
        }
        auto noted = co_await around_.store.settle(std::move(intents));
        if (!noted) co_return outage_of(noted.error());
        base::crash_point("sync.before_call");
        const auto until = around_.clock.steady() + sending_time_max;
        for (auto& [key, wanted] : wanted_) {
            const bool gave_up = failing_.contains({key.kind, key.target});
            if (gave_up || around_.clock.steady() >= until) {
                put_off(wanted, gave_up);
                continue;
            }
            Outcome outcome = co_await send(wanted.call);
            base::crash_point("sync.after_call");
            take(wanted, outcome);
        }
        co_return boost::system::in_place_value;
    }

private:
    void collect() {
        for (TaskIndex index = 0; index < batch_.tasks.size(); ++index) {
            FlowTask& task = batch_.tasks[index];
            if (batch_.parties[task.party].returned || task.refusal || task.later) continue;
            std::vector<store::OutboundCall> calls;
            for (const flow::OutboundCall& planned : task.plan.calls) calls.push_back(stored(task, planned));
            const bool complete = std::none_of(calls.begin(), calls.end(),
                                               [](const store::OutboundCall& call) { return has_token(call.body); });
            if (!complete) {
                task.later = true; // it names a record whose Id is only known when it is looked up
                continue;
            }
            for (store::OutboundCall& call : calls) {
                Wanted& wanted = wanted_[{call.kind, call.target, call.key}];
                if (wanted.tasks.empty()) wanted.call = std::move(call);
                wanted.tasks.push_back(index);
            }
        }
    }

    static bool has_token(const flow::Json& value) {
        if (value.is_structured()) return std::any_of(value.begin(), value.end(), has_token);
        return flow::is_token(value);
    }

    store::OutboundCall stored(const FlowTask& task, const flow::OutboundCall& planned) const {
        store::OutboundCall call;
        call.kind = kind_of(planned.kind);
        call.target = planned.target;
        call.key = planned.key;
        call.flow = around_.flows->flows()[task.flow].name;
        call.event_seq = task.stored.seq;
        call.payment = task.event.payment_id;
        call.step = planned.step;
        call.body = with_ids(planned.body);
        return call;
    }

    flow::Json with_ids(const flow::Json& value) const {
        if (value.is_structured()) {
            flow::Json whole = value;
            for (flow::Json& member : whole) member = with_ids(member);
            return whole;
        }
        if (!flow::is_token(value)) return value;
        const auto id = batch_.ids.find(value.get<std::string>());
        return id == batch_.ids.end() ? value : flow::Json(id->second);
    }

    runtime::Task<Stepped<void>> leave_out_what_is_done() {
        store::OwnQuestions questions;
        for (const auto& [key, wanted] : wanted_) questions.calls.push_back(key);
        auto known = co_await around_.store.own(std::move(questions));
        if (!known) co_return outage_of(known.error());
        for (const auto& [key, call] : known->calls) {
            const auto found = wanted_.find(key);
            if (found == wanted_.end()) continue;
            const bool unknown = call.state == CallState::intent && key.kind == CallKind::invoke;
            if (unknown) hold_unknown(found->second, call);
            if (unknown || call.state == CallState::done)
                wanted_.erase(found);
            else
                found->second.call.attempts = call.attempts;
        }
        co_return boost::system::in_place_value;
    }

    /// An action has no idempotency key: whether it ran before the process ended is for a person to see.
    void hold_unknown(const Wanted& wanted, const store::OutboundCall& call) {
        Outcome outcome;
        outcome.remedy = Remedy::choose_record;
        outcome.cause = "unknown outcome";
        outcome.why = "the action " + call.target + " was sent on " + base::format_utc(call.at) +
                      ", and whether it ran is not known: look in the org, then release it";
        outcome.detail = base::Json{{store::detail_call, key_text(call)}};
        refuse(wanted, outcome);
    }

    static flow::Json key_text(const store::OutboundCall& call) {
        return flow::Json{{"kind", call.kind == CallKind::invoke ? "invoke" : "notify"},
                          {"target", call.target},
                          {"key", call.key}};
    }

    runtime::Task<Outcome> send(const store::OutboundCall& call) {
        Outcome outcome;
        if (call.kind == CallKind::notify) {
            Delivery delivery = co_await around_.notifier.notify(call.target, call.key, call.body);
            outcome = outcome_of(delivery);
        } else {
            ++batch_.calls;
            auto answer = co_await around_.org.invoke(call.target, call.body);
            if (answer)
                outcome.detail = flow::Json{{"outputs", *answer}};
            else
                outcome = outcome_of(answer.error());
        }
        co_return outcome;
    }

    static Outcome outcome_of(const Delivery& delivery) {
        Outcome outcome;
        outcome.detail = flow::Json{{"status", delivery.status}};
        outcome.why = delivery.why;
        outcome.cause = delivery.status == 0 ? "no answer" : "HTTP " + std::to_string(delivery.status);
        switch (delivery.kind) {
        case Delivery::Kind::taken: break;
        case Delivery::Kind::refused:
            outcome.state = CallState::failed;
            outcome.remedy = Remedy::give_up;
            break;
        case Delivery::Kind::not_sent:
            outcome.state = CallState::failed;
            outcome.remedy = Remedy::retry;
            break;
        case Delivery::Kind::unknown: // the key tells the other side that it has it already
            outcome.state = CallState::intent;
            outcome.remedy = Remedy::retry;
            break;
        }
        return outcome;
    }

    static Outcome outcome_of(const salesforce::CallFailure& failure) {
        Outcome outcome;
        outcome.why = failure.text();
        outcome.cause = failure.error.code.empty() ? "HTTP " + std::to_string(failure.status) : failure.error.code;
        outcome.state = failure.may_have_happened ? CallState::intent : CallState::failed;
        outcome.remedy = failure.remedy == Remedy::give_up || failure.remedy == Remedy::choose_record ||
                                 failure.remedy == Remedy::resolve_anew
                             ? Remedy::give_up
                             : Remedy::retry;
        return outcome;
    }

    void take(Wanted& wanted, Outcome& outcome) {
        store::OutboundCall& call = wanted.call;
        call.state = outcome.state;
        call.at = around_.clock.wall();
        call.detail = outcome.detail;
        if (!outcome.why.empty()) call.detail["why"] = outcome.why;
        const bool done = outcome.state == CallState::done;
        const std::string kind = call.kind == CallKind::invoke ? "invoke" : "notify";
        around_.metrics.count("paysync_outbound_calls_total",
                              {{"kind", kind}, {"target", call.target}, {"outcome", done ? "done" : "failed"}});
        if (done) {
            note_effects(wanted, kind);
        } else if (outcome.state == CallState::intent && call.kind == CallKind::invoke) {
            hold_unknown(wanted, call);
        } else {
            if (outcome.remedy == Remedy::retry) failing_.insert({call.kind, call.target});
            refuse(wanted, outcome);
        }
        batch_.sent_calls.push_back(call);
    }

    /// Not sent at all: the intent is taken back.
    void put_off(Wanted& wanted, bool failing) {
        wanted.call.state = CallState::failed;
        wanted.call.attempts -= 1;
        batch_.sent_calls.push_back(wanted.call);
        for (const TaskIndex index : wanted.tasks) {
            if (!failing) batch_.tasks[index].later = true;
        }
        if (!failing) return;
        Outcome outcome;
        outcome.remedy = Remedy::retry;
        outcome.cause = "no answer";
        outcome.why = wanted.call.target + " failed a moment ago: not tried";
        refuse(wanted, outcome);
    }

    void refuse(const Wanted& wanted, const Outcome& outcome) {
        for (const TaskIndex index : wanted.tasks) {
            FlowTask& task = batch_.tasks[index];
            if (task.refusal) continue;
            task.refusal =
                Refusal{wanted.call.step, outcome.cause, wanted.call.target + ": " + outcome.why, outcome.detail};
            task.remedy = outcome.remedy;
        }
    }

    void note_effects(const Wanted& wanted, const std::string& kind) {
        for (const TaskIndex index : wanted.tasks) {
            FlowTask& task = batch_.tasks[index];
            store::Effect& effect = task.effects.emplace_back(begin_effect(task, around_));
            effect.step = wanted.call.step;
            effect.object = wanted.call.target;
            effect.rule = wanted.call.key;
            effect.outcome = kind == "invoke" ? "invoked" : "notified";
            effect.values = wanted.call.body;
            effect.at = wanted.call.at;
        }
    }

    Batch& batch_;
    const Surround& around_;
    std::map<CallKey, Wanted> wanted_;
    std::set<std::pair<CallKind, std::string>> failing_;
};

} // namespace

runtime::Task<Stepped<void>> send_calls(Batch& batch, const Surround& around) {
    Outbound outbound{batch, around};
    co_return co_await outbound.run();
}

} // namespace paysync::sync
