// What belongs to which day, and when a day is told.
#pragma once

#include "paysync/base/time_zone.hpp"
#include "paysync/runtime/clock.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace paysync::checkout {
class PaymentState;
}

namespace paysync::revenue {

struct Settings {
    base::TimeZone zone; ///< in which a day begins and ends
    /// Paths into the payment's view (`payment_type`, `source.scheme`, `metadata.shop`): figures are kept apart by
    /// their values.
    std::vector<std::string> dimensions;
    /// Payments that no figure counts, such as those of test cards; empty: all are counted. Called where settlements
    /// are made and at the start.
    std::function<bool(const checkout::PaymentState&)> left_out;
    std::string left_out_rules;                          ///< changes when left_out does
    std::chrono::seconds at = std::chrono::hours{2};     ///< after the end of a day: local time of the next one
    runtime::Duration settle = std::chrono::minutes{15}; ///< what changes a day that was told is collected so long
    runtime::Duration every{0};                          ///< a day that is not over is told so often; 0: never
};

/// What is wrong with a path as a dimension, if anything.
std::optional<std::string> dimension_mistake(const std::string& path);

/// When a change of `day` at `changed_at` is to be told: a day that is not over at its next full `every` since
/// midnight, or, without that, when it is over; a day that is, after `settle`.
base::WallTime ready_at(const std::string& day, base::WallTime changed_at, const Settings& settings);

/// Figures that were counted under other rules must be counted anew.
std::string rules_of(const Settings& settings);

} // namespace paysync::revenue
