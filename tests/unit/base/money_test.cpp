#include "paysync/base/money.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace paysync::base {
namespace {

TEST(Money, IsWrittenWithTheDigitsOfItsCurrency) {
    EXPECT_EQ(major_units(1050, "EUR"), "10.50");
    EXPECT_EQ(major_units(1050, "JPY"), "1050");
    EXPECT_EQ(major_units(1050, "KWD"), "1.050");
    EXPECT_EQ(major_units(7, "usd"), "0.07");
    EXPECT_EQ(major_units(0, "GBP"), "0.00");
}

TEST(Money, FollowsCheckoutsTableWhereIsoDiffers) {
    EXPECT_EQ(major_units(1050, "CLP"), "10.50");
}

TEST(Money, KeepsTheSignAndEveryDigitOfTheLargestAmounts) {
    EXPECT_EQ(major_units(-5, "BHD"), "-0.005");
    EXPECT_EQ(major_units(std::numeric_limits<std::int64_t>::min(), "EUR"), "-92233720368547758.08");
    EXPECT_EQ(major_units(std::numeric_limits<std::int64_t>::max(), "JPY"), "9223372036854775807");
}

} // namespace
} // namespace paysync::base
