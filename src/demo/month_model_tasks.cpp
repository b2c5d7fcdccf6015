// Declined payments: a Task, reminders, and that both end when the money comes.
#include "demo/month_model.hpp"

#include <algorithm>
#include <array>

namespace paysync::demo {

using base::Json;
using base::WallTime;
using std::chrono::hours;

namespace {

constexpr std::array reminder_days = {3, 7};
constexpr int campaign_day = 7;

} // namespace

/// An order, or a subscription, of which some attempt was declined.
struct MonthModel::Trouble {
    std::string owed;
    std::size_t person = 0;
    std::vector<MonthAttempt> attempts; ///< in order of time

    /// Since the newest success before the newest failure.
    WallTime failing_since() const {
        WallTime since;
        bool fine = true;
        for (const MonthAttempt& attempt : attempts) {
            if (!attempt.approved() && fine) since = attempt.at;
            fine = attempt.approved();
        }
        return since;
    }
    std::optional<WallTime> paid_at() const {
        if (!attempts.back().approved()) return std::nullopt;
        WallTime paid = attempts.back().at;
        for (auto attempt = attempts.rbegin(); attempt != attempts.rend() && attempt->approved(); ++attempt)
            paid = attempt->at;
        return paid;
    }
};

std::vector<MonthModel::Trouble> MonthModel::troubles() const {
    std::map<std::string, Trouble> by_owed;
    for (const MonthPayment& payment : month_.payments) {
        if (payment.is_test) continue;
        const std::string owed = payment.recurring() ? payment.subscription : payment.order;
        Trouble& trouble = by_owed[owed];
        trouble.owed = owed;
        trouble.person = payment.person;
        trouble.attempts.insert(trouble.attempts.end(), payment.attempts.begin(), payment.attempts.end());
    }
    std::vector<Trouble> found;
    for (auto& [owed, trouble] : by_owed) {
        std::stable_sort(trouble.attempts.begin(), trouble.attempts.end(),
                         [](const MonthAttempt& a, const MonthAttempt& b) { return a.at < b.at; });
        if (std::any_of(trouble.attempts.begin(), trouble.attempts.end(),
                        [](const MonthAttempt& attempt) { return !attempt.approved(); }))
            found.push_back(std::move(trouble));
    }
    return found;
}

void MonthModel::check_tasks() {
    const auto all_troubles = troubles();
    std::set<std::string> keys;
    for (const Trouble& trouble : all_troubles) {
        check_trouble(trouble);
        keys.insert("declined/" + trouble.owed);
        for (const int days : reminder_days)
            keys.insert("recovery/" + trouble.owed + "/" + std::to_string(days) + "d");
    }
    for (const MonthSubscription& subscription : month_.subscriptions)
        if (subscription.term_ends) keys.insert(renewal_key(subscription));
    for (const Json& task : records("Task"))
        if (const std::string key = shown(task, "Checkout_Key__c"); !keys.contains(key))
            differ("there is a Task " + key + " that nothing asked for");
}

void MonthModel::check_trouble(const Trouble& trouble) {
    const std::string key = "declined/" + trouble.owed;
    const Json* task = one("Task", "Checkout_Key__c", key);
    if (task == nullptr) return;
    const auto paid = trouble.paid_at();
    const WallTime since = trouble.failing_since();
    const MonthPerson& person = month_.people[trouble.person];
    const std::string status = paid ? "Completed" : "Not Started";
    expect(*task, key, "Status", status);
    expect(*task, key, "Priority", "High");
    const std::string subject = shown(*task, "Subject");
    if (!subject.starts_with(paid ? "Recovered: " : "Declined: ")) differ(key + ": Subject is " + subject);
    if (person.who.known) {
        expect(*task, key, "OwnerId", person.owner);
        expect(*task, key, "WhoId", contacts_[trouble.person]);
        expect(*task, key, "WhatId", accounts_[trouble.person]);
    }
    for (const int days : reminder_days) {
        const WallTime due = since + hours{24 * days};
        Seen wanted = fired(due, paid.value_or(month_.compared_at));
        if (person.do_not_chase) wanted = Seen::no;
        const std::string reminder = "recovery/" + trouble.owed + "/" + std::to_string(days) + "d";
        const auto made = all("Task", "Checkout_Key__c", reminder);
        if (made.size() > 1 || (made.empty() && wanted == Seen::yes) || (!made.empty() && wanted == Seen::no))
            differ(reminder + ": " + std::to_string(made.size()) + " Tasks");
        if (made.empty()) continue;
        expect(*made.front(), reminder, "Status", status);
        const auto contact = contacts_.find(trouble.person);
        if (days != campaign_day || contact == contacts_.end() || !person.who.known) continue;
        if (all("CampaignMember", "ContactId", contact->second).size() != 1)
            differ(reminder + ": the Contact is no member of the campaign");
    }
}

} // namespace paysync::demo
