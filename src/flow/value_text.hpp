// Compiled values as people wrote them.
#pragma once

#include "flow/compiled.hpp"

#include <chrono>
#include <string>

namespace paysync::flow {

/// "Closed Won" in quotes, `.payment.id` bare, "Order ${ .payment.id }" as it stands; white space in one line.
std::string value_text(const FlowSet::Compiled& compiled, const Value& value);

/// 3d, 12h, 90s.
std::string length_text(std::chrono::nanoseconds length);

} // namespace paysync::flow
