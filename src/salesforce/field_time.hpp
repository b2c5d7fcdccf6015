// Dates and times as fields hold them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace paysync::salesforce {

/// `2026-01-31`; nothing for what is no day of the years 1700 to 4000, or has a time.
std::optional<std::string> stored_date(std::string_view text);

/// `2026-01-31T14:30:00Z`: in UTC, whole seconds (Salesforce drops the fraction). It is read from every form of
/// base::parse_time, also from Salesforce's own `2026-01-31T14:30:00.000+0000`.
std::optional<std::string> stored_datetime(std::string_view text);

/// `14:30:00.000Z` from `14:30`, `14:30:00`, up to three digits of fraction, with or without Z.
std::optional<std::string> stored_time(std::string_view text);

} // namespace paysync::salesforce
