// Actions on payments and the events that they bring about.
#include "sandbox/checkout/payment_actions.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr const char* capture_declining_card = "4273149019799094"; // documentation, Test cards: captures, voids fail
constexpr int retries_max = 6;                                     // documentation, Retries: defaults of dunning
constexpr std::chrono::hours retry_after{24};
constexpr std::chrono::hours retries_end_after{24 * 30};

const std::string& number_of(const MerchantAccount& account, const std::string& payment_id) {
    static const std::string none;
    const auto intent = account.intents.find(payment_id);
    return intent == account.intents.end() ? none : intent->second.number;
}

Json accepted(const MerchantAccount& account, const std::string& payment_id, const Json& action) {
    Json body = {{"action_id", action.at("action_id")}, {"reference", text(action, "reference")}};
    body["_links"]["payment"] = link(account.url() + "/payments/" + payment_id);
    return body;
}

Json new_action(const MerchantAccount& account, const Json& payment, const Json& body, std::int64_t amount,
                const IssuerAnswer& answer) {
    Json action = {{"action_id", account.new_id("act_")},
                   {"amount", amount},
                   {"response_code", answer.code},
                   {"response_summary", answer.summary}};
    copy_members(payment, action, {"reference", "metadata"});
    copy_members(body, action, {"reference", "metadata"});
    if (action.contains("reference") && !action.at("reference").is_string()) action.erase("reference");
    return action;
}

/// The amount of an action: as asked, else all there is. Nothing when it is no positive whole number.
std::optional<std::int64_t> amount_of(const Json& body, std::int64_t all) {
    const Json& asked = base::member(body, "amount");
    if (asked.is_null()) return all;
    if (!asked.is_number_integer() || asked.get<std::int64_t>() <= 0) return std::nullopt;
    return asked.get<std::int64_t>();
}

void move(Json& balances, const char* name, std::int64_t by) {
    balances[name] = number(balances, name) + by;
}

Json captured(Json balances, std::int64_t amount, bool last) {
    move(balances, "total_captured", amount);
    move(balances, "available_to_capture", -amount);
    move(balances, "available_to_refund", amount);
    balances["available_to_void"] = 0;
    if (last) balances["available_to_capture"] = 0;
    return balances;
}

Json voided(Json balances) {
    move(balances, "total_voided", number(balances, "available_to_void"));
    balances["available_to_void"] = 0;
    balances["available_to_capture"] = 0;
    return balances;
}

Json retry_plan(const MerchantAccount& account, const Json& payment) {
    const std::int64_t made = number(base::member(payment, "retry"), "attempts_made");
    return {{"attempts_made", payment.contains("retry") && payment.at("retry").contains("ends_on") ? made + 1 : 0},
            {"max_attempts", retries_max},
            {"next_attempt_on", stamp(account.now() + retry_after)},
            {"ends_on", stamp(account.now() + retries_end_after)}};
}

ApiReply do_capture(MerchantAccount& account, const Json& payment, const Json& body, std::int64_t amount) {
    const std::string id = text(payment, "id");
    if (number_of(account, id) == capture_declining_card) {
        Json action = new_action(account, payment, body, amount, issuer_answer("20012"));
        const Json answer = accepted(account, id, action);
        account.publish(account.bodies.action("payment_capture_declined", account.now(), payment, std::move(action),
                                              payment.at("balances")));
        return reply(202, answer);
    }
    const bool last = text(body, "capture_type") != "NonFinal";
    Json action = new_action(account, payment, body, amount, issuer_answer("10000"));
    const Json answer = accepted(account, id, action);
    Json event = account.bodies.action("payment_captured", account.now(), payment, std::move(action),
                                       captured(payment.at("balances"), amount, last));
    account.payments.add_facts(id, {{"captured_finally", last}});
    account.publish(std::move(event));
    return reply(202, answer);
}

} // namespace

Json conclude_attempt(MerchantAccount& account, const std::string& payment_id, const IssuerAnswer& answer) {
    Json payment = *account.payments.find(payment_id);
    const std::int64_t amount = number(payment, "amount");
    Json action = {
        {"action_id", account.new_id("act_")},
        {"response_code", answer.code},
        {"response_summary", answer.summary},
        {"processing",
         {{"acquirer_transaction_id", account.digits(21)}, {"retrieval_reference_number", account.digits(12)}}}};
    const auto intent = account.intents.find(payment_id);
    const bool retry = intent != account.intents.end() && intent->second.retry;
    std::string type = answer.approved() ? "payment_approved" : "payment_declined";
    if (amount == 0) type = answer.approved() ? "card_verified" : "card_verification_declined";
    if (answer.approved()) {
        action["auth_code"] = account.digits(6);
        if (amount > 0)
            action["balances"] = {{"total_authorized", amount},     {"total_voided", 0},
                                  {"available_to_void", amount},    {"total_captured", 0},
                                  {"available_to_capture", amount}, {"total_refunded", 0},
                                  {"available_to_refund", 0}};
    } else if (amount > 0 && retry && is_retried(answer.code)) {
        type = "payment_retry_scheduled";
        payment["retry"] = retry_plan(account, payment);
    }
    account.publish(account.bodies.attempt(type, account.now(), payment, action));
    return action;
}

void capture_as_asked(MerchantAccount& account, const std::string& payment_id) {
    const auto intent = account.intents.find(payment_id);
    if (intent == account.intents.end() || !intent->second.capture) return;
    const Json payment = *account.payments.find(payment_id);
    const std::int64_t left = number(payment.at("balances"), "available_to_capture");
    if (left > 0) do_capture(account, payment, Json::object(), left);
}

