// The days' figures.
#include "demo/month_model.hpp"

#include "paysync/base/money.hpp"

#include <cmath>
#include <tuple>

namespace paysync::demo {

using base::Json;
using base::WallTime;

namespace {

struct Figures {
    std::int64_t captured = 0;
    std::int64_t refunded = 0;
    std::int64_t charged_back = 0;
    std::int64_t transactions = 0;
    std::int64_t attempted = 0;
    std::int64_t approved = 0;
    std::int64_t failed = 0;
    std::int64_t recovered = 0;

    bool operator==(const Figures&) const = default;
};

using Days = std::map<std::pair<std::string, std::string>, Figures>; // by day and currency

void add_payment(Days& days, const MonthPayment& payment) {
    const auto on = [&](WallTime at) -> Figures& { return days[{day_text(at), payment.currency}]; };
    for (const MonthAttempt& attempt : payment.attempts) {
        ++on(attempt.at).attempted;
        if (attempt.approved()) ++on(attempt.at).approved;
    }
    // A payment whose first attempt was declined is a failed one, and what it brings after all is recovered.
    const bool failed = !payment.attempts.front().approved();
    if (failed) on(payment.attempts.front().at).failed += payment.amount;
    for (const MonthMovement& capture : payment.captures) {
        on(capture.at).captured += capture.amount;
        if (failed) on(capture.at).recovered += capture.amount;
    }
    if (!payment.captures.empty()) ++on(payment.captures.front().at).transactions;
    for (const MonthMovement& refund : payment.refunds) on(refund.at).refunded += refund.amount;
}

/// The money is gone when the dispute is opened, and back when it is won or withdrawn.
void add_dispute(Days& days, const MonthDispute& dispute, const std::string& currency) {
    bool gone = false;
    for (const MonthDisputeEvent& event : dispute.events) {
        const std::string& type = event.type;
        const bool back = type == "won" || type == "canceled" || type == "arbitration_won";
        const bool taken = type == "received" || type == "lost" || type == "expired" || type == "accepted" ||
                           type == "arbitration_lost";
        if ((back && gone) || (taken && !gone))
            days[{day_text(event.at), currency}].charged_back += gone ? -dispute.amount : dispute.amount;
        gone = (gone && !back) || taken;
    }
}

double number(const Json& record, const char* field) {
    const Json& value = base::member(record, field);
    return value.is_number() ? value.get<double>() : 0;
}

} // namespace

void MonthModel::check_revenue() {
    Days days;
    for (const MonthPayment& payment : month_.payments)
        if (!payment.is_test) add_payment(days, payment);
    for (const MonthDispute& dispute : month_.disputes)
        add_dispute(days, dispute, month_.payments[dispute.payment].currency);
    std::erase_if(days, [](const auto& day) { return day.second == Figures{}; });
    expect_count("Revenue_Day__c", days.size(), "days and currencies");
    for (const auto& [key, figures] : days) {
        const auto& [day, currency] = key;
        const std::string what = "revenue of " + day + " in " + currency;
        const Json* row = nullptr;
        for (const Json* one : all("Revenue_Day__c", "Day__c", day))
            if (shown(*one, "Key__c").find(currency) != std::string::npos) row = one;
        if (row == nullptr) {
            differ(what + ": there is no record");
            continue;
        }
        const auto money = [&, &currency = currency](const char* field, std::int64_t minor) {
            expect_money(*row, what, field, minor, currency);
        };
        money("Volume__c", figures.captured);
        money("Refunded__c", figures.refunded);
        money("Charged_Back__c", figures.charged_back);
        money("Net__c", figures.captured - figures.refunded - figures.charged_back);
        money("Failed__c", figures.failed);
        money("Recovered__c", figures.recovered);
        const auto count = [&](const char* field, std::int64_t wanted) {
            if (std::abs(number(*row, field) - static_cast<double>(wanted)) > 0.001)
                differ(what + ": " + field + " is " + shown(*row, field) + ", not " + std::to_string(wanted));
        };
        count("Transactions__c", figures.transactions);
        count("Attempted__c", figures.attempted);
        count("Approved__c", figures.approved);
        if (figures.transactions > 0)
            money("Average__c",
                  std::llround(static_cast<double>(figures.captured) / static_cast<double>(figures.transactions)));
        if (figures.attempted > 0) {
            const double wanted =
                static_cast<double>(figures.approved) * 100 / static_cast<double>(figures.attempted);
            if (std::abs(number(*row, "Conversion__c") - wanted) > 0.006)
                differ(what + ": Conversion__c is " + shown(*row, "Conversion__c"));
        }
    }
}

} // namespace paysync::demo
