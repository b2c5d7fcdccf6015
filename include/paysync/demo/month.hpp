// A made-up month of the shop: what truly happened, which webhooks tell of it, and what must then stand in the org.
#pragma once

#include "paysync/demo/shop.hpp"
#include "paysync/sandbox/sandbox.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace paysync::demo {

struct MonthPerson {
    PersonTruth who;
    std::string owner;         ///< user name of the owner of an Account that sales made; empty: sales did not
    bool do_not_chase = false; ///< sales marked them
};

/// One try to get the money.
struct MonthAttempt {
    base::WallTime at;
    std::string code; ///< 10000: it worked

    bool approved() const { return code == "10000"; }
};

/// A capture or a refund.
struct MonthMovement {
    base::WallTime at;
    std::int64_t amount = 0;
    std::string action;
};

struct MonthPayment {
    std::string id;
    std::size_t person = 0;
    std::string customer_id;  ///< empty: a guest
    std::string order;        ///< what the shop calls that which is paid
    std::string subscription; ///< empty: none
    std::string currency;
    std::int64_t amount = 0;
    std::string card;        ///< "VISA 4242"
    std::string card_expiry; ///< "07/2029"
    std::vector<MonthAttempt> attempts;
    std::vector<MonthMovement> captures;
    std::vector<MonthMovement> refunds;
    std::optional<base::WallTime> voided_at;
    std::optional<base::WallTime> canceled_at;
    std::optional<base::WallTime> next_attempt; ///< planned, and not made or called off
    bool is_test = false;                       ///< by a test card: nobody's business

    bool recurring() const { return !subscription.empty(); }
    bool approved() const { return approved_at().has_value(); }
    std::optional<base::WallTime> approved_at() const;
    std::int64_t captured() const;
    std::int64_t refunded() const;
};

struct MonthDisputeEvent {
    std::string type; ///< "won"
    base::WallTime at;
};

struct MonthDispute {
    std::string id;
    std::size_t payment = 0; ///< into Month::payments
    std::int64_t amount = 0;
    std::string category;
    std::string reason_code;
    std::optional<base::WallTime> evidence_due; ///< the last deadline given
    std::vector<MonthDisputeEvent> events;      ///< in order

    const std::string& state() const { return events.back().type; }
};

struct MonthSubscription {
    std::string id;
    std::string plan;
    std::string interval; ///< "week", "month"
    std::size_t person = 0;
    std::string currency;
    bool canceled = false;
    std::optional<base::WallTime> term_ends;
    std::string story; ///< what the demo tells: "steady", "upgrade", …
};

struct Month {
    base::WallTime opens;
    base::WallTime closes;      ///< nothing happens later
    base::WallTime compared_at; ///< nothing is on its way any more; every reminder of a declined payment is due
    std::vector<MonthPerson> people;
    std::vector<MonthPayment> payments;
    std::vector<MonthDispute> disputes;
    std::vector<MonthSubscription> subscriptions;
    std::vector<Deal> deals;
    std::map<std::string, std::string> adopted; ///< payment id → name of the open Opportunity that it must win
    std::vector<Post> posts;                    ///< by sent_at; late, doubled and out of order
    /// Onboarding, subscriptions at risk and renewals start flows of the org: Start_Onboarding, Subscription_At_Risk,
    /// Renewal_Reminder.
    bool invokes = false;
};

struct MonthSize {
    std::size_t people = 14;
    std::size_t orders = 40;       ///< paid at once
    std::size_t broken_orders = 9; ///< declined first; every story of them once in nine
    std::size_t disputes = 7;
    std::size_t subscriptions = 10;
};

Month make_month(runtime::Chance& chance, base::WallTime opens, MonthSize size);

/// What sales had before: Contacts, Accounts, open Opportunities, and the Campaign of lost payments.
void prepare_month(const Month& month, sandbox::Sandbox& org);

/// What the org is asked for to hear what was invoked in it: a list as sandbox::Sandbox::invocations() gives.
inline constexpr const char* invocations = "(invocations)";
/// How the sentence of something that was to be invoked and was not begins. Whether an action ran whose answer got
/// lost nobody knows: paysync then holds it for a person.
inline constexpr const char* not_invoked = "not invoked: ";

/// What in the org is not as the month was, at `compared_at`: a sentence each. Empty: all is right. Knows what
/// docs/flows says of the six flows, and nothing of how paysync comes to it.
std::vector<std::string> month_differences(const Month& month, const AskOrg& org);

/// The names of the org's record types, queues and users, by id.
std::map<std::string, std::string> names_of(const AskOrg& org);

} // namespace paysync::demo
