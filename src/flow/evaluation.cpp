// Walks the steps of one flow for one event.
#include "flow/evaluation.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>

namespace paysync::flow {

namespace {

const Flow no_flow;
const FlowBody no_body;

/// How a result stands inside text.
std::string as_text(const Json& value) {
    if (value.is_null()) return {};
    return value.is_string() ? value.get<std::string>() : base::to_text(value);
}

bool is_there(const Json& value) {
    return !is_blank(value) && !(value.is_structured() && value.empty());
}

} // namespace

bool is_clear(const Json& value) {
    return value.is_object() && value.size() == 1 && value.begin().key() == std::string_view{"\0paysync", 8};
}

void Scope::set(const std::string& name, Json value) {
    if (name.empty()) return;
    pending.erase(name);
    frame.set_name(name, value);
    names[name] = std::move(value);
}

void Scope::set_pending(const std::string& name) {
    if (!name.empty()) pending.insert(name);
}

bool Scope::lacks(const Value& value) const {
    return std::any_of(value.uses.begin(), value.uses.end(),
                       [this](const std::string& name) { return pending.contains(name); });
}

Evaluation::Evaluation(const FlowSet::Compiled& compiled, Program& program, std::size_t flow, const Input& input,
                       const Knowledge& known)
    : compiled_{compiled},
      program_{program},
      flow_{compiled.flows.at(flow)},
      body_{compiled.bodies.at(flow)},
      input_{input},
      known_{known} {}

Evaluation::Evaluation(const FlowSet::Compiled& compiled, Program& program, const Input& input,
                       const Knowledge& known)
    : compiled_{compiled}, program_{program}, flow_{no_flow}, body_{no_body}, input_{input}, known_{known} {}

Decision Evaluation::decide() {
    if (!compiled_.ignore.empty()) {
        Scope scope = first_scope();
        if (meets_ignore(scope)) {
            if (fault_) return *fault_;
            plan_.outcome = Plan::Outcome::ignored;
            return plan_;
        }
    }
    if (body_.max_age && input_.first_handled.value_or(input_.now) - input_.occurred_at > *body_.max_age) {
        plan_.outcome = Plan::Outcome::too_old;
        return plan_;
    }
    plan_.lacking = lacking();
    if (!plan_.lacking.empty()) {
        plan_.outcome = Plan::Outcome::lacks;
        return plan_;
    }
    walk();
    // What came of steps behind an open question is a guess: only the question counts.
    if (waiting_) {
        Asks asks;
        for (auto& [key, question] : asks_) asks.questions.push_back(std::move(question));
        PAYSYNC_ASSERT(!asks.questions.empty(), "a flow that waits has asked something");
        return asks;
    }
    if (fault_) return *fault_;
    return plan_;
}

std::vector<std::string> Evaluation::lacking() const {
    std::vector<std::string> missing;
    const Json& payment = base::member(input_.event, "payment");
    for (const std::string& part : flow_.needs) {
        bool known = false;
        if (part == "customer")
            known = is_there(base::member(base::member(input_.event, "customer"), "key"));
        else
            known = is_there(base::member(payment, part));
        // Metadata that is known to be empty is known.
        if (part == "metadata") known = base::member(payment, part).is_object();
        if (!known) missing.push_back(part);
    }
    return missing;
}

Scope Evaluation::first_scope() const {
    program_.use_org(input_.org);
    return Scope{Frame{input_.event, base::format_utc(input_.now)}, {}, {}, {}};
}

/// True also when a rule failed: then nothing of the flow is done, and the fault says why.
bool Evaluation::meets_ignore(Scope& scope) {
    for (const auto& [name, when] : compiled_.ignore) {
        const auto truth = truth_of(when, scope, {});
        if (!truth) return true;
        if (!*truth) continue;
        plan_.ignored_by = name;
        return true;
    }
    return false;
}

bool Evaluation::ignores() {
    Scope scope = first_scope();
    return meets_ignore(scope) && !fault_;
}

Evaluator::Groups Evaluation::groups() {
    Evaluator::Groups groups;
    const Scope scope = first_scope();
    for (std::size_t i = 0; i < compiled_.groups.size(); ++i) {
        const std::string& name = compiled_.group_names[i];
        const auto id = value_of(compiled_.groups[i], scope, {});
        if (!id) {
            groups.problems.push_back("the group " + name + ": " + fault_->message);
            continue;
        }
        if (id->is_structured())
            groups.problems.push_back("the group " + name + ": an id is text, not " + base::to_text(*id));
        else if (!is_blank(*id))
            groups.ids[name] = as_text(*id);
    }
    return groups;
}

Progress Evaluation::walk() {
    Scope scope = first_scope();
    if (!set_vars(scope)) return Progress::ended;
    if (body_.when) {
        const auto truth = truth_of(*body_.when, scope, {});
        if (!truth) return Progress::ended;
        if (!*truth) return end(Plan::Outcome::passed_by);
    }
    return run_steps(body_.steps, scope);
}

bool Evaluation::set_vars(Scope& scope) {
    for (const auto& [name, value] : body_.vars) {
        auto result =
            input_.vars.contains(name) ? std::optional<Json>{input_.vars.at(name)} : value_of(value, scope, {});
        if (!result) return false;
        scope.frame.set_var(name, *result);
    }
    return true;
}

std::optional<Json> Evaluation::run(std::size_t index, const Scope& scope, const std::string& step) {
    Program::Outcome outcome = program_.run(index, scope.frame);
    if (outcome.error.empty()) return std::move(outcome.value);
    const Expression& expression = compiled_.expressions.at(index);
    fault(step, expression.where, expression.place, outcome.error + ": ${ " + expression.text + " }");
    return std::nullopt;
}

std::optional<Json> Evaluation::value_of(const Value& value, const Scope& scope, const std::string& step) {
    switch (value.kind) {
    case Value::Kind::literal: return value.literal;
    case Value::Kind::expression: return run(value.expression, scope, step);
    case Value::Kind::text: {
        std::string text;
        for (const Value::Part& part : value.parts) {
            if (!part.expression) {
                text += part.text;
                continue;
            }
            const auto result = run(*part.expression, scope, step);
            if (!result) return std::nullopt;
            text += as_text(*result);
        }
        return text;
    }
    case Value::Kind::list: {
        Json list = Json::array();
        for (const Value& item : value.items) {
            auto result = value_of(item, scope, step);
            if (!result) return std::nullopt;
            list.push_back(std::move(*result));
        }
        return list;
    }
    case Value::Kind::map: {
        Json map = Json::object();
        for (const auto& [key, member] : value.members) {
            auto result = value_of(member, scope, step);
            if (!result) return std::nullopt;
            map[key] = std::move(*result);
        }
        return map;
    }
    }
    return std::nullopt;
}

std::optional<bool> Evaluation::truth_of(const Value& value, const Scope& scope, const std::string& step) {
    const auto result = value_of(value, scope, step);
    if (!result) return std::nullopt;
    if (result->is_boolean()) return result->get<bool>();
    if (result->is_null()) return false;
    const Expression& expression = *first_expression(value);
    fault(step, expression.where, expression.place,
          "must give true or false, gave " + base::to_text(*result) + ": ${ " + expression.text + " }");
    return std::nullopt;
}

Progress Evaluation::run_steps(const std::vector<Step>& steps, Scope& scope) {
    Progress all = Progress::done;
    for (const Step& step : steps) {
        const Progress progress = run_step(step, scope);
        if (progress == Progress::ended) return Progress::ended;
        if (progress != Progress::waiting) continue;
        waiting_ = true;
        all = Progress::waiting;
    }
    return all;
}

Progress Evaluation::run_step(const Step& step, Scope& scope) {
    const std::string label = scope.prefix + step.label;
    if (step.when) {
        if (scope.lacks(*step.when)) {
            set_all_pending(step, scope);
            return Progress::waiting;
        }
        const auto truth = truth_of(*step.when, scope, label);
        if (!truth) return Progress::ended;
        if (!*truth) {
            const auto* record = std::get_if<RecordStep>(&step.action);
            trace({label, record != nullptr ? record->object : "", "passed by", {}, {}, {}});
            scope.set(step.name, nullptr);
            if (const auto* use = std::get_if<UseStep>(&step.action))
                for (const std::string& given : use->fragment->gives) scope.set(given, nullptr);
            return Progress::done;
        }
    }
    if (const auto* use = std::get_if<UseStep>(&step.action)) return run_use(*use, scope);
    if (const auto* choose = std::get_if<ChooseStep>(&step.action)) return run_choose(*choose, scope, label);
    if (const auto* each = std::get_if<EachStep>(&step.action)) return run_each(*each, scope, label);
    if (const auto* at = std::get_if<AtStep>(&step.action)) return run_at(*at, scope, label);
    if (const auto* call = std::get_if<CallStep>(&step.action)) return run_call(*call, scope, label);
    if (const auto* hold = std::get_if<HoldStep>(&step.action)) return run_hold(*hold, scope, label);
    return decide_record(*this, scope, step, std::get<RecordStep>(step.action));
}

void Evaluation::set_all_pending(const Step& step, Scope& scope) const {
    scope.set_pending(step.name);
    if (const auto* use = std::get_if<UseStep>(&step.action))
        for (const std::string& given : use->fragment->gives) scope.set_pending(given);
    if (const auto* choose = std::get_if<ChooseStep>(&step.action))
        for (const std::string& name : choose->names) scope.set_pending(name);
}

Progress Evaluation::run_use(const UseStep& use, Scope& scope) {
    Json with = Json::object();
    bool with_lacks = false;
    const std::string prefix = scope.prefix + use.called + ".";
    Scope inner{scope.frame.inner(with), prefix, {}, {}};
    for (const auto& [name, usual] : use.fragment->with) {
        const auto given =
            std::find_if(use.with.begin(), use.with.end(), [&](const auto& entry) { return entry.first == name; });
        const bool is_given = given != use.with.end();
        if (is_given && scope.lacks(given->second)) {
            with_lacks = true;
            continue;
        }
        auto value = is_given ? value_of(given->second, scope, prefix) : value_of(usual, inner, prefix);
        if (!value) return Progress::ended;
        with[name] = std::move(*value);
        inner.frame = scope.frame.inner(with);
    }
    if (with_lacks) inner.set_pending("with");
    const Progress progress = run_steps(use.fragment->steps, inner);
    for (const std::string& given : use.fragment->gives) {
        if (inner.pending.contains(given))
            scope.set_pending(given);
        else
            scope.set(given, inner.names.contains(given) ? inner.names.at(given) : Json());
    }
    return progress;
}

Progress Evaluation::run_choose(const ChooseStep& choose, Scope& scope, const std::string& label) {
    for (const Branch& branch : choose.branches) {
        if (!branch.when) return run_steps(branch.steps, scope);
        if (scope.lacks(*branch.when)) {
            for (const std::string& name : choose.names) scope.set_pending(name);
            return Progress::waiting;
        }
        const auto truth = truth_of(*branch.when, scope, label);
        if (!truth) return Progress::ended;
        if (*truth) return run_steps(branch.steps, scope);
    }
    return Progress::done;
}

std::optional<Answer> Evaluation::ask(const Question& question) {
    auto answer = known_.answer(question);
    const bool by_id = question.where.size() == 1 && question.where[0].field == "Id" &&
                       question.where[0].op == Op::equal && question.where[0].value.is_string();
    if (!answer && by_id) {
        // A record that another answer brought has all its fields: no need to ask for it again.
        const auto& records = seen_[question.object];
        const auto found = records.find(question.where[0].value.get_ref<const std::string&>().substr(0, 15));
        if (found != records.end()) answer = Answer{{found->second}, std::nullopt};
    }
    if (!answer && !question.is_own() && question.only_planned()) answer = Answer{};
    if (!answer) {
        asks_.emplace(question.key(), question);
        return std::nullopt;
    }
    for (const Json& record : answer->records) {
        remember_tokens(record);
        if (const auto id = base::member_text(record, "Id"); id && !is_token(Json(*id)))
            seen_[question.object].emplace(id->substr(0, 15), record);
    }
    return own_.over(question, *answer);
}

void Evaluation::remember_tokens(const Json& value) {
    if (value.is_structured())
        for (const Json& member : value) remember_tokens(member);
    else if (is_token(value))
        tokens_.insert(value.get<std::string>());
}

bool Evaluation::uses_unwritten_id(const Json& value) const {
    if (value.is_structured())
        return std::any_of(value.begin(), value.end(), [this](const Json& item) { return uses_unwritten_id(item); });
    if (!value.is_string() || tokens_.contains(value.get_ref<const std::string&>())) return false;
    const std::string text = base::lower(value.get_ref<const std::string&>());
    return std::any_of(tokens_.begin(), tokens_.end(), [&](const std::string& token) {
        // Up to the hash: a function may have cut or changed the rest.
        return text.find(base::lower(token.substr(0, token.rfind(':') + 1))) != std::string::npos;
    });
}

void Evaluation::plan(RecordWrite write) {
    if (!write.token.empty()) tokens_.insert(write.token);
    own_.add(write);
    plan_.writes.push_back(std::move(write));
}

Progress Evaluation::fault(const std::string& step, const std::string& where, const yaml::Place& place,
                           std::string message) {
    fault_ = Fault{step, where, place.text(), std::move(message)};
    return Progress::ended;
}

Progress Evaluation::hold(const std::string& step, std::string reason, Json candidates) {
    Hold made;
    made.step = step;
    made.reason = std::move(reason);
    made.candidates = std::move(candidates);
    plan_.hold = std::move(made);
    return end(Plan::Outcome::held);
}

const Expression* Evaluation::first_expression(const Value& value) const {
    if (value.kind == Value::Kind::expression) return &compiled_.expressions.at(value.expression);
    for (const Value::Part& part : value.parts)
        if (part.expression) return &compiled_.expressions.at(*part.expression);
    return nullptr;
}

Progress Evaluation::end(Plan::Outcome outcome) {
    plan_.outcome = outcome;
    return Progress::ended;
}

} // namespace paysync::flow
