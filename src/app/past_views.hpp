// Payments and their groups as they stood when each stored event came.
#pragma once

#include "paysync/checkout/customer_state.hpp"
#include "paysync/checkout/payment_state.hpp"
#include "paysync/flow/flow_test.hpp"
#include "paysync/store/store.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace paysync::app {

/// What is read of a store: `Stored`, or a map in tests.
class PastStore {
public:
    virtual ~PastStore() = default;
    virtual base::Result<store::Surroundings> surroundings(std::vector<std::string> payments,
                                                           std::vector<std::string> customers) = 0;
    virtual base::Result<std::map<store::GroupKey, store::GroupMembers>>
    group_members(std::vector<store::GroupKey> groups) = 0;
};

/// Events are heard in the order in which they came, from a given moment on. What was heard before that moment is
/// merged first. Customers are seen as they are known now: their totals and newest card are no secret of the past.
class PastViews {
public:
    PastViews(PastStore& store, flow::GroupRules groups, base::WallTime since)
        : store_{store}, groups_{std::move(groups)}, since_{since} {}

    /// An event of this payment will come: what the store says of it is of later. All of them before the first
    /// hear().
    void will_hear_of(const std::string& payment) { touched_.insert(payment); }

    /// Loads what these events need.
    base::Result<void> prepare(const std::vector<checkout::Event>& events);
    /// The event, one of those prepared, as flows saw it then.
    flow::Input hear(const checkout::Event& event, base::WallTime received_at);

private:
    struct Payment {
        checkout::PaymentState state;
        std::map<std::string, std::string> groups; ///< id by group
    };

    base::Result<void> load(const std::set<std::string>& payments, std::set<std::string>& customers,
                            std::set<store::GroupKey>& groups);
    base::Result<std::set<std::string>> load_groups(const std::set<store::GroupKey>& groups);
    base::Result<void> load_customers(const std::set<std::string>& customers);
    void join_groups(const std::string& id, Payment& payment);
    const checkout::CustomerState& customer_of(const checkout::PaymentState& payment);

    PastStore& store_;
    flow::GroupRules groups_;
    base::WallTime since_;
    std::unordered_set<std::string> touched_;
    std::unordered_map<std::string, Payment> payments_;
    std::unordered_map<std::string, checkout::CustomerState> customers_;
    std::map<store::GroupKey, std::map<std::string, base::Json>> members_;
};

} // namespace paysync::app
