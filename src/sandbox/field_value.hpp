// What becomes of a JSON value when a field takes it: checks, and the form in which the org keeps it.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"
#include "sandbox/object_catalog.hpp"
#include "sandbox/row_error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace paysync::sandbox {

/// Checks `given` and gives it in stored form: text trimmed and with one kind of line end, empty text as null,
/// numbers rounded to the scale, dates as 2026-01-31, date-times as 2026-01-31T10:00:00.000+0000, ids with 18
/// characters. It does not look whether a reference exists.
std::optional<RowError> store_value(const FieldDefinition& field, const base::Json& given, base::Json& stored);

/// As Salesforce writes date-times: 2026-01-31T10:00:00.000+0000.
std::string stored_datetime(base::WallTime time);
/// Midnight and all else: the stored form of a literal in a query; nothing when it is no date-time.
std::optional<std::string> read_datetime(std::string_view text);
bool is_date(std::string_view text);

/// Without case, for Latin, Greek and Cyrillic letters.
std::string folded(std::string_view text);

} // namespace paysync::sandbox
