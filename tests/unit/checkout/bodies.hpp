// Webhooks in the documented shapes, made up for these tests.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"
#include "paysync/checkout/event.hpp"
#include "paysync/checkout/payment_state.hpp"

#include <string>
#include <vector>

namespace paysync::checkout::bodies {

using base::Json;

inline const base::WallTime received_at = *base::parse_time("2026-03-01T12:00:00Z");

/// Event `evt_<n>`, created `n` seconds after 10:00 on 1 March 2026, of payment pay_1 unless `data` says otherwise.
inline Json body(const std::string& type, int n, Json data = Json::object()) {
    const auto at = *base::parse_time("2026-03-01T10:00:00Z") + std::chrono::seconds{n};
    Json made = Json::object();
    made["id"] = "evt_" + std::to_string(n);
    made["type"] = type;
    made["version"] = "1.0.29";
    made["created_on"] = base::format_utc(at);
    if (!data.contains("id")) data["id"] = "pay_1";
    if (!data.contains("currency")) data["currency"] = "EUR";
    made["data"] = std::move(data);
    return made;
}

inline Json parsed(const std::string& text) {
    return Json::parse(text);
}

inline Event event(const Json& made) {
    return *read_event(made.dump(), received_at);
}
inline Event event(const std::string& type, int n, const std::string& data = "{}") {
    return event(body(type, n, parsed(data)));
}

inline PaymentState merged(const std::vector<Event>& events) {
    PaymentState state;
    for (const Event& one : events) merge(state, one);
    return state;
}

inline Json view(const std::vector<Event>& events) {
    return payment_view(merged(events));
}

/// `10:00:<second>` of that day, as views write it.
inline std::string at(int second) {
    return base::format_utc_exact(*base::parse_time("2026-03-01T10:00:00Z") + std::chrono::seconds{second});
}

} // namespace paysync::checkout::bodies
