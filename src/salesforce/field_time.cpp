// Reading and writing of dates and times of fields.
#include "salesforce/field_time.hpp"

#include "paysync/base/time.hpp"

namespace paysync::salesforce {

namespace {

/// Salesforce keeps no other dates.
constexpr std::chrono::year year_first{1700};
constexpr std::chrono::year year_last{4000};

std::optional<int> two_digits(std::string_view text, std::size_t at, int most) {
    if (text.size() < at + 2) return std::nullopt;
    const char high = text[at];
    const char low = text[at + 1];
    if (high < '0' || high > '9' || low < '0' || low > '9') return std::nullopt;
    const int value = (high - '0') * 10 + (low - '0');
    if (value > most) return std::nullopt;
    return value;
}

/// The digits of `.5` as milliseconds `500`.
std::optional<std::string> milliseconds(std::string_view fraction) {
    if (fraction.empty()) return "000";
    if (fraction.size() < 2 || fraction.size() > 4 || fraction.front() != '.') return std::nullopt;
    if (fraction.find_first_not_of("0123456789", 1) != std::string_view::npos) return std::nullopt;
    std::string made{fraction.substr(1)};
    made.resize(3, '0');
    return made;
}

} // namespace

std::optional<std::string> stored_date(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto century = two_digits(text, 0, 99);
    const auto year = two_digits(text, 2, 99);
    const auto month = two_digits(text, 5, 12);
    const auto day = two_digits(text, 8, 31);
    if (!century || !year || !month || !day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*century * 100 + *year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || date.year() < year_first || date.year() > year_last) return std::nullopt;
    return std::string{text};
}

std::optional<std::string> stored_datetime(std::string_view text) {
    const auto time = base::parse_time(text);
    if (!time) return std::nullopt;
    return base::format_utc(*time);
}

std::optional<std::string> stored_time(std::string_view text) {
    if (!text.empty() && (text.back() == 'Z' || text.back() == 'z')) text.remove_suffix(1);
    if (!two_digits(text, 0, 23) || text.size() < 5 || text[2] != ':' || !two_digits(text, 3, 59))
        return std::nullopt;
    if (text.size() == 5) return std::string{text} + ":00.000Z";
    if (text[5] != ':' || !two_digits(text, 6, 59)) return std::nullopt;
    const auto fraction = milliseconds(text.substr(8));
    if (!fraction) return std::nullopt;
    return std::string{text.substr(0, 8)} + "." + *fraction + "Z";
}

} // namespace paysync::salesforce
