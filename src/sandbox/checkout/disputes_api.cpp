// /disputes: lists, details, accepting, evidence, arbitration, scheme files.
#include "paysync/base/text.hpp"
#include "sandbox/checkout/resources.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::array<std::string_view, 9> evidence_kinds = {"proof_of_delivery_or_service",
                                                            "invoice_or_receipt",
                                                            "invoice_showing_distinct_transactions",
                                                            "customer_communication",
                                                            "refund_or_cancellation_policy",
                                                            "recurring_transaction_agreement",
                                                            "additional_evidence",
                                                            "proof_of_delivery_or_service_date",
                                                            "arbitration_no_review"};

Json payment_of(const MerchantAccount& account, const Dispute& dispute) {
    const Json* payment = account.payments.find(text(dispute.data, "payment_id"));
    if (payment == nullptr) return nullptr;
    Json made = *payment;
    // The acquirer's number of a dispute is that of the capture.
    for (const Json& action : account.payments.actions(text(dispute.data, "payment_id")))
        if (text(action, "type") == "Capture") made["processing"] = base::member(action, "processing");
    return made;
}

/// Whether `value` is among the comma-separated words, or none are asked for.
bool among(const std::optional<std::string>& words, const std::string& value) {
    if (!words || words->empty()) return true;
    std::size_t at = 0;
    while (at <= words->size()) {
        const std::size_t end = std::min(words->find(',', at), words->size());
        if (base::lower(base::trimmed(words->substr(at, end - at))) == base::lower(value)) return true;
        at = end + 1;
    }
    return false;
}

struct Window {
    std::optional<base::WallTime> from;
    std::optional<base::WallTime> to;
};

bool asked_for(const ApiCall& call, const Window& window, const Dispute& dispute, const Json& row) {
    if (window.from && dispute.last_update < *window.from) return false;
    if (window.to && dispute.last_update > *window.to) return false;
    for (const char* name : {"id", "payment_id", "payment_reference", "payment_arn", "payment_mcc"})
        if (const auto wanted = call.query(name); wanted && !wanted->empty() && text(row, name) != *wanted)
            return false;
    return among(call.query("statuses"), dispute.status) && among(call.query("entity_ids"), text(row, "entity_id")) &&
           among(call.query("sub_entity_ids"), text(row, "sub_entity_id")) &&
           among(call.query("segment_ids"), text(row, "segment_id")) &&
           among(call.query("processing_channel_ids"), text(row, "processing_channel"));
}

