// Dates of HTTP headers (RFC 9110, section 5.6.7).
#pragma once

#include "paysync/base/time.hpp"

#include <optional>
#include <string>

namespace paysync::sandbox {

/// "Sun, 06 Nov 1994 08:49:37 GMT", the form that must be sent; nothing for all else.
std::optional<base::WallTime> read_http_date(const std::string& text);
std::string http_date(base::WallTime time);

} // namespace paysync::sandbox
