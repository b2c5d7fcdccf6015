// `.dispute`.
#include "paysync/checkout/payment_state.hpp"

#include "view.hpp"

#include <algorithm>
#include <string_view>

namespace paysync::checkout {

namespace {

using base::Json;

std::string_view state_of(std::string_view type) {
    constexpr std::string_view prefix = "dispute_";
    return type.starts_with(prefix) ? type.substr(prefix.size()) : type;
}

/// How far along: decides between events of one moment. Won and lost can be followed by arbitration.
int progress(std::string_view type) {
    const std::string_view state = state_of(type);
    if (state == "request_for_information_received") return 0;
    if (state == "received") return 1;
    if (state == "evidence_required") return 2;
    if (state == "evidence_submitted") return 3;
    if (state == "evidence_acknowledged_by_scheme") return 4;
    if (state == "arbitration_sent_to_scheme") return 6;
    if (state == "arbitration_evidence_submitted") return 7;
    if (state.starts_with("arbitration_")) return 8;
    return 5;
}

Json events_view(const Dispute& dispute) {
    Json made = Json::array();
    for (const DisputeEvent& event : dispute.events) {
        Json row = Json::object();
        row["id"] = event.id;
        row["type"] = event.type;
        row["at"] = time_view(event.at);
        made.push_back(std::move(row));
    }
    return made;
}

} // namespace

Json dispute_view(const PaymentState& state, const std::string& dispute_id) {
    const auto found = state.disputes.find(dispute_id);
    if (found == state.disputes.end()) return nullptr;
    const Dispute& dispute = found->second;
    Json view = Json::object();
    view["id"] = dispute_id;
    for (const char* name :
         {"amount", "currency", "category", "reason_code", "evidence_required_by", "resolved_reason"})
        view[name] = dispute.facts.value(name);
    if (view["currency"].is_null()) view["currency"] = state.groups.value("currency");
    const auto newest = std::max_element(dispute.events.begin(), dispute.events.end(),
                                         [](const DisputeEvent& a, const DisputeEvent& b) {
                                             return a.at != b.at ? a.at < b.at : progress(a.type) < progress(b.type);
                                         });
    const bool heard = newest != dispute.events.end();
    view["state"] = heard ? Json(std::string{state_of(newest->type)}) : Json{};
    std::optional<base::WallTime> opened_at = dispute.opened_at;
    if (!opened_at && heard) opened_at = dispute.events.begin()->at;
    view["opened_at"] = time_view(opened_at);
    view["events"] = events_view(dispute);
    return view;
}

} // namespace paysync::checkout
