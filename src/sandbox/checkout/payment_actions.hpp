// What happens to a payment after its request: attempts end, money is captured, refunded, released.
#pragma once

#include "sandbox/checkout/card.hpp"
#include "sandbox/checkout/merchant_account.hpp"
#include "sandbox/checkout/wire.hpp"

namespace paysync::sandbox {

/// An attempt to authorize (amount 0: to verify) ended: publishes payment_approved, payment_declined,
/// payment_retry_scheduled, card_verified or card_verification_declined. Returns the action's members.
base::Json conclude_attempt(MerchantAccount& account, const std::string& payment_id, const IssuerAnswer& answer);
/// The capture that its request asked for, if it did and the payment is authorized.
void capture_as_asked(MerchantAccount& account, const std::string& payment_id);

/// POST /payments/{id}/captures, /refunds, /voids, /reversals, /authorizations, /cancellations: 202 (authorizations
/// 201; reversals 204 when nothing is left) with action_id; 403 without a body when the payment's state does not
/// allow it; 404; 422.
ApiReply capture_payment(MerchantAccount& account, const std::string& payment_id, const base::Json& body);
ApiReply refund_payment(MerchantAccount& account, const std::string& payment_id, const base::Json& body);
ApiReply void_payment(MerchantAccount& account, const std::string& payment_id, const base::Json& body);
ApiReply reverse_payment(MerchantAccount& account, const std::string& payment_id, const base::Json& body);
ApiReply increment_payment(MerchantAccount& account, const std::string& payment_id, const base::Json& body);
ApiReply cancel_retry(MerchantAccount& account, const std::string& payment_id, const base::Json& body);

/// An event that nobody asked for through the API: payment_expired, payment_capture_declined, payment_returned, …
/// `amount` 0: the payment's own.
void publish_plain_event(MerchantAccount& account, const std::string& payment_id, const std::string& type,
                         std::int64_t amount, const std::string& code);

} // namespace paysync::sandbox
