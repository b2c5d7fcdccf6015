// The difference between two sets of flows, for people and for programs.
#pragma once

#include "flow_diff.hpp"

#include "paysync/checkout/event.hpp"

#include <string>
#include <vector>

namespace paysync::app {

/// One event with its differences: lines that begin with - (as now) and + (as it would be).
std::string to_report(const checkout::Event& event, const std::vector<FlowChange>& changes);
base::Json to_json(const checkout::Event& event, const std::vector<FlowChange>& changes);

std::string to_report(const DiffTotals& totals);
base::Json to_json(const DiffTotals& totals);

} // namespace paysync::app
