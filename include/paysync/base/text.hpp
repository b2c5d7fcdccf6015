// The few text comparisons that several rooms must do alike.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::base {

/// ASCII letters only: identifiers and headers, not names of people.
std::string lower(std::string_view text);

/// Without white space at both ends.
std::string_view trimmed(std::string_view text);

/// The candidate that `word` was probably meant to be: nothing when none is near enough.
std::optional<std::string> closest(std::string_view word, const std::vector<std::string>& candidates);

/// Lower-case base-16 of bytes.
std::string to_hex(std::string_view bytes);

/// Base-16 in either case to bytes; nothing when it is not base-16.
std::optional<std::string> from_hex(std::string_view text);

/// SHA-256 in lower-case base-16.
std::string sha256_hex(std::string_view bytes);

/// HMAC-SHA256, 32 bytes. The key is any bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);

/// In time that depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

} // namespace paysync::base
