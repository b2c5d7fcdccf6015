// Points in time, and the many ways in which Checkout.com and Salesforce write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace paysync::base {

/// The wall clock, UTC, to the nanosecond: Checkout.com sends up to 9 digits of fraction.
using WallTime = std::chrono::sys_time<std::chrono::nanoseconds>;

/// Reads `2026-11-23T10:00:00`, with 0-9 digits of fraction, `Z`, `+hh:mm`, `+hhmm` or no zone (then UTC); a date
/// alone is its midnight. Nothing for all else. (facts: Checkout.com's published bodies, all these shapes occur)
std::optional<WallTime> parse_time(std::string_view text);

/// `2026-11-23T10:00:00Z`, whole seconds.
std::string format_utc(WallTime time);

/// `2026-11-23T10:00:00.123456789Z`: sorts as text in order of time.
std::string format_utc_exact(WallTime time);

/// Nanoseconds since 1970, as stored.
inline std::int64_t to_nanoseconds(WallTime time) {
    return time.time_since_epoch().count();
}
inline WallTime from_nanoseconds(std::int64_t nanoseconds) {
    return WallTime{std::chrono::nanoseconds{nanoseconds}};
}

} // namespace paysync::base
