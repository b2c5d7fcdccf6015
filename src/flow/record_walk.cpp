// Steps inside steps.
#include "flow/record_walk.hpp"

namespace paysync::flow {

namespace {

using Visit = std::function<void(const Step& step, const RecordStep& record)>;

void visit_inside(const Step& step, const RecordStep& record, const Visit& visit) {
    visit(step, record);
}

void visit_inside(const Step&, const UseStep& use, const Visit& visit) {
    if (use.fragment != nullptr) for_each_record(use.fragment->steps, visit);
}

void visit_inside(const Step&, const ChooseStep& choose, const Visit& visit) {
    for (const Branch& branch : choose.branches) for_each_record(branch.steps, visit);
}

void visit_inside(const Step&, const EachStep& each, const Visit& visit) {
    for_each_record(each.steps, visit);
}

void visit_inside(const Step&, const AtStep& at, const Visit& visit) {
    for_each_record(at.steps, visit);
}

void visit_inside(const Step&, const CallStep&, const Visit&) {}
void visit_inside(const Step&, const HoldStep&, const Visit&) {}

} // namespace

void for_each_record(const std::vector<Step>& steps, const Visit& visit) {
    for (const Step& step : steps)
        std::visit([&](const auto& action) { visit_inside(step, action, visit); }, step.action);
}

} // namespace paysync::flow
