// When a day is told, and what may be a dimension.
#include "paysync/revenue/settings.hpp"

#include <gtest/gtest.h>

namespace paysync::revenue {
namespace {

using namespace std::chrono_literals;

base::WallTime utc(const std::string& text) {
    return base::parse_time(text).value();
}

TEST(ReadyAt, ADayIsToldWhenItIsOver) {
    Settings settings;
    EXPECT_EQ(ready_at("2026-03-01", utc("2026-03-01T08:00:00Z"), settings), utc("2026-03-02T02:00:00Z"));
    EXPECT_EQ(ready_at("2026-03-01", utc("2026-03-02T01:59:59Z"), settings), utc("2026-03-02T02:00:00Z"));
    settings.zone = base::TimeZone::find("America/New_York").value();
    settings.at = 30min;
    EXPECT_EQ(ready_at("2026-07-01", utc("2026-07-01T08:00:00Z"), settings), utc("2026-07-02T04:30:00Z"));
}

TEST(ReadyAt, ALateChangeWaitsForOthers) {
    Settings settings;
    EXPECT_EQ(ready_at("2026-03-01", utc("2026-03-02T02:00:00Z"), settings), utc("2026-03-02T02:15:00Z"));
    settings.settle = 3h;
    EXPECT_EQ(ready_at("2026-03-01", utc("2026-06-01T10:00:00Z"), settings), utc("2026-06-01T13:00:00Z"));
}

TEST(ReadyAt, TheDayThatIsGoingOnIsToldAtFullSpansWhenWished) {
    Settings settings;
    settings.every = 1h;
    EXPECT_EQ(ready_at("2026-03-01", utc("2026-03-01T08:00:00Z"), settings), utc("2026-03-01T09:00:00Z"));
    EXPECT_EQ(ready_at("2026-03-01", utc("2026-03-01T08:59:59Z"), settings), utc("2026-03-01T09:00:00Z"));
    EXPECT_EQ(ready_at("2026-03-01", utc("2026-03-02T01:10:00Z"), settings), utc("2026-03-02T02:00:00Z"));
    EXPECT_EQ(ready_at("2026-03-01", utc("2026-03-05T08:10:00Z"), settings), utc("2026-03-05T08:25:00Z"));
    EXPECT_EQ(ready_at("2026-03-09", utc("2026-03-01T08:10:00Z"), settings), utc("2026-03-09T01:00:00Z"))
        << "said beforehand";
}

TEST(ReadyAt, WhatIsNoDayIsNotLost) {
    EXPECT_EQ(ready_at("never", utc("2026-03-01T08:00:00Z"), {}), utc("2026-03-01T08:15:00Z"));
}

TEST(Dimensions, ArePathsIntoAPayment) {
    for (const char* good : {"payment_type", "reference", "source.scheme", "source.wallet", "billing_address.country",
                             "plan.interval", "metadata.shop", "metadata.a.b c"})
        EXPECT_FALSE(dimension_mistake(good)) << good;
    for (const char* bad : {"", "state", "amount", "source", "source.", "source.a.b", "metadata", "metadata.",
                            "customer.id", "payment_type.x"})
        EXPECT_TRUE(dimension_mistake(bad)) << bad;
}

TEST(Rules, DifferWhereFiguresWould) {
    Settings settings;
    const std::string before = rules_of(settings);
    settings.at = 3h;
    settings.settle = 1h;
    settings.every = 1h;
    EXPECT_EQ(rules_of(settings), before);
    settings.dimensions = {"payment_type"};
    EXPECT_NE(rules_of(settings), before);
    settings.dimensions.clear();
    settings.zone = base::TimeZone::find("Europe/London").value();
    EXPECT_NE(rules_of(settings), before);
}

} // namespace
} // namespace paysync::revenue
