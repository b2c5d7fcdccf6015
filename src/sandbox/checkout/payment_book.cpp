// Payments as their events make them.
#include "sandbox/checkout/payment_book.hpp"

#include "sandbox/checkout/wire.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace paysync::sandbox {

namespace {

using base::Json;

/// What an event type says about an action.
struct ActionMeaning {
    std::string_view event;
    const char* type;
    bool approved;
};

constexpr std::array meanings = {ActionMeaning{"payment_approved", "Authorization", true},
                                 ActionMeaning{"payment_authorized", "Authorization", true},
                                 ActionMeaning{"payment_declined", "Authorization", false},
                                 ActionMeaning{"payment_retry_scheduled", "Authorization", false},
                                 ActionMeaning{"payment_authorization_incremented", "Authorization", true},
                                 ActionMeaning{"payment_authorization_increment_declined", "Authorization", false},
                                 ActionMeaning{"card_verified", "Card Verification", true},
                                 ActionMeaning{"card_verification_declined", "Card Verification", false},
                                 ActionMeaning{"payment_captured", "Capture", true},
                                 ActionMeaning{"payment_capture_declined", "Capture", false},
                                 ActionMeaning{"payment_refunded", "Refund", true},
                                 ActionMeaning{"payment_refund_declined", "Refund", false},
                                 ActionMeaning{"payment_voided", "Void", true},
                                 ActionMeaning{"payment_void_declined", "Void", false},
                                 ActionMeaning{"payment_paid", "Payout", true},
                                 ActionMeaning{"payment_returned", "Return", true}};

const ActionMeaning* meaning_of(const std::string& event_type) {
    const auto found = std::find_if(meanings.begin(), meanings.end(),
                                    [&event_type](const ActionMeaning& row) { return row.event == event_type; });
    return found == meanings.end() ? nullptr : found;
}

struct StatusOf {
    std::string_view event;
    const char* status;
};

/// Of a payment of which no money was captured, refunded or released.
constexpr std::array statuses = {StatusOf{"payment_approved", "Authorized"},
                                 StatusOf{"payment_authorized", "Authorized"},
                                 StatusOf{"payment_pending", "Pending"},
                                 StatusOf{"payment_declined", "Declined"},
                                 StatusOf{"card_verified", "Card Verified"},
                                 StatusOf{"card_verification_declined", "Declined"},
                                 StatusOf{"payment_expired", "Expired"},
                                 StatusOf{"payment_canceled", "Canceled"},
                                 StatusOf{"payment_paid", "Paid"},
                                 StatusOf{"payment_retry_scheduled", "Retry Scheduled"},
                                 StatusOf{"payment_authentication_failed", "Declined"}};

/// The API writes `last4` where webhooks write `last_4`.
Json api_source(Json source) {
    if (source.is_object() && source.contains("last_4")) {
        source["last4"] = source.at("last_4");
        source.erase("last_4");
    }
    return source;
}

std::int64_t progress(const Json& balances) {
    return number(balances, "total_authorized") + number(balances, "total_captured") +
           number(balances, "total_refunded") + number(balances, "total_voided");
}

Json balances_of(std::int64_t authorized, std::int64_t captured, std::int64_t refunded, std::int64_t voided) {
    const std::int64_t left = std::max<std::int64_t>(0, authorized - captured - voided);
    return {{"total_authorized", authorized},
            {"total_voided", voided},
            {"available_to_void", captured > 0 ? 0 : left},
            {"total_captured", captured},
            {"available_to_capture", left},
            {"total_refunded", refunded},
            {"available_to_refund", std::max<std::int64_t>(0, captured - refunded)}};
}

/// What the approved actions add up to: for events that tell no balances.
Json summed(const Json& actions, std::int64_t amount) {
    std::int64_t authorized = 0;
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    std::int64_t voided = 0;
    for (const Json& action : actions) {
        if (action.at("approved") != true) continue;
        const std::string type = text(action, "type");
        if (type == "Authorization") authorized = std::max(authorized, number(action, "amount"));
        if (type == "Capture") captured += number(action, "amount");
        if (type == "Refund") refunded += number(action, "amount");
        if (type == "Void") voided += number(action, "amount");
    }
    if (captured + voided > 0) authorized = std::max({authorized, amount, captured + voided});
    return balances_of(authorized, captured, refunded, voided);
}

std::string status_of(const std::vector<const Json*>& events, const Json& balances) {
    const std::int64_t authorized = number(balances, "total_authorized");
    const std::int64_t captured = number(balances, "total_captured");
    const std::int64_t refunded = number(balances, "total_refunded");
    if (refunded > 0) return refunded >= captured ? "Refunded" : "Partially Refunded";
    if (captured > 0) return captured >= authorized ? "Captured" : "Partially Captured";
    if (number(balances, "total_voided") > 0) return "Voided";
    std::string status = authorized > 0 ? "Authorized" : "Requested";
    for (const Json* event : events)
        for (const StatusOf& row : statuses)
            if (row.event == text(*event, "type")) status = row.status;
    return status;
}

bool is_approved(const std::string& status) {
    constexpr std::array<std::string_view, 6> not_approved = {"Declined", "Pending",   "Canceled",
                                                              "Expired",  "Requested", "Retry Scheduled"};
    return std::find(not_approved.begin(), not_approved.end(), status) == not_approved.end();
}

/// One action per action id: a later event of the same action tells how it ended.
Json actions_in(const std::vector<const Json*>& events, const std::string& self) {
    std::vector<std::pair<std::string, Json>> actions;
    for (const Json* event : events) {
        const Json& data = base::member(*event, "data");
        const ActionMeaning* meaning = meaning_of(text(*event, "type"));
        const std::string id = text(data, "action_id");
        if (meaning == nullptr || id.empty()) continue;
        Json action = {{"id", id}, {"type", meaning->type}, {"approved", meaning->approved}};
        copy_members(data, action,
                     {"amount", "processed_on", "response_code", "response_summary", "reference", "auth_code",
                      "processing", "metadata"});
        action["_links"]["payment"] = link(self);
        const auto known =
            std::find_if(actions.begin(), actions.end(), [&id](const auto& entry) { return entry.first == id; });
        if (known == actions.end())
            actions.emplace_back(id, std::move(action));
        else
            known->second = std::move(action);
    }
    Json list = Json::array();
    for (auto action = actions.rbegin(); action != actions.rend(); ++action) list.push_back(action->second);
    return list;
}

/// What authorizations, granted or not, tell of the payment.
void take_events(const std::vector<const Json*>& events, Json& made, Json& balances) {
    for (const Json* event : events) {
        const Json& data = base::member(*event, "data");
        const bool authorization = data.contains("source") || data.contains("customer");
        if (!made.contains("requested_on") && data.contains("processed_on"))
            made["requested_on"] = data.at("processed_on");
        for (const char* name : {"currency", "reference", "metadata"})
            if (data.contains(name) && (authorization || !made.contains(name))) made[name] = data.at(name);
        if (data.contains("retry")) made["retry"] = data.at("retry");
        if (authorization) {
            copy_members(data, made,
                         {"amount", "payment_type", "customer", "3ds", "risk", "payment_ip", "eci", "scheme_id",
                          "processing", "processed_on"});
            if (data.contains("source")) {
                Json source = api_source(data.at("source"));
                const Json& asked = base::member(made, "source"); // the API spells schemes its own way: "Visa"
                if (asked.contains("scheme") && text(asked, "id") == text(source, "id"))
                    source["scheme"] = asked.at("scheme");
                made["source"] = std::move(source);
            }
        }
        const Json& told = base::member(data, "balances");
        if (told.is_object() && progress(told) >= progress(balances)) balances = told;
    }
}

void add_links(Json& payment, const std::string& self) {
    Json links = {{"self", link(self)}, {"actions", link(self + "/actions")}};
    const Json& balances = payment.at("balances");
    if (number(balances, "available_to_capture") > 0) links["capture"] = link(self + "/captures");
    if (number(balances, "available_to_void") > 0) links["void"] = link(self + "/voids");
    if (number(balances, "available_to_refund") > 0) links["refund"] = link(self + "/refunds");
    if (payment.at("status") == "Pending" && payment.contains("_links"))
        links.update(payment.at("_links")); // the redirect of its request
    payment["_links"] = std::move(links);
}

} // namespace

