// From the request of a payment to its outcome.
#include "sandbox/checkout/payment_request.hpp"

#include "paysync/base/money.hpp"
#include "paysync/base/text.hpp"
#include "sandbox/checkout/payment_actions.hpp"

#include <algorithm>
#include <array>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::int64_t amount_max = 999'999'999;         // nine digits (documentation: Calculating the amount)
constexpr std::size_t reference_max = 80;                // characters
constexpr std::chrono::hours authorization_life{24 * 7}; // documentation: Capture a payment
constexpr std::array<const char*, 6> payment_types = {"Regular", "Recurring",   "Installment",
                                                      "MOTO",    "Unscheduled", "PayLater"};

/// What pays. Where `refusal` is set, nothing does.
struct Payer {
    Json source;
    std::string number;
    std::string customer; ///< cus_…, "" for nobody
    Json who;             ///< its id, email and name
    bool card = true;
    std::optional<ApiReply> refusal;
};

Payer refused(ApiReply answer) {
    Payer payer;
    payer.refusal = std::move(answer);
    return payer;
}

/// "regular" is Regular; Regular where it is left out; nothing for what it cannot be.
std::optional<std::string> payment_type_of(const Json& body) {
    const Json& given = base::member(body, "payment_type");
    if (given.is_null()) return "Regular";
    for (const char* type : payment_types)
        if (given.is_string() && base::lower(type) == base::lower(given.get<std::string>())) return type;
    return std::nullopt;
}

