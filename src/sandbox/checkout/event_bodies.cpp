// Members of webhook bodies, and which of them are missing where (documentation: Webhook event types).
#include "sandbox/checkout/event_bodies.hpp"

#include "paysync/sandbox/payments.hpp"
#include "sandbox/checkout/wire.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr const char* schema_version = "1.0.29";

/// Webhooks write `last_4`, and the scheme in capitals.
Json webhook_source(Json source) {
    if (!source.is_object()) return source;
    if (source.contains("last4")) {
        source["last_4"] = source.at("last4");
        source.erase("last4");
    }
    if (std::string scheme = text(source, "scheme"); !scheme.empty()) {
        if (scheme == "American Express") scheme = "AMEX";
        for (char& c : scheme)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 0x20);
        source["scheme"] = scheme;
    }
    return source;
}

} // namespace

std::string random_digits(runtime::Chance& chance, std::size_t length) {
    std::string made;
    for (std::size_t i = 0; i < length; ++i) made += static_cast<char>('0' + chance.below(10));
    return made;
}

Json EventBodies::envelope(std::string_view type, base::WallTime at, Json data) const {
    const std::string event = make_checkout_id(chance_, "evt_");
    const std::string subject = text(data, "id");
    const std::string payment_id = subject.starts_with("pay_") ? subject : text(data, "payment_id");
    Json links = {{"self", link(url_ + "/workflows/events/" + event)}};
    if (!subject.empty()) links["subject"] = link(url_ + "/workflows/events/subject/" + subject);
    if (!payment_id.empty()) {
        links["payment"] = link(url_ + "/payments/" + payment_id);
        links["payment_actions"] = link(url_ + "/payments/" + payment_id + "/actions");
    }
    if (subject.starts_with("dsp_")) links["dispute"] = link(url_ + "/disputes/" + subject);
    return {{"id", event},
            {"type", type},
            {"version", schema_version},
            {"created_on", stamp(at)},
            {"data", std::move(data)},
            {"_links", std::move(links)}};
}

Json EventBodies::attempt(std::string_view type, base::WallTime at, const Json& payment, const Json& action) const {
    const std::string self = url_ + "/payments/" + text(payment, "id");
    Json data = action;
    copy_members(payment, data,
                 {"id", "reference", "amount", "currency", "payment_type", "metadata", "customer", "risk", "3ds",
                  "payment_ip", "eci", "scheme_id", "retry"});
    if (payment.contains("source")) data["source"] = webhook_source(payment.at("source"));
    data["processed_on"] = stamp(at);
    data["event_links"] = {{"payment", self}, {"payment_actions", self + "/actions"}};
    if (type == "payment_approved") {
        data["event_links"]["capture"] = self + "/captures";
        data["event_links"]["void"] = self + "/voids";
    }
    return envelope(type, at, std::move(data));
}

Json EventBodies::action(std::string_view type, base::WallTime at, const Json& payment, Json action,
                         const Json& balances) const {
    const std::string self = url_ + "/payments/" + text(payment, "id");
    Json data = std::move(action);
    copy_members(payment, data, {"id", "currency"});
    for (const char* name : {"reference", "metadata"})
        if (!data.contains(name) && payment.contains(name)) data[name] = payment.at(name);
    data["processed_on"] = stamp(at);
    data["balances"] = balances;
    data["processing"] = {{"acquirer_transaction_id", random_digits(chance_, 21)},
                          {"acquirer_reference_number", random_digits(chance_, 23)}};
    data["event_links"] = {{"payment", self}, {"payment_actions", self + "/actions"}};
    return envelope(type, at, std::move(data));
}

} // namespace paysync::sandbox
