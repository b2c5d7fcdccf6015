// From the account's outbox to the webhook actions of its workflows.
#pragma once

#include "paysync/sandbox/sender.hpp"
#include "sandbox/checkout/merchant_account.hpp"

#include <memory>
#include <string>
#include <vector>

namespace paysync::sandbox {

class Distributor {
public:
    /// `sender` may be empty: then nothing is delivered.
    Distributor(MerchantAccount& account, const std::unique_ptr<CheckoutSender>& sender)
        : account_{account}, sender_{sender} {}

    /// Delivers what lies in the outbox, in the background.
    runtime::Task<> deliver_outbox();
    /// The same for bodies that the sandbox sends to its configured URL by itself: to all other workflows.
    runtime::Task<> deliver_to_others(std::vector<std::string> bodies);
    /// Notes an attempt for GET /workflows/events/{id}/actions/{wfa}.
    void note_attempt(const Delivery& delivery);

private:
    runtime::Task<> deliver(base::Json body, std::string only_workflow, bool others_only);

    MerchantAccount& account_;
    const std::unique_ptr<CheckoutSender>& sender_;
};

} // namespace paysync::sandbox
