// Keys of events and of their payments' payers.
#include "sync/party_keys.hpp"

#include "paysync/checkout/customer_state.hpp"
#include "paysync/checkout/payment_state.hpp"

#include <set>

namespace paysync::sync {

namespace {

std::string text_of(const checkout::Facts& facts, const std::string& name) {
    const base::Json& value = facts.value(name);
    return value.is_string() ? value.get<std::string>() : std::string{};
}

void add_payer(const std::string& id, const std::string& email, std::set<std::string>& keys) {
    if (!id.empty()) keys.insert("customer|" + id);
    if (const auto key = checkout::email_key(email)) keys.insert("email|" + *key);
}

} // namespace

std::vector<std::string> party_keys(const Work& work, const std::map<std::string, base::Json>& payments) {
    std::set<std::string> keys;
    if (work.event) {
        const checkout::Event& event = *work.event;
        if (!event.payment_id.empty()) {
            keys.insert("payment|" + event.payment_id);
            if (const auto stored = payments.find(event.payment_id); stored != payments.end()) {
                if (const auto state = checkout::PaymentState::from_json(stored->second)) {
                    const checkout::Facts payer = checkout::payer(*state);
                    add_payer(text_of(payer, "id"), text_of(payer, "email"), keys);
                }
            }
        }
        add_payer(event.customer_id, event.customer_email, keys);
    }
    // Of other things than payments: two words on one thing are not worked on side by side.
    if (keys.empty() && !work.stored.subject.empty()) keys.insert("subject|" + work.stored.subject);
    if (keys.empty()) keys.insert("event|" + std::to_string(work.stored.seq));
    return {keys.begin(), keys.end()};
}

} // namespace paysync::sync
