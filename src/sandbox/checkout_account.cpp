// Checkout.com's API: payments, their actions, workflow events. 401 and 404 have no body there.
#include "sandbox/checkout_account.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr const char* api = "https://api.sandbox.checkout.com";

net::Response bare(unsigned status) {
    net::Response response;
    response.status = status;
    return response;
}

std::string text(const Json& object, const char* name) {
    return base::member_text(object, name).value_or("");
}

/// The API writes `last4` where webhooks write `last_4`.
Json api_source(Json source) {
    if (source.is_object() && source.contains("last_4")) {
        source["last4"] = source.at("last_4");
        source.erase("last_4");
    }
    return source;
}

std::int64_t total(const Json& balances, const char* name) {
    const Json& value = base::member(balances, name);
    return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

std::int64_t progress(const Json& balances) {
    return total(balances, "total_authorized") + total(balances, "total_captured") +
           total(balances, "total_refunded") + total(balances, "total_voided");
}

std::string status_of(const Json& balances, bool approved) {
    const auto authorized = total(balances, "total_authorized");
    const auto captured = total(balances, "total_captured");
    const auto refunded = total(balances, "total_refunded");
    if (refunded > 0) return refunded >= captured ? "Refunded" : "Partially Refunded";
    if (captured > 0) return captured >= authorized ? "Captured" : "Partially Captured";
    if (total(balances, "total_voided") > 0) return "Voided";
    return approved ? "Authorized" : "Declined";
}

const char* action_type(const std::string& event_type) {
    static const std::map<std::string, const char*> types = {
        {"payment_approved", "Authorization"},  {"payment_declined", "Authorization"},
        {"card_verified", "Card Verification"}, {"payment_captured", "Capture"},
        {"payment_refunded", "Refund"},         {"payment_voided", "Void"},
        {"payment_returned", "Return"}};
    const auto found = types.find(event_type);
    return found == types.end() ? nullptr : found->second;
}

std::string time_of(const Json& event) {
    const std::string created = text(event, "created_on");
    return created.empty() ? text(event, "timestamp") : created;
}

Json event_resource(const Json& event) {
    const std::string self = std::string(api) + "/workflows/events/" + text(event, "id");
    return {{"id", text(event, "id")},
            {"source", text(event, "type").starts_with("dispute") ? "dispute" : "gateway"},
            {"type", text(event, "type")},
            {"timestamp", time_of(event)},
            {"version", base::member(event, "version")},
            {"data", base::member(event, "data")},
            {"action_invocations", Json::array()},
            {"_links", {{"self", {{"href", self}}}}}};
}

} // namespace

void CheckoutAccount::know(const std::string& body) {
    auto event = base::parse_json(body);
    if (!event || !event->is_object()) return;
    const std::string id = text(*event, "id");
    if (id.empty() || events_.contains(id)) return;
    const std::string subject = text(base::member(*event, "data"), "id");
    if (!subject.empty()) by_subject_[subject].push_back(id);
    events_.emplace(id, std::move(*event));
}

void CheckoutAccount::forget() {
    events_.clear();
    by_subject_.clear();
}

runtime::Task<net::Response> CheckoutAccount::handle(net::Request request) {
    if (request.path().starts_with("/control")) co_return co_await control_.handle(std::move(request));
    co_return answer(request);
}

net::Response CheckoutAccount::answer(const net::Request& request) const {
    if (request.headers.find("Authorization") != "Bearer " + key_) return bare(401);
    if (request.method != "GET") return bare(405);
    std::string path{request.path()};
    const auto after = [&path](std::string_view prefix) {
        return path.starts_with(prefix) ? path.substr(prefix.size()) : std::string{};
    };
    if (std::string id = after("/payments/"); !id.empty()) {
        const bool only_actions = id.ends_with("/actions");
        if (only_actions) id.resize(id.size() - 8);
        Json made = payment(id);
        if (made.is_null()) return bare(404);
        return net::json_response(200, base::to_text(only_actions ? actions(events_of(id)) : made));
    }
    if (const std::string subject = after("/workflows/events/subject/"); !subject.empty()) {
        Json list = Json::array();
        for (const Json* event : events_of(subject)) {
            const Json whole = event_resource(*event);
            list.push_back({{"id", whole.at("id")},
                            {"type", whole.at("type")},
                            {"timestamp", whole.at("timestamp")},
                            {"_links", whole.at("_links")}});
        }
        return net::json_response(200, base::to_text({{"data", std::move(list)}}));
    }
    if (const std::string id = after("/workflows/events/"); !id.empty()) {
        const auto event = events_.find(id);
        if (event != events_.end()) return net::json_response(200, base::to_text(event_resource(event->second)));
    }
    return bare(404);
}

std::vector<const Json*> CheckoutAccount::events_of(const std::string& subject) const {
    std::vector<const Json*> found;
    const auto ids = by_subject_.find(subject);
    if (ids == by_subject_.end()) return found;
    for (const std::string& id : ids->second) found.push_back(&events_.at(id));
    std::stable_sort(found.begin(), found.end(),
                     [](const Json* a, const Json* b) { return time_of(*a) < time_of(*b); });
    return found;
}

Json CheckoutAccount::actions(const std::vector<const Json*>& events) const {
    Json list = Json::array();
    for (auto event = events.rbegin(); event != events.rend(); ++event) { // latest first
        const Json& data = base::member(**event, "data");
        const char* type = action_type(text(**event, "type"));
        if (type == nullptr || !data.contains("action_id")) continue;
        Json action = {
            {"id", data.at("action_id")}, {"type", type}, {"approved", text(**event, "type") != "payment_declined"}};
        for (const char* name : {"amount", "processed_on", "response_code", "response_summary", "reference",
                                 "auth_code", "processing", "metadata"})
            if (data.contains(name)) action[name] = data.at(name);
        list.push_back(std::move(action));
    }
    return list;
}

Json CheckoutAccount::payment(const std::string& id) const {
    const std::vector<const Json*> events = events_of(id);
    if (events.empty() || !id.starts_with("pay_")) return nullptr;
    Json made = {{"id", id}, {"approved", false}};
    Json balances = Json::object();
    bool authorized = false;
    for (const Json* event : events) {
        const Json& data = base::member(*event, "data");
        const std::string type = text(*event, "type");
        const bool authorization = data.contains("source") || data.contains("customer");
        if (!made.contains("requested_on") && data.contains("processed_on"))
            made["requested_on"] = data.at("processed_on");
        for (const char* name : {"currency", "reference", "metadata"})
            if (data.contains(name) && (authorization || !made.contains(name))) made[name] = data.at(name);
        if (authorization) {
            authorized = true;
            for (const char* name : {"amount", "payment_type", "customer", "3ds", "risk", "payment_ip", "eci",
                                     "scheme_id", "processing", "processed_on"})
                if (data.contains(name)) made[name] = data.at(name);
            made["source"] = api_source(base::member(data, "source"));
        }
        if (type != "payment_declined" && action_type(type) != nullptr) made["approved"] = true;
        if (const Json& told = base::member(data, "balances");
            told.is_object() && progress(told) >= progress(balances))
            balances = told;
    }
    if (!authorized) made["amount"] = total(balances, "total_authorized");
    made["status"] = status_of(balances, made.at("approved").get<bool>());
    made["balances"] = std::move(balances);
    const std::string self = std::string(api) + "/payments/" + id;
    made["_links"] = {{"self", {{"href", self}}}, {"actions", {{"href", self + "/actions"}}}};
    return made;
}

} // namespace paysync::sandbox
