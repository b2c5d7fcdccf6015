// Searching payments, page by page.
#include "sandbox/checkout/payment_search.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::size_t query_max = 1024;
constexpr std::int64_t limit_max = 1000;
constexpr std::int64_t limit_default = 10;

/// "evidence_required" reads "Evidence Required".
std::string in_words(std::string status) {
    bool first = true;
    for (char& c : status) {
        if (first && c >= 'a' && c <= 'z') c = static_cast<char>(c - 0x20);
        first = c == '_';
        if (first) c = ' ';
    }
    return status;
}

Json search_row(const MerchantAccount& account, const Json& payment) {
    Json row = payment;
    row.erase("approved");
    row["status"] = base::lower(text(payment, "status"));
    row["payment_type"] = base::lower(text(payment, "payment_type"));
    const std::string id = text(payment, "id");
    Json actions = Json::array();
    for (const auto& [dispute_id, dispute] : account.disputes.all())
        if (text(dispute.data, "payment_id") == id)
            actions.push_back({{"id", dispute_id},
                               {"type", "Dispute"},
                               {"processed_on", stamp(dispute.received_on)},
                               {"status", in_words(dispute.status)},
                               {"amount", number(dispute.data, "amount")},
                               {"reason_code", text(dispute.data, "reason_code")}});
    for (Json action : account.payments.actions(id)) {
        action["status"] = action.at("approved") == true ? "Approved" : "Declined";
        action.erase("approved");
        action.erase("_links");
        actions.push_back(std::move(action));
    }
    row["actions"] = std::move(actions);
    return row;
}

std::vector<const Json*> matching(const MerchantAccount& account, const PaymentFilter& filter, const Json& body) {
    const auto from = base::parse_time(text(body, "from"));
    const auto to = base::parse_time(text(body, "to"));
    std::vector<const Json*> found;
    for (const std::string& id : account.payments.ids()) {
        const Json* payment = account.payments.find(id);
        const base::WallTime at = requested_on(*payment);
        if (from && to && (at < *from || at > *to)) continue;
        if (filter(*payment)) found.push_back(payment);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const Json* a, const Json* b) { return requested_on(*a) > requested_on(*b); });
    return found;
}

std::vector<std::string> errors_of(const Json& body) {
    std::vector<std::string> errors;
    const Json& query = base::member(body, "query");
    const Json& limit = base::member(body, "limit");
    if (!query.is_null() && (!query.is_string() || query.get<std::string>().size() > query_max ||
                             !parse_payment_query(query.get<std::string>())))
        errors.emplace_back("query_invalid");
    if (!limit.is_null() &&
        (!limit.is_number_integer() || limit.get<std::int64_t>() < 1 || limit.get<std::int64_t>() > limit_max))
        errors.emplace_back("limit_invalid");
    const bool from = body.contains("from");
    if (from != body.contains("to")) errors.emplace_back(from ? "to_required" : "from_required");
    for (const char* name : {"from", "to"})
        if (body.contains(name) && !base::parse_time(text(body, name)))
            errors.emplace_back(std::string(name) + "_invalid");
    return errors;
}

ApiReply page(const MerchantAccount& account, Json search, std::size_t skip) {
    const auto filter = parse_payment_query(text(search, "query"));
    const std::vector<const Json*> found = matching(account, *filter, search);
    const auto limit = static_cast<std::size_t>(search.contains("limit") ? number(search, "limit") : limit_default);
    Json rows = Json::array();
    for (std::size_t i = skip; i < found.size() && rows.size() < limit; ++i)
        rows.push_back(search_row(account, *found[i]));
    Json body = {{"data", rows}};
    if (skip + rows.size() < found.size()) {
        search["skip"] = skip + rows.size();
        const std::string token = base::to_hex(base::to_text(search)); // all that the next page needs
        body["_links"]["next"] =
            link(account.url() + "/payments/search/" + base::sha256_hex(token).substr(0, 22) + "?token=" + token);
    }
    return reply(200, std::move(body));
}

} // namespace

ApiReply search_payments(const MerchantAccount& account, const Json& body) {
    if (!body.is_object()) return request_invalid({"request_body_malformed"});
    if (std::vector<std::string> errors = errors_of(body); !errors.empty()) return request_invalid(std::move(errors));
    Json search = Json::object();
    copy_members(body, search, {"query", "limit", "from", "to"});
    return page(account, std::move(search), 0);
}

ApiReply continue_search(const MerchantAccount& account, const std::string& search, const std::string& token) {
    const auto bytes = base::from_hex(token);
    if (!bytes || base::sha256_hex(token).substr(0, 22) != search) return request_invalid({"token_invalid"});
    auto known = base::parse_json(*bytes);
    if (!known || !known->is_object() || !errors_of(*known).empty()) return request_invalid({"token_invalid"});
    return page(account, *known, static_cast<std::size_t>(number(*known, "skip")));
}

} // namespace paysync::sandbox
