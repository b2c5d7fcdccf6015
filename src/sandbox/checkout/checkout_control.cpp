// Moving the account on.
#include "sandbox/checkout/checkout_control.hpp"

#include "paysync/sandbox/payments.hpp"
#include "sandbox/checkout/payment_actions.hpp"
#include "sandbox/checkout/reports.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::chrono::hours evidence_time{24 * 14};

constexpr std::array<std::string_view, 10> plain_events = {
    "payment_capture_declined", "payment_capture_pending",
    "payment_refund_declined",  "payment_refund_pending",
    "payment_void_declined",    "payment_void_pending",
    "payment_expired",          "payment_canceled",
    "payment_returned",         "payment_authorization_increment_declined"};

ApiReply refused(const std::string& sentence) {
    return reply(400, {{"error", "invalid"}, {"message", sentence}});
}

ApiReply unknown(const std::string& sentence) {
    return reply(404, {{"error", "not_found"}, {"message", sentence}});
}

net::Response response_of(const ApiReply& made) {
    return net::json_response(made.status, base::to_text(made.body));
}

/// Visa's reason codes; others have their own.
std::string reason_of(const std::string& category) {
    if (category == "canceled_recurring") return "13.2";
    if (category == "product_service_not_received") return "13.1";
    if (category == "not_as_described") return "13.3";
    if (category == "credit_not_issued") return "13.6";
    if (category == "duplicate") return "12.6.1";
    if (category == "incorrect_amount") return "12.5";
    return category == "fraudulent" ? "10.4" : "13.7";
}

constexpr std::array<std::string_view, 9> categories = {
    "fraudulent",       "unrecognized",      "canceled_recurring", "product_service_not_received",
    "not_as_described", "credit_not_issued", "duplicate",          "incorrect_amount",
    "general"};

std::string capture_of(const MerchantAccount& account, const std::string& payment) {
    const Json actions = account.payments.actions(payment);
    for (const Json& action : actions)
        if (action.at("type") == "Capture") return text(action, "id");
    return actions.empty() ? std::string{} : text(actions.back(), "id");
}

} // namespace

runtime::Task<std::optional<net::Response>> CheckoutControl::handle(std::string what, Json body) {
    const std::optional<ApiReply> made = answer(what, body);
    if (!made) co_return std::nullopt;
    co_await distributor_.deliver_outbox();
    net::Response response = response_of(*made);
    co_return response;
}

runtime::Task<> CheckoutControl::deliver_to_others(std::vector<std::string> bodies) {
    return distributor_.deliver_to_others(std::move(bodies));
}

std::optional<ApiReply> CheckoutControl::answer(const std::string& what, const Json& body) {
    if (what == "POST /control/disputes") return body.contains("id") ? move_dispute(body) : open_dispute(body);
    if (what == "POST /control/payment_events") return payment_event(body);
    if (what == "POST /control/reports") return report(body);
    if (what == "POST /control/card_updates") return card_update(body);
    if (what == "GET /control/checkout_faults") return change_faults(Json::object());
    if (what == "POST /control/checkout_faults") return change_faults(body);
    return std::nullopt;
}

