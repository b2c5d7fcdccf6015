// The evaluator: a compiled program, and one Evaluation for each call.
#include "flow/evaluation.hpp"

namespace paysync::flow {

std::shared_ptr<const Json> invented_org() {
    static const auto invents = std::make_shared<const Json>(Json{{"invent", true}});
    return invents;
}

struct Evaluator::State {
    std::shared_ptr<const FlowSet> flows;
    Program program;
};

Evaluator::Evaluator(std::shared_ptr<const FlowSet> flows) {
    const FlowSet::Compiled& compiled = flows->compiled();
    state_.reset(new State{flows, Program{compiled.program, compiled.zone, compiled.deadline}});
}

Evaluator::~Evaluator() = default;

Decision Evaluator::evaluate(std::size_t flow, const Input& input, const Knowledge& known) {
    return Evaluation{state_->flows->compiled(), state_->program, flow, input, known}.decide();
}

namespace {

struct KnowsNothing final : Knowledge {
    std::optional<Answer> answer(const Question&) const override { return std::nullopt; }
};

} // namespace

bool Evaluator::ignores(const Json& payment) {
    const FlowSet::Compiled& compiled = state_->flows->compiled();
    if (compiled.ignore.empty()) return false;
    Input input;
    input.event = payment;
    return Evaluation{compiled, state_->program, input, KnowsNothing{}}.ignores();
}

Evaluator::Groups Evaluator::groups_of(const Json& payment) {
    const FlowSet::Compiled& compiled = state_->flows->compiled();
    if (compiled.groups.empty()) return {};
    Input input;
    input.event = payment;
    return Evaluation{compiled, state_->program, input, KnowsNothing{}}.groups();
}

} // namespace paysync::flow
