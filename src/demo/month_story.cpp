// Four chapters of the month.
#include "demo/month_story.hpp"

#include "paysync/base/money.hpp"

#include <algorithm>
#include <cstdio>

namespace paysync::demo {

using base::Json;
using base::WallTime;
using std::chrono::hours;

namespace {

std::string text(const Json& record, const char* field) {
    const Json& value = base::member(record, field);
    return value.is_string() ? value.get<std::string>() : value.is_null() ? "-" : value.dump();
}

std::string money(std::int64_t minor, const std::string& currency) {
    return base::major_units(minor, currency) + " " + currency;
}

std::string money_of(const Json& record, const char* field) {
    const Json& value = base::member(record, field);
    char made[32];
    std::snprintf(made, sizeof made, "%.2f", value.is_number() ? value.get<double>() : 0.0);
    return made;
}

} // namespace

MonthStory::MonthStory(MonthPlay& play) : play_{play} {
    plan_recovery();
    plan_dispute();
    plan_subscription();
}

/// Webhooks may be two hours late: what they say stands in the org three hours after it happened.
void MonthStory::look_at(WallTime happened, std::function<void()> look) {
    moments_.push_back({happened + hours{3}, std::move(look)});
}

void MonthStory::say(std::size_t chapter, WallTime at, const std::string& what) {
    chapters_[chapter].lines.push_back(base::format_utc(at).substr(5, 11) + "  " + what);
}

void MonthStory::play(const std::function<void(int)>& progress) {
    std::stable_sort(moments_.begin(), moments_.end(), [](const Moment& a, const Moment& b) { return a.at < b.at; });
    auto next = moments_.begin();
    const Month& month = play_.month();
    for (int day = 1; month.opens + hours{24 * day} <= month.compared_at; ++day) {
        const WallTime end = month.opens + hours{24 * day};
        for (; next != moments_.end() && next->at < end; ++next) {
            play_.until(next->at);
            next->look();
        }
        play_.until(end);
        progress(day);
    }
    tell_week();
}

/// Somebody whom sales know, declined twice and paid on the sixth day.
void MonthStory::plan_recovery() {
    const Month& month = play_.month();
    std::map<std::string, std::vector<const MonthPayment*>> orders;
    for (const MonthPayment& payment : month.payments)
        if (!payment.is_test && !payment.recurring()) orders[payment.order].push_back(&payment);
    const auto order = std::find_if(orders.begin(), orders.end(), [](const auto& one) {
        return one.second.size() == 3 && one.second.back()->approved();
    });
    if (order == orders.end()) return;
    const std::size_t chapter = chapters_.size();
    const auto& [name, payments] = *order;
    const WallTime first = payments.front()->attempts.front().at;
    chapters_.push_back(
        {"A recovery cadence: " + name + ", " + money(payments[0]->amount, payments[0]->currency), {}});
    const auto moment = [&](WallTime at, const std::string& what) {
        look_at(at, [this, chapter, at, what, owed = name] {
            say(chapter, at, what);
            show_tasks(chapter, owed);
        });
    };
    moment(first, "the payment is declined: insufficient funds");
    moment(payments[1]->attempts.front().at, "tried again, declined again");
    moment(first + hours{24 * 3}, "three days later nobody has paid");
    moment(*payments[2]->approved_at(), "paid");
    moment(first + hours{24 * 7}, "a week later: no last reminder, because it was paid");
}

void MonthStory::plan_dispute() {
    for (const MonthDispute& dispute : play_.month().disputes) {
        if (dispute.state() != "lost") continue;
        const std::size_t chapter = chapters_.size();
        const MonthPayment& payment = play_.month().payments[dispute.payment];
        chapters_.push_back(
            {"A dispute from opening to loss: " + payment.order + ", " + money(dispute.amount, payment.currency),
             {}});
        for (const MonthDisputeEvent& event : dispute.events)
            look_at(event.at, [this, chapter, event, id = dispute.id] {
                say(chapter, event.at, "dispute_" + event.type);
                show_case(chapter, id);
            });
        return;
    }
}

void MonthStory::plan_subscription() {
    for (const MonthSubscription& subscription : play_.month().subscriptions) {
        if (subscription.story != "recovered") continue;
        const std::size_t chapter = chapters_.size();
        chapters_.push_back({"A subscription with a failed and a recovered renewal: " + subscription.id, {}});
        for (const MonthPayment& payment : play_.month().payments) {
            if (payment.subscription != subscription.id) continue;
            const bool paid = payment.approved();
            const std::string what = (paid ? "billed " : "declined ") + money(payment.amount, payment.currency);
            look_at(payment.attempts.front().at,
                    [this, chapter, what, at = payment.attempts.front().at, id = subscription.id] {
                        say(chapter, at, what);
                        show_subscription(chapter, id);
                    });
        }
        return;
    }
}

void MonthStory::show_tasks(std::size_t chapter, const std::string& owed) {
    for (const Json& task : play_.records("Task"))
        if (text(task, "Checkout_Key__c").find("/" + owed) != std::string::npos)
            chapters_[chapter].lines.push_back("               Task [" + text(task, "Status") + "] " +
                                               text(task, "Subject"));
}

void MonthStory::show_case(std::size_t chapter, const std::string& dispute) {
    for (const Json& found : play_.records("Case")) {
        if (text(found, "Checkout_Dispute_Id__c") != dispute) continue;
        std::string line = "               Case [" + text(found, "Status") + ", " + text(found, "Priority") + "]";
        if (text(found, "Outcome__c") != "-") line += " " + text(found, "Outcome__c");
        chapters_[chapter].lines.push_back(line);
        std::string newest;
        for (const Json& comment : play_.records("CaseComment"))
            if (text(comment, "ParentId") == text(found, "Id")) newest = text(comment, "CommentBody");
        chapters_[chapter].lines.push_back("               " + newest);
    }
}

void MonthStory::show_subscription(std::size_t chapter, const std::string& id) {
    for (const Json& found : play_.records("Subscription__c"))
        if (text(found, "External_Id__c") == id)
            chapters_[chapter].lines.push_back("               [" + text(found, "Status__c") + "] next " +
                                               text(found, "Next_Billing__c") + ", MRR " + money_of(found, "MRR__c") +
                                               ", value so far " + money_of(found, "LTV__c") + ", failed " +
                                               text(found, "Failed_Payments__c"));
}

/// The second week, in euros.
void MonthStory::tell_week() {
    Chapter week{"The second week's revenue in EUR", {}};
    week.lines.emplace_back("day             volume   refunds  charged back       net  conversion");
    for (int day = 7; day < 14; ++day) {
        const std::string date = base::format_utc(play_.month().opens + hours{24 * day}).substr(0, 10);
        for (const Json& row : play_.records("Revenue_Day__c")) {
            if (text(row, "Day__c") != date || text(row, "Key__c").find("EUR") == std::string::npos) continue;
            char line[120];
            std::snprintf(line, sizeof line, "%s %11s %9s %13s %9s %9s %%", date.c_str(),
                          money_of(row, "Volume__c").c_str(), money_of(row, "Refunded__c").c_str(),
                          money_of(row, "Charged_Back__c").c_str(), money_of(row, "Net__c").c_str(),
                          money_of(row, "Conversion__c").c_str());
            week.lines.emplace_back(line);
        }
    }
    chapters_.push_back(std::move(week));
}

} // namespace paysync::demo
