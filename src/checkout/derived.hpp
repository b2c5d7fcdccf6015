// What follows from a payment's state: amounts, times, the one word for where it stands.
#pragma once

#include "paysync/checkout/payment_state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace paysync::checkout {

/// Minor units; all 0 for a payout.
struct Amounts {
    std::int64_t authorized = 0;
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    std::int64_t voided = 0;
    std::int64_t returned = 0;
};

/// The greater of what the actions add up to and what `balances` say: either may be ahead of the other.
Amounts amounts(const PaymentState& state);

/// One action with its facts at hand.
struct ActionLine {
    std::string id;
    ActionKind kind;
    base::WallTime at;
    const Action* action;
};

/// Those of one kind and result in order of time, then id.
std::vector<ActionLine> lines(const PaymentState& state, ActionKind kind, ActionResult result);

/// Declined attempts to pay, and declined card checks; a declined capture or refund is not the payer's failure.
std::vector<ActionLine> failures(const PaymentState& state);

struct Times {
    std::optional<base::WallTime> approved_at;      ///< first
    std::optional<base::WallTime> captured_at;      ///< first
    std::optional<base::WallTime> last_captured_at; ///< last
    std::optional<base::WallTime> refunded_at;      ///< last, with what was returned
};

/// Where only `balances` tell of a capture or refund: when they first did.
Times times(const PaymentState& state);

/// A retry is still to come: scheduled, not followed by an approval and by no other end.
bool retry_is_planned(const PaymentState& state);

/// One of Checkout.com's status texts ("Partially Refunded"; of a payout also "Returned"), empty when nothing says.
/// Success beats failure whatever came last: a capture any decline, an approval any decline before or after it.
std::string status(const PaymentState& state);

} // namespace paysync::checkout
