// Views of payments and customers around the events of a batch.
#include "paysync/sync/input.hpp"

namespace paysync::sync {

using base::Json;

flow::Input make_input(const checkout::Event& event, const checkout::PaymentState& payment,
                       const checkout::CustomerState& customer, base::WallTime now) {
    flow::Input input;
    input.event = Json{{"id", event.id},
                       {"type", event.type},
                       {"occurred_at", base::format_utc_exact(event.occurred_at)},
                       {"data", event.data},
                       {"payment", checkout::payment_view(payment)},
                       {"customer", checkout::customer_view(customer)}};
    input.event["dispute"] = event.dispute_id.empty() ? Json() : checkout::dispute_view(payment, event.dispute_id);
    input.occurred_at = event.occurred_at;
    input.now = now;
    return input;
}

base::Result<void> Views::load_payment(const std::string& id, const Json& stored) {
    auto state = checkout::PaymentState::from_json(stored);
    if (!state) return state.error();
    payments_[id] = Payment{*state, *state, false};
    return boost::system::in_place_value;
}

base::Result<void> Views::load_customer(const std::string& key, const Json& stored) {
    auto state = checkout::CustomerState::from_json(stored);
    if (!state) return state.error();
    customers_[key] = Customer{std::move(*state), false};
    return boost::system::in_place_value;
}

void Views::rebuild_payment(const std::string& id, const std::vector<checkout::Event>& events) {
    checkout::PaymentState state;
    for (const checkout::Event& event : events) checkout::merge(state, event);
    payments_[id] = Payment{state, state, true};
}

void Views::begin_customer(const std::string& key) {
    customers_[key] = Customer{checkout::CustomerState{key}, true};
}

void Views::add_payment_of(const std::string& key, const checkout::PaymentState& payment) {
    if (checkout::customer_key(payment) != key) return;
    customers_.at(key).state.apply(payment, {}, checkout::contribution(payment));
}

Views::Heard Views::hear(const checkout::Event& event) {
    if (event.payment_id.empty()) return {};
    Payment& payment = payments_[event.payment_id];
    const checkout::Merged merged = checkout::merge(payment.now, event);
    payment.changed = payment.changed || merged.changed;
    return {merged.changed, merged.gained_member};
}

std::string Views::customer_of(const std::string& payment) const {
    const auto found = payments_.find(payment);
    return found == payments_.end() ? std::string{} : checkout::customer_key(found->second.now);
}

std::set<std::string> Views::customers_of(const std::string& payment) const {
    std::set<std::string> customers;
    const auto found = payments_.find(payment);
    if (found == payments_.end()) return customers;
    for (const checkout::PaymentState* state : {&found->second.before, &found->second.now})
        if (std::string key = checkout::customer_key(*state); !key.empty()) customers.insert(std::move(key));
    return customers;
}

void Views::settle_customers() {
    for (auto& [id, payment] : payments_) {
        if (!payment.changed) continue;
        const std::string before = checkout::customer_key(payment.before);
        const std::string now = checkout::customer_key(payment.now);
        const bool moved = before != now;
        if (moved && !before.empty()) customer(before).give_up(payment);
        if (now.empty()) continue;
        Customer& payer = customer(now);
        payer.changed =
            payer.state.apply(payment.now, moved ? checkout::Contribution{} : checkout::contribution(payment.before),
                              checkout::contribution(payment.now)) ||
            payer.changed;
    }
}

Views::Customer& Views::customer(const std::string& key) {
    return customers_.try_emplace(key, Customer{checkout::CustomerState{key}, false}).first->second;
}

void Views::Customer::give_up(const Payment& payment) {
    changed = state.apply(payment.now, checkout::contribution(payment.before), {}) || changed;
}

flow::Input Views::input(const checkout::Event& event, base::WallTime now) const {
    static const checkout::PaymentState no_payment;
    static const checkout::CustomerState no_customer;
    const auto payment = payments_.find(event.payment_id);
    const auto customer = customers_.find(customer_of(event.payment_id));
    flow::Input input = make_input(event, payment == payments_.end() ? no_payment : payment->second.now,
                                   customer == customers_.end() ? no_customer : customer->second.state, now);
    show_groups(input.event, event.payment_id);
    return input;
}

std::map<std::string, Json> Views::changed_payments() const {
    std::map<std::string, Json> changed;
    for (const auto& [id, payment] : payments_)
        if (payment.changed) changed[id] = checkout::to_json(payment.now);
    return changed;
}

std::map<std::string, Json> Views::changed_customers() const {
    std::map<std::string, Json> changed;
    for (const auto& [key, customer] : customers_)
        if (customer.changed) changed[key] = checkout::to_json(customer.state);
    return changed;
}

std::vector<store::FigureChange> Views::figure_changes(const std::set<std::string>& payments,
                                                       const revenue::Settings& settings, base::WallTime now) const {
    revenue::Lines lines;
    for (const auto& [id, payment] : payments_)
        if (payment.changed && payments.contains(id))
            revenue::add(lines, revenue::difference(payment.before, payment.now, settings));
    return revenue::figure_changes(lines, now, settings);
}

} // namespace paysync::sync
