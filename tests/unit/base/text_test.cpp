#include "paysync/base/json.hpp"
#include "paysync/base/text.hpp"

#include <gtest/gtest.h>

namespace paysync::base {
namespace {

TEST(Text, SuggestsTheNearestWordButNotAFarOne) {
    const std::vector<std::string> keys{"steps", "needs", "priority"};
    EXPECT_EQ(closest("step", keys), "steps");
    EXPECT_EQ(closest("prioritty", keys), "priority");
    EXPECT_FALSE(closest("zebra", keys));
}

TEST(Text, ReadsHexInBothCasesAndRefusesTheRest) {
    EXPECT_EQ(from_hex("00fF"), std::string("\x00\xff", 2));
    EXPECT_FALSE(from_hex("0"));
    EXPECT_FALSE(from_hex("0g"));
    EXPECT_EQ(to_hex(std::string("\x00\xff", 2)), "00ff");
}

TEST(Text, SignsAsTheDocumentedVectorSays) {
    const std::string body = R"({"id":"evt_az5sblvku4ge3dwpztvyizgcau","type":"payment_approved",)"
                             R"("created_on":"2024-01-01T00:00:00Z","data":{"id":"pay_1"}})";
    EXPECT_EQ(to_hex(hmac_sha256("cko_key", body)),
              "c60edad3a800d421eb5b1a8231fea3069d4a3ea9cf33c7898a6b57b4f338427e");
}

TEST(Json, RefusesNestingThatWouldExhaustTheStack) {
    EXPECT_TRUE(parse_json(std::string(200, '[') + std::string(200, ']')));
    const auto deep = parse_json(std::string(100000, '['));
    ASSERT_FALSE(deep);
    EXPECT_EQ(deep.error().code, Errc::invalid);
    EXPECT_TRUE(parse_json(R"({"a":"[[[[ \" [[["})"));
}

TEST(Json, ReadsAMemberAsTextWhereItCanBeText) {
    const Json value{{"text", "x"}, {"number", 12}, {"empty", ""}, {"null", nullptr}, {"object", Json::object()}};
    EXPECT_EQ(member_text(value, "text"), "x");
    EXPECT_EQ(member_text(value, "number"), "12");
    for (const char* key : {"empty", "null", "object", "absent"}) EXPECT_FALSE(member_text(value, key)) << key;
}

} // namespace
} // namespace paysync::base
