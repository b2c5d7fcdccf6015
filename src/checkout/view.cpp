// Pieces that several views show alike.
#include "view.hpp"

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
    return with_members(plan, {"interval"});
}

} // namespace paysync::checkout
