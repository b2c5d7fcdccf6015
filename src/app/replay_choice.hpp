// What a replay brings up again.
#pragma once

#include "paysync/flow/flow_set.hpp"
#include "paysync/store/store.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace paysync::app {

struct Replayable {
    store::RunKey run;
    std::string event;
    std::string type;
    std::string payment;
    std::string was;   ///< "done", "waiting", "held", "dead"
    std::string cause; ///< of what is not done
};

/// Gathers (event, flow) pairs, each once. Pure.
class ReplayChoice {
public:
    /// `flow`: that one alone.
    ReplayChoice(const flow::FlowSet& flows, std::optional<std::string> flow);

    /// Every flow that the event triggers. `open`: the runs that are not done, those of other events too.
    void add(const store::StoredEvent& event, const std::map<store::RunKey, store::Run>& open);
    /// One run; where it stands for the event as a whole, every flow that the event triggers.
    void add(const store::DueRun& run);

    std::vector<Replayable> work;
    std::size_t on_their_way = 0; ///< events that are not settled yet
    std::size_t unreadable = 0;   ///< events whose body is no event
    std::size_t without_flow = 0; ///< runs whose flow is gone or switched off

    /// Names of flows, in order, with how much each has to do.
    std::map<std::string, std::size_t> by_flow() const;
    std::vector<store::RunKey> keys() const;

private:
    bool wanted(const std::string& flow) const { return !flow_ || *flow_ == flow; }
    void put(const store::StoredEvent& event, const std::string& flow, const store::Run* open);

    const flow::FlowSet& flows_;
    std::optional<std::string> flow_;
    std::set<store::RunKey> seen_;
};

} // namespace paysync::app
