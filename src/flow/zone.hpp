// The offsets of a time zone, for day() in expressions.
#pragma once

#include "paysync/base/json.hpp"

#include <optional>
#include <string>

namespace paysync::flow {

/// {"from": [seconds since 1970, ascending], "offset": [seconds to add to UTC from then on]}, 1970 to 2100.
/// Nothing when the system's time zone files know no such name.
std::optional<base::Json> zone_offsets(const std::string& name);

} // namespace paysync::flow
