// Money in and out of the account, action by action.
#include "sandbox/checkout/financial_actions.hpp"

#include "paysync/base/money.hpp"
#include "sandbox/checkout/wire.hpp"

#include <algorithm>
#include <cstdlib>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::chrono::hours settling{24};
constexpr const char* currency_account = "ca_paysyncsandboxcurrencyacct";

/// `scaled` divided by 10^digits, exactly.
std::string scaled_text(std::int64_t scaled, int digits) {
    std::string magnitude = std::to_string(std::abs(scaled));
    const auto places = static_cast<std::size_t>(digits);
    if (magnitude.size() <= places) magnitude.insert(0, places + 1 - magnitude.size(), '0');
    if (places > 0) magnitude.insert(magnitude.size() - places, ".");
    return (scaled < 0 ? "-" : "") + magnitude;
}

Json part(const char* type, const std::string& amount, const std::string& currency) {
    const Json value = std::strtod(amount.c_str(), nullptr);
    return {{"breakdown_type", type},
            {"fx_rate_applied", 1.0},
            {"holding_currency", currency},
            {"holding_currency_amount", value},
            {"processing_currency", currency},
            {"processing_currency_amount", value},
            {"transaction_currency", currency},
            {"transaction_currency_amount", value},
            {"processing_to_transaction_currency_fx_rate", 1.0},
            {"transaction_to_holding_currency_fx_rate", 1.0}};
}

Json fee(const char* type, const std::string& amount, const std::string& currency, const char* detail) {
    Json made = part(type, amount, currency);
    made["fee_detail"] = detail;
    return made;
}

Json breakdown_of(const std::string& type, std::int64_t amount, const std::string& currency) {
    Json parts = Json::array();
    if (type == "Authorization" || type == "Card Verification")
        parts.push_back(fee("Authorization Fixed Fee", "-0.05", currency, "Authorization"));
    if (type == "Capture") {
        parts.push_back(part("Capture", base::major_units(amount, currency), currency));
        // 0.13 % of the amount, to the last digit.
        parts.push_back(fee("Scheme Variable Fee", scaled_text(-amount * 13, base::exponent(currency) + 4), currency,
                            "Scheme Acquirer Service Fee"));
    }
    if (type == "Refund" || type == "Chargeback" || type == "Payout" || type == "Return")
        parts.push_back(part(type.c_str(), base::major_units(-amount, currency), currency));
    if (type == "Chargeback Reversal")
        parts.push_back(part("Chargeback Reversal", base::major_units(amount, currency), currency));
    if (type == "Refund" || type == "Void")
        parts.push_back(fee("Scheme Fixed Fee", "-0.02", currency, "Scheme Acquirer Processing Fee"));
    return parts;
}

/// Times of this resource have no zone.
std::string zoneless(base::WallTime time) {
    std::string written = stamp(time);
    written.pop_back();
    return written;
}

std::string capitals(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 0x20);
    return text;
}

FinancialAction financial_action(const Json& payment, const std::string& id, const std::string& type,
                                 std::int64_t amount, base::WallTime at, const Json& action) {
    const Json& source = base::member(payment, "source");
    const std::string currency = text(payment, "currency");
    const std::string arn = text(base::member(action, "processing"), "acquirer_reference_number");
    FinancialAction made;
    made.processed_on = at;
    made.row = {{"payment_id", text(payment, "id")},
                {"action_id", id},
                {"action_type", type},
                {"entity_id", entity_id},
                {"currency_account_id", currency_account},
                {"payment_method", capitals(text(source, "scheme"))},
                {"processing_channel_id", processing_channel_id},
                {"reference", text(action.contains("reference") ? action : payment, "reference")},
                {"response_code", text(action, "response_code")},
                {"response_description", text(action, "response_summary")},
                {"region", "Domestic"},
                {"merchant_category_code", "5815"},
                {"processed_on", zoneless(at)},
                {"requested_on", zoneless(at)},
                {"breakdown", breakdown_of(type, amount, currency)}};
    copy_members(source, made.row, {"card_type", "card_category", "issuer_country"});
    if (!arn.empty()) made.row["acquirer_reference_number"] = arn;
    return made;
}

void add_disputes(const MerchantAccount& account, std::vector<FinancialAction>& list) {
    for (const auto& [id, dispute] : account.disputes.all()) {
        const Json* payment = account.payments.find(text(dispute.data, "payment_id"));
        if (payment == nullptr || id.starts_with("rtvl_")) continue;
        const std::int64_t amount = number(dispute.data, "amount");
        list.push_back(financial_action(*payment, id, "Chargeback", amount, dispute.received_on, Json::object()));
        const std::string& status = dispute.status;
        if (status == "won" || status == "canceled" || status == "arbitration_won")
            list.push_back(
                financial_action(*payment, id, "Chargeback Reversal", amount, dispute.last_update, Json::object()));
    }
}

