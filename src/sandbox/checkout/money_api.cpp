// /financial-actions, /reports, /balances.
#include "sandbox/checkout/financial_actions.hpp"
#include "sandbox/checkout/reports.hpp"
#include "sandbox/checkout/resources.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

ApiReply list_financial_actions(const MerchantAccount& account, const ApiCall& call) {
    const auto limit = call.number("limit", 10, 1, 100);
    const auto skip = call.number("pagination_token", 0, 0, 1'000'000);
    if (!limit) return request_invalid({"limit_invalid"});
    if (!skip) return request_invalid({"pagination_token_invalid"});
    std::string query = "?limit=" + std::to_string(*limit);
    for (const char* name : {"payment_id", "action_id", "reference"})
        if (const auto wanted = call.query(name))
            query += std::string("&") + name + "=" + net::percent_encoded(*wanted);
    std::vector<Json> found;
    for (FinancialAction& action : financial_actions(account)) {
        bool asked_for = true;
        for (const char* name : {"payment_id", "action_id", "reference"})
            if (const auto wanted = call.query(name); wanted && text(action.row, name) != *wanted) asked_for = false;
        if (asked_for) found.push_back(std::move(action.row));
    }
    Json rows = Json::array();
    for (std::size_t i = *skip; i < found.size() && rows.size() < *limit; ++i) rows.push_back(found[i]);
    const std::size_t next = *skip + rows.size();
    Json body = {{"count", rows.size()}, {"limit", *limit}, {"data", std::move(rows)}};
    const std::string self = account.url() + "/financial-actions" + query;
    body["_links"]["self"] = link(self);
    if (next < found.size()) body["_links"]["next"] = link(self + "&pagination_token=" + std::to_string(next));
    return reply(200, std::move(body));
}

ApiReply tell_balances(const MerchantAccount& account, const ApiCall& call) {
    constexpr std::string_view by_currency = "currency:";
    if (call.path[1] != entity_id) return reply(404);
    const std::string query = call.query("query").value_or("");
    if (!query.empty() && !query.starts_with(by_currency)) return request_invalid({"query_invalid"});
    Json rows = currency_balances(account, query.empty() ? "" : query.substr(by_currency.size()));
    return reply(200, {{"data", std::move(rows)}});
}

} // namespace

std::optional<ApiReply> answer_money(MerchantAccount& account, const ApiCall& call) {
    if (call.is("GET", {"financial-actions"})) return list_financial_actions(account, call);
    if (call.is("GET", {"balances", "*"})) return tell_balances(account, call);
    return answer_reports(account, call);
}

} // namespace paysync::sandbox
