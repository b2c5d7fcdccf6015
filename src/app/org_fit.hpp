// Do the flows fit an object as the org describes it? Pure.
#pragma once

#include "paysync/flow/flow_set.hpp"
#include "paysync/salesforce/describe.hpp"
#include "paysync/yaml/document.hpp"

#include <string>

namespace paysync::app {

/// Warns of fields that the object lacks or that cannot be written, and of literal values that a field would not
/// take: a picklist's above all. Each with the place in the flow file; what no step writes has `elsewhere` as its
/// place.
void examine_fit(const flow::FlowSet& flows, const std::string& object,
                 const salesforce::ObjectDescription& description, const yaml::Place& elsewhere,
                 yaml::Problems& problems);

} // namespace paysync::app
