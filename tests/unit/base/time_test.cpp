#include "paysync/base/time.hpp"

#include <gtest/gtest.h>

namespace paysync::base {
namespace {

TEST(Time, ReadsEveryShapeThatCheckoutSends) {
    const auto noon = parse_time("2026-11-23T12:00:00Z");
    ASSERT_TRUE(noon);
    EXPECT_EQ(parse_time("2026-11-23T12:00:00"), noon);
    EXPECT_EQ(parse_time("2026-11-23T12:00:00.0000000Z"), noon);
    EXPECT_EQ(parse_time("2026-11-23T14:00:00.000+02:00"), noon);
    EXPECT_EQ(parse_time("2026-11-23T07:30:00-0430"), noon);
    EXPECT_EQ(parse_time("2026-11-23"), *noon - std::chrono::hours{12});
}

TEST(Time, KeepsUpToNineDigitsOfFraction) {
    const auto time = parse_time("2023-06-15T07:03:01.9998684");
    ASSERT_TRUE(time);
    EXPECT_EQ(format_utc_exact(*time), "2023-06-15T07:03:01.999868400Z");
    EXPECT_EQ(format_utc(*time), "2023-06-15T07:03:01Z");
    EXPECT_EQ(format_utc_exact(*parse_time("2023-06-15T07:03:01.123456789Z")), "2023-06-15T07:03:01.123456789Z");
}

TEST(Time, RefusesWhatIsNoTime) {
    for (const char* text : {"", "yesterday", "2026-02-30", "2026-11-23T25:00:00Z", "2026-11-23T12:00:00.Z",
                             "2026-11-23T12:00:00.1234567890Z", "2026-11-23T12:00:00Zx", "9999-01-01", "20251031"})
        EXPECT_FALSE(parse_time(text)) << text;
}

} // namespace
} // namespace paysync::base
