// One event reaches every part of the account.
#include "sandbox/checkout/merchant_account.hpp"

#include "paysync/sandbox/payments.hpp"
#include "sandbox/checkout/wire.hpp"

namespace paysync::sandbox {

using base::Json;

void MerchantAccount::know(Json event) {
    if (base::member(event, "isTest") == Json(true)) return;
    const std::string id = text(event, "id");
    const auto subject = events.add(std::move(event));
    if (!subject) return;
    const Json& known = *events.find(id);
    payments.touch(*subject);
    vault.learn(base::member(known, "data"));
    disputes.take(known);
}

void MerchantAccount::publish(Json event) {
    know(event);
    outbox.push_back({std::move(event), {}});
}

void MerchantAccount::clear() {
    events.clear();
    payments.clear();
    vault.clear();
    disputes.clear();
    workflows.clear();
    intents.clear();
    reports.clear();
    files.clear();
    outbox.clear();
    decline_next.clear();
}

std::string MerchantAccount::new_id(const char* prefix) const {
    return make_checkout_id(chance_, prefix);
}

} // namespace paysync::sandbox
