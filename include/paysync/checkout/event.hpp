// One webhook as Checkout.com sends it, in any of its three envelopes.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/result.hpp"
#include "paysync/base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace paysync::checkout {

/// payment: speaks of a payment or a payout (then is_payout). dispute: of a dispute of a payment. other: neither
/// (reports, sub-entities, issuing, card updates), or a type that is not known.
enum class Family { payment, dispute, other };

/// What ingest needs in order to store a body.
struct Envelope {
    /// As sent (opaque text; a whole number is written out). "sha256:<hex of the bytes>" where there is none that can
    /// name the event: no JSON object, no id, an empty one, or one that is neither text nor a whole number.
    std::string id;
    std::string type;    ///< "" when absent
    std::string subject; ///< the payment that it speaks of, else the dispute or other object; may be empty
    std::optional<base::WallTime> occurred_at; ///< created_on, else timestamp, else data.processed_on
    bool is_json = false;                      ///< any JSON value; whether it is an event is for read_event() to say
    bool is_test = false;                      ///< sent by "test workflow": `isTest` at the top or in `data`
};

/// Never fails: whatever arrived can be stored.
Envelope read_envelope(std::string_view body);

/// Members that the body lacks are empty.
struct Event {
    std::string id; ///< as in Envelope
    std::string type;
    std::string payment_id;     ///< also of disputes (data.payment_id), authentications and fraud reports
    std::string action_id;      ///< the money movement; empty in some old bodies
    std::string dispute_id;     ///< disputes only
    std::string customer_id;    ///< data.customer.id
    std::string customer_email; ///< data.customer.email as sent
    Family family = Family::other;
    bool is_test = false;
    bool is_payout = false;                 ///< money out: a card or bank payout, or the return of one
    base::WallTime occurred_at;             ///< as in Envelope, else the time of receipt
    std::string occurred_at_text;           ///< as sent; where there is none, occurred_at in UTC
    base::WallTime processed_at;            ///< business time: data.processed_on, else occurred_at
    base::Json data = base::Json::object(); ///< always an object, empty when `data` is missing or something else
    base::Json body = base::Json::object(); ///< the whole envelope
};

/// Errc::invalid only when the body is no JSON object: no member is required.
base::Result<Event> read_event(std::string_view body, base::WallTime received_at);

} // namespace paysync::checkout
