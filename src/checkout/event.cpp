// Reads the three envelopes: delivery, event resource and the previous system's.
#include "paysync/checkout/event.hpp"

#include "paysync/base/text.hpp"
#include "reading.hpp"

namespace paysync::checkout {

namespace {

using base::Json;
using base::member;

std::string id_or_empty(const Json& value) {
    return read_id(value).value_or("");
}

/// The last part of `_links.<name>.href`. `_links.subject` is not asked for payments: in documented bodies it names
/// other ones than `data.id`.
std::string linked_id(const Json& body, std::string_view name) {
    const auto href = read_text(member(member(member(body, "_links"), name), "href"));
    if (!href) return {};
    const std::string path = href->substr(0, href->find_first_of("?#"));
    const auto slash = path.find_last_of('/');
    return slash == std::string::npos ? std::string{} : path.substr(slash + 1);
}

std::string first_not_empty(std::string a, std::string b) {
    return a.empty() ? b : a;
}

const Json& data_of(const Json& body) {
    static const Json nothing = Json::object();
    const Json& data = member(body, "data");
    return data.is_object() ? data : nothing;
}

std::string type_of(const Json& body) {
    const Json& type = member(body, "type");
    return type.is_string() ? type.get<std::string>() : std::string{};
}

Family family_of(std::string_view type, const Json& data) {
    if (type.starts_with("dispute_") || type == "request_for_information_received") return Family::dispute;
    // The bank accounts of sub-entities: a payment's prefix, but no payment.
    if (type.starts_with("payment_instrument_")) return Family::other;
    if (type.starts_with("payment_") || type == "card_verified" || type == "card_verification_declined")
        return Family::payment;
    if (type.starts_with("authentication_") && read_id(member(data, "payment_id"))) return Family::payment;
    return Family::other;
}

std::string payment_of(Family family, std::string_view type, const Json& body) {
    const Json& data = data_of(body);
    std::string named = id_or_empty(member(data, "payment_id"));
    switch (family) {
    case Family::payment:
        // An authentication has no id of its own kind; its payment stands in payment_id only.
        if (type.starts_with("authentication_")) return named;
        return first_not_empty(first_not_empty(id_or_empty(member(data, "id")), named), linked_id(body, "payment"));
    case Family::dispute: return first_not_empty(named, linked_id(body, "payment"));
    case Family::other:
        // fraud_reported: data.payment.id
        return first_not_empty(named, id_or_empty(member(member(data, "payment"), "id")));
    }
    return {};
}

/// Card payouts have a destination and no source, bank payouts are paid out of a currency account.
bool pays_out(std::string_view type, const Json& data) {
    if (type == "payment_paid") return true;
    const Json& source = member(data, "source");
    if (read_text(member(source, "type")).value_or("") == "currency_account") return true;
    const Json& destination = member(data, "destination");
    const bool has_source = source.is_object() && !source.empty();
    return destination.is_object() && !destination.empty() && !has_source;
}

/// The member that says when the event happened, null when none can be read.
const Json& occurrence(const Json& body) {
    static const Json none;
    for (const Json* candidate :
         {&member(body, "created_on"), &member(body, "timestamp"), &member(data_of(body), "processed_on")})
        if (read_time(*candidate)) return *candidate;
    return none;
}

bool test_event(const Json& body) {
    return read_flag(member(body, "isTest")) || read_flag(member(body, "is_test")) ||
           read_flag(member(data_of(body), "isTest")) || read_flag(member(data_of(body), "is_test"));
}

std::string id_of(const Json& body, std::string_view bytes) {
    const auto id = read_id(member(body, "id"));
    return id ? *id : "sha256:" + base::sha256_hex(bytes);
}

} // namespace

Envelope read_envelope(std::string_view bytes) {
    Envelope envelope;
    auto parsed = base::parse_json(bytes);
    envelope.is_json = parsed.has_value();
    Json body;
    if (parsed) body = std::move(*parsed);
    envelope.id = id_of(body, bytes);
    envelope.type = type_of(body);
    const Json& data = data_of(body);
    const Family family = family_of(envelope.type, data);
    envelope.subject = first_not_empty(payment_of(family, envelope.type, body), id_or_empty(member(data, "id")));
    envelope.occurred_at = read_time(occurrence(body));
    envelope.is_test = test_event(body);
    return envelope;
}

base::Result<Event> read_event(std::string_view bytes, base::WallTime received_at) {
    auto parsed = base::parse_json(bytes);
    if (!parsed) return base::Error{base::Errc::invalid, "the body is not JSON: " + parsed.error().detail};
    if (!parsed->is_object()) return base::Error{base::Errc::invalid, "the body is JSON, but no object"};
    Event event;
    event.body = std::move(*parsed);
    event.data = data_of(event.body);
    event.id = id_of(event.body, bytes);
    event.type = type_of(event.body);
    event.family = family_of(event.type, event.data);
    event.payment_id = payment_of(event.family, event.type, event.body);
    if (event.family == Family::dispute)
        event.dispute_id = first_not_empty(id_or_empty(member(event.data, "id")), linked_id(event.body, "dispute"));
    else
        event.action_id = id_or_empty(member(event.data, "action_id"));
    const Json& customer = member(event.data, "customer");
    event.customer_id = id_or_empty(member(customer, "id"));
    event.customer_email = read_text(member(customer, "email")).value_or("");
    event.is_test = test_event(event.body);
    event.is_payout = event.family == Family::payment && pays_out(event.type, event.data);
    const Json& when = occurrence(event.body);
    event.occurred_at = read_time(when).value_or(received_at);
    event.occurred_at_text = when.is_null() ? base::format_utc_exact(received_at) : when.get<std::string>();
    event.processed_at = read_time(member(event.data, "processed_on")).value_or(event.occurred_at);
    return event;
}

} // namespace paysync::checkout