ApiReply capture_payment(MerchantAccount& account, const std::string& payment_id, const Json& body) {
    const Json* found = account.payments.find(payment_id);
    if (found == nullptr) return reply(404);
    const Json payment = *found;
    const std::int64_t left = number(payment.at("balances"), "available_to_capture");
    if (left == 0) return reply(403);
    const auto amount = amount_of(body, left);
    if (!amount) return request_invalid({"amount_invalid"});
    if (*amount > left)
        return request_invalid({number(payment.at("balances"), "total_captured") > 0
                                    ? "capture_value_greater_than_remaining_authorized"
                                    : "capture_value_greater_than_authorized"});
    return do_capture(account, payment, body, *amount);
}

ApiReply refund_payment(MerchantAccount& account, const std::string& payment_id, const Json& body) {
    const Json* found = account.payments.find(payment_id);
    if (found == nullptr) return reply(404);
    const Json payment = *found;
    Json balances = payment.at("balances");
    const std::int64_t left = number(balances, "available_to_refund");
    if (number(balances, "total_captured") == 0) return reply(403);
    const auto amount = amount_of(body, left);
    if (!amount) return request_invalid({"amount_invalid"});
    if (*amount > left || left == 0) return request_invalid({"refund_amount_exceeds_balance"});
    move(balances, "total_refunded", *amount);
    move(balances, "available_to_refund", -*amount);
    Json action = new_action(account, payment, body, *amount, issuer_answer("10000"));
    const Json answer = accepted(account, payment_id, action);
    account.publish(account.bodies.action("payment_refunded", account.now(), payment, std::move(action), balances));
    return reply(202, answer);
}

ApiReply void_payment(MerchantAccount& account, const std::string& payment_id, const Json& body) {
    const Json* found = account.payments.find(payment_id);
    if (found == nullptr) return reply(404);
    const Json payment = *found;
    const Json balances = payment.at("balances");
    const std::int64_t left = number(balances, "available_to_void");
    if (left == 0) return reply(403);
    const bool declined = number_of(account, payment_id) == capture_declining_card;
    Json action = new_action(account, payment, body, left, issuer_answer(declined ? "20012" : "10000"));
    const Json answer = accepted(account, payment_id, action);
    if (!declined) action["trigger"] = "manual";
    account.publish(account.bodies.action(declined ? "payment_void_declined" : "payment_voided", account.now(),
                                          payment, std::move(action), declined ? balances : voided(balances)));
    return reply(202, answer);
}

ApiReply reverse_payment(MerchantAccount& account, const std::string& payment_id, const Json& body) {
    const Json* found = account.payments.find(payment_id);
    if (found == nullptr) return reply(404);
    const Json balances = found->at("balances");
    Json rest = Json::object();
    copy_members(body, rest, {"reference", "metadata"});
    if (number(balances, "available_to_void") > 0) return void_payment(account, payment_id, rest);
    if (number(balances, "available_to_refund") > 0) return refund_payment(account, payment_id, rest);
    const bool reversed = number(balances, "total_voided") > 0 || number(balances, "total_refunded") > 0;
    return reply(reversed ? 204 : 403);
}

ApiReply increment_payment(MerchantAccount& account, const std::string& payment_id, const Json& body) {
    const Json* found = account.payments.find(payment_id);
    if (found == nullptr) return reply(404);
    const Json payment = *found;
    const auto intent = account.intents.find(payment_id);
    const bool allowed = intent != account.intents.end() && intent->second.increments;
    if (!allowed || number(payment.at("balances"), "available_to_void") == 0) return reply(403);
    const auto amount = amount_of(body, 0);
    if (!amount || *amount == 0) return request_invalid({"amount_invalid"});
    Json balances = payment.at("balances");
    for (const char* name : {"total_authorized", "available_to_capture", "available_to_void"})
        move(balances, name, *amount);
    Json action = new_action(account, payment, body, *amount, issuer_answer("10000"));
    action["auth_code"] = account.digits(6);
    Json answer = action;
    copy_members(payment, answer, {"currency", "scheme_id", "eci", "risk"});
    answer["approved"] = true;
    answer["status"] = "Authorized";
    answer["balances"] = balances;
    answer["processed_on"] = stamp(account.now());
    answer["_links"]["payment"] = link(account.url() + "/payments/" + payment_id);
    account.publish(account.bodies.action("payment_authorization_incremented", account.now(), payment,
                                          std::move(action), balances));
    return reply(201, answer);
}

ApiReply cancel_retry(MerchantAccount& account, const std::string& payment_id, const Json& body) {
    const Json* found = account.payments.find(payment_id);
    if (found == nullptr) return reply(404);
    const Json payment = *found;
    if (payment.at("status") != "Retry Scheduled") return reply(403);
    Json action = new_action(account, payment, body, number(payment, "amount"), issuer_answer("10000"));
    const Json answer = accepted(account, payment_id, action);
    action.erase("response_code");
    action.erase("response_summary");
    account.publish(
        account.bodies.action("payment_canceled", account.now(), payment, std::move(action), payment.at("balances")));
    return reply(202, answer);
}

void publish_plain_event(MerchantAccount& account, const std::string& payment_id, const std::string& type,
                         std::int64_t amount, const std::string& code) {
    const Json payment = *account.payments.find(payment_id);
    Json action = {{"action_id", account.new_id("act_")},
                   {"amount", amount > 0 ? amount : number(payment, "amount")}};
    if (!code.empty()) {
        action["response_code"] = code;
        action["response_summary"] = response_summary(code);
    }
    account.publish(account.bodies.action(type, account.now(), payment, std::move(action), payment.at("balances")));
}

} // namespace paysync::sandbox
