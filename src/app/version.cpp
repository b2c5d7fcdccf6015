// PAYSYNC_VERSION is CMake's PROJECT_VERSION.
#include "version.hpp"

namespace paysync::app {

std::string version() {
    return PAYSYNC_VERSION;
}

} // namespace paysync::app
