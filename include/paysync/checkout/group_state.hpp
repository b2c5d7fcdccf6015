// Payments that belong together, such as those of one order or of one subscription, seen as one.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/checkout/payment_state.hpp"

#include <map>
#include <string>

namespace paysync::checkout {

/// What one payment adds to each group that it is a member of: small, and derived from its state alone. null for a
/// payout, and for a payment of which no action is known.
base::Json group_member(const PaymentState& payment);

/// Written by group_member() of this version. What is not is left out of every view: the caller says so in the log.
bool is_group_member(const base::Json& stored);

/// `.order`, `.subscription` or whatever a group is called, as docs/flows.md says; `members` by payment id. A pure
/// function of its members. Times are UTC text as in payment_view(); only `term_ends_at` may be a date. An empty `id`
/// gives the view of no group: id null and every number 0.
///
/// Attempts and failures are those to pay: a declined card check is none, and a payment that only checked a card is
/// neither `last` nor `previous`; its card and its metadata count. `first_failed_at` is the first of the newest row
/// of failures, which a success may have ended; `recovered_at` is that success.
base::Json group_view(const std::string& id, const std::map<std::string, base::Json>& members);

} // namespace paysync::checkout
