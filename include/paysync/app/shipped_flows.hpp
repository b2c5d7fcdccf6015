// The flows that paysync brings along, for programs that run its core by themselves.
#pragma once

#include "paysync/flow/flow_set.hpp"

#include <memory>

namespace paysync::app {

/// Throws std::runtime_error with all problems when they do not load with these settings.
std::shared_ptr<const flow::FlowSet> shipped_flows(const flow::FlowSettings& settings = {});

} // namespace paysync::app
