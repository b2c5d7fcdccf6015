// Addresses that never leave this machine.
#pragma once

#include <string>

namespace paysync::app {

/// `localhost`, 127.0.0.0/8, ::1.
bool loopback(const std::string& host);

} // namespace paysync::app
