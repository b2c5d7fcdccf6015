// Where the month takes place: the org, and what paysync.yaml says about its flows.
#pragma once

#include "paysync/flow/flow_set.hpp"
#include "paysync/sandbox/sandbox.hpp"

namespace paysync::demo {

/// February has 28 days: what is billed monthly is billed twice within the 30 days.
inline constexpr const char* month_opens = "2026-02-01T00:00:00Z";

/// An org of several currencies.
sandbox::SandboxSettings month_org();
/// The shipped flows, with somebody for what nobody owns, and the org's flows that they start.
flow::FlowSettings month_flows();

} // namespace paysync::demo
