// Subscriptions: billed again and again, or not.
#include "demo/month_maker.hpp"

#include <array>

namespace paysync::demo {

using base::Json;
using base::WallTime;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// One bill. `how`: "paid", "declined twice then paid", "retried", "retried then called off", "declined
/// three times". The payments of one bill have one reference. Returns the last of them.
MonthMaker::Paying MonthMaker::bill(const MonthSubscription& subscription, const sandbox::Shopper& face,
                                    std::int64_t amount, std::size_t number, WallTime due, std::string_view how) {
    constexpr Decline poor{"20051", "Insufficient Funds"};
    const Order order{subscription.person, subscription.id.substr(4, 6) + "-" + std::to_string(number), true,
                      subscription.currency, amount};
    Json metadata = {{"subscription_id", subscription.id}, {"interval", subscription.interval}};
    if (subscription.term_ends) metadata["term_ends_at"] = base::format_utc(*subscription.term_ends);
    const auto payment = [&] { return begin(face, order, subscription.id, metadata); };
    const auto pay = [&](Paying paying, WallTime at) {
        approve(paying, at);
        capture(paying, at + between(seconds{1}, minutes{3}));
        return paying;
    };
    Paying first = payment();
    if (how == "retried") {
        retry_by_itself(first, due, true);
        return first;
    }
    if (how == "retried then called off") {
        truth(first).attempts.push_back({due, "20051"});
        post(first.payment.retry_scheduled(due, due + hours{24}), due);
        const WallTime at = due + hours{8};
        truth(first).canceled_at = at;
        post(first.payment.canceled(at), at);
        return first;
    }
    if (how == "paid") return pay(std::move(first), due);
    decline(first, due, poor);
    Paying second = payment();
    decline(second, due + hours{24}, poor);
    Paying third = payment();
    const WallTime last = due + hours{50};
    if (how == "declined twice then paid") return pay(std::move(third), last);
    decline(third, last, poor);
    return third;
}

void MonthMaker::add_subscription(std::size_t story) {
    static constexpr std::array stories = {"steady",  "recovered", "retried",  "upgrade",  "canceled",
                                           "stopped", "failing",   "refunded", "new card", "downgrade"};
    MonthSubscription subscription;
    subscription.story = stories.at(story % stories.size());
    const std::string what = subscription.story;
    subscription.id = sandbox::make_checkout_id(chance_, "sub_");
    subscription.plan = "Plan " + std::to_string(1 + story);
    // A month's bill comes twice in a month of 28 days and in no other.
    const bool monthly = what == "steady" && chance_.happens(0.7);
    subscription.interval = monthly ? "month" : "week";
    subscription.person = somebody();
    const double kind = chance_.unit();
    subscription.currency = kind < 0.6 ? "EUR" : kind < 0.8 ? "USD" : "JPY";
    subscription.canceled = what == "canceled";
    WallTime due = day(0.1 + chance_.unit() * (monthly ? 1.5 : 5.8));
    if (what == "steady" || what == "refunded")
        subscription.term_ends = std::chrono::floor<std::chrono::days>(day(24 + chance_.unit() * 60));

    sandbox::Shopper face = faces_[subscription.person];
    std::int64_t amount = static_cast<std::int64_t>(990 + story * 211 + chance_.below(50));
    if (what == "downgrade") amount *= 3;
    // 1 February plus one month is 1 March: the calendar counts, not the days.
    const auto next = [&](WallTime from) {
        if (!monthly) return from + hours{24 * 7};
        const auto date = std::chrono::floor<std::chrono::days>(from);
        const std::chrono::year_month_day day_of_month{date};
        return WallTime{std::chrono::sys_days{day_of_month + std::chrono::months{1}}} + (from - date);
    };
    for (std::size_t number = 1; due + hours{1} < month_.closes; ++number) {
        if (what == "upgrade" && number == 3) amount *= 2;
        if (what == "downgrade" && number == 3) amount /= 3;
        if (what == "stopped" && number == 3) break;
        if (what == "new card" && number == 3) {
            face.last_4 = "0005";
            face.scheme = "AMEX";
            face.expiry_month = 9;
            face.expiry_year = 2031;
        }
        std::string_view how = "paid";
        if (number == 2 && what == "recovered") how = "declined twice then paid";
        if (number == 2 && what == "retried") how = "retried";
        if (number == 3 && what == "canceled") how = "retried then called off";
        if (number == 3 && what == "failing") how = "declined three times";
        Paying last = bill(subscription, face, amount, number, due, how);
        if (how == "retried then called off" || how == "declined three times") break;
        if (what == "refunded" && number == 2) {
            give_back(last, truth(last).attempts.back().at + between(hours{2}, hours{60}), amount / 2);
        }
        due = next(truth(last).attempts.back().at);
    }
    month_.subscriptions.push_back(std::move(subscription));
}

} // namespace paysync::demo
