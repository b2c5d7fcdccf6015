// What a payment adds to which day, in whatever order its events come.
#include "paysync/revenue/ledger.hpp"

#include "unit/checkout/bodies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace paysync::revenue {
namespace {

using checkout::Event;
using checkout::PaymentState;
using checkout::bodies::body;
using checkout::bodies::merged;
using checkout::bodies::parsed;
using store::FigureKey;
using store::FigureSums;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

/// An event of pay_1 at a time of its own.
Event event(const std::string& type, const std::string& time, const std::string& data = "{}") {
    static int made = 1000;
    base::Json one = body(type, ++made, parsed(data));
    one["created_on"] = time;
    return checkout::bodies::event(one);
}

FigureKey on(const std::string& day, const std::string& currency = "EUR", const std::string& dimensions = "{}") {
    return {day, currency, dimensions};
}

/// In the order of the columns of the table.
FigureSums sums(std::int64_t captured, std::int64_t refunded, std::int64_t charged_back, std::int64_t count,
                std::int64_t attempted, std::int64_t approved, std::int64_t failed, std::int64_t recovered) {
    return {captured, refunded, charged_back, count, attempted, approved, failed, recovered};
}

Lines lines(const std::vector<Event>& events, const Settings& settings = {}) {
    return ledger_lines(merged(events), settings);
}

TEST(LedgerLines, OfNothingAreNone) {
    EXPECT_THAT(ledger_lines(PaymentState{}, {}), IsEmpty());
    EXPECT_THAT(lines({event("payment_pending", "2026-03-01T10:00:00Z", R"({"amount": 5})")}), IsEmpty());
    EXPECT_THAT(lines({event("payment_paid", "2026-03-01T10:00:00Z", R"({"amount": 5})")}), IsEmpty()) << "a payout";
}

TEST(LedgerLines, PutEveryMovementOnItsDay) {
    EXPECT_THAT(lines({event("payment_approved", "2026-03-01T10:00:00Z", R"({"amount": 100, "action_id": "a"})"),
                       event("payment_captured", "2026-03-02T10:00:00Z", R"({"amount": 60, "action_id": "b"})"),
                       event("payment_captured", "2026-03-03T10:00:00Z", R"({"amount": 40, "action_id": "c"})"),
                       event("payment_refunded", "2026-03-03T11:00:00Z", R"({"amount": 10, "action_id": "d"})"),
                       event("payment_returned", "2026-03-04T11:00:00Z", R"({"amount": 1, "action_id": "e"})")}),
                ElementsAre(Pair(on("2026-03-01"), sums(0, 0, 0, 0, 1, 1, 0, 0)),
                            Pair(on("2026-03-02"), sums(60, 0, 0, 1, 0, 0, 0, 0)),
                            Pair(on("2026-03-03"), sums(40, 10, 0, 0, 0, 0, 0, 0)),
                            Pair(on("2026-03-04"), sums(0, 1, 0, 0, 0, 0, 0, 0))));
}

TEST(LedgerLines, AFailureThatRecovers) {
    EXPECT_THAT(lines({event("payment_declined", "2026-03-01T10:00:00Z", R"({"amount": 100, "action_id": "a"})"),
                       event("payment_declined", "2026-03-03T10:00:00Z", R"({"amount": 100, "action_id": "b"})"),
                       event("payment_approved", "2026-03-05T10:00:00Z", R"({"amount": 100, "action_id": "c"})"),
                       event("payment_captured", "2026-03-05T10:00:01Z", R"({"amount": 100, "action_id": "d"})")}),
                ElementsAre(Pair(on("2026-03-01"), sums(0, 0, 0, 0, 1, 0, 100, 0)),
                            Pair(on("2026-03-03"), sums(0, 0, 0, 0, 1, 0, 0, 0)),
                            Pair(on("2026-03-05"), sums(100, 0, 0, 1, 1, 1, 0, 100))));
}

TEST(LedgerLines, ADisputeHasACurrencyOfItsOwn) {
    const auto dispute = [](const std::string& word, const std::string& time) {
        return event("dispute_" + word, time,
                     R"({"id": "dsp_1", "payment_id": "pay_1", "amount": 90, "currency": "USD"})");
    };
    EXPECT_THAT(lines({dispute("received", "2026-03-01T10:00:00Z"), dispute("won", "2026-03-09T10:00:00Z")}),
                ElementsAre(Pair(on("2026-03-01", "USD"), sums(0, 0, 90, 0, 0, 0, 0, 0)),
                            Pair(on("2026-03-09", "USD"), sums(0, 0, -90, 0, 0, 0, 0, 0))));
    EXPECT_THAT(lines({dispute("received", "2026-03-01T10:00:00Z"), dispute("won", "2026-03-01T11:00:00Z")}),
                IsEmpty())
        << "taken and given back on one day";
}

TEST(LedgerLines, BelongToTheDayWhereTheMerchantIs) {
    Settings settings;
    settings.zone = base::TimeZone::find("America/New_York").value();
    EXPECT_THAT(lines({event("payment_captured", "2026-03-02T04:59:59Z", R"({"amount": 7})")}, settings),
                ElementsAre(Pair(on("2026-03-01"), sums(7, 0, 0, 1, 1, 1, 0, 0))));
}

TEST(LedgerLines, AreKeptApartByDimensions) {
    Settings settings;
    settings.dimensions = {"source.scheme", "payment_type", "metadata.shop.no", "metadata.none"};
    EXPECT_THAT(lines({event("payment_captured", "2026-03-01T10:00:00Z",
                             R"({"amount": 7, "payment_type": "moto", "metadata": {"shop.no": 12},
                                 "source": {"type": "card", "scheme": "Visa"}})")},
                      settings),
                ElementsAre(Pair(on("2026-03-01", "EUR",
                                    R"({"metadata.none":null,"metadata.shop.no":"12","payment_type":"MOTO",)"
                                    R"("source.scheme":"Visa"})"),
                                 sums(7, 0, 0, 1, 1, 1, 0, 0))));
}

std::vector<Event> a_whole_life() {
    const auto dispute = [](const std::string& word, const std::string& time) {
        return event("dispute_" + word, time, R"({"id": "dsp_1", "payment_id": "pay_1", "amount": 30})");
    };
    return {event("payment_declined", "2026-03-01T10:00:00Z", R"({"amount": 100, "action_id": "a"})"),
            event("payment_approved", "2026-03-02T10:00:00Z",
                  R"({"amount": 100, "action_id": "b", "payment_type": "Regular"})"),
            event("payment_captured", "2026-03-03T10:00:00Z",
                  R"({"amount": 100, "action_id": "c", "balances": {"total_captured": 100}})"),
            event("payment_refunded", "2026-03-04T10:00:00Z",
                  R"({"amount": 40, "action_id": "d", "balances": {"total_captured": 100, "total_refunded": 40}})"),
            dispute("received", "2026-03-05T10:00:00Z"),
            dispute("won", "2026-03-06T10:00:00Z")};
}

TEST(Difference, AddsUpToTheSameForEveryOrderOfEventsEachTwice) {
    Settings settings;
    settings.dimensions = {"payment_type"};
    const std::vector<Event> events = a_whole_life();
    const Lines expected = ledger_lines(merged(events), settings);
    ASSERT_EQ(expected.size(), 6U);
    std::vector<std::size_t> order{0, 1, 2, 3, 4, 5};
    do {
        Lines added;
        PaymentState state;
        for (const std::size_t i : order) {
            for (int twice = 0; twice < 2; ++twice) {
                const PaymentState before = state;
                checkout::merge(state, events[i]);
                add(added, difference(before, state, settings));
            }
        }
        std::erase_if(added, [](const auto& line) { return line.second == FigureSums{}; });
        ASSERT_EQ(added, expected);
    } while (std::next_permutation(order.begin(), order.end()));
}

TEST(Difference, MovesALineWhoseDimensionBecomesKnown) {
    Settings settings;
    settings.dimensions = {"payment_type"};
    const Event captured = event("payment_captured", "2026-03-01T10:00:00Z", R"({"amount": 7})");
    const Event approved = event("payment_approved", "2026-03-01T09:00:00Z", R"({"payment_type": "Regular"})");
    EXPECT_THAT(
        difference(merged({captured}), merged({captured, approved}), settings),
        ElementsAre(Pair(on("2026-03-01", "EUR", R"({"payment_type":"Regular"})"), sums(7, 0, 0, 1, 1, 1, 0, 0)),
                    Pair(on("2026-03-01", "EUR", R"({"payment_type":null})"), sums(-7, 0, 0, -1, -1, -1, 0, 0))));
    EXPECT_THAT(difference(merged({captured}), merged({captured}), settings), IsEmpty());
}

TEST(FigureChanges, SayWhenADayIsToBeTold) {
    const base::WallTime now = base::parse_time("2026-03-05T12:00:00Z").value();
    Lines some;
    some[on("2026-03-01")] = sums(7, 0, 0, 1, 0, 0, 0, 0);
    some[on("2026-03-05")] = sums(8, 0, 0, 1, 0, 0, 0, 0);
    some[on("2026-03-06")] = FigureSums{};

    const auto changes = figure_changes(some, now, {});

    ASSERT_EQ(changes.size(), 2U) << "nothing is no change";
    EXPECT_EQ(changes[0].key, on("2026-03-01"));
    EXPECT_EQ(changes[0].add.captured, 7);
    EXPECT_EQ(changes[0].at, now);
    EXPECT_EQ(changes[0].ready_at, base::parse_time("2026-03-05T12:15:00Z"));
    EXPECT_EQ(changes[1].ready_at, base::parse_time("2026-03-06T02:00:00Z"));
}

} // namespace
} // namespace paysync::revenue
