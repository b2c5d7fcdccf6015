// Steps that wait, repeat, ask a person or call somebody: each, at, hold, invoke, notify.
#include "flow/evaluation.hpp"

#include "paysync/base/text.hpp"

namespace paysync::flow {

namespace {

std::optional<base::WallTime> time_in(const Json& record, const char* member) {
    const auto text = base::member_text(record, member);
    return text ? base::parse_time(*text) : std::nullopt;
}

const Json& first_record(const Answer& answer) {
    static const Json nothing;
    return answer.records.empty() ? nothing : answer.records.front();
}

} // namespace

Progress Evaluation::run_each(const EachStep& each, const Scope& scope, const std::string& label) {
    if (scope.lacks(each.list)) return Progress::waiting;
    const auto list = value_of(each.list, scope, label);
    if (!list) return Progress::ended;
    if (list->is_null()) return Progress::done;
    if (!list->is_array()) {
        const Expression* expression = first_expression(each.list);
        return fault(label, "each", expression == nullptr ? yaml::Place{} : expression->place,
                     "must give a list, gave " + base::to_text(*list));
    }
    Progress all = Progress::done;
    for (std::size_t i = 0; i < list->size(); ++i) {
        Scope inner = scope;
        inner.prefix = label + "[" + std::to_string(i + 1) + "].";
        inner.set(each.item, (*list)[i]);
        const Progress progress = run_steps(each.steps, inner);
        if (progress == Progress::ended) return Progress::ended;
        if (progress == Progress::waiting) all = Progress::waiting;
    }
    return all;
}

/// What names a timer, an approval or a call for ever. Nothing: `progress` says why not.
std::optional<std::string> Evaluation::own_key(const Value& value, const Scope& scope, const std::string& label,
                                               Progress& progress) {
    const auto key = value_of(value, scope, label);
    progress = Progress::ended;
    if (!key) return std::nullopt;
    if (uses_unwritten_id(*key) || is_token(*key)) {
        end(Plan::Outcome::unfinished);
        return std::nullopt;
    }
    if (is_blank(*key) || key->is_structured()) {
        const Expression* expression = first_expression(value);
        fault(label, "key", expression == nullptr ? yaml::Place{} : expression->place,
              "the key must be text, gave " + base::to_text(*key));
        return std::nullopt;
    }
    progress = Progress::done;
    return key->is_string() ? key->get<std::string>() : base::to_text(*key);
}

/// Level-triggered: what the timer is to be follows from the view and the moment alone, so that an event which comes
/// late, twice or again moves it to where it belongs.
Progress Evaluation::run_at(const AtStep& at, const Scope& scope, const std::string& label) {
    if (scope.lacks(at.time) || scope.lacks(at.key) || (at.while_ && scope.lacks(*at.while_)))
        return Progress::waiting;
    Progress progress = Progress::done;
    const auto key = own_key(at.key, scope, label, progress);
    if (!key) return progress;
    const auto when = value_of(at.time, scope, label);
    if (!when) return Progress::ended;
    const auto time = when->is_string() ? base::parse_time(when->get_ref<const std::string&>()) : std::nullopt;
    if (!is_blank(*when) && !time) {
        const Expression* expression = first_expression(at.time);
        return fault(label, "at", expression == nullptr ? yaml::Place{} : expression->place,
                     "must give a time or null, gave " + base::to_text(*when));
    }
    bool wanted = time.has_value();
    if (wanted && at.while_) {
        const auto truth = truth_of(*at.while_, scope, label);
        if (!truth) return Progress::ended;
        wanted = *truth;
    }
    const auto answer = ask(timer_question(flow_.name, *key));
    if (!answer) return Progress::waiting;
    const Json& known = first_record(*answer);
    const bool waits = time_in(known, "due_at").has_value();
    const auto fired = time_in(known, "fired_for");
    TimerWrite timer{TimerWrite::Kind::remove, label, *key, time.value_or(base::WallTime{}), fired};
    if (!wanted) {
        if (waits) plan_.timers.push_back(timer);
        return Progress::done;
    }
    if (fired && *time <= *fired) {
        // It may wait for a later time that holds no more.
        if (waits) plan_.timers.push_back(timer);
        return Progress::done;
    }
    if (*time > input_.now) {
        timer.kind = TimerWrite::Kind::set;
        trace({label, {}, "waits", "until " + base::format_utc(*time), *key, {}});
        plan_.timers.push_back(std::move(timer));
        return Progress::done;
    }
    timer.kind = TimerWrite::Kind::fired;
    timer.fired_for = time;
    if (!at.late_runs && !waits) {
        trace({label, {}, "passed by", "its time was over before it could wait", *key, {}});
        plan_.timers.push_back(std::move(timer));
        return Progress::done;
    }
    return run_inside(at, scope, label, std::move(timer));
}

Progress Evaluation::run_inside(const AtStep& at, const Scope& scope, const std::string& label, TimerWrite timer) {
    Scope inner = scope;
    inner.prefix = label + ".";
    const Progress progress = run_steps(at.steps, inner);
    if (progress != Progress::done) return progress;
    trace({label, {}, "fired", {}, timer.key, {}});
    plan_.timers.push_back(std::move(timer));
    return Progress::done;
}

Progress Evaluation::run_call(const CallStep& call, const Scope& scope, const std::string& label) {
    if (scope.lacks(call.target) || scope.lacks(call.key) || scope.lacks(call.body)) return Progress::waiting;
    const auto target = value_of(call.target, scope, label);
    if (!target) return Progress::ended;
    if (is_blank(*target)) return Progress::done;
    Progress progress = Progress::done;
    const auto key = own_key(call.key, scope, label, progress);
    if (!key) return progress;
    auto body = value_of(call.body, scope, label);
    if (!body) return Progress::ended;
    if (uses_unwritten_id(*body)) return end(Plan::Outcome::unfinished);
    const bool invoke = call.kind == OutboundCall::Kind::invoke;
    if (invoke && !body->is_object()) {
        const Expression* expression = first_expression(call.body);
        return fault(label, "with", expression == nullptr ? yaml::Place{} : expression->place,
                     "must give a map of inputs, gave " + base::to_text(*body));
    }
    OutboundCall made{call.kind, label, target->is_string() ? target->get<std::string>() : base::to_text(*target),
                      *key, std::move(*body)};
    trace({label, made.target, invoke ? "invoke" : "notify", {}, *key, {}});
    plan_.calls.push_back(std::move(made));
    return Progress::done;
}

Progress Evaluation::run_hold(const HoldStep& hold, const Scope& scope, const std::string& label) {
    if (scope.lacks(hold.reason) || (hold.key && scope.lacks(*hold.key))) return Progress::waiting;
    const auto reason = value_of(hold.reason, scope, label);
    if (!reason) return Progress::ended;
    if (uses_unwritten_id(*reason)) return end(Plan::Outcome::unfinished);
    Hold made;
    made.step = label;
    made.reason = reason->is_string() ? reason->get<std::string>() : base::to_text(*reason);
    made.by = hold.by;
    made.lasts = hold.lasts;
    made.then = hold.then;
    made.key = base::member_text(input_.event, "id").value_or("") + "/" + label;
    if (hold.key) {
        Progress progress = Progress::done;
        auto key = own_key(*hold.key, scope, label, progress);
        if (!key) return progress;
        made.key = std::move(*key);
    }
    const auto answer = ask(approval_question(flow_.name, made.key));
    if (!answer) return Progress::waiting;
    const auto decision = base::member_text(first_record(*answer), "decision");
    if (decision == "go") {
        trace({label, {}, "went on", base::member_text(first_record(*answer), "by").value_or(""), made.key, {}});
        return Progress::done;
    }
    if (decision == "stop") {
        trace({label, {}, "stop", base::member_text(first_record(*answer), "by").value_or(""), made.key, {}});
        return end(Plan::Outcome::acted);
    }
    trace({label, {}, "hold", made.reason, made.key, {}});
    plan_.hold = std::move(made);
    return end(Plan::Outcome::held);
}

} // namespace paysync::flow
