// The part of /control that moves the Checkout.com account on where no client of its API can.
#pragma once

#include "paysync/sandbox/checkout_faults.hpp"
#include "sandbox/checkout/distributor.hpp"
#include "sandbox/checkout/wire.hpp"

#include <optional>

namespace paysync::sandbox {

/// POST /control/disputes                opens a dispute or moves one on
/// POST /control/payment_events          what happens to a payment by itself: an attempt ends, it expires, …
/// POST /control/reports                 {"from", "to"}: a report, ready now
/// POST /control/card_updates            a stored card was replaced: card_updated
/// GET, POST /control/checkout_faults    see checkout_faults.hpp
class CheckoutControl {
public:
    CheckoutControl(MerchantAccount& account, Distributor& distributor, CheckoutFaults& faults)
        : account_{account}, distributor_{distributor}, faults_{faults} {}

    /// `what`: "POST /control/disputes". Nothing for calls that are not its own. The webhooks are on their way when
    /// it returns.
    runtime::Task<std::optional<net::Response>> handle(std::string what, base::Json body);
    /// Bodies that the sandbox sends to its configured URL by itself: to all other workflows.
    runtime::Task<> deliver_to_others(std::vector<std::string> bodies);

private:
    std::optional<ApiReply> answer(const std::string& what, const base::Json& body);
    ApiReply open_dispute(const base::Json& body);
    ApiReply move_dispute(const base::Json& body);
    ApiReply payment_event(const base::Json& body);
    ApiReply conclude(const std::string& payment, const std::string& type, const std::string& code);
    ApiReply report(const base::Json& body);
    ApiReply card_update(const base::Json& body);
    ApiReply change_faults(const base::Json& body);

    MerchantAccount& account_;
    Distributor& distributor_;
    CheckoutFaults& faults_;
};

} // namespace paysync::sandbox
