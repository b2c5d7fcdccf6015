// All that webhooks have said about one payment, mergeable in any order.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/result.hpp"
#include "paysync/base/time.hpp"
#include "paysync/checkout/event.hpp"
#include "paysync/checkout/facts.hpp"

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace paysync::checkout {

/// What an action does to the money. One of Checkout.com's action ids names one action of one kind.
enum class ActionKind {
    authorization, ///< an attempt to pay (of a payout: to pay out)
    verification,  ///< a card check without money
    increment,     ///< of an authorization
    capture,
    void_,
    refund,
    payout,       ///< paid to a bank account
    return_,      ///< money that came back after success
    cancellation, ///< the customer gave up, or a planned retry was called off
    expiry,
};

/// A later word on one action may only be a greater one.
enum class ActionResult { unknown, pending, declined, approved };

struct Action {
    ActionResult result = ActionResult::unknown;
    Facts facts; ///< amount, currency, at (nanoseconds), code, summary, reference: of the greatest result that has it

    bool operator==(const Action&) const = default;
};

struct ActionKey {
    ActionKind kind = ActionKind::authorization;
    std::string id; ///< the action's, or the event's where a body has none

    auto operator<=>(const ActionKey&) const = default;
};

/// A running total of `balances`: it only grows, so the greatest is the newest.
struct RunningTotal {
    std::int64_t greatest = 0;              ///< minor units
    std::optional<base::WallTime> first_at; ///< when it was first seen above 0

    bool operator==(const RunningTotal&) const = default;
};

struct DisputeEvent {
    base::WallTime at;
    std::string id;
    std::string type;

    auto operator<=>(const DisputeEvent&) const = default;
};

struct Dispute {
    Facts facts; ///< amount, currency, category, reason_code, evidence_required_by, resolved_reason
    std::optional<base::WallTime> opened_at; ///< the earliest date that an event gives
    std::set<DisputeEvent> events;

    bool operator==(const Dispute&) const = default;
};

/// A join semilattice: merging is commutative, associative and idempotent, so that the state is a function of the set
/// of events and not of their order (see ARCHITECTURE, Convergence). Everything else is derived from it.
class PaymentState {
public:
    std::string id;
    bool is_payout = false; ///< one event that says so is enough
    Facts groups;   ///< amount, currency, reference, payment_type, source, billing_address, 3ds, plan, items, retry
    Facts metadata; ///< by key
    Facts outcomes; ///< when last: pending, declined, retry, canceled, expired
    std::map<std::string, Facts> customers; ///< id, email, name, phone by customer id; "" for one without id
    std::map<ActionKey, Action> actions;
    std::map<std::string, RunningTotal> totals; ///< by the name in `balances`
    std::map<std::string, Dispute> disputes;

    bool operator==(const PaymentState&) const = default;

    /// null gives an empty state. Errc::corrupt when it was not written by to_json(), or by a newer version.
    static base::Result<PaymentState> from_json(const base::Json& stored);
};

base::Json to_json(const PaymentState& state);

struct Merged {
    bool changed = false;       ///< the state is another than before
    bool gained_member = false; ///< customer, source, address, type, metadata key, …: the view lacked it until now
};

/// Events of no payment and test events change nothing. The event is of this payment, or the state is still empty.
Merged merge(PaymentState& state, const Event& event);

/// `.payment` of a flow's expressions: every member of docs/flows.md, null or 0 where nothing is known. Times are UTC
/// text with 9 digits of fraction, which sorts as they do. Beside those of flows.md: kind ("payment" or "payout"),
/// returned (minor units that came back), "3ds", and source.id and source.name (card holder).
base::Json payment_view(const PaymentState& state);

/// `.dispute`; null when the payment has no such dispute. `state` is the newest event's type without `dispute_`.
base::Json dispute_view(const PaymentState& state, const std::string& dispute_id);

/// What a payment adds to its customer's totals in one currency. Amounts in minor units.
struct CurrencyContribution {
    std::int64_t captured = 0;
    std::int64_t refunded = 0;              ///< with what was returned
    std::int64_t payments = 0;              ///< 1 once something is captured
    std::int64_t failures = 0;              ///< declined attempts to pay
    std::optional<base::WallTime> first_at; ///< first capture
    std::optional<base::WallTime> last_at;  ///< last capture

    bool operator==(const CurrencyContribution&) const = default;
};

/// By currency. Empty for payouts, and while the currency is not known.
using Contribution = std::map<std::string, CurrencyContribution>;

Contribution contribution(const PaymentState& state);

/// id, email, name, phone of who paid: of the newest customer with an id, completed by what was said without one.
Facts payer(const PaymentState& state);

} // namespace paysync::checkout
