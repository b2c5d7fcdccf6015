// Who pays, over all their payments.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/result.hpp"
#include "paysync/checkout/facts.hpp"
#include "paysync/checkout/payment_state.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace paysync::checkout {

/// One mailbox, one key: trimmed, ASCII letters in lower case, without `+tag`. Nothing when there is no `@`. The same
/// as `email_key` in flows' expressions.
std::optional<std::string> email_key(std::string_view email);

/// The id, else the e-mail key, else empty.
std::string customer_key(std::string_view id, std::string_view email);

/// Who paid, as far as known.
std::string customer_key(const PaymentState& payment);

class CustomerState {
public:
    /// An empty key is that of a payer without id and e-mail: known by this payment only.
    explicit CustomerState(std::string key = {}) : key_{std::move(key)} {}

    const std::string& key() const { return key_; }

    /// Takes over what `payment` says of its payer where that is newer (card and address only once a payment was
    /// approved), and changes the totals by the difference of
    /// `before` and `after`. A payment that turns out to be another customer's is given back by an empty `after`;
    /// then (payment and key differ) nothing is learnt from it. True when anything changed.
    bool apply(const PaymentState& payment, const Contribution& before, const Contribution& after);

    const Facts& facts() const { return facts_; } ///< id, email, name, phone, source, billing_address
    const Contribution& totals() const { return totals_; }

    bool operator==(const CustomerState&) const = default;

    /// null gives an empty state. Errc::corrupt as for payments.
    static base::Result<CustomerState> from_json(const base::Json& stored);

private:
    std::string key_;
    Facts facts_;
    Contribution totals_; ///< first_at and last_at only move outwards: a difference cannot undo them

    friend base::Json to_json(const CustomerState& state);
};

base::Json to_json(const CustomerState& state);

/// `.customer` of a flow's expressions: every member of docs/flows.md, null where nothing is known.
base::Json customer_view(const CustomerState& state);

} // namespace paysync::checkout
