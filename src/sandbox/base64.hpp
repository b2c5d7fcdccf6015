// Base-64 as Basic credentials and JSON Web Tokens use it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paysync::sandbox {

/// RFC 4648, either alphabet (section 4 or 5), with or without padding; nothing when it is no base-64.
std::optional<std::string> from_base64(std::string_view text);

} // namespace paysync::sandbox
