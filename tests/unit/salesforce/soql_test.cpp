// Statements.
#include "paysync/salesforce/soql.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce::soql {
namespace {

TEST(Soql, EscapesWhatEndsOrBreaksALiteral) {
    EXPECT_EQ(escaped("a'b"), "a\\'b");
    EXPECT_EQ(escaped("\\"), "\\\\");
    EXPECT_EQ(escaped("\\' OR Id != null"), "\\\\\\' OR Id != null");
    EXPECT_EQ(escaped("\n\r\t\b\f\""), "\\n\\r\\t\\b\\f\\\"");
    EXPECT_EQ(escaped(std::string_view("\0\x1f", 2)), "\\u0000\\u001F");
    EXPECT_EQ(escaped("Zoë 😀 %_"), "Zoë 😀 %_");
    EXPECT_EQ(quoted(""), "''");
}

TEST(Soql, EscapesWildcardsOnlyForLike) {
    EXPECT_EQ(like_escaped("50%_'"), "50\\%\\_\\'");
}

TEST(Soql, AsksForOneOrForSeveral) {
    EXPECT_EQ(one_of("Email", {"'a@b.de'"}), "Email = 'a@b.de'");
    EXPECT_EQ(one_of("Email", {"'a@b.de'", "null"}), "Email IN ('a@b.de',null)");
}

TEST(Soql, PutsAStatementTogether) {
    EXPECT_EQ(select("Contact", {"Id", "Account.Name"}, "Email = 'a'"),
              "SELECT Id,Account.Name FROM Contact WHERE Email = 'a'");
    EXPECT_EQ(select("Contact", {"Id"}, ""), "SELECT Id FROM Contact");
}

} // namespace
} // namespace paysync::salesforce::soql
