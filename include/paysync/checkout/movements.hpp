// What happened to one payment's money, and when: the lines of a ledger before anybody sorts them into days.
#pragma once

#include "paysync/base/time.hpp"
#include "paysync/checkout/payment_state.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace paysync::checkout {

struct Movement {
    base::WallTime at;
    std::int64_t amount = 0; ///< minor units; of a charge back that was given back: below 0

    bool operator==(const Movement&) const = default;
};

/// A function of the state alone, so of the set of events whatever their order. What only `balances` tell of is
/// placed where they first did, and moves when the event that tells of it by itself comes. Empty for a payout.
struct Movements {
    std::string currency; ///< empty while nobody has said it: then only charge backs are known
    std::vector<Movement> captures;
    std::vector<Movement> refunds; ///< with what was returned

    /// Money that a dispute took, and gave back (by currency, because a dispute may have one of its own). It is gone
    /// from the dispute's opening on, for Checkout.com books it then, and comes back when the dispute is won or
    /// withdrawn; a request for information takes nothing. A dispute that was resolved because the payment had been
    /// refunded already gives back too: the refund is counted as such.
    std::map<std::string, std::vector<Movement>> charge_backs;

    std::vector<base::WallTime> approvals; ///< of attempts to pay; one is implied by a capture without any
    std::vector<base::WallTime> declines;

    /// The payment as a failed one: when its first attempt was declined, unless it had succeeded before.
    std::optional<Movement> failure;
};

Movements movements(const PaymentState& state);

} // namespace paysync::checkout