ApiReply list_disputes(const MerchantAccount& account, const ApiCall& call) {
    const auto limit = call.number("limit", 50, 1, 250);
    const auto skip = call.number("skip", 0, 0, 1'000'000);
    std::vector<std::string> errors;
    if (!limit) errors.emplace_back("paging_limit_invalid");
    if (!skip) errors.emplace_back("paging_skip_invalid");
    Window window;
    for (auto [name, bound] : {std::pair{"from", &window.from}, std::pair{"to", &window.to}}) {
        const auto given = call.query(name);
        if (!given || given->empty()) continue;
        *bound = base::parse_time(*given);
        if (!*bound) errors.emplace_back(std::string(name) + "_invalid");
    }
    if (!errors.empty()) return request_invalid(std::move(errors));
    std::vector<std::pair<base::WallTime, Json>> found;
    for (const auto& [id, dispute] : account.disputes.all()) {
        Json row = dispute_summary(dispute, payment_of(account, dispute));
        if (!asked_for(call, window, dispute, row)) continue;
        row["_links"]["self"] = link(account.url() + "/disputes/" + id);
        found.emplace_back(dispute.last_update, std::move(row));
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    Json rows = Json::array();
    for (std::size_t i = *skip; i < found.size() && rows.size() < *limit; ++i) rows.push_back(found[i].second);
    Json body = {{"limit", *limit}, {"skip", *skip}, {"total_count", found.size()}, {"data", std::move(rows)}};
    for (const char* name : {"id", "statuses", "from", "to", "payment_id", "payment_reference", "payment_arn"})
        if (const auto given = call.query(name)) body[name] = *given;
    return reply(200, std::move(body));
}

void publish_step(MerchantAccount& account, const Dispute& dispute, const char* type) {
    Json data = dispute.data;
    data.erase("evidence_required_by");
    data["date"] = stamp(account.now());
    account.publish(account.bodies.envelope(type, account.now(), std::move(data)));
}

ApiReply accept(MerchantAccount& account, Dispute& dispute) {
    if (dispute.status != "evidence_required") return reply(403);
    publish_step(account, dispute, "dispute_accepted");
    return reply(204);
}

bool is_evidence(const std::string& name) {
    if (name == "compelling_evidence" || name.starts_with("arbitration_")) return true;
    return std::any_of(evidence_kinds.begin(), evidence_kinds.end(), [&name](std::string_view kind) {
        return name == std::string(kind) + "_file" || name == std::string(kind) + "_text";
    });
}

ApiReply provide_evidence(Dispute& dispute, const Json& body) {
    if (dispute.status != "evidence_required") return reply(403);
    if (!body.is_object() || body.empty()) return request_invalid({"evidence_required"});
    std::vector<std::string> errors;
    for (const auto& [name, value] : body.items()) {
        if (!is_evidence(name)) errors.push_back(name + "_invalid");
        if (name.ends_with("_file") && (!value.is_string() || !value.get<std::string>().starts_with("file_")))
            errors.push_back(name + "_invalid");
    }
    if (!errors.empty()) return request_invalid(std::move(errors));
    dispute.evidence.update(body);
    return reply(204);
}

ApiReply submit_evidence(MerchantAccount& account, Dispute& dispute) {
    if (dispute.status != "evidence_required") return reply(403);
    if (dispute.evidence.empty()) return request_invalid({"evidence_required"});
    dispute.submitted_file = account.new_id("file_");
    publish_step(account, dispute, "dispute_evidence_submitted");
    return reply(204);
}

ApiReply submit_arbitration(MerchantAccount& account, Dispute& dispute) {
    if (dispute.status != "arbitration_under_review" && dispute.status != "lost") return reply(403);
    dispute.arbitration_file = account.new_id("file_");
    publish_step(account, dispute, "dispute_arbitration_evidence_submitted");
    return reply(204);
}

ApiReply tell_evidence(const Dispute& dispute, const std::string& self) {
    if (dispute.evidence.empty()) return reply(404);
    Json body = dispute.evidence;
    body["_links"] = {{"self", link(self + "/evidence")}, {"parent", link(self)}};
    return reply(200, std::move(body));
}

ApiReply tell_file(const std::string& file) {
    return file.empty() ? reply(404) : reply(200, {{"file_id", file}});
}

ApiReply tell_scheme_files(const Dispute& dispute, const std::string& id, const std::string& self) {
    if (dispute.scheme_files.empty()) return reply(404);
    Json body = {{"id", id}, {"files", dispute.scheme_files}};
    body["_links"]["self"] = link(self + "/schemefiles");
    return reply(200, std::move(body));
}

} // namespace

std::optional<ApiReply> answer_disputes(MerchantAccount& account, const ApiCall& call) {
    if (call.is("GET", {"disputes"})) return list_disputes(account, call);
    if (call.path.size() < 2 || call.path[0] != "disputes") return std::nullopt;
    const std::string& id = call.path[1];
    const std::string self = account.url() + "/disputes/" + id;
    Dispute* dispute = account.disputes.find(id);
    if (dispute == nullptr) return reply(404);
    if (call.is("GET", {"disputes", "*"}))
        return reply(200, dispute_details(*dispute, payment_of(account, *dispute), account.url()));
    if (call.is("POST", {"disputes", "*", "accept"})) return accept(account, *dispute);
    if (call.is("PUT", {"disputes", "*", "evidence"})) return provide_evidence(*dispute, call.body);
    if (call.is("POST", {"disputes", "*", "evidence"})) return submit_evidence(account, *dispute);
    if (call.is("GET", {"disputes", "*", "evidence"})) return tell_evidence(*dispute, self);
    if (call.is("GET", {"disputes", "*", "evidence", "submitted"})) return tell_file(dispute->submitted_file);
    if (call.is("POST", {"disputes", "*", "evidence", "arbitration"})) return submit_arbitration(account, *dispute);
    if (call.is("GET", {"disputes", "*", "evidence", "arbitration", "submitted"}))
        return tell_file(dispute->arbitration_file);
    if (call.is("GET", {"disputes", "*", "schemefiles"})) return tell_scheme_files(*dispute, id, self);
    return std::nullopt;
}

} // namespace paysync::sandbox
