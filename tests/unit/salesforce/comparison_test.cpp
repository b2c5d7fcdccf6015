// Would a write change anything, and how a query asks for a value.
#include "paysync/salesforce/describe.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce {
namespace {

Field of(FieldType type) {
    Field field;
    field.name = "F";
    field.type = type;
    field.scale = 2;
    return field;
}

bool same(FieldType type, const Json& current, const Json& wanted) {
    return same_value(of(type), current, wanted);
}

TEST(SameValue, TakesNullAndEmptyTextAsOne) {
    EXPECT_TRUE(same(FieldType::text, nullptr, ""));
    EXPECT_TRUE(same(FieldType::number, nullptr, nullptr));
    EXPECT_FALSE(same(FieldType::text, nullptr, "a"));
    EXPECT_FALSE(same(FieldType::number, 0, nullptr));
    EXPECT_FALSE(same(FieldType::boolean, false, nullptr));
}

TEST(SameValue, ComparesNumbersByValue) {
    EXPECT_TRUE(same(FieldType::currency, 12.3, "12.30"));
    EXPECT_TRUE(same(FieldType::currency, "12.30", 12.3));
    EXPECT_TRUE(same(FieldType::currency, 10.0, 10));
    EXPECT_TRUE(same(FieldType::currency, "1234567890123456.78", "1234567890123456.78"));
    EXPECT_FALSE(same(FieldType::currency, 12.3, 12.31));
    EXPECT_FALSE(same(FieldType::currency, "x", 12.31));
}

TEST(SameValue, ComparesTextWithCaseButWithoutLineEnds) {
    EXPECT_TRUE(same(FieldType::text, "a\r\nb", "a\nb"));
    EXPECT_TRUE(same(FieldType::text, "a ", "a"));
    EXPECT_FALSE(same(FieldType::text, "Ada", "ada"));
    EXPECT_FALSE(same(FieldType::picklist, "Closed won", "Closed Won"));
}

TEST(SameValue, ComparesEmailAddressesWithoutCase) {
    EXPECT_TRUE(same(FieldType::email, "Ada@Example.com", "ada@example.com"));
    EXPECT_FALSE(same(FieldType::email, "ada@example.org", "ada@example.com"));
}

TEST(SameValue, ComparesIdsInEitherLength) {
    EXPECT_TRUE(same(FieldType::reference, "001xx000003DGb1", "001xx000003DGb1AAG"));
    EXPECT_FALSE(same(FieldType::reference, "001xx000003DGb2", "001xx000003DGb1AAG"));
    EXPECT_FALSE(same(FieldType::reference, "junk", "junk"));
}

TEST(SameValue, ComparesPointsInTime) {
    EXPECT_TRUE(same(FieldType::datetime, "2026-01-01T00:00:00.000+0000", "2026-01-01T00:00:00Z"));
    EXPECT_TRUE(same(FieldType::datetime, "2026-01-01T01:00:00.000+0100", "2026-01-01T00:00:00Z"));
    EXPECT_FALSE(same(FieldType::datetime, "2026-01-01T00:00:01.000+0000", "2026-01-01T00:00:00Z"));
    EXPECT_TRUE(same(FieldType::date, "2026-01-01", "2026-01-01"));
    EXPECT_FALSE(same(FieldType::date, "2026-01-02", "2026-01-01"));
    EXPECT_TRUE(same(FieldType::time, "14:30:00.000Z", "14:30"));
}

TEST(SameValue, ComparesChoicesInAnyOrder) {
    EXPECT_TRUE(same(FieldType::multipicklist, "A;B", "B; A"));
    EXPECT_FALSE(same(FieldType::multipicklist, "A;B", "A"));
    EXPECT_TRUE(same(FieldType::boolean, true, true));
    EXPECT_FALSE(same(FieldType::boolean, false, true));
}

std::string literal(FieldType type, const Json& value) {
    const auto made = soql_literal(of(type), value);
    return made ? *made : "error";
}

TEST(SoqlLiteral, QuotesTextAndLeavesTheRestBare) {
    EXPECT_EQ(literal(FieldType::text, "O'Brien \\ \"x\"\n"), R"('O\'Brien \\ \"x\"\n')");
    EXPECT_EQ(literal(FieldType::email, "a@b.de"), "'a@b.de'");
    EXPECT_EQ(literal(FieldType::reference, "001xx000003DGb1AAG"), "'001xx000003DGb1AAG'");
    EXPECT_EQ(literal(FieldType::picklist, "Closed Won"), "'Closed Won'");
    EXPECT_EQ(literal(FieldType::currency, 12.3), "12.3");
    EXPECT_EQ(literal(FieldType::currency, "1234567890123456.78"), "1234567890123456.78");
    EXPECT_EQ(literal(FieldType::number, 1e20), "100000000000000000000");
    EXPECT_EQ(literal(FieldType::boolean, true), "true");
    EXPECT_EQ(literal(FieldType::date, "2026-01-31"), "2026-01-31");
    EXPECT_EQ(literal(FieldType::datetime, "2026-01-31T10:00:00Z"), "2026-01-31T10:00:00Z");
    EXPECT_EQ(literal(FieldType::time, "14:30:00.000Z"), "14:30:00.000Z");
    EXPECT_EQ(literal(FieldType::text, nullptr), "null");
}

TEST(SoqlLiteral, LetsNothingBareThroughThatIsNotOfItsType) {
    EXPECT_EQ(literal(FieldType::date, "2026-01-31 OR Name != null"), "error");
    EXPECT_EQ(literal(FieldType::datetime, "' OR '"), "error");
    EXPECT_EQ(literal(FieldType::number, "1 OR 1=1"), "error");
    EXPECT_EQ(literal(FieldType::boolean, "true"), "error");
    EXPECT_EQ(literal(FieldType::text, 5), "error");
    EXPECT_EQ(literal(FieldType::other, "x"), "error");
}

TEST(SoqlLiteral, RefusesTextLongerThanAConditionTakes) {
    EXPECT_NE(literal(FieldType::text, std::string(4000, 'a')), "error");
    EXPECT_EQ(literal(FieldType::text, std::string(4001, 'a')), "error");
}

} // namespace
} // namespace paysync::salesforce
