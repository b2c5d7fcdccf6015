// Reads the system's time zone files through Howard Hinnant's library: g++ 12 has none of its own.
#include "paysync/base/time_zone.hpp"

#include <date/tz.h>

#include <algorithm>
#include <stdexcept>

namespace paysync::base {

namespace {

constexpr std::int64_t before_all = -62'135'596'800;               // 0001-01-01
const date::sys_seconds last{std::chrono::seconds{4'102'444'800}}; // 2100-01-01

using Offsets = std::vector<TimeZone::Offset>;

std::optional<Offsets> read_offsets(const std::string& name) {
    if (name == "UTC" || name == "Etc/UTC") return Offsets{{before_all, 0}};
    Offsets offsets;
    try {
        const date::time_zone* found = date::locate_zone(name);
        for (date::sys_seconds at{}; at < last;) {
            const date::sys_info info = found->get_info(at);
            offsets.push_back(
                {offsets.empty() ? before_all : info.begin.time_since_epoch().count(), info.offset.count()});
            if (info.end <= at) break;
            at = info.end;
        }
    } catch (const std::runtime_error&) { // the library's way to say "no such zone"
        return std::nullopt;
    }
    return offsets;
}

WallTime moment(std::int64_t seconds) {
    return WallTime{std::chrono::seconds{seconds}};
}

std::string date_of(WallTime time) {
    return format_utc(time).substr(0, 10);
}

/// Midnight of a date in UTC, in seconds.
std::optional<std::int64_t> midnight(const std::string& day) {
    constexpr std::size_t date_size = 10;
    const auto time = day.size() == date_size ? parse_time(day) : std::nullopt;
    if (!time) return std::nullopt;
    return std::chrono::floor<std::chrono::seconds>(*time).time_since_epoch().count();
}

} // namespace

TimeZone::TimeZone() : name_{"UTC"}, offsets_{std::make_shared<const Offsets>(*read_offsets("UTC"))} {}

std::optional<TimeZone> TimeZone::find(const std::string& name) {
    auto offsets = read_offsets(name);
    if (!offsets) return std::nullopt;
    TimeZone zone;
    zone.name_ = name;
    zone.offsets_ = std::make_shared<const Offsets>(std::move(*offsets));
    return zone;
}

std::string TimeZone::day_of(WallTime time) const {
    const std::int64_t seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    const auto after = std::upper_bound(offsets_->begin() + 1, offsets_->end(), seconds,
                                        [](std::int64_t at, const Offset& one) { return at < one.from; });
    return date_of(moment(seconds + std::prev(after)->offset));
}

std::optional<WallTime> TimeZone::at(const std::string& day, std::chrono::seconds clock) const {
    const auto begin = midnight(day);
    if (!begin) return std::nullopt;
    const std::int64_t shown = *begin + clock.count();
    for (auto period = offsets_->begin(); period != offsets_->end(); ++period) {
        const std::int64_t reached = std::max(shown - period->offset, period->from);
        const auto next = std::next(period);
        if (next == offsets_->end() || reached < next->from) return moment(reached);
    }
    return std::nullopt;
}

std::string day_after(const std::string& day) {
    const auto begin = midnight(day);
    if (!begin) return {};
    constexpr std::int64_t a_day = 86'400;
    return date_of(moment(*begin + a_day));
}

} // namespace paysync::base
