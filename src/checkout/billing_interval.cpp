// Calendar arithmetic of recurring payments.
#include "billing_interval.hpp"

#include "reading.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace paysync::checkout {

namespace {

using base::Json;
using base::member;

struct Word {
    std::string_view text;
    std::string_view unit;
    int count;
};

// Merchants' own words in metadata. "biweekly", "bimonthly" and "biannual" have two meanings each: they are not here.
constexpr std::array words{
    Word{"day", "day", 1},           Word{"days", "day", 1},          Word{"daily", "day", 1},
    Word{"week", "week", 1},         Word{"weeks", "week", 1},        Word{"weekly", "week", 1},
    Word{"fortnight", "week", 2},    Word{"fortnightly", "week", 2},  Word{"month", "month", 1},
    Word{"months", "month", 1},      Word{"monthly", "month", 1},     Word{"quarter", "quarter", 1},
    Word{"quarters", "quarter", 1},  Word{"quarterly", "quarter", 1}, Word{"half-yearly", "month", 6},
    Word{"semi-annual", "month", 6}, Word{"semiannual", "month", 6},  Word{"year", "year", 1},
    Word{"years", "year", 1},        Word{"yearly", "year", 1},       Word{"annual", "year", 1},
    Word{"annually", "year", 1},
};

bool between(std::int64_t days, std::int64_t least, std::int64_t most) {
    return days >= least && days <= most;
}

/// 0 where the unit is no number of months.
int months_of(std::string_view unit) {
    if (unit == "month") return 1;
    if (unit == "quarter") return 3;
    return unit == "year" ? 12 : 0;
}

int days_of(std::string_view unit) {
    return unit == "week" ? 7 : 1;
}

/// Nothing for what is longer than ten years: nobody bills so, and time must not overflow.
std::optional<BillingInterval> counted(std::string_view unit, std::int64_t count) {
    const int months = months_of(unit);
    const std::int64_t most = months > 0 ? 120 / months : 3653 / days_of(unit);
    if (!between(count, 1, most)) return std::nullopt;
    return BillingInterval{std::string{unit}, static_cast<int>(count)};
}

std::optional<BillingInterval> times(const std::optional<BillingInterval>& interval, const Json& count) {
    const auto number = read_amount(count);
    if (!interval || !number) return interval;
    if (*number > 3653) return std::nullopt;
    return counted(interval->unit, interval->count * *number);
}

std::chrono::day last_day(std::chrono::year_month month) {
    return (month / std::chrono::last).day();
}

std::chrono::year_month_day date_of(base::WallTime time) {
    return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(time)};
}

} // namespace

std::optional<BillingInterval> read_interval(std::string_view text) {
    std::string lowered = base::lower(base::trimmed(text));
    std::string_view rest = lowered;
    if (rest.starts_with("every ")) rest = base::trimmed(rest.substr(6));
    std::int64_t count = 1;
    const auto [end, failure] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (failure == std::errc{}) rest = base::trimmed(rest.substr(static_cast<std::size_t>(end - rest.data())));
    if (!between(count, 1, 3653)) return std::nullopt;
    for (const Word& word : words)
        if (word.text == rest) return counted(word.unit, count * word.count);
    return std::nullopt;
}

std::optional<BillingInterval> interval_of_days(std::int64_t days) {
    constexpr std::int64_t week = 7;
    if (between(days, 28, 31)) return counted("month", 1);
    if (between(days, 59, 62)) return counted("month", 2);
    if (between(days, 84, 93)) return counted("quarter", 1);
    if (between(days, 180, 184)) return counted("month", 6);
    if (between(days, 360, 366)) return counted("year", 1);
    if (days > 0 && days % week == 0) return counted("week", days / week);
    return counted("day", days);
}

std::optional<BillingInterval> interval_of_plan(const Json& plan) {
    const Json& said = member(plan, "interval");
    if (said.is_string()) {
        const auto interval = read_interval(said.get_ref<const std::string&>());
        if (interval) return times(interval, member(plan, "interval_count"));
    }
    const auto days = read_amount(member(plan, "days_between_payments"));
    return days ? interval_of_days(*days) : std::nullopt;
}

std::optional<BillingInterval> interval_of_metadata(const Json& metadata) {
    const Json& said = member(metadata, "interval");
    if (!said.is_string()) return std::nullopt;
    return times(read_interval(said.get_ref<const std::string&>()), member(metadata, "interval_count"));
}

base::WallTime next_billing(base::WallTime billed, base::WallTime first, const BillingInterval& interval) {
    using std::chrono::days;
    const int months = months_of(interval.unit) * interval.count;
    if (months == 0) return billed + days{days_of(interval.unit) * interval.count};

    const std::chrono::year_month_day from = date_of(billed);
    const std::chrono::year_month month = from.year() / from.month() + std::chrono::months{months};
    const bool cut_short = from.day() == last_day(from.year() / from.month());
    const std::chrono::day wanted = cut_short ? std::max(from.day(), date_of(first).day()) : from.day();
    const std::chrono::sys_days date{month / std::min(wanted, last_day(month))};
    return date + (billed - std::chrono::floor<days>(billed));
}

} // namespace paysync::checkout