ApiReply CheckoutControl::open_dispute(const Json& body) {
    const std::string payment_id = text(body, "payment_id");
    const Json* found = account_.payments.find(payment_id);
    if (payment_id.empty())
        return refused("give {\"payment_id\": \"pay_…\"} to open a dispute, {\"id\", \"event\"} to move one on");
    if (found == nullptr) return unknown("there is no payment " + payment_id);
    const Json payment = *found;
    const std::string category = body.contains("category") ? text(body, "category") : "fraudulent";
    if (std::find(categories.begin(), categories.end(), category) == categories.end())
        return refused("there is no dispute category \"" + category + "\"");
    const std::int64_t amount = body.contains("amount") ? number(body, "amount") : number(payment, "amount");
    if (amount <= 0) return refused("\"amount\" is a whole number of minor units above 0");
    const std::string first = text(body, "event");
    if (!first.empty() && dispute_status_after(first).empty())
        return refused("\"" + first + "\" is no event of a dispute");
    std::string id = make_checkout_id(account_.chance(), first.starts_with("request_") ? "rtvl_" : "dsp_");
    Json data = {{"id", id},
                 {"date", stamp(account_.now())},
                 {"category", category},
                 {"amount", amount},
                 {"currency", text(payment, "currency")},
                 {"reason_code", body.contains("reason_code") ? text(body, "reason_code") : reason_of(category)},
                 {"payment_id", payment_id},
                 {"payment_action_id", capture_of(account_, payment_id)},
                 {"payment_reference", text(payment, "reference")},
                 {"payment_method", text(base::member(payment, "source"), "scheme")},
                 {"client_id", client_id_of_account},
                 {"entity_id", entity_id},
                 {"processing_channel_id", processing_channel_id}};
    const std::vector<std::string> steps =
        first.empty() ? std::vector<std::string>{"dispute_received", "dispute_evidence_required"}
                      : std::vector<std::string>{first};
    for (const std::string& step : steps) {
        if (step == "dispute_evidence_required")
            data["evidence_required_by"] = body.contains("evidence_required_by")
                                               ? body.at("evidence_required_by")
                                               : Json(stamp(account_.now() + evidence_time));
        account_.publish(account_.bodies.envelope(step, account_.now(), data));
    }
    return reply(200, {{"id", id}, {"status", account_.disputes.find(id)->status}});
}

ApiReply CheckoutControl::move_dispute(const Json& body) {
    const std::string id = text(body, "id");
    const std::string event = text(body, "event");
    Dispute* dispute = account_.disputes.find(id);
    if (dispute == nullptr) return unknown("there is no dispute " + id);
    if (dispute_status_after(event).empty())
        return refused("\"event\" is a dispute's event type, such as dispute_evidence_required or dispute_won");
    Json data = dispute->data;
    data.erase("evidence_required_by");
    data["date"] = stamp(account_.now());
    if (event == "dispute_evidence_required") data["evidence_required_by"] = stamp(account_.now() + evidence_time);
    if (event == "dispute_resolved")
        data["resolved_reason"] =
            body.contains("resolved_reason") ? text(body, "resolved_reason") : "already_refunded";
    if (body.contains("evidence_required_by")) data["evidence_required_by"] = body.at("evidence_required_by");
    if (event != "dispute_received" && event != "dispute_evidence_required")
        dispute->scheme_files.push_back({{"dispute_status", event}, {"file", account_.new_id("file_")}});
    account_.publish(account_.bodies.envelope(event, account_.now(), std::move(data)));
    return reply(200, {{"id", id}, {"status", dispute->status}});
}

ApiReply CheckoutControl::conclude(const std::string& payment, const std::string& type, const std::string& code) {
    if (type == "payment_approved") {
        conclude_attempt(account_, payment, issuer_answer("10000"));
        capture_as_asked(account_, payment);
        return reply(200);
    }
    PaymentIntent of_webhooks; // a payment that no request made is not captured by itself
    of_webhooks.capture = false;
    PaymentIntent& intent = account_.intents.try_emplace(payment, std::move(of_webhooks)).first->second;
    if (type == "payment_declined") intent.retry = false; // the last attempt
    if (type == "payment_retry_scheduled") intent.retry = true;
    const std::string declined = code.empty() ? "20051" : code;
    if (type == "payment_retry_scheduled" && !is_retried(declined))
        return refused("code " + declined + " is not tried again");
    conclude_attempt(account_, payment, issuer_answer(declined));
    return reply(200);
}

