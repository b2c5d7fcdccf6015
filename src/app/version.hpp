// The version that the build states.
#pragma once

#include <string>

namespace paysync::app {

/// `0.1.0`
std::string version();

} // namespace paysync::app
