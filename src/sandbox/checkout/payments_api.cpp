// /payments: request, details, actions, list, search, and what is done to a payment.
#include "sandbox/checkout/payment_actions.hpp"
#include "sandbox/checkout/payment_request.hpp"
#include "sandbox/checkout/payment_search.hpp"
#include "sandbox/checkout/resources.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;

ApiReply list_by_reference(const MerchantAccount& account, const ApiCall& call) {
    const auto limit = call.number("limit", 10, 1, 100);
    const auto skip = call.number("skip", 0, 0, 1'000'000);
    const std::string reference = call.query("reference").value_or("");
    if (reference.empty()) return request_invalid({"reference_required"});
    if (!limit) return request_invalid({"paging_limit_invalid"});
    if (!skip) return request_invalid({"paging_skip_invalid"});
    std::vector<const Json*> found;
    for (const std::string& id : account.payments.ids())
        if (const Json* payment = account.payments.find(id); text(*payment, "reference") == reference)
            found.push_back(payment);
    std::stable_sort(found.begin(), found.end(),
                     [](const Json* a, const Json* b) { return requested_on(*a) > requested_on(*b); });
    Json rows = Json::array();
    for (std::size_t i = *skip; i < found.size() && rows.size() < *limit; ++i) rows.push_back(*found[i]);
    return reply(200, {{"limit", *limit}, {"skip", *skip}, {"total_count", found.size()}, {"data", std::move(rows)}});
}

std::optional<ApiReply> answer_actions(MerchantAccount& account, const ApiCall& call) {
    using Act = ApiReply (*)(MerchantAccount&, const std::string&, const Json&);
    static const std::map<std::string, Act> acts = {
        {"captures", capture_payment},  {"refunds", refund_payment},           {"voids", void_payment},
        {"reversals", reverse_payment}, {"authorizations", increment_payment}, {"cancellations", cancel_retry}};
    if (!call.is("POST", {"payments", "*", "*"})) return std::nullopt;
    const auto act = acts.find(call.path[2]);
    if (act == acts.end()) return std::nullopt;
    if (!call.body.is_null() && !call.body.is_object()) return request_invalid({"request_body_malformed"});
    return act->second(account, call.path[1], call.body);
}

} // namespace

std::optional<ApiReply> answer_payments(MerchantAccount& account, const ApiCall& call) {
    if (call.is("POST", {"payments"})) return request_payment(account, call.body);
    if (call.is("GET", {"payments"})) return list_by_reference(account, call);
    if (call.is("POST", {"payments", "search"})) return search_payments(account, call.body);
    if (call.is("GET", {"payments", "search", "*"}))
        return continue_search(account, call.path[2], call.query("token").value_or(""));
    if (call.is("GET", {"payments", "*"})) {
        const Json* payment = account.payments.find(call.path[1]);
        return payment == nullptr ? reply(404) : reply(200, *payment);
    }
    if (call.is("GET", {"payments", "*", "actions"})) {
        if (account.payments.find(call.path[1]) == nullptr) return reply(404);
        return reply(200, account.payments.actions(call.path[1]));
    }
    return answer_actions(account, call);
}

} // namespace paysync::sandbox
