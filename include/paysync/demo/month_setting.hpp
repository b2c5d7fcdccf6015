// Where the month takes place: the org, and what paysync.yaml says about its flows.
#pragma once

#include "paysync/app/configuration.hpp"
#include "paysync/flow/flow_set.hpp"
#include "paysync/sandbox/sandbox.hpp"

#include <string>
#include <vector>

namespace paysync::demo {

/// February has 28 days: what is billed monthly is billed twice within the 30 days.
inline constexpr const char* month_opens = "2026-02-01T00:00:00Z";

/// A daemon's configuration that knows this org, and the key with which its webhooks are signed.
app::Configuration configuration_for(const sandbox::SandboxSettings& org, const std::string& webhook_key);

/// An org of several currencies.
sandbox::SandboxSettings month_org();
/// What the shop calls an order, and a subscription.
std::vector<flow::NamedExpression> shop_groups();
/// The shipped flows, with somebody for what nobody owns, the org's flows that they start, and
/// without the payments that are nobody's business.
flow::FlowSettings month_flows();

} // namespace paysync::demo
