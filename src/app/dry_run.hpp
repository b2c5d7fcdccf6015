// What flows would do for one event, without doing it.
#pragma once

#include "paysync/flow/flow_set.hpp"

#include "memory_org.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace paysync::app {

/// Asks the org all questions at once; the answers in their order. Errors end the dry run.
using AskOrg = std::function<base::Result<std::vector<flow::Answer>>(const std::vector<flow::Question>&)>;

/// What became of one flow.
struct DryFlow {
    std::size_t flow = 0;
    flow::Decision decision;               ///< the last one: a plan, or a fault
    std::vector<flow::RecordWrite> writes; ///< of all stages, without those that change nothing
};

struct DryRun {
    std::vector<DryFlow> flows; ///< those that the event triggers
    std::size_t rounds = 0;     ///< of questions
    std::size_t questions = 0;
    std::size_t stages = 0; ///< of writes: more than one when an Id is needed inside text
    std::size_t calls = 0;  ///< estimate, without logging in and describing objects
};

/// Decides as the daemon does: questions of all flows together, until nobody asks any more; what was planned is
/// written to `memory`, and asked of it together with `ask` (may be empty: memory alone).
base::Result<DryRun> dry_run(const std::shared_ptr<const flow::FlowSet>& flows, const flow::Input& input,
                             const std::string& event_type, MemoryOrg& memory, const AskOrg& ask);

} // namespace paysync::app
