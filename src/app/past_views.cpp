// Loads page by page, merges event by event.
#include "past_views.hpp"

#include "paysync/checkout/group_state.hpp"
#include "paysync/sync/input.hpp"

namespace paysync::app {

using base::Json;

base::Result<void> PastViews::prepare(const std::vector<checkout::Event>& events) {
    std::set<std::string> payments;
    std::set<std::string> customers;
    for (const checkout::Event& event : events) {
        if (!event.payment_id.empty() && !payments_.contains(event.payment_id)) payments.insert(event.payment_id);
        if (std::string key = checkout::customer_key(event.customer_id, event.customer_email); !key.empty())
            customers.insert(std::move(key));
    }
    // Other payments of these groups, of which events will come, stood elsewhere then; they bring groups of their
    // own.
    while (!payments.empty()) {
        std::set<store::GroupKey> groups;
        if (auto loaded = load(payments, customers, groups); !loaded) return loaded;
        auto others = load_groups(groups);
        if (!others) return others.error();
        payments = std::move(*others);
    }
    return load_customers(customers);
}

base::Result<void> PastViews::load(const std::set<std::string>& payments, std::set<std::string>& customers,
                                   std::set<store::GroupKey>& groups) {
    auto around = store_.surroundings({payments.begin(), payments.end()}, {});
    if (!around) return around.error();
    for (const std::string& id : payments) {
        Payment& payment = payments_[id];
        for (const store::StoredEvent& stored : around->settled_events[id]) {
            if (stored.received_at >= since_) continue;
            if (const auto event = checkout::read_event(stored.body, stored.received_at))
                checkout::merge(payment.state, *event);
        }
        for (const store::GroupKey& group : around->memberships[id]) groups.insert(group);
        // Who paid may be known only from what came later: those who are known by now are loaded at once.
        const auto now = checkout::PaymentState::from_json(base::member(around->payments, id));
        if (!now) continue;
        if (std::string key = checkout::customer_key(*now); !key.empty()) customers.insert(std::move(key));
    }
    return boost::system::in_place_value;
}

base::Result<std::set<std::string>> PastViews::load_groups(const std::set<store::GroupKey>& groups) {
    std::vector<store::GroupKey> fresh;
    for (const store::GroupKey& group : groups)
        if (members_.try_emplace(group).second) fresh.push_back(group);
    std::set<std::string> others;
    if (fresh.empty()) return others;
    auto loaded = store_.group_members(fresh);
    if (!loaded) return loaded.error();
    for (auto& [group, members] : *loaded)
        for (auto& [payment, member] : members) {
            if (!touched_.contains(payment))
                members_[group].emplace(payment, std::move(member));
            else if (!payments_.contains(payment))
                others.insert(payment);
        }
    return others;
}

base::Result<void> PastViews::load_customers(const std::set<std::string>& customers) {
    std::vector<std::string> fresh;
    for (const std::string& key : customers)
        if (!customers_.contains(key)) fresh.push_back(key);
    if (fresh.empty()) return boost::system::in_place_value;
    auto around = store_.surroundings({}, fresh);
    if (!around) return around.error();
    for (const std::string& key : fresh) {
        const auto stored = around->customers.find(key);
        auto state = checkout::CustomerState::from_json(stored == around->customers.end() ? Json() : stored->second);
        customers_.emplace(key, state && stored != around->customers.end() ? std::move(*state)
                                                                           : checkout::CustomerState{key});
    }
    return boost::system::in_place_value;
}

void PastViews::join_groups(const std::string& id, Payment& payment) {
    for (const auto& [group, member_of] : payment.groups) members_[{group, member_of}].erase(id);
    payment.groups.clear();
    const Json member = checkout::group_member(payment.state);
    if (member.is_null()) return;
    payment.groups = groups_.ids_of(sync::payment_input(payment.state));
    for (const auto& [group, member_of] : payment.groups) members_[{group, member_of}][id] = member;
}

const checkout::CustomerState& PastViews::customer_of(const checkout::PaymentState& payment) {
    static const checkout::CustomerState nobody;
    const std::string key = checkout::customer_key(payment);
    if (key.empty()) return nobody;
    const auto [found, fresh] = customers_.try_emplace(key, checkout::CustomerState{key});
    if (fresh) found->second.apply(payment, {}, checkout::contribution(payment));
    return found->second;
}

flow::Input PastViews::hear(const checkout::Event& event, base::WallTime received_at) {
    Payment& payment = payments_[event.payment_id];
    if (!event.payment_id.empty()) {
        checkout::merge(payment.state, event);
        if (!groups_.names.empty()) join_groups(event.payment_id, payment);
    }
    flow::Input input = sync::make_input(event, payment.state, customer_of(payment.state), received_at);
    input.org = flow::invented_org(); // which names there were is not kept: any will do, in old and new flows
    for (const std::string& group : groups_.names) {
        const auto id = payment.groups.find(group);
        input.event[group] = id == payment.groups.end()
                                 ? checkout::group_view({}, {})
                                 : checkout::group_view(id->second, members_[{group, id->second}]);
    }
    return input;
}

} // namespace paysync::app
