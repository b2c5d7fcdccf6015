// The keys of paysync.yaml that say which figures are told when.
#pragma once

#include "section.hpp"

namespace paysync::app {

/// `revenue`: all but the time zone, which is that of the flows.
void read_revenue(Section section, revenue::Settings& settings);

} // namespace paysync::app
