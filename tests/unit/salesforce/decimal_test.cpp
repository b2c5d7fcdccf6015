// Exact decimals.
#include "salesforce/decimal.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace paysync::salesforce {
namespace {

using base::Json;

std::string normal(std::string_view text) {
    const auto number = parse_decimal(text);
    return number ? number->text() : "none";
}

std::string round_to(std::string_view text, int scale) {
    return rounded(*parse_decimal(text), scale).text();
}

TEST(Decimal, HasOneFormForEveryNumber) {
    EXPECT_EQ(normal("12.30"), "12.3");
    EXPECT_EQ(normal("0012.3"), "12.3");
    EXPECT_EQ(normal("1.23e1"), "12.3");
    EXPECT_EQ(normal("123E-1"), "12.3");
    EXPECT_EQ(normal("+5"), "5");
    EXPECT_EQ(normal(".5"), "0.5");
    EXPECT_EQ(normal("-0.05"), "-0.05");
    EXPECT_EQ(normal("-0.00"), "0");
    EXPECT_EQ(normal("000"), "0");
    EXPECT_EQ(normal("100"), "100");
    EXPECT_EQ(normal("1e+20"), "100000000000000000000");
    EXPECT_EQ(normal("0e9"), "0");
    EXPECT_EQ(normal("0e-9"), "0");
}

TEST(Decimal, RefusesWhatIsNoPlainNumber) {
    for (const char* text : {"",    "-",   "+",  ".",   "5.",    "1,5",   "1.000,50",      "1 000", " 1",    "0x10",
                             "NaN", "inf", "1e", "1e+", "1e+-5", "1e999", "1e99999999999", "--1",   "1.2.3", "12EUR"})
        EXPECT_EQ(normal(text), "none") << text;
    EXPECT_EQ(normal(std::string(501, '1')), "none");
}

TEST(Decimal, RoundsHalfAwayFromZero) {
    EXPECT_EQ(round_to("1.005", 2), "1.01"); // 1.00 in binary
    EXPECT_EQ(round_to("-1.005", 2), "-1.01");
    EXPECT_EQ(round_to("1.0049999", 2), "1");
    EXPECT_EQ(round_to("2.5", 0), "3");
    EXPECT_EQ(round_to("-2.5", 0), "-3");
    EXPECT_EQ(round_to("99.995", 2), "100");
    EXPECT_EQ(round_to("0.005", 2), "0.01");
    EXPECT_EQ(round_to("0.0049", 2), "0");
    EXPECT_EQ(round_to("-0.004", 2), "0");
    EXPECT_EQ(round_to("0.0000001", 0), "0");
    EXPECT_EQ(round_to("12.3", 5), "12.3");
}

TEST(Decimal, CountsDigitsBeforeThePoint) {
    EXPECT_EQ(parse_decimal("1234.5")->whole_digits(), 4);
    EXPECT_EQ(parse_decimal("0.5")->whole_digits(), 0);
    EXPECT_EQ(parse_decimal("0")->whole_digits(), 0);
    EXPECT_EQ(parse_decimal("0.001")->whole_digits(), 0);
}

TEST(Decimal, ReadsBinaryFractionsByTheirShortestText) {
    EXPECT_EQ(decimal_of(Json(0.1))->text(), "0.1");
    EXPECT_EQ(decimal_of(Json(12.30))->text(), "12.3");
    EXPECT_EQ(decimal_of(Json(1e20))->text(), "100000000000000000000");
    EXPECT_EQ(decimal_of(Json(10.0))->text(), "10");
    EXPECT_EQ(decimal_of(Json(std::numeric_limits<std::uint64_t>::max()))->text(), "18446744073709551615");
    EXPECT_FALSE(decimal_of(Json(std::numeric_limits<double>::quiet_NaN())));
    EXPECT_FALSE(decimal_of(Json(true)));
}

TEST(Decimal, BecomesJsonOfExactlyItsDigits) {
    for (const char* text : {"0", "12", "-12.3", "999999999999.99", "0.01", "123456789012345678",
                             "-123456789012345678", "0.1", "19.99", "1234567890123.45"}) {
        const Json made = to_json(*parse_decimal(text));
        EXPECT_TRUE(made.is_number()) << text;
        EXPECT_EQ(made.dump(), text);
    }
    // 18 digits with a fraction are more than a binary fraction holds.
    EXPECT_EQ(to_json(*parse_decimal("1234567890123456.78")), Json("1234567890123456.78"));
    EXPECT_EQ(to_json(*parse_decimal("1234567890123456789")), Json("1234567890123456789"));
}

TEST(Decimal, KeepsEveryAmountOfCentsExact) {
    for (std::int64_t cents = 0; cents < 200'000; cents += 7) {
        const std::string text =
            std::to_string(cents / 100) + "." + (cents % 100 < 10 ? "0" : "") + std::to_string(cents % 100);
        const auto number = *parse_decimal(text);
        const Json made = to_json(number);
        ASSERT_TRUE(made.is_number()) << text;
        ASSERT_EQ(*decimal_of(Json::parse(made.dump())), number) << text;
    }
}

} // namespace
} // namespace paysync::salesforce
