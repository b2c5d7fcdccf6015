// An event and the views around it, as flows see them.
#pragma once

#include "paysync/checkout/customer_state.hpp"
#include "paysync/checkout/event.hpp"
#include "paysync/checkout/payment_state.hpp"
#include "paysync/flow/flow_set.hpp"
#include "paysync/revenue/ledger.hpp"
#include "paysync/store/waiting.hpp"

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace paysync::sync {

/// What `.` is in the expressions of a flow (see docs/flows.md). The views are those of now, whatever the event knew.
flow::Input make_input(const checkout::Event& event, const checkout::PaymentState& payment,
                       const checkout::CustomerState& customer, base::WallTime now);

/// What groups and rules to ignore see of a payment: {payment, customer: {id, key, email, email_key}}. Only of the
/// payment itself, so that it does not depend on what else its payer did.
base::Json payment_input(const checkout::PaymentState& payment);

using store::GroupKey;
using store::GroupMember;

/// The states of some payments and of the customers who paid them, kept in step: a customer's totals change by the
/// difference of a payment's old and new contribution. Around them the groups that the payments are members of; which
/// those are is reckoned elsewhere, from payment_input().
class Views {
public:
    struct Heard {
        bool changed = false;
        bool gained_member = false; ///< the view knows something that it lacked: decide again
    };

    /// Errc::corrupt when the store holds what this version cannot read.
    base::Result<void> load_payment(const std::string& id, const base::Json& stored);
    base::Result<void> load_customer(const std::string& key, const base::Json& stored);

    /// In place of a state that cannot be read: what these events say, all that were merged into it before.
    void rebuild_payment(const std::string& id, const std::vector<checkout::Event>& events);
    /// The same for a customer, from the states of all stored payments, whoever paid them.
    void begin_customer(const std::string& key);
    void add_payment_of(const std::string& key, const checkout::PaymentState& payment);

    /// Merges the event into its payment's state. An event of no payment changes nothing.
    Heard hear(const checkout::Event& event);

    /// Who paid, as far as known: the customer's id, else the e-mail key, else empty.
    std::string customer_of(const std::string& payment) const;
    /// The same, and who was thought to have paid before the events were heard.
    std::set<std::string> customers_of(const std::string& payment) const;

    /// Moves what changed since load_payment() into the customers' states. Call once, when all events are heard and
    /// the customers of all payments are loaded.
    void settle_customers();

    /// Every input shows these, whether or not its payment is in one.
    void declare_groups(std::vector<std::string> names);
    /// The groups that the store has the payment in.
    void load_memberships(const std::string& payment, std::vector<GroupKey> groups);
    /// By group name: the id that the payment has now. A name without id, or with an empty one, is no membership.
    void set_groups(const std::string& payment, const std::map<std::string, std::string>& ids);
    /// Those whose members must be loaded: of every membership, as stored and as set.
    std::vector<GroupKey> wanted_groups() const;
    /// All stored members, by payment. Those that this version cannot read are named and left out.
    std::vector<std::string> load_members(const GroupKey& group, std::map<std::string, base::Json> members);
    /// Puts the payments at hand over the members that were loaded. Call once, when all groups are set and loaded.
    void settle_groups();

    /// Of one of these payments.
    base::Json group_input(const std::string& payment) const;

    flow::Input input(const checkout::Event& event, base::WallTime now) const;

    std::map<std::string, base::Json> changed_payments() const;
    std::map<std::string, base::Json> changed_customers() const;
    /// To be stored, after left_members() were dropped.
    std::vector<GroupMember> changed_members() const;
    /// Members as stored that are none any more; their state is null.
    std::vector<GroupMember> left_members() const;
    /// What the change of these payments changes in the figures of their days.
    std::vector<store::FigureChange> figure_changes(const std::set<std::string>& payments,
                                                    const revenue::Settings& settings, base::WallTime now) const;

private:
    struct Payment {
        checkout::PaymentState before;
        checkout::PaymentState now;
        bool changed = false;
    };
    struct Memberships {
        std::vector<GroupKey> stored;
        std::optional<std::set<GroupKey>> now; ///< nothing until they are set: then those stored hold

        std::set<GroupKey> current() const;
    };
    struct Group {
        std::map<std::string, base::Json> stored;
        base::Json view;
    };
    struct Customer {
        checkout::CustomerState state;
        bool changed = false;

        void give_up(const Payment& payment); ///< it turns out to be another customer's
    };
    Customer& customer(const std::string& key);
    base::Json member_of(const std::string& payment) const;
    void show_groups(base::Json& event, const std::string& payment) const;

    std::map<std::string, Payment> payments_;
    std::map<std::string, Customer> customers_;
    std::vector<std::string> declared_;
    std::map<std::string, Memberships> memberships_; ///< by payment
    std::map<GroupKey, Group> groups_;
};

} // namespace paysync::sync
