// The groups around the payments of a batch.
#include "paysync/checkout/group_state.hpp"
#include "paysync/sync/input.hpp"

#include <algorithm>

namespace paysync::sync {

using base::Json;

void Views::declare_groups(std::vector<std::string> names) {
    declared_ = std::move(names);
}

void Views::load_memberships(const std::string& payment, std::vector<GroupKey> groups) {
    memberships_[payment].stored = std::move(groups);
}

void Views::set_groups(const std::string& payment, const std::map<std::string, std::string>& ids) {
    std::set<GroupKey> groups;
    for (const auto& [name, id] : ids)
        if (!id.empty()) groups.insert({name, id});
    memberships_[payment].now = std::move(groups);
}

std::set<GroupKey> Views::Memberships::current() const {
    return now ? *now : std::set<GroupKey>{stored.begin(), stored.end()};
}

std::vector<GroupKey> Views::wanted_groups() const {
    std::set<GroupKey> wanted;
    for (const auto& [payment, memberships] : memberships_) {
        wanted.insert(memberships.stored.begin(), memberships.stored.end());
        wanted.merge(memberships.current());
    }
    return {wanted.begin(), wanted.end()};
}

std::vector<std::string> Views::load_members(const GroupKey& group, std::map<std::string, Json> members) {
    std::vector<std::string> unreadable;
    for (const auto& [payment, state] : members)
        if (!checkout::is_group_member(state)) unreadable.push_back(payment);
    for (const std::string& payment : unreadable) members.erase(payment);
    groups_[group].stored = std::move(members);
    return unreadable;
}

Json Views::member_of(const std::string& payment) const {
    const auto found = payments_.find(payment);
    return found == payments_.end() ? Json{} : checkout::group_member(found->second.now);
}

void Views::settle_groups() {
    std::map<GroupKey, std::map<std::string, Json>> members;
    for (const GroupKey& key : wanted_groups()) members[key] = groups_[key].stored;
    for (const auto& [payment, memberships] : memberships_) {
        if (!payments_.contains(payment)) continue; // nothing newer is known of it than what is stored
        for (const GroupKey& key : memberships.stored) members[key].erase(payment);
        const Json state = member_of(payment);
        if (state.is_null()) continue;
        for (const GroupKey& key : memberships.current()) members[key][payment] = state;
    }
    for (const auto& [key, of_group] : members) groups_[key].view = checkout::group_view(key.id, of_group);
}

Json payment_input(const checkout::PaymentState& state) {
    const checkout::Facts payer = checkout::payer(state);
    const std::string key = checkout::customer_key(state);
    const Json& email = payer.value("email");
    const auto email_key =
        email.is_string() ? checkout::email_key(email.get_ref<const std::string&>()) : std::nullopt;
    Json customer = Json::object();
    customer["id"] = payer.value("id");
    customer["key"] = key.empty() ? Json{} : Json(key);
    customer["email"] = email;
    customer["email_key"] = email_key ? Json(*email_key) : Json{};
    Json made = Json::object();
    made["payment"] = checkout::payment_view(state);
    made["customer"] = std::move(customer);
    return made;
}

Json Views::group_input(const std::string& payment) const {
    static const checkout::PaymentState unknown;
    const auto found = payments_.find(payment);
    return payment_input(found == payments_.end() ? unknown : found->second.now);
}

void Views::show_groups(Json& event, const std::string& payment) const {
    for (const std::string& name : declared_) event[name] = checkout::group_view("", {});
    const auto found = memberships_.find(payment);
    if (found == memberships_.end()) return;
    for (const GroupKey& key : found->second.current()) {
        const auto group = groups_.find(key);
        const bool declared = std::find(declared_.begin(), declared_.end(), key.group) != declared_.end();
        if (declared && group != groups_.end() && !group->second.view.is_null())
            event[key.group] = group->second.view;
    }
}

std::vector<GroupMember> Views::changed_members() const {
    std::vector<GroupMember> changed;
    for (const auto& [payment, memberships] : memberships_) {
        const Json state = member_of(payment);
        if (state.is_null()) continue;
        for (const GroupKey& key : memberships.current()) {
            const auto group = groups_.find(key);
            const bool known = group != groups_.end() && group->second.stored.contains(payment);
            if (!known || group->second.stored.at(payment) != state) changed.push_back({key, payment, state});
        }
    }
    return changed;
}

std::vector<GroupMember> Views::left_members() const {
    std::vector<GroupMember> left;
    for (const auto& [payment, memberships] : memberships_) {
        if (!payments_.contains(payment)) continue;
        const std::set<GroupKey> current = memberships.current();
        const bool says_nothing = member_of(payment).is_null();
        for (const GroupKey& key : memberships.stored)
            if (says_nothing || !current.contains(key)) left.push_back({key, payment, {}});
    }
    return left;
}

} // namespace paysync::sync