void check_amount(const Json& body, std::vector<std::string>& errors) {
    const Json& amount = base::member(body, "amount");
    const std::string currency = text(body, "currency");
    const bool letters = currency.size() == 3 &&
                         std::all_of(currency.begin(), currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (currency.empty())
        errors.emplace_back("currency_required");
    else if (!letters)
        errors.emplace_back("currency_invalid");
    if (amount.is_null()) return;
    const bool whole =
        amount.is_number_integer() && amount.get<std::int64_t>() >= 0 && amount.get<std::int64_t>() <= amount_max;
    if (!whole || (base::exponent(currency) == 3 && amount.get<std::int64_t>() % 10 != 0))
        errors.emplace_back("amount_invalid");
}

std::vector<std::string> errors_of(const Json& body) {
    std::vector<std::string> errors;
    if (!body.is_object()) return {"request_body_malformed"};
    check_amount(body, errors);
    const Json& source = base::member(body, "source");
    if (!source.is_object())
        errors.emplace_back("payment_source_required");
    else if (text(source, "type").empty())
        errors.emplace_back("source_type_required");
    if (!payment_type_of(body)) errors.emplace_back("payment_type_invalid");
    const Json& reference = base::member(body, "reference");
    if (!reference.is_null() && (!reference.is_string() || reference.get<std::string>().size() > reference_max))
        errors.emplace_back("reference_invalid");
    if (const Json& metadata = base::member(body, "metadata"); !metadata.is_null() && !metadata.is_object())
        errors.emplace_back("metadata_invalid");
    const Json& capture = base::member(body, "capture");
    if (!capture.is_null() && !capture.is_boolean()) errors.emplace_back("capture_invalid");
    const std::string email = text(base::member(body, "customer"), "email");
    if (!email.empty() && !is_email(email)) errors.emplace_back("customer_email_invalid");
    return errors;
}

Payer payer_with(StoredCard card, std::string customer) {
    Payer payer;
    payer.source = std::move(card.told);
    payer.number = std::move(card.number);
    payer.customer = std::move(customer);
    return payer;
}

Payer payer_by_token(MerchantAccount& account, const Json& source) {
    CardToken* token = account.vault.token(text(source, "token"));
    if (token == nullptr) return refused(request_invalid({"token_invalid"}));
    if (token->used) return refused(request_invalid({"token_used"}));
    if (token->expires_on <= account.now()) return refused(processing_error("token_expired"));
    token->used = true;
    StoredCard card = token->card;
    for (const char* name : {"token", "expires_on", "phone", "type"}) card.told.erase(name);
    card.told["type"] = "card";
    return payer_with(std::move(card), {});
}

Payer payer_by_instrument(MerchantAccount& account, const std::string& id, const char* unknown) {
    const StoredCard* stored = account.vault.instrument(id);
    if (stored == nullptr) return refused(request_invalid({unknown}));
    return payer_with(*stored, text(base::member(stored->told, "customer"), "id"));
}

Payer payer_of(MerchantAccount& account, const Json& source) {
    const std::string type = text(source, "type");
    if (type == "card") {
        ReadCard read = read_card(source, account.now());
        if (!read.errors.empty()) return refused(request_invalid(std::move(read.errors)));
        return payer_with(std::move(read.card), {});
    }
    if (type == "token") return payer_by_token(account, source);
    if (type == "id") return payer_by_instrument(account, text(source, "id"), "source_id_unknown");
    if (type == "customer") {
        const std::string wanted = text(source, source.contains("id") ? "id" : "email");
        const Json* customer = account.vault.customer(wanted);
        if (customer == nullptr) return refused(request_invalid({"customer_not_found"}));
        return payer_by_instrument(account, text(*customer, "default"), "customer_default_source_required");
    }
    Payer payer; // an alternative method: the payer goes to its page
    payer.source = source;
    payer.card = false;
    return payer;
}

/// Finds or makes the customer, and gives the card its place in the vault. Returns a refusal.
std::optional<ApiReply> settle_payer(MerchantAccount& account, const Json& body, Payer& payer) {
    const Json& wanted = base::member(body, "customer");
    const auto customer = account.vault.find_or_make_customer(wanted.is_object() ? wanted : Json::object());
    if (!customer) return request_invalid({"customer_not_found"});
    if (!customer->empty()) payer.customer = *customer;
    payer.who = Json::object();
    if (const Json* known = payer.customer.empty() ? nullptr : account.vault.customer(payer.customer))
        copy_members(*known, payer.who, {"id", "email", "name"});
    if (!payer.card) return std::nullopt;
    if (!payer.who.empty()) payer.source["customer"] = payer.who;
    if (!payer.source.contains("id")) payer.source = account.vault.keep_card({payer.source, payer.number});
    payer.source.erase("customer");
    return std::nullopt;
}

Json three_ds_of(const Json& body) {
    const bool enabled = base::member(base::member(body, "3ds"), "enabled") == Json(true);
    if (!enabled) return {{"downgraded", false}, {"enrolled", "U"}};
    return {{"downgraded", false}, {"enrolled", "Y"},     {"version", "2.2.0"}, {"authentication_response", "Y"},
            {"eci", "05"},         {"challenged", false}, {"exemption", "none"}};
}

Json facts_of(const MerchantAccount& account, const std::string& id, const Json& body, const Payer& payer) {
    Json facts = {{"id", id},
                  {"requested_on", stamp(account.now())},
                  {"expires_on", stamp(account.now() + authorization_life)},
                  {"amount", number(body, "amount")},
                  {"amount_requested", number(body, "amount")},
                  {"currency", body.at("currency")},
                  {"payment_type", payment_type_of(body).value_or("Regular")},
                  {"source", payer.source},
                  {"risk", {{"flagged", false}, {"score", 0}}},
                  {"scheme_id", account.digits(15)},
                  {"eci", base::member(base::member(body, "3ds"), "enabled") == Json(true) ? "05" : "07"},
                  {"3ds", three_ds_of(body)},
                  {"processing_channel_id", processing_channel_id},
                  {"metadata", Json::object()}};
    copy_members(body, facts,
                 {"reference", "description", "metadata", "billing_descriptor", "shipping", "recipient", "sender",
                  "items", "payment_ip", "payment_plan", "merchant_initiated", "previous_payment_id",
                  "processing_channel_id", "capture_on"});
    if (!payer.card) facts.erase("scheme_id");
    if (facts.at("metadata").is_null()) facts["metadata"] = Json::object();
    if (!payer.who.empty()) facts["customer"] = payer.who;
    return facts;
}

PaymentIntent intent_of(const Json& body, const Payer& payer) {
    PaymentIntent intent;
    intent.number = payer.number;
    const Json& capture = base::member(body, "capture");
    // A capture at a later time is left to the merchant: nothing here waits for it.
    intent.capture = capture != Json(false) && base::member(body, "capture_on").is_null();
    const Json& retry = base::member(body, "retry");
    for (const char* kind : {"dunning", "downtime"})
        intent.retry = intent.retry || base::member(base::member(retry, kind), "enabled") == Json(true);
    intent.increments = text(body, "authorization_type") == "Estimated";
    return intent;
}

ApiReply send_payer_away(MerchantAccount& account, const std::string& id, const Json& body, Json facts) {
    const std::string session = account.new_id("sid_");
    const std::string page = account.url() + "/sessions-interceptor/" + session;
    account.intents.at(id).redirect = page;
    facts["_links"]["redirect"] = link(page);
    facts["3ds"]["authentication_id"] = session;
    account.payments.open(id, facts);
    Json told = {{"action_id", account.new_id("act_")}};
    account.publish(account.bodies.attempt("payment_pending", account.now(), facts, told));
    Json answer = {{"id", id}, {"status", "Pending"}};
    copy_members(facts, answer, {"reference", "customer", "3ds"});
    copy_members(body, answer, {"reference"});
    const std::string self = account.url() + "/payments/" + id;
    answer["_links"] = {{"self", link(self)}, {"redirect", link(page)}};
    return reply(202, std::move(answer));
}

IssuerAnswer answer_for(MerchantAccount& account, const Payer& payer, const Json& facts) {
    if (!account.decline_next.empty()) {
        std::string code = std::move(account.decline_next.front());
        account.decline_next.pop_front();
        return issuer_answer(std::move(code));
    }
    return issuer_answer_to(payer.number, number(facts, "amount"), text(facts, "currency"));
}

} // namespace

