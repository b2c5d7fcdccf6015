// The key of paysync.yaml that says where `notify` steps send to.
#pragma once

#include "section.hpp"

namespace paysync::app {

/// `notify`, at the top of the file. The names become known to the flows.
void read_notify(Section& root, Configuration& configuration, Reading& reading);

} // namespace paysync::app
