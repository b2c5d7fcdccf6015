// Events outside the daemon: what flows see of them after each other one.
#pragma once

#include "paysync/flow/flow_test.hpp"
#include "paysync/sync/input.hpp"

#include <vector>

namespace paysync::app {

/// Views made by room checkout from events heard one after the other; for `paysync test` and `paysync plan`. Brings
/// up again what the engine does: all of a payment's events when one comes late or its view gains a member, else the
/// new one alone; an event that is known already nothing.
class HeardEvents final : public flow::Views {
public:
    HeardEvents() = default;
    explicit HeardEvents(flow::GroupRules groups) : groups_{std::move(groups)} {}

    std::vector<flow::Input> hear(const base::Json& raw_event, base::WallTime now) override;
    std::optional<flow::Input> again(const std::string& event_id, base::WallTime now) override;

    /// The same for an event that was read already. Test events and repeated ids change nothing.
    void hear(checkout::Event event);
    /// The inputs of all events heard, in order of occurrence, each with the views as they stand now.
    std::vector<flow::Input> inputs(base::WallTime now) const;
    /// The input of one of them.
    flow::Input input(const checkout::Event& event, base::WallTime now) const;

private:
    sync::Views views() const;
    bool knows(const std::string& id) const;

    flow::GroupRules groups_;
    std::vector<checkout::Event> events_; ///< in order of occurrence, ids are unique
};

flow::MakeViews make_views();

/// Groups by the expressions of `flows`, evaluated where it is called.
flow::GroupRules group_rules(const std::shared_ptr<const flow::FlowSet>& flows);

} // namespace paysync::app
