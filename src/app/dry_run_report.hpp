// A dry run for people and for programs.
#pragma once

#include "paysync/checkout/event.hpp"

#include "dry_run.hpp"

namespace paysync::app {

std::string to_report(const DryRun& run, const flow::FlowSet& flows, const checkout::Event& event);
base::Json to_json(const DryRun& run, const flow::FlowSet& flows, const checkout::Event& event);

} // namespace paysync::app