ApiReply CheckoutControl::payment_event(const Json& body) {
    const std::string id = text(body, "payment_id");
    const std::string type = text(body, "event");
    const std::string code = text(body, "response_code");
    if (id.empty() || type.empty())
        return refused("give {\"payment_id\": \"pay_…\", \"event\": \"payment_expired\", …}");
    const Json* payment = account_.payments.find(id);
    if (payment == nullptr) return unknown("there is no payment " + id);
    Json asked = Json::object();
    copy_members(body, asked, {"amount", "reference", "metadata", "capture_type"});
    ApiReply made = reply(200);
    if (type == "payment_approved" || type == "payment_declined" || type == "payment_retry_scheduled")
        made = conclude(id, type, code);
    else if (type == "payment_captured")
        made = capture_payment(account_, id, asked);
    else if (type == "payment_refunded")
        made = refund_payment(account_, id, asked);
    else if (type == "payment_voided")
        made = void_payment(account_, id, asked);
    else if (type == "payment_authentication_failed")
        publish_plain_event(account_, id, type, 0, code.empty() ? "20152" : code);
    else if (std::find(plain_events.begin(), plain_events.end(), type) != plain_events.end())
        publish_plain_event(account_, id, type, number(body, "amount"),
                            code.empty() && type.ends_with("_declined") ? "20005" : code);
    else
        return refused("the sandbox makes no event \"" + type + "\" of a payment");
    if (made.status == 403 || made.status == 422)
        return refused("a payment that is " + text(*account_.payments.find(id), "status") + " does not allow " +
                       type);
    if (made.status >= 400) return made;
    return reply(200, {{"payment_id", id}, {"status", text(*account_.payments.find(id), "status")}});
}

ApiReply CheckoutControl::report(const Json& body) {
    const auto day = std::chrono::floor<std::chrono::days>(account_.now());
    const auto from = body.contains("from") ? base::parse_time(text(body, "from")) : base::WallTime{day};
    const auto to =
        body.contains("to") ? base::parse_time(text(body, "to")) : base::WallTime{day + std::chrono::days{1}};
    if (!from || !to || *to <= *from) return refused("\"from\" and \"to\" are times in ISO 8601, in this order");
    return reply(200, {{"id", order_report(account_, *from, *to)}});
}

ApiReply CheckoutControl::card_update(const Json& body) {
    const std::string id = text(body, "instrument");
    StoredCard* stored = account_.vault.instrument(id);
    if (stored == nullptr) return unknown("there is no instrument " + id);
    const std::string reason = body.contains("reason_type") ? text(body, "reason_type") : "card_expiry_updated";
    Json original = Json::object();
    copy_members(stored->told, original, {"scheme", "bin", "last4", "expiry_month", "expiry_year", "fingerprint"});
    if (reason == "card_expiry_updated") stored->told["expiry_year"] = number(original, "expiry_year") + 4;
    copy_members(base::member(body, "replacement_card"), stored->told,
                 {"scheme", "bin", "last4", "expiry_month", "expiry_year", "fingerprint"});
    Json data = {{"client_id", client_id_of_account},
                 {"reason_type", reason},
                 {"source_scheme", text(original, "scheme")},
                 {"original_card", original}};
    data["sources"] = Json::array();
    data["sources"].push_back({{"id", id}});
    if (reason == "card_updated" || reason == "card_expiry_updated") {
        Json replacement = Json::object();
        copy_members(stored->told, replacement,
                     {"scheme", "bin", "last4", "expiry_month", "expiry_year", "fingerprint"});
        data["replacement_card"] = std::move(replacement);
    }
    account_.publish(account_.bodies.envelope("card_updated", account_.now(), std::move(data)));
    return reply(200, stored->told);
}

ApiReply CheckoutControl::change_faults(const Json& body) {
    Json changes = body;
    if (changes.is_object() && changes.contains("decline_next")) {
        const Json& codes = changes.at("decline_next");
        const bool texts = codes.is_array() &&
                           std::all_of(codes.begin(), codes.end(), [](const Json& code) { return code.is_string(); });
        if (!texts) return refused("\"decline_next\" must be an array of response codes such as \"20051\"");
        account_.decline_next.clear();
        for (const Json& code : codes) account_.decline_next.push_back(code.get<std::string>());
        changes.erase("decline_next");
    }
    if (auto applied = faults_.apply(changes); !applied) return refused(applied.error().detail);
    Json told = faults_.to_json();
    told["decline_next"] = account_.decline_next;
    return reply(200, std::move(told));
}

} // namespace paysync::sandbox
