// Which day it is where, and when a clock there shows what.
#include "paysync/base/time_zone.hpp"

#include <gtest/gtest.h>

namespace paysync::base {
namespace {

using namespace std::chrono_literals;

TimeZone zone(const std::string& name) {
    return TimeZone::find(name).value();
}

WallTime utc(const std::string& text) {
    return parse_time(text).value();
}

TEST(TimeZones, ThatNobodyKnowsAreNone) {
    EXPECT_FALSE(TimeZone::find("Europe/Atlantis"));
    EXPECT_FALSE(TimeZone::find(""));
    EXPECT_EQ(TimeZone{}.name(), "UTC");
    EXPECT_EQ(zone("Europe/London").name(), "Europe/London");
}

TEST(TimeZones, TellTheDateThere) {
    EXPECT_EQ(TimeZone{}.day_of(utc("2026-03-01T23:59:59.999999999Z")), "2026-03-01");
    EXPECT_EQ(zone("Europe/Berlin").day_of(utc("2026-03-01T22:59:59Z")), "2026-03-01");
    EXPECT_EQ(zone("Europe/Berlin").day_of(utc("2026-03-01T23:00:00Z")), "2026-03-02");
    EXPECT_EQ(zone("Europe/Berlin").day_of(utc("2026-07-01T22:00:00Z")), "2026-07-02") << "summer";
    EXPECT_EQ(zone("Pacific/Kiritimati").day_of(utc("2026-12-31T10:00:00Z")), "2027-01-01");
    EXPECT_EQ(zone("America/Los_Angeles").day_of(utc("2027-01-01T07:59:59Z")), "2026-12-31");
    EXPECT_EQ(zone("Asia/Kathmandu").day_of(utc("2026-03-01T18:15:00Z")), "2026-03-02");
    EXPECT_EQ(zone("Europe/Berlin").day_of(utc("1969-12-31T23:30:00Z")), "1970-01-01");
}

TEST(TimeZones, FindTheMomentOfAClock) {
    EXPECT_EQ(TimeZone{}.at("2026-03-01", 2h), utc("2026-03-01T02:00:00Z"));
    EXPECT_EQ(zone("Europe/Berlin").at("2026-03-01", 2h), utc("2026-03-01T01:00:00Z"));
    EXPECT_EQ(zone("Europe/Berlin").at("2026-07-01", 0h), utc("2026-06-30T22:00:00Z"));
    EXPECT_FALSE(TimeZone{}.at("2026-02-30", 2h));
    EXPECT_FALSE(TimeZone{}.at("2026-02-03T10:00:00Z", 2h));
}

TEST(TimeZones, EndASkippedHourAtOnceAndTakeTheFirstOfTwo) {
    const TimeZone berlin = zone("Europe/Berlin"); // 02:00 -> 03:00 on 29 March, 03:00 -> 02:00 on 25 October
    EXPECT_EQ(berlin.at("2026-03-29", 2h + 30min), utc("2026-03-29T01:00:00Z"));
    EXPECT_EQ(berlin.at("2026-03-29", 3h), utc("2026-03-29T01:00:00Z"));
    EXPECT_EQ(berlin.at("2026-10-25", 2h + 30min), utc("2026-10-25T00:30:00Z"));
    EXPECT_EQ(berlin.at("2026-10-25", 3h), utc("2026-10-25T02:00:00Z"));
}

TEST(TimeZones, KnowTheDayAfter) {
    EXPECT_EQ(day_after("2026-02-28"), "2026-03-01");
    EXPECT_EQ(day_after("2028-02-28"), "2028-02-29");
    EXPECT_EQ(day_after("2026-12-31"), "2027-01-01");
    EXPECT_EQ(day_after("soon"), "");
}

} // namespace
} // namespace paysync::base
