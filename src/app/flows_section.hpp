// The keys of paysync.yaml that are about flows.
#pragma once

#include "section.hpp"

namespace paysync::app {

/// `flows`: files, values over theirs, groups of payments, and events that no flow sees.
void read_flows(Section section, Configuration& configuration, Reading& reading);

/// What `flows.groups` is where the file does not say it.
std::vector<flow::NamedExpression> standard_groups();

} // namespace paysync::app
