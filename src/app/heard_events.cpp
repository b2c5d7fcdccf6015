// Hearing events and looking at them all.
#include "heard_events.hpp"

#include <algorithm>
#include <set>
#include <tuple>

namespace paysync::app {

std::vector<flow::Input> HeardEvents::hear(const base::Json& raw_event, base::WallTime now) {
    const auto event = checkout::read_event(base::to_text(raw_event), now);
    if (!event || event->is_test || knows(event->id)) return {};
    sync::Views before = views();
    const sync::Views::Heard heard = before.hear(*event);
    const bool late = std::any_of(events_.begin(), events_.end(), [&](const checkout::Event& other) {
        return other.payment_id == event->payment_id && other.occurred_at > event->occurred_at;
    });
    const bool again = !event->payment_id.empty() && (heard.gained_member || (late && heard.changed));
    hear(*event);
    const sync::Views now_known = views();
    std::vector<flow::Input> inputs;
    for (const checkout::Event& one : events_)
        if (one.id == event->id || (again && one.payment_id == event->payment_id))
            inputs.push_back(now_known.input(one, now));
    return inputs;
}

bool HeardEvents::knows(const std::string& id) const {
    return std::any_of(events_.begin(), events_.end(), [&](const checkout::Event& known) { return known.id == id; });
}

void HeardEvents::hear(checkout::Event event) {
    if (event.is_test || knows(event.id)) return;
    const auto earlier = [](const checkout::Event& a, const checkout::Event& b) {
        return std::tie(a.occurred_at, a.id) < std::tie(b.occurred_at, b.id);
    };
    events_.insert(std::upper_bound(events_.begin(), events_.end(), event, earlier), std::move(event));
}

sync::Views HeardEvents::views() const {
    sync::Views views;
    for (const checkout::Event& event : events_) views.hear(event);
    views.settle_customers();
    views.declare_groups(groups_.names);
    if (groups_.ids_of) {
        std::set<std::string> payments;
        for (const checkout::Event& event : events_)
            if (!event.payment_id.empty()) payments.insert(event.payment_id);
        for (const std::string& payment : payments)
            views.set_groups(payment, groups_.ids_of(views.group_input(payment)));
    }
    views.settle_groups();
    return views;
}

std::vector<flow::Input> HeardEvents::inputs(base::WallTime now) const {
    const sync::Views all = views();
    std::vector<flow::Input> inputs;
    for (const checkout::Event& event : events_) inputs.push_back(all.input(event, now));
    return inputs;
}

flow::Input HeardEvents::input(const checkout::Event& event, base::WallTime now) const {
    return views().input(event, now);
}

std::optional<flow::Input> HeardEvents::again(const std::string& event_id, base::WallTime now) {
    for (const checkout::Event& event : events_)
        if (event.id == event_id) return views().input(event, now);
    return std::nullopt;
}

flow::MakeViews make_views() {
    return [](const flow::GroupRules& groups) { return std::make_unique<HeardEvents>(groups); };
}

flow::GroupRules group_rules(const std::shared_ptr<const flow::FlowSet>& flows) {
    const auto evaluator = std::make_shared<flow::Evaluator>(flows);
    return {flows->groups(), [evaluator](const base::Json& payment) { return evaluator->groups_of(payment).ids; }};
}

} // namespace paysync::app
