// One call of Evaluator::evaluate().
#pragma once

#include "flow/compiled.hpp"
#include "flow/program.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace paysync::flow {

/// The names that steps have given so far: of the flow, or of one use of a fragment.
struct Scope {
    Frame frame;
    std::string prefix; ///< of the labels of its steps: "payer."
    std::map<std::string, Json> names;
    std::set<std::string> pending; ///< names whose steps wait for an answer

    void set(const std::string& name, Json value);
    void set_pending(const std::string& name);
    bool lacks(const Value& value) const; ///< does it use a pending name?
};

/// How far a step got.
enum class Progress {
    done,
    waiting, ///< an answer is missing; later steps are walked only to find more questions
    ended,   ///< nothing of this flow comes after: a fault, a hold, a stop, or writes that must be done first
};

class Evaluation {
public:
    Evaluation(const FlowSet::Compiled& compiled, Program& program, std::size_t flow, const Input& input,
               const Knowledge& known);

    /// For groups() only: no flow.
    Evaluation(const FlowSet::Compiled& compiled, Program& program, const Input& input, const Knowledge& known);

    Decision decide();
    /// Does a rule to ignore meet it?
    bool ignores();
    /// The id of each group that the event's payment is of.
    Evaluator::Groups groups();

    // For the deciding of record steps:

    /// Nothing: it failed, and the fault is noted. `value` lacks no name.
    std::optional<Json> value_of(const Value& value, const Scope& scope, const std::string& step);
    /// With what this flow has planned itself. Nothing: nobody knows yet; it is then asked.
    std::optional<Answer> ask(const Question& question);
    /// Is the Id of a record not yet written used inside a longer text, or by a function?
    bool uses_unwritten_id(const Json& value) const;
    void plan(RecordWrite write);
    void trace(StepTrace trace) { plan_.trace.push_back(std::move(trace)); }

    Progress fault(const std::string& step, const std::string& where, const yaml::Place& place, std::string message);
    Progress hold(const std::string& step, std::string reason, Json candidates);
    Progress end(Plan::Outcome outcome);
    const Expression* first_expression(const Value& value) const;

private:
    std::vector<std::string> lacking() const;
    std::optional<Json> run(std::size_t expression, const Scope& scope, const std::string& step);
    std::optional<bool> truth_of(const Value& value, const Scope& scope, const std::string& step);
    bool set_vars(Scope& scope);
    Progress walk();
    Progress run_steps(const std::vector<Step>& steps, Scope& scope);
    Progress run_step(const Step& step, Scope& scope);
    Progress run_use(const UseStep& use, Scope& scope);
    Progress run_choose(const ChooseStep& choose, Scope& scope, const std::string& label);
    Progress run_each(const EachStep& each, const Scope& scope, const std::string& label);
    Progress run_at(const AtStep& at, const Scope& scope, const std::string& label);
    Progress run_inside(const AtStep& at, const Scope& scope, const std::string& label, TimerWrite timer);
    Progress run_call(const CallStep& call, const Scope& scope, const std::string& label);
    Progress run_hold(const HoldStep& hold, const Scope& scope, const std::string& label);
    std::optional<std::string> own_key(const Value& value, const Scope& scope, const std::string& label,
                                       Progress& progress);
    bool meets_ignore(Scope& scope);
    Scope first_scope() const;
    void set_all_pending(const Step& step, Scope& scope) const;
    void remember_tokens(const Json& value);

    const FlowSet::Compiled& compiled_;
    Program& program_;
    const Flow& flow_;
    const FlowBody& body_;
    const Input& input_;
    const Knowledge& known_;

    Plan plan_;
    std::optional<Fault> fault_;
    std::map<std::string, Question> asks_;
    bool waiting_ = false;
    Overlay own_;
    std::set<std::string> tokens_;
    std::map<std::string, std::map<std::string, Json>> seen_; ///< object → id (15) → record, as the org answered
};

/// Decides one record step; gives `$name` its value.
Progress decide_record(Evaluation& evaluation, Scope& scope, const Step& step, const RecordStep& record);

/// Does an expression's result say "empty this field"?
bool is_clear(const Json& value);

} // namespace paysync::flow
