// Pieces that several views show alike.
#include "view.hpp"

#include "billing_interval.hpp"
#include "reading.hpp"

#include <algorithm>
#include <initializer_list>

namespace paysync::checkout {

namespace {

using base::Json;

Json with_members(const Json& value, std::initializer_list<const char*> names) {
    if (value.is_null()) return value;
    Json made = value;
    for (const char* name : names)
        if (!made.contains(name)) made[name] = nullptr;
    return made;
}

/// `20251031`, as text or as a number, is a date; all else stays as it was sent.
Json date_view(const Json& sent) {
    const std::string text = read_text(sent).value_or("");
    const bool digits = std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (text.size() != 8 || !digits) return sent;
    const std::string date = text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6);
    return base::parse_time(date) ? Json(date) : sent;
}

} // namespace

Json time_view(const std::optional<base::WallTime>& time) {
    return time ? Json(base::format_utc_exact(*time)) : Json{};
}

Json text_view(const std::string& text) {
    return text.empty() ? Json{} : Json(text);
}

Json source_view(const Json& source) {
    return with_members(source, {"id", "type", "scheme", "last4", "expiry_month", "expiry_year", "wallet", "name"});
}

Json address_view(const Json& address) {
    return with_members(address, {"line1", "line2", "city", "state", "zip", "country"});
}

Json plan_view(const Json& plan) {
    Json made = with_members(plan, {"name", "amount", "amount_variability", "interval", "interval_count",
                                    "days_between_payments", "total_number_of_payments", "current_payment_number",
                                    "start_date", "expiry"});
    if (!made.is_object()) return made;
    if (const auto interval = interval_of_plan(plan)) {
        made["interval"] = interval->unit;
        made["interval_count"] = interval->count;
    }
    for (const char* name : {"start_date", "expiry"}) made[name] = date_view(made[name]);
    return made;
}

} // namespace paysync::checkout
