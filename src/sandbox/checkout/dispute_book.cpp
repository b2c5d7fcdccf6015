// Disputes from their events.
#include "sandbox/checkout/dispute_book.hpp"

#include "sandbox/checkout/wire.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::array<std::pair<std::string_view, const char*>, 15> statuses = {
    {{"request_for_information_received", "evidence_required"},
     {"dispute_received", "evidence_required"},
     {"dispute_evidence_required", "evidence_required"},
     {"dispute_evidence_submitted", "evidence_under_review"},
     {"dispute_evidence_acknowledged_by_scheme", "evidence_under_review"},
     {"dispute_accepted", "accepted"},
     {"dispute_expired", "expired"},
     {"dispute_lost", "lost"},
     {"dispute_won", "won"},
     {"dispute_canceled", "canceled"},
     {"dispute_resolved", "resolved"},
     {"dispute_arbitration_sent_to_scheme", "arbitration_under_review"},
     {"dispute_arbitration_evidence_submitted", "arb_evidence_submitted"},
     {"dispute_arbitration_won", "arbitration_won"},
     {"dispute_arbitration_lost", "arbitration_lost"}}};

/// The acquirer's number of the payment's capture, else of its authorization.
std::string arn_of(const Json& payment) {
    return text(base::member(payment, "processing"), "acquirer_reference_number");
}

Json relevant_evidence(const std::string& category) {
    if (category == "product_service_not_received")
        return Json::array(
            {"proof_of_delivery_or_service", "customer_communication", "proof_of_delivery_or_service_date"});
    if (category == "duplicate") return Json::array({"invoice_showing_distinct_transactions"});
    if (category == "canceled_recurring")
        return Json::array({"recurring_transaction_agreement", "refund_or_cancellation_policy"});
    return Json::array(
        {"proof_of_delivery_or_service", "invoice_or_receipt", "customer_communication", "additional_evidence"});
}

} // namespace

std::string dispute_status_after(const std::string& event_type) {
    const auto found = std::find_if(statuses.begin(), statuses.end(),
                                    [&event_type](const auto& row) { return row.first == event_type; });
    return found == statuses.end() ? std::string{} : found->second;
}

void DisputeBook::take(const Json& event) {
    const Json& data = base::member(event, "data");
    const std::string id = text(data, "id");
    const std::string status = dispute_status_after(text(event, "type"));
    if (status.empty() || id.empty()) return;
    const base::WallTime at = event_time(event);
    const auto [entry, fresh] = disputes_.try_emplace(id);
    Dispute& dispute = entry->second;
    if (fresh || at < dispute.received_on) dispute.received_on = at;
    if (fresh) dispute.data = Json::object();
    const bool latest = fresh || at >= dispute.last_update;
    for (const auto& [name, value] : data.items())
        if (latest || !dispute.data.contains(name)) dispute.data[name] = value;
    if (!latest) return; // order is not kept: what happened before does not undo what happened after
    dispute.status = status;
    dispute.last_update = at;
}

Dispute* DisputeBook::find(const std::string& id) {
    const auto found = disputes_.find(id);
    return found == disputes_.end() ? nullptr : &found->second;
}

Json dispute_summary(const Dispute& dispute, const Json& payment) {
    Json row = {{"status", dispute.status},
                {"received_on", stamp(dispute.received_on)},
                {"last_update", stamp(dispute.last_update)},
                {"entity_id", entity_id},
                {"processing_channel", processing_channel_id}};
    copy_members(dispute.data, row,
                 {"id", "category", "amount", "currency", "reason_code", "payment_id", "payment_action_id",
                  "payment_reference", "payment_method", "payment_mcc", "resolved_reason", "entity_id"});
    if (dispute.status == "evidence_required") copy_members(dispute.data, row, {"evidence_required_by"});
    if (const std::string arn = arn_of(payment); !arn.empty()) row["payment_arn"] = arn;
    return row;
}

Json dispute_details(const Dispute& dispute, const Json& payment, const std::string& url) {
    Json made = {{"status", dispute.status},
                 {"received_on", stamp(dispute.received_on)},
                 {"last_update", stamp(dispute.last_update)},
                 {"entity_id", entity_id},
                 {"relevant_evidence", relevant_evidence(text(dispute.data, "category"))}};
    copy_members(dispute.data, made,
                 {"id", "category", "amount", "currency", "reason_code", "resolved_reason", "entity_id"});
    if (dispute.status == "evidence_required") copy_members(dispute.data, made, {"evidence_required_by"});
    Json about = {{"id", text(dispute.data, "payment_id")},
                  {"method", text(dispute.data, "payment_method")},
                  {"processing_channel_id", processing_channel_id}};
    if (const std::string action = text(dispute.data, "payment_action_id"); !action.empty())
        about["action_id"] = action;
    if (payment.is_object()) {
        copy_members(payment, about, {"amount", "currency", "processed_on", "reference", "eci", "3ds"});
        about["has_refund"] = number(base::member(payment, "balances"), "total_refunded") > 0;
        if (const std::string arn = arn_of(payment); !arn.empty()) about["arn"] = arn;
    }
    made["payment"] = std::move(about);
    const std::string self = url + "/disputes/" + text(dispute.data, "id");
    made["_links"] = {{"self", link(self)}, {"evidence", link(self + "/evidence")}};
    return made;
}

} // namespace paysync::sandbox
