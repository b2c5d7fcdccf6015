// Orders that are paid once: paid, given back, declined, disputed.
#include "demo/month_maker.hpp"

#include "paysync/base/money.hpp"

#include <array>

namespace paysync::demo {

using base::Json;
using base::WallTime;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

MonthMaker::Order MonthMaker::make_order(std::size_t person) {
    const std::size_t number = orders_++;
    Order order;
    order.person = person;
    order.name = "ORD-" + std::to_string(1000 + number);
    order.in_metadata = chance_.happens(0.5);
    const double kind = chance_.unit();
    order.currency = kind < 0.6 ? "EUR" : kind < 0.8 ? "USD" : "JPY";
    // No two orders have one amount: an open Opportunity is then meant for one payment only.
    order.amount = static_cast<std::int64_t>(1000 + number * 137 + chance_.below(100));
    return order;
}

void MonthMaker::add_order() {
    const Order order = make_order(somebody());
    Paying paying = begin(face_of(order.person), order);
    WallTime at = day(chance_.unit() * 29);
    approve(paying, at);
    if (chance_.happens(0.08)) {
        at += between(minutes{1}, hours{5});
        truth(paying).voided_at = at;
        return post(paying.payment.voided(at), at);
    }
    if (chance_.happens(0.05)) return; // authorized, never captured
    const bool in_parts = chance_.happens(0.2);
    at += between(seconds{1}, minutes{5});
    if (in_parts)
        capture(paying, at, order.amount / 3);
    else
        capture(paying, at);
    if (in_parts && chance_.happens(0.7)) {
        at += between(minutes{1}, hours{8});
        capture(paying, at);
    }
    open_deal(paying, in_parts);
    if (chance_.happens(0.35)) refund(paying, at);
}

/// Sales had it in the pipeline: an open Opportunity of just this amount, under the Account that they made.
void MonthMaker::open_deal(const Paying& paying, bool in_parts) {
    const MonthPayment& payment = month_.payments[paying.index];
    if (!month_.people[payment.person].who.known || in_parts || payment.currency != "EUR" || !chance_.happens(0.5))
        return;
    const std::string name = "Deal " + payment.id;
    month_.deals.push_back({payment.person, name, base::major_units(payment.captured(), payment.currency)});
    month_.adopted[payment.id] = name;
}

/// All of it, a part of it, or two parts of it; some so much later that the month is over.
void MonthMaker::refund(Paying& paying, WallTime after) {
    const std::int64_t captured = truth(paying).captured();
    const WallTime at = after + between(minutes{2}, hours{24 * 12});
    if (at + hours{50} > month_.closes) return;
    const std::size_t kind = chance_.below(3);
    if (kind == 0) return give_back(paying, at);
    give_back(paying, at, captured / 4);
    if (kind == 2) give_back(paying, at + between(hours{1}, hours{48}), captured / 3);
}

/// Checkout.com tries again under the same payment id.
void MonthMaker::retry_by_itself(Paying& paying, WallTime at, bool succeeds) {
    const WallTime next = at + hours{24};
    truth(paying).attempts.push_back({at, "20051"});
    truth(paying).next_attempt = next;
    post(paying.payment.retry_scheduled(at, next), at);
    if (succeeds) {
        approve(paying, next);
        capture(paying, next + between(seconds{1}, minutes{3}));
    } else {
        decline(paying, next, {"20051", "Insufficient Funds"});
    }
}

/// Nine stories of orders whose first payment was declined. All begin early enough for their last reminder.
void MonthMaker::add_broken_order(std::size_t story) {
    constexpr Decline poor{"20051", "Insufficient Funds"};
    constexpr Decline later{"20005", "Declined - Do Not Honour"};
    constexpr Decline hard{"30041", "Lost Card - Pick Up"};
    // Person 0 is not to be chased, person 1 has an Account with an owner, person 2 is a stranger.
    const Order order = make_order(story % 9 == 8 ? 0 : story % 9 == 2 ? 1 : story % 9 == 3 ? 2 : somebody());
    const sandbox::Shopper face = face_of(order.person);
    const WallTime at = day(0.5 + chance_.unit() * 20);
    Paying first = begin(face, order);
    const auto pay_again = [&](WallTime when) {
        Paying second = begin(face, order);
        approve(second, when);
        capture(second, when + between(seconds{1}, minutes{5}));
    };
    switch (story % 9) {
    case 0: // at once, with another card
        decline(first, at, poor);
        return pay_again(at + between(minutes{2}, minutes{20}));
    case 1: // on the third day, before the second reminder
        decline(first, at, poor);
        return pay_again(at + hours{24 * 2} + between(hours{0}, hours{12}));
    case 2: { // tried twice, paid on the sixth day, before the last reminder
        decline(first, at, poor);
        Paying again = begin(face, order);
        decline(again, at + between(hours{2}, hours{6}), later);
        return pay_again(at + hours{24 * 5} + between(hours{0}, hours{12}));
    }
    case 3: // never
        return decline(first, at, poor);
    case 4: // never, and the bank said that trying again is of no use
        return decline(first, at, hard);
    case 5: // the bank said so, and yet it was paid
        decline(first, at, hard);
        return pay_again(at + hours{24 * 2} + between(hours{0}, hours{12}));
    case 6: // by itself, under its own id
        return retry_by_itself(first, at, true);
    case 7: // tried by itself, in vain
        return retry_by_itself(first, at, false);
    default: // somebody who is not to be chased
        return decline(first, at, poor);
    }
}

/// Seven lives of a dispute. Days are counted from its opening.
void MonthMaker::add_dispute(std::size_t story) {
    struct Step {
        double day;
        const char* type;
    };
    struct Life {
        const char* category;
        const char* reason_code;
        double deadline; ///< days after the opening; 0: none was given
        std::vector<Step> steps;
    };
    static const std::array<Life, 7> lives = {{
        {"fraudulent",
         "10.4",
         9,
         {{0, "received"}, {1, "evidence_required"}, {5, "evidence_submitted"}, {12, "lost"}}},
        {"product_service_not_received",
         "13.1",
         8,
         {{0, "received"}, {0.5, "evidence_required"}, {3, "evidence_submitted"}, {10, "won"}}},
        {"fraudulent", "10.4", 6, {{0, "received"}, {1, "evidence_required"}, {6.1, "expired"}}},
        {"canceled_recurring",
         "13.2",
         7,
         {{0, "received"},
          {0.5, "evidence_required"},
          {2, "evidence_submitted"},
          {7, "won"},
          {9, "arbitration_sent_to_scheme"},
          {14, "arbitration_lost"}}},
        {"duplicate", "12.6.1", 0, {{0, "received"}, {2, "canceled"}}},
        {"general", "4853", 5, {{0, "received"}, {0.5, "evidence_required"}, {1.5, "accepted"}}},
        {"unrecognized", "63", 12, {{0, "received"}, {1, "evidence_required"}}}, // still open when the month is over
    }};
    const Life& life = lives[story % lives.size()];
    Order order = make_order(somebody());
    if (story % 3 == 0) order.amount += 90'000; // a large one
    Paying paying = begin(face_of(order.person), order);
    const WallTime paid = day(0.2 + chance_.unit() * 3);
    approve(paying, paid);
    capture(paying, paid + between(seconds{1}, minutes{5}));

    const bool stays_open = life.steps.size() == 2 && life.deadline > 0;
    const WallTime opened = stays_open ? day(18.6 + chance_.unit()) : day(5 + chance_.unit() * 8);
    sandbox::DisputeFacts facts;
    facts.category = life.category;
    facts.reason_code = life.reason_code;
    if (chance_.happens(0.3)) facts.amount = order.amount / 2;
    MonthDispute dispute;
    dispute.payment = paying.index;
    dispute.amount = facts.amount.value_or(order.amount);
    dispute.category = life.category;
    dispute.reason_code = life.reason_code;
    if (life.deadline > 0)
        facts.evidence_required_by = std::chrono::floor<hours>(opened) + hours{static_cast<int>(life.deadline * 24)};
    dispute.evidence_due = facts.evidence_required_by;
    for (const Step& step : life.steps) {
        const WallTime at = opened + seconds{static_cast<std::int64_t>(step.day * 86'400)};
        post(paying.payment.disputed(at, "dispute_" + std::string(step.type), facts), at);
        dispute.events.push_back({step.type, at});
    }
    dispute.id = paying.payment.dispute_id();
    month_.disputes.push_back(std::move(dispute));
}

} // namespace paysync::demo