ReadCard read_card(const Json& given, base::WallTime now) {
    ReadCard read;
    const std::string number = text(given, "number");
    const std::int64_t month = sandbox::number(given, "expiry_month");
    const std::int64_t year = sandbox::number(given, "expiry_year");
    const auto today = std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(now)};
    const auto this_month =
        static_cast<int>(today.year()) * 12 + static_cast<int>(static_cast<unsigned>(today.month()));
    if (number.empty())
        read.errors.emplace_back("card_number_required");
    else if (!is_card_number(number))
        read.errors.emplace_back("card_number_invalid");
    if (!given.contains("expiry_month"))
        read.errors.emplace_back("card_expiry_month_required");
    else if (month < 1 || month > 12)
        read.errors.emplace_back("card_expiry_month_invalid");
    if (!given.contains("expiry_year"))
        read.errors.emplace_back("card_expiry_year_required");
    else if (year < 1000 || year > 9999)
        read.errors.emplace_back("card_expiry_year_invalid");
    else if (year * 12 + month < this_month)
        read.errors.emplace_back("card_expired");
    const std::string cvv = text(given, "cvv");
    if (!cvv.empty() &&
        (cvv.size() < 3 || cvv.size() > 4 || cvv.find_first_not_of("0123456789") != std::string::npos))
        read.errors.emplace_back("cvv_invalid");
    if (!read.errors.empty()) return read;
    read.card.number = number;
    read.card.told = card_look(number);
    copy_members(given, read.card.told, {"expiry_month", "expiry_year", "name", "billing_address", "phone"});
    if (!cvv.empty()) read.card.told["cvv_check"] = "Y";
    read.card.told["avs_check"] = given.contains("billing_address") ? "S" : "G";
    return read;
}

ApiReply request_payment(MerchantAccount& account, const Json& body) {
    if (std::vector<std::string> errors = errors_of(body); !errors.empty()) return request_invalid(std::move(errors));
    Payer payer = payer_of(account, body.at("source"));
    if (payer.refusal) return std::move(*payer.refusal);
    if (auto refusal = settle_payer(account, body, payer)) return std::move(*refusal);
    const std::string id = account.new_id("pay_");
    Json facts = facts_of(account, id, body, payer);
    account.intents[id] = intent_of(body, payer);
    account.payments.open(id, facts);
    const bool authenticated = base::member(base::member(body, "3ds"), "enabled") == Json(true) &&
                               base::member(body, "merchant_initiated") != Json(true);
    if (authenticated || !payer.card) return send_payer_away(account, id, body, std::move(facts));
    const Json action = conclude_attempt(account, id, answer_for(account, payer, facts));
    const Json& view = *account.payments.find(id);
    Json answer = action;
    copy_members(view, answer, {"id",     "amount",       "amount_requested", "currency",     "approved",
                                "status", "payment_type", "expires_on",       "3ds",          "risk",
                                "source", "customer",     "balances",         "processed_on", "reference",
                                "eci",    "scheme_id",    "payment_plan",     "retry",        "_links"});
    capture_as_asked(account, id);
    return reply(201, std::move(answer));
}

} // namespace paysync::sandbox
