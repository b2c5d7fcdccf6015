// How often a recurring payment recurs, and when it does next.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace paysync::checkout {

struct BillingInterval {
    std::string unit; ///< day, week, month, quarter, year
    int count = 1;

    bool operator==(const BillingInterval&) const = default;
};

/// "month", "Monthly", "2 weeks", "every 3 months", "annual", "fortnightly"; nothing where the words say no interval
/// that is known.
std::optional<BillingInterval> read_interval(std::string_view text);

/// The interval that is meant by `days_between_payments`, which card schemes understand as the least number of days:
/// 28 to 31 are a month.
std::optional<BillingInterval> interval_of_days(std::int64_t days);

/// Of a payment plan: its own word, else its days. Of metadata: `interval`, with `interval_count` where it is given.
std::optional<BillingInterval> interval_of_plan(const base::Json& plan);
std::optional<BillingInterval> interval_of_metadata(const base::Json& metadata);

/// One interval after `billed`, by the calendar (UTC). A month that is too short takes its last day, and the months
/// after it go back to the day on which `first` was billed: 31 January, 28 February, 31 March.
base::WallTime next_billing(base::WallTime billed, base::WallTime first, const BillingInterval& interval);

} // namespace paysync::checkout
