// The schemaless values that cross rooms: event data, records of an org, inputs of flows.
#pragma once

#include "paysync/base/result.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string_view>

// Compiled once, in json.cpp: otherwise a fifth of every unit's compile time.
extern template class nlohmann::basic_json<>;

namespace paysync::base {

/// Objects keep their members sorted by name, so iterating one is the same in every run.
using Json = nlohmann::json;

/// Strict JSON (RFC 8259), UTF-8. Errc::invalid with the byte position; never throws.
/// Nesting deeper than 200 levels is refused: a small body must not be able to exhaust the stack.
Result<Json> parse_json(std::string_view text);

/// Compact text. Bytes that are not UTF-8 become U+FFFD instead of an exception.
std::string to_text(const Json& value);

/// The member `key` of an object, or null where there is none or `value` is no object.
const Json& member(const Json& value, std::string_view key);

/// The member as text: text as it is, whole numbers and booleans written out; nothing where it is absent, null,
/// an object, an array or empty.
std::optional<std::string> member_text(const Json& value, std::string_view key);

} // namespace paysync::base
