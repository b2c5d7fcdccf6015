// What a payment's events say about its money, and when it moved.
#include "paysync/checkout/movements.hpp"

#include "bodies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace paysync::checkout {
namespace {

using bodies::event;
using bodies::merged;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Movement at(int second, std::int64_t amount) {
    return {*base::parse_time("2026-03-01T10:00:00Z") + std::chrono::seconds{second}, amount};
}
base::WallTime at(int second) {
    return at(second, 0).at;
}

Movements of(const std::vector<Event>& events) {
    return movements(merged(events));
}

TEST(Movements, OfNothingAreNone) {
    const Movements none = movements(PaymentState{});
    EXPECT_EQ(none.currency, "");
    EXPECT_THAT(none.captures, IsEmpty());
    EXPECT_FALSE(none.failure);
}

TEST(Movements, HaveEveryCaptureAndRefundAtItsTime) {
    const auto moved = of({event("payment_approved", 1, R"({"amount": 100, "action_id": "a"})"),
                           event("payment_captured", 2, R"({"amount": 60, "action_id": "b"})"),
                           event("payment_captured", 3, R"({"amount": 40, "action_id": "c"})"),
                           event("payment_refunded", 4, R"({"amount": 25, "action_id": "d"})"),
                           event("payment_returned", 5, R"({"amount": 5, "action_id": "e"})")});
    EXPECT_EQ(moved.currency, "EUR");
    EXPECT_THAT(moved.captures, ElementsAre(at(2, 60), at(3, 40)));
    EXPECT_THAT(moved.refunds, ElementsAre(at(4, 25), at(5, 5)));
    EXPECT_THAT(moved.approvals, ElementsAre(at(1)));
    EXPECT_THAT(moved.declines, IsEmpty());
}

TEST(Movements, TakeFromBalancesWhatNoEventSaidYet) {
    const auto second =
        event("payment_captured", 5, R"({"amount": 40, "action_id": "c", "balances": {"total_captured": 100}})");
    EXPECT_THAT(of({second}).captures, ElementsAre(at(5, 40), at(5, 60)));
    const auto first = event("payment_captured", 2, R"({"amount": 60, "action_id": "b"})");
    EXPECT_THAT(of({second, first}).captures, ElementsAre(at(2, 60), at(5, 40))) << "the late one corrects its day";
    EXPECT_THAT(of({event("payment_voided", 1, R"({"balances": {"total_refunded": 7}})")}).refunds,
                ElementsAre(at(1, 7)));
}

TEST(Movements, OfAPayoutAreNone) {
    const auto moved = of({event("payment_paid", 1, R"({"amount": 100})")});
    EXPECT_THAT(moved.captures, IsEmpty());
    EXPECT_THAT(moved.approvals, IsEmpty());
}

TEST(Movements, WaitForTheCurrency) {
    auto body = bodies::body("payment_captured", 1, bodies::parsed(R"({"amount": 100})"));
    body["data"].erase("currency");
    EXPECT_THAT(of({event(body)}).captures, IsEmpty());
    EXPECT_THAT(of({event(body), event("payment_approved", 0)}).captures, ElementsAre(at(1, 100)));
}

TEST(Movements, ImplyTheApprovalOfACapture) {
    const auto capture = event("payment_captured", 3, R"({"amount": 100})");
    EXPECT_THAT(of({capture}).approvals, ElementsAre(at(3)));
    EXPECT_THAT(of({capture, event("payment_approved", 1)}).approvals, ElementsAre(at(1)));
}

TEST(Movements, KnowAPaymentThatFailedFirst) {
    const auto declined = event("payment_declined", 1, R"({"amount": 90, "action_id": "a"})");
    const auto again = event("payment_declined", 2, R"({"amount": 90, "action_id": "b"})");
    const auto approved = event("payment_approved", 3, R"({"amount": 90, "action_id": "c"})");
    EXPECT_EQ(of({declined, again}).failure, at(1, 90)) << "once, however often it was tried";
    EXPECT_THAT(of({declined, again}).declines, ElementsAre(at(1), at(2)));
    EXPECT_EQ(of({declined, approved}).failure, at(1, 90));
    EXPECT_FALSE(of({approved, event("payment_declined", 4, R"({"action_id": "d"})")}).failure);
    EXPECT_FALSE(of({event("card_verification_declined", 1)}).failure) << "no money was to be paid";
}

TEST(Movements, ATryThatIsScheduledAgainIsTheSameDecline) {
    const auto moved = of({event("payment_declined", 1, R"({"amount": 90, "action_id": "a"})"),
                           event("payment_retry_scheduled", 2, R"({"action_id": "a"})")});
    EXPECT_EQ(moved.declines.size(), 1U);
}

Event dispute(const std::string& word, int n, const std::string& more = "") {
    return event("dispute_" + word, n,
                 R"({"id": "dsp_1", "payment_id": "pay_1", "amount": 100, "currency": "EUR")" + more + "}");
}

TEST(Movements, ADisputeTakesTheMoneyWhenItIsOpened) {
    const auto received = dispute("received", 10, R"(, "date": "2026-03-01T10:00:05Z")");
    EXPECT_THAT(of({received}).charge_backs.at("EUR"), ElementsAre(at(5, 100)));
    EXPECT_THAT(
        of({received, dispute("evidence_required", 11), dispute("evidence_submitted", 12), dispute("lost", 13)})
            .charge_backs.at("EUR"),
        ElementsAre(at(5, 100)));
    for (const char* end : {"expired", "accepted"})
        EXPECT_THAT(of({received, dispute(end, 13)}).charge_backs.at("EUR"), ElementsAre(at(5, 100)));
}

TEST(Movements, AWonDisputeGivesItBackOnThatDay) {
    const auto received = dispute("received", 10);
    EXPECT_THAT(of({received, dispute("won", 20)}).charge_backs.at("EUR"), ElementsAre(at(10, 100), at(20, -100)));
    EXPECT_THAT(of({received, dispute("canceled", 20)}).charge_backs.at("EUR"),
                ElementsAre(at(10, 100), at(20, -100)));
    EXPECT_THAT(
        of({received, dispute("won", 20), dispute("arbitration_sent_to_scheme", 30), dispute("arbitration_lost", 40)})
            .charge_backs.at("EUR"),
        ElementsAre(at(10, 100), at(20, -100), at(40, 100)));
    EXPECT_THAT(of({received, dispute("lost", 20), dispute("arbitration_won", 40)}).charge_backs.at("EUR"),
                ElementsAre(at(10, 100), at(40, -100)));
}

TEST(Movements, OnlyAnAlreadyRefundedDisputeIsResolvedForFree) {
    const auto resolved = [](const std::string& reason) {
        return of({dispute("received", 10), dispute("resolved", 20, ", \"resolved_reason\": \"" + reason + "\"")})
            .charge_backs.at("EUR");
    };
    EXPECT_THAT(resolved("already_refunded"), ElementsAre(at(10, 100), at(20, -100)));
    EXPECT_THAT(resolved("rapid_dispute_resolution"), ElementsAre(at(10, 100)));
}

TEST(Movements, ARequestForInformationTakesNothing) {
    const auto asked = event("request_for_information_received", 1,
                             R"({"id": "rtvl_1", "payment_id": "pay_1", "amount": 100, "currency": "EUR"})");
    EXPECT_THAT(of({asked}).charge_backs, IsEmpty());
}

TEST(Movements, AreTheSameForEveryOrderOfTheEvents) {
    std::vector<Event> events{
        event("payment_declined", 1, R"({"amount": 90, "action_id": "a"})"),
        event("payment_approved", 2, R"({"amount": 90, "action_id": "b"})"),
        event("payment_captured", 3, R"({"amount": 90, "action_id": "c", "balances": {"total_captured": 90}})"),
        dispute("received", 4), dispute("won", 5)};
    std::vector<int> order{0, 1, 2, 3, 4};
    const Movements expected = of(events);
    do {
        std::vector<Event> heard;
        for (const int i : order) heard.insert(heard.end(), 2, events[static_cast<std::size_t>(i)]);
        const Movements found = of(heard);
        ASSERT_EQ(found.captures, expected.captures);
        ASSERT_EQ(found.approvals, expected.approvals);
        ASSERT_EQ(found.declines, expected.declines);
        ASSERT_EQ(found.charge_backs, expected.charge_backs);
        ASSERT_EQ(found.failure, expected.failure);
    } while (std::next_permutation(order.begin(), order.end()));
}

} // namespace
} // namespace paysync::checkout
