// What every story of the month is told with.
#include "demo/month_maker.hpp"

#include <algorithm>

namespace paysync::demo {

using base::Json;
using base::WallTime;
using std::chrono::hours;
using std::chrono::seconds;

std::optional<WallTime> MonthPayment::approved_at() const {
    for (const MonthAttempt& attempt : attempts)
        if (attempt.approved()) return attempt.at;
    return std::nullopt;
}

std::int64_t MonthPayment::captured() const {
    std::int64_t sum = 0;
    for (const MonthMovement& capture : captures) sum += capture.amount;
    return sum;
}

std::int64_t MonthPayment::refunded() const {
    std::int64_t sum = 0;
    for (const MonthMovement& refund : refunds) sum += refund.amount;
    return sum;
}

MonthMaker::MonthMaker(runtime::Chance& chance, WallTime opens, MonthSize size) : chance_{chance}, size_{size} {
    month_.opens = opens;
    month_.closes = opens + hours{24 * 30};
    month_.compared_at = opens + hours{24 * 32};
}

Month MonthMaker::run() {
    for (std::size_t i = 0; i < size_.people; ++i) add_person(i);
    for (std::size_t i = 0; i < size_.orders; ++i) add_order();
    for (std::size_t i = 0; i < size_.broken_orders; ++i) add_broken_order(i);
    for (std::size_t i = 0; i < size_.disputes; ++i) add_dispute(i);
    for (std::size_t i = 0; i < size_.subscriptions; ++i) add_subscription(i);
    add_noise();
    std::stable_sort(month_.posts.begin(), month_.posts.end(),
                     [](const Post& a, const Post& b) { return a.sent_at < b.sent_at; });
    return std::move(month_);
}

WallTime MonthMaker::day(double number) const {
    return month_.opens + seconds{static_cast<std::int64_t>(number * 86'400)};
}

seconds MonthMaker::between(seconds least, seconds most) {
    return least +
           seconds{static_cast<std::int64_t>(chance_.below(static_cast<std::uint64_t>((most - least).count())))};
}

MonthMaker::Paying MonthMaker::begin(const sandbox::Shopper& face, const Order& order,
                                     const std::string& subscription, Json metadata) {
    if (order.in_metadata) metadata["order_id"] = order.name;
    Paying paying{month_.payments.size(), sandbox::Payment{face, order.amount, order.currency, order.name, chance_}};
    paying.payment.set_metadata(std::move(metadata));
    if (!subscription.empty()) paying.payment.set_payment_type("Recurring");
    MonthPayment made;
    made.id = paying.payment.id();
    made.person = order.person;
    made.customer_id = face.customer_id;
    made.order = order.name;
    made.subscription = subscription;
    made.currency = order.currency;
    made.amount = order.amount;
    made.card = face.scheme + " " + face.last_4;
    made.card_expiry = (face.expiry_month < 10 ? "0" : "") + std::to_string(face.expiry_month) + "/" +
                       std::to_string(face.expiry_year);
    month_.payments.push_back(std::move(made));
    return paying;
}

void MonthMaker::approve(Paying& paying, WallTime at) {
    truth(paying).attempts.push_back({at, "10000"});
    truth(paying).next_attempt.reset();
    post(paying.payment.approved(at), at);
}

void MonthMaker::decline(Paying& paying, WallTime at, Decline reason) {
    truth(paying).attempts.push_back({at, reason.code});
    truth(paying).next_attempt.reset();
    post(paying.payment.declined(at, reason.code, reason.summary), at);
}

void MonthMaker::capture(Paying& paying, WallTime at, std::optional<std::int64_t> amount) {
    const Json body = paying.payment.captured(at, amount);
    const Json& data = body.at("data");
    truth(paying).captures.push_back(
        {at, data.at("amount").get<std::int64_t>(), data.at("action_id").get<std::string>()});
    post(body, at);
}

void MonthMaker::give_back(Paying& paying, WallTime at, std::optional<std::int64_t> amount) {
    const Json body = paying.payment.refunded(at, amount);
    const Json& data = body.at("data");
    truth(paying).refunds.push_back(
        {at, data.at("amount").get<std::int64_t>(), data.at("action_id").get<std::string>()});
    post(body, at);
}

/// Most webhooks come within seconds, some hours late and so out of order, some twice.
void MonthMaker::post(Json body, WallTime occurred, bool counts) {
    const std::string text = base::to_text(body);
    const auto delay = [&] { return between(seconds{0}, chance_.happens(0.08) ? seconds{7200} : seconds{20}); };
    month_.posts.push_back({occurred + delay(), text, counts});
    if (chance_.happens(0.08)) month_.posts.push_back({occurred + delay(), text, counts});
}

Month make_month(runtime::Chance& chance, WallTime opens, MonthSize size) {
    return MonthMaker{chance, opens, size}.run();
}

} // namespace paysync::demo
