#include "sync/write_keys.hpp"

#include <gtest/gtest.h>

namespace paysync::sync {
namespace {

TEST(WriteKeys, AreTakenAllOrNone) {
    WriteKeys keys;
    ASSERT_TRUE(keys.take({"a", "b"}, keys.now()));

    EXPECT_FALSE(keys.take({"b", "c"}, keys.now()));
    EXPECT_TRUE(keys.take({"c"}, keys.now()));
}

TEST(WriteKeys, RefuseWhoAskedBeforeSomebodyElseWrote) {
    WriteKeys keys;
    const auto first_asked = keys.now();
    const auto second_asked = keys.now();
    ASSERT_TRUE(keys.take({"contact|a@b.de"}, first_asked));
    keys.give_back({"contact|a@b.de"}, true);

    EXPECT_FALSE(keys.take({"contact|a@b.de"}, second_asked));
    EXPECT_TRUE(keys.take({"contact|a@b.de"}, keys.now()));
}

TEST(WriteKeys, GivenBackUnwrittenDisturbNobody) {
    WriteKeys keys;
    const auto asked = keys.now();
    ASSERT_TRUE(keys.take({"a"}, asked));
    keys.give_back({"a"}, false);

    EXPECT_TRUE(keys.take({"a"}, asked));
}

TEST(WriteKeys, ForgetWritesThatNobodyCanHaveMissed) {
    WriteKeys keys;
    ASSERT_TRUE(keys.take({"a"}, keys.now()));
    keys.give_back({"a"}, true);

    keys.forget_before(keys.now());

    EXPECT_EQ(keys.size(), 0U);
}

} // namespace
} // namespace paysync::sync
