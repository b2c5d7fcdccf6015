// Calendar arithmetic of SOQL.
#include "sandbox/soql_dates.hpp"

#include "sandbox/field_value.hpp"

#include <date/tz.h>

#include <charconv>

namespace paysync::sandbox::soql {

namespace {

using base::Json;
using date::local_days;

enum class Unit { day, week, month, quarter, year };

struct Span {
    local_days first;
    local_days end;
};

local_days plus_months(local_days day, int count) {
    return local_days{date::year_month_day{day} + date::months{count}};
}

/// The first day of the unit that holds `day`.
local_days start_of(Unit unit, local_days day) {
    const date::year_month_day parts{day};
    switch (unit) {
    case Unit::day: return day;
    case Unit::week: return day - (date::weekday{day} - date::Monday);
    case Unit::month: return local_days{parts.year() / parts.month() / 1};
    case Unit::quarter:
        return local_days{parts.year() / date::month{(static_cast<unsigned>(parts.month()) - 1) / 3 * 3 + 1} / 1};
    case Unit::year: break;
    }
    return local_days{parts.year() / 1 / 1};
}

local_days advanced(Unit unit, local_days start, int count) {
    switch (unit) {
    case Unit::day: return start + date::days{count};
    case Unit::week: return start + date::weeks{count};
    case Unit::month: return plus_months(start, count);
    case Unit::quarter: return plus_months(start, 3 * count);
    case Unit::year: break;
    }
    return plus_months(start, 12 * count);
}

std::optional<Unit> unit_named(std::string name) {
    if (name.starts_with("FISCAL_")) name.erase(0, 7);
    if (name.ends_with('S')) name.pop_back();
    if (name == "DAY") return Unit::day;
    if (name == "WEEK") return Unit::week;
    if (name == "MONTH") return Unit::month;
    if (name == "QUARTER") return Unit::quarter;
    if (name == "YEAR") return Unit::year;
    return std::nullopt;
}

/// `offset` units from the one that holds today.
Span one(Unit unit, local_days today, int offset) {
    const local_days start = advanced(unit, start_of(unit, today), offset);
    return {start, advanced(unit, start, 1)};
}

/// LAST_N_…: whole units before the present one; of days, today belongs to it. NEXT_N_…: whole units after it.
Span several(Unit unit, local_days today, bool last, int count) {
    const local_days now = start_of(unit, today);
    if (!last) return {advanced(unit, now, 1), advanced(unit, now, 1 + count)};
    return {advanced(unit, now, -count), unit == Unit::day ? advanced(unit, now, 1) : now};
}

std::optional<Span> span_named(std::string name, local_days today) {
    if (name == "TODAY") return one(Unit::day, today, 0);
    if (name == "YESTERDAY") return one(Unit::day, today, -1);
    if (name == "TOMORROW") return one(Unit::day, today, 1);
    if (name == "LAST_90_DAYS") name = "LAST_N_DAYS:90";
    if (name == "NEXT_90_DAYS") name = "NEXT_N_DAYS:90";
    int count = 0;
    const auto colon = name.find(':');
    if (colon != std::string::npos) {
        const auto [end, failure] = std::from_chars(name.data() + colon + 1, name.data() + name.size(), count);
        if (failure != std::errc{} || end != name.data() + name.size() || count < 0 || count > 9'999)
            return std::nullopt;
        const std::string words = name.substr(0, colon);
        const bool ago = words.starts_with("N_") && words.ends_with("_AGO");
        const bool last = words.starts_with("LAST_N_");
        if (!ago && !last && !words.starts_with("NEXT_N_")) return std::nullopt;
        const auto unit = unit_named(ago ? words.substr(2, words.size() - 6) : words.substr(7));
        if (!unit) return std::nullopt;
        return ago ? one(*unit, today, -count) : several(*unit, today, last, count);
    }
    const auto dash = name.find('_');
    const std::string which = name.substr(0, dash);
    const auto unit = dash == std::string::npos ? std::nullopt : unit_named(name.substr(dash + 1));
    if (!unit || *unit == Unit::day || name.ends_with('S')) return std::nullopt;
    if (which == "THIS") return one(*unit, today, 0);
    if (which == "LAST") return one(*unit, today, -1);
    if (which == "NEXT") return one(*unit, today, 1);
    return std::nullopt;
}

const date::time_zone* zone_named(const std::string& name) {
    try {
        return date::locate_zone(name);
    } catch (const std::exception&) {
        return nullptr;
    }
}

std::string moment_of(const date::time_zone* zone, local_days day) {
    const auto begin = zone == nullptr ? date::sys_seconds{day.time_since_epoch()}
                                       : date::floor<std::chrono::seconds>(zone->to_sys(day, date::choose::earliest));
    return stored_datetime(base::WallTime{begin.time_since_epoch()});
}

} // namespace

std::optional<Literal> DateWords::span(const std::string& name) const {
    const date::time_zone* zone = zone_named(zone_);
    const date::sys_seconds now{std::chrono::floor<std::chrono::seconds>(now_).time_since_epoch()};
    const local_days today = zone == nullptr ? local_days{date::floor<date::days>(now).time_since_epoch()}
                                             : date::floor<date::days>(zone->to_local(now));
    const auto found = span_named(name, today);
    if (!found) return std::nullopt;
    Literal made;
    made.kind = Literal::Kind::span;
    made.text = name;
    made.first_day = date::format("%F", found->first);
    made.end_day = date::format("%F", found->end);
    made.first_moment = moment_of(zone, found->first);
    made.end_moment = moment_of(zone, found->end);
    return made;
}

Json date_part(const std::string& function, const Json& stored) {
    if (!stored.is_string()) return nullptr;
    const std::string text = stored.get<std::string>();
    const auto time = base::parse_time(text);
    if (!time) return nullptr;
    const date::sys_days day{
        date::floor<date::days>(date::sys_time<std::chrono::nanoseconds>{time->time_since_epoch()})};
    const date::year_month_day parts{day};
    const auto year = static_cast<int>(parts.year());
    const auto month = static_cast<unsigned>(parts.month());
    const date::sys_days new_year{parts.year() / 1 / 1};
    if (function == "DAY_ONLY") return date::format("%F", day);
    if (function.ends_with("_YEAR") && !function.starts_with("DAY") && !function.starts_with("WEEK")) return year;
    if (function.ends_with("_QUARTER")) return (month - 1) / 3 + 1;
    if (function == "CALENDAR_MONTH" || function == "FISCAL_MONTH") return month;
    if (function == "DAY_IN_MONTH") return static_cast<unsigned>(parts.day());
    if (function == "DAY_IN_WEEK") return date::weekday{day}.c_encoding() + 1;
    if (function == "DAY_IN_YEAR") return (day - new_year).count() + 1;
    if (function == "WEEK_IN_YEAR") return (day - new_year).count() / 7 + 1;
    if (function == "WEEK_IN_MONTH") return (static_cast<unsigned>(parts.day()) - 1) / 7 + 1;
    return std::chrono::duration_cast<std::chrono::hours>(time->time_since_epoch()).count() % 24; // HOUR_IN_DAY
}

} // namespace paysync::sandbox::soql
