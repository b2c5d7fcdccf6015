// `.dispute`.
#include "paysync/checkout/payment_state.hpp"

#include "dispute_progress.hpp"
#include "view.hpp"

#include <algorithm>

namespace paysync::checkout {

namespace {

using base::Json;

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
    const auto newest = std::max_element(dispute.events.begin(), dispute.events.end(), happens_before);
    const bool heard = newest != dispute.events.end();
    view["state"] = heard ? Json(std::string{dispute_state(newest->type)}) : Json{};
    std::optional<base::WallTime> opened_at = dispute.opened_at;
    if (!opened_at && heard) opened_at = dispute.events.begin()->at;
    view["opened_at"] = time_view(opened_at);
    view["events"] = events_view(dispute);
    return view;
}

} // namespace paysync::checkout