void PaymentBook::open(const std::string& id, Json facts) {
    touch(id);
    entries_.at(id).facts = std::move(facts);
}

void PaymentBook::add_facts(const std::string& id, const Json& facts) {
    touch(id);
    entries_.at(id).facts.update(facts);
}

void PaymentBook::touch(const std::string& id) {
    if (!id.starts_with("pay_")) return;
    const auto [entry, fresh] = entries_.try_emplace(id);
    if (fresh) order_.push_back(id);
    entry->second.view = nullptr;
}

const Json* PaymentBook::find(const std::string& id) const {
    const auto entry = entries_.find(id);
    if (entry == entries_.end()) return nullptr;
    if (entry->second.view.is_null()) entry->second.view = make_view(id, entry->second);
    return &entry->second.view;
}

Json PaymentBook::actions(const std::string& id) const {
    return actions_in(events_.of(id), url_ + "/payments/" + id);
}

Json PaymentBook::make_view(const std::string& id, const Entry& entry) const {
    const std::vector<const Json*> events = events_.of(id);
    const std::string self = url_ + "/payments/" + id;
    Json made = entry.facts;
    made["id"] = id;
    Json balances = Json::object();
    take_events(events, made, balances);
    const Json actions = actions_in(events, self);
    const Json own = summed(actions, number(made, "amount"));
    if (!balances.contains("available_to_capture") || progress(own) > progress(balances)) balances = own;
    if (!made.contains("amount")) made["amount"] = number(balances, "total_authorized");
    // An incremented authorization.
    if (made.contains("amount") && number(balances, "total_authorized") > number(made, "amount"))
        made["amount"] = number(balances, "total_authorized");
    if (!made.contains("amount_requested")) made["amount_requested"] = made.at("amount");
    // A capture that was said to be the last one left nothing (capture_type Final, the default of the API).
    if (made.value("captured_finally", false)) balances["available_to_capture"] = 0;
    made.erase("captured_finally");
    const std::string status = status_of(events, balances);
    made["status"] = status;
    made["approved"] = is_approved(status);
    made["balances"] = std::move(balances);
    add_links(made, self);
    return made;
}

void PaymentBook::clear() {
    entries_.clear();
    order_.clear();
}

base::WallTime requested_on(const Json& payment) {
    return base::parse_time(text(payment, "requested_on")).value_or(base::WallTime{});
}

} // namespace paysync::sandbox
