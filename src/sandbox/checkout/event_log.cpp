// Events by id and by subject, and the catalogue of their types.
#include "sandbox/checkout/event_log.hpp"

#include "sandbox/checkout/wire.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::array gateway_types = {"card_verification_declined",
                                      "card_verified",
                                      "payment_approved",
                                      "payment_authentication_failed",
                                      "payment_authorization_increment_declined",
                                      "payment_authorization_incremented",
                                      "payment_canceled",
                                      "payment_capture_declined",
                                      "payment_capture_pending",
                                      "payment_captured",
                                      "payment_declined",
                                      "payment_expired",
                                      "payment_paid",
                                      "payment_pending",
                                      "payment_refund_declined",
                                      "payment_refund_pending",
                                      "payment_refunded",
                                      "payment_retry_scheduled",
                                      "payment_returned",
                                      "payment_void_declined",
                                      "payment_voided"};
constexpr std::array dispute_types = {"dispute_accepted",
                                      "dispute_arbitration_evidence_submitted",
                                      "dispute_arbitration_lost",
                                      "dispute_arbitration_sent_to_scheme",
                                      "dispute_arbitration_won",
                                      "dispute_canceled",
                                      "dispute_evidence_acknowledged_by_scheme",
                                      "dispute_evidence_required",
                                      "dispute_evidence_submitted",
                                      "dispute_expired",
                                      "dispute_lost",
                                      "dispute_received",
                                      "dispute_resolved",
                                      "dispute_won",
                                      "request_for_information_received"};
constexpr std::array session_types = {"authentication_approved", "authentication_attempted", "authentication_expired",
                                      "authentication_failed", "authentication_started"};
constexpr std::array updater_types = {"card_updated"};
constexpr std::array report_types = {"report_generated"};

/// "payment_captured" reads "Payment captured".
std::string display_name(std::string_view type) {
    std::string name{type};
    std::replace(name.begin(), name.end(), '_', ' ');
    if (name.front() >= 'a' && name.front() <= 'z') name.front() = static_cast<char>(name.front() - 0x20);
    return name;
}

template <std::size_t N>
Json source_entry(const char* id, const char* name, const char* description,
                  const std::array<const char*, N>& types) {
    Json events = Json::array();
    for (const char* type : types)
        events.push_back(
            {{"id", type}, {"display_name", display_name(type)}, {"description", display_name(type) + "."}});
    return {{"id", id}, {"display_name", name}, {"description", description}, {"events", std::move(events)}};
}

} // namespace

std::optional<std::string> EventLog::add(Json event) {
    if (!event.is_object()) return std::nullopt;
    const std::string id = text(event, "id");
    if (id.empty() || events_.contains(id)) return std::nullopt;
    const Json& data = base::member(event, "data");
    std::string subject = text(data, "id");
    if (subject.empty()) subject = text(data, "payment_id");
    if (!subject.empty()) by_subject_[subject].push_back(id);
    events_.emplace(id, std::move(event));
    return subject;
}

const Json* EventLog::find(const std::string& id) const {
    const auto found = events_.find(id);
    return found == events_.end() ? nullptr : &found->second;
}

std::vector<const Json*> EventLog::of(const std::string& subject) const {
    std::vector<const Json*> found;
    const auto ids = by_subject_.find(subject);
    if (ids == by_subject_.end()) return found;
    for (const std::string& id : ids->second) found.push_back(&events_.at(id));
    std::stable_sort(found.begin(), found.end(),
                     [](const Json* a, const Json* b) { return event_time(*a) < event_time(*b); });
    return found;
}

void EventLog::clear() {
    events_.clear();
    by_subject_.clear();
}

std::string source_of_event(const std::string& type) {
    for (const Json& source : event_type_catalog())
        for (const Json& event : source.at("events"))
            if (event.at("id") == type) return source.at("id").get<std::string>();
    return type.starts_with("dispute") ? "dispute" : "gateway";
}

const Json& event_type_catalog() {
    static const Json catalog = Json::array(
        {source_entry("gateway", "Gateway", "Payments and their actions", gateway_types),
         source_entry("dispute", "Disputes", "Disputes and requests for information", dispute_types),
         source_entry("sessions", "Sessions", "Authentications", session_types),
         source_entry("account_updater", "Real-Time Account Updater", "Changes of stored cards", updater_types),
         source_entry("reports", "Reports", "Reports that are ready", report_types)});
    return catalog;
}

} // namespace paysync::sandbox
