// Subscriptions: what they bring, when they are billed next, and who raises a hand.
#include "demo/month_model.hpp"

#include <algorithm>
#include <cmath>

namespace paysync::demo {

using base::Json;
using base::WallTime;
using std::chrono::days;
using std::chrono::hours;

namespace {

constexpr days at_risk_after{3};
constexpr days remind_before{30};
constexpr std::size_t at_risk_failures = 2;

WallTime next_bill(WallTime last, const std::string& interval) {
    if (interval == "week") return last + days{7};
    const auto date = std::chrono::floor<days>(last);
    const std::chrono::year_month_day day{date};
    return WallTime{std::chrono::sys_days{day + std::chrono::months{1}}} + (last - date);
}

} // namespace

/// All payments of a subscription, as one.
struct MonthModel::Plan {
    std::vector<const MonthPayment*> payments; ///< oldest first
    std::size_t failures = 0;
    std::size_t in_a_row = 0;
    std::optional<WallTime> last_success;
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    WallTime first_captured;
    WallTime last_captured;
    const MonthPayment* card = nullptr; ///< the newest that was approved
    std::int64_t before = 0;            ///< the newest amount that was paid and is another than today's; 0: none
    std::vector<WallTime> bad_rows;     ///< when each row of as many failures as are a risk began
    std::vector<WallTime> successes;
};

MonthModel::Plan MonthModel::plan_of(const MonthSubscription& subscription) const {
    Plan plan;
    std::vector<MonthAttempt> attempts;
    for (const MonthPayment& payment : month_.payments) {
        if (payment.subscription != subscription.id) continue;
        plan.payments.push_back(&payment);
        attempts.insert(attempts.end(), payment.attempts.begin(), payment.attempts.end());
    }
    std::stable_sort(attempts.begin(), attempts.end(),
                     [](const MonthAttempt& a, const MonthAttempt& b) { return a.at < b.at; });
    WallTime row_began;
    for (const MonthAttempt& attempt : attempts) {
        plan.in_a_row = attempt.approved() ? 0 : plan.in_a_row + 1;
        if (plan.in_a_row == 1) row_began = attempt.at;
        plan.failures += attempt.approved() ? 0U : 1U;
        if (attempt.approved()) plan.last_success = attempt.at;
        if (attempt.approved()) plan.successes.push_back(attempt.at);
        if (plan.in_a_row == at_risk_failures) plan.bad_rows.push_back(row_began);
    }
    const std::int64_t today = plan.payments.back()->amount;
    for (const MonthPayment* payment : plan.payments) {
        plan.captured += payment->captured();
        plan.refunded += payment->refunded();
        if (!payment->approved()) continue;
        plan.card = payment;
        if (payment->amount != today) plan.before = payment->amount;
        plan.last_captured = payment->captures.back().at;
        if (plan.first_captured == WallTime{}) plan.first_captured = payment->captures.front().at;
    }
    return plan;
}

void MonthModel::check_subscriptions() {
    for (const MonthSubscription& subscription : month_.subscriptions) check_subscription(subscription);
    expect_count("Subscription__c", month_.subscriptions.size(), "subscriptions");
}

void MonthModel::check_subscription(const MonthSubscription& subscription) {
    const Json* found = one("Subscription__c", "External_Id__c", subscription.id);
    if (found == nullptr) return;
    const std::string what = subscription.id + " (" + subscription.story + ")";
    const Plan plan = plan_of(subscription);
    const std::int64_t amount = plan.payments.back()->amount;
    const WallTime next = next_bill(*plan.last_success, subscription.interval);

    const Seen late = fired(next + at_risk_after, month_.compared_at);
    std::string status = plan.in_a_row > 0 ? "Past Due" : "Active";
    if (plan.in_a_row >= at_risk_failures || late == Seen::yes) status = "At Risk";
    if (subscription.canceled) status = "Cancelled";
    if (late != Seen::either || subscription.canceled) expect(*found, what, "Status__c", status);
    expect(*found, what, "Change__c", plan.before == 0 ? "New" : amount > plan.before ? "Upgrade" : "Downgrade");
    expect(*found, what, "Interval__c", subscription.interval);
    expect(*found, what, "CurrencyIsoCode", subscription.currency);
    expect(*found, what, "Account__c", accounts_[subscription.person]);
    expect(*found, what, "Contact__c", contacts_[subscription.person]);

    const std::int64_t yearly = subscription.canceled ? 0 : amount * (subscription.interval == "week" ? 52 : 12);
    const auto money = [&](const char* field, std::int64_t minor) {
        expect_money(*found, what, field, minor, subscription.currency);
    };
    money("Amount__c", amount);
    money("ARR__c", yearly);
    money("MRR__c", std::llround(static_cast<double>(yearly) / 12));
    money("LTV__c", plan.captured - plan.refunded);

    expect(*found, what, "Started__c", day_text(plan.first_captured));
    expect(*found, what, "Last_Billed__c", day_text(plan.last_captured));
    expect(*found, what, "Next_Billing__c", subscription.canceled ? "" : day_text(next));
    expect(*found, what, "Term_Ends__c", subscription.term_ends ? day_text(*subscription.term_ends) : "");
    expect(*found, what, "Card__c", plan.card->card);
    expect(*found, what, "Card_Expiry__c", plan.card->card_expiry);
    const auto count = [&](const char* field, std::size_t wanted) {
        const Json& is = base::member(*found, field);
        if (!is.is_number() || std::llround(is.get<double>()) != static_cast<long long>(wanted))
            differ(what + ": " + field + " is " + is.dump() + ", not " + std::to_string(wanted));
    };
    count("Failed_Payments__c", plan.failures);
    count("Failures_In_A_Row__c", plan.in_a_row);
    check_renewal(subscription, *found, *plan.payments.front()->approved_at());
}

/// By failures, each row of them once; and whenever a bill is past due. A row that began with the bill itself is the
/// same time at risk.
std::pair<std::size_t, std::size_t> MonthModel::times_at_risk(const MonthSubscription& subscription) const {
    const Plan plan = plan_of(subscription);
    std::size_t least = plan.bad_rows.size();
    std::size_t most = plan.bad_rows.size();
    for (std::size_t i = 0; i < plan.successes.size(); ++i) {
        const bool last = i + 1 == plan.successes.size();
        if (last && subscription.canceled) break;
        const WallTime until = last ? month_.compared_at : plan.successes[i + 1];
        const WallTime due = next_bill(plan.successes[i], subscription.interval);
        if (std::find(plan.bad_rows.begin(), plan.bad_rows.end(), due) != plan.bad_rows.end()) continue;
        const Seen seen = fired(due + at_risk_after, until);
        least += seen == Seen::yes ? 1U : 0U;
        most += seen == Seen::no ? 0U : 1U;
    }
    return {least, most};
}

std::string MonthModel::renewal_key(const MonthSubscription& subscription) {
    return "renewal/" + subscription.id + "/" + day_text(*subscription.term_ends);
}

/// A Task reminds of the end of the term.
void MonthModel::check_renewal(const MonthSubscription& subscription, const Json& record, WallTime since) {
    if (!subscription.term_ends) return;
    const std::string key = renewal_key(subscription);
    const auto made = all("Task", "Checkout_Key__c", key);
    const Seen wanted = subscription.canceled
                            ? Seen::no
                            : fired(std::max(*subscription.term_ends - remind_before, since), month_.compared_at);
    if (made.size() > 1 || (made.empty() && wanted == Seen::yes) || (!made.empty() && wanted == Seen::no))
        return differ(key + ": " + std::to_string(made.size()) + " Tasks");
    if (made.empty()) return;
    expect(*made.front(), key, "ActivityDate", day_text(*subscription.term_ends));
    expect(*made.front(), key, "WhatId", shown(record, "Id"));
}

} // namespace paysync::demo
