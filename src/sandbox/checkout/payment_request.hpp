// POST /payments: a payment is asked for.
#pragma once

#include "sandbox/checkout/merchant_account.hpp"
#include "sandbox/checkout/wire.hpp"

namespace paysync::sandbox {

/// A card from a request (number, expiry_month, expiry_year, cvv, name, …), or the error codes of what is wrong with
/// it.
struct ReadCard {
    StoredCard card;
    std::vector<std::string> errors;
};
ReadCard read_card(const base::Json& given, base::WallTime now);

/// 201 with the outcome, approved or declined; 202 where the payer must go somewhere first (3ds.enabled, or a source
/// that is no card); 422 (API reference: Request a payment or payout). Payouts are not simulated.
ApiReply request_payment(MerchantAccount& account, const base::Json& body);

} // namespace paysync::sandbox