std::string quoted(const Json& value) {
    std::string raw = value.is_string() ? value.get<std::string>() : value.is_null() ? "" : base::to_text(value);
    if (raw.find_first_of(",\"\r\n") == std::string::npos) return raw;
    std::string made = "\"";
    for (const char c : raw) {
        made += c;
        if (c == '"') made += c;
    }
    return made + "\"";
}

struct Column {
    const char* title;
    const char* member;
};

constexpr Column action_columns[] = {{"Entity ID", "entity_id"},
                                     {"Processing Channel ID", "processing_channel_id"},
                                     {"Currency Account ID", "currency_account_id"},
                                     {"Payment ID", "payment_id"},
                                     {"Action ID", "action_id"},
                                     {"Action Type", "action_type"},
                                     {"Reference", "reference"},
                                     {"Payment Method", "payment_method"},
                                     {"Card Type", "card_type"},
                                     {"Card Category", "card_category"},
                                     {"Issuer Country", "issuer_country"},
                                     {"Response Code", "response_code"},
                                     {"Response Description", "response_description"},
                                     {"Processed On", "processed_on"},
                                     {"Requested On", "requested_on"},
                                     {"Acquirer Reference Number", "acquirer_reference_number"}};
constexpr Column part_columns[] = {{"Breakdown Type", "breakdown_type"},
                                   {"Holding Currency", "holding_currency"},
                                   {"Holding Currency Amount", "holding_currency_amount"},
                                   {"Processing Currency", "processing_currency"},
                                   {"Processing Currency Amount", "processing_currency_amount"},
                                   {"FX Rate Applied", "fx_rate_applied"},
                                   {"Fee Detail", "fee_detail"}};

} // namespace

std::vector<FinancialAction> financial_actions(const MerchantAccount& account) {
    std::vector<FinancialAction> list;
    for (const std::string& id : account.payments.ids()) {
        const Json* payment = account.payments.find(id);
        Json actions = account.payments.actions(id); // latest first
        std::reverse(actions.begin(), actions.end());
        for (const Json& action : actions) {
            const base::WallTime at = base::parse_time(text(action, "processed_on")).value_or(requested_on(*payment));
            const std::string type = text(action, "type");
            if (type != "Authorization" && action.at("approved") != true) continue; // nothing moved
            list.push_back(
                financial_action(*payment, text(action, "id"), type, number(action, "amount"), at, action));
        }
    }
    add_disputes(account, list);
    std::stable_sort(list.begin(), list.end(), [](const FinancialAction& a, const FinancialAction& b) {
        return a.processed_on < b.processed_on;
    });
    return list;
}

std::string financial_csv(const MerchantAccount& account, base::WallTime from, base::WallTime to) {
    std::string csv;
    for (const Column& column : action_columns) csv += std::string(column.title) + ",";
    for (const Column& column : part_columns) csv += std::string(column.title) + ",";
    csv.back() = '\n';
    for (const FinancialAction& action : financial_actions(account)) {
        if (action.processed_on < from || action.processed_on >= to) continue;
        for (const Json& part : action.row.at("breakdown")) {
            for (const Column& column : action_columns) csv += quoted(base::member(action.row, column.member)) + ",";
            for (const Column& column : part_columns) csv += quoted(base::member(part, column.member)) + ",";
            csv.back() = '\n';
        }
    }
    return csv;
}

Json currency_balances(const MerchantAccount& account, const std::string& currency) {
    struct Sums {
        std::int64_t pending = 0;
        std::int64_t available = 0;
    };
    std::map<std::string, Sums> sums;
    for (const std::string& id : account.payments.ids()) {
        const Json* payment = account.payments.find(id);
        Sums& sum = sums[text(*payment, "currency")];
        for (const Json& action : account.payments.actions(id)) {
            if (action.at("approved") != true) continue;
            const auto at = base::parse_time(text(action, "processed_on")).value_or(requested_on(*payment));
            const std::string type = text(action, "type");
            if (type == "Capture")
                (account.now() - at < settling ? sum.pending : sum.available) += number(action, "amount");
            if (type == "Refund" || type == "Payout" || type == "Return") sum.available -= number(action, "amount");
        }
    }
    for (const auto& [id, dispute] : account.disputes.all())
        if (id.starts_with("dsp_") && dispute.status != "won" && dispute.status != "canceled" &&
            dispute.status != "arbitration_won")
            sums[text(dispute.data, "currency")].available -= number(dispute.data, "amount");
    Json rows = Json::array();
    for (const auto& [name, sum] : sums) {
        if (name.empty() || (!currency.empty() && name != currency)) continue;
        rows.push_back(
            {{"descriptor", "Revenue Account " + name},
             {"holding_currency", name},
             {"balances",
              {{"pending", sum.pending}, {"available", sum.available}, {"payable", 0}, {"collateral", 0}}}});
    }
    return rows;
}

} // namespace paysync::sandbox
