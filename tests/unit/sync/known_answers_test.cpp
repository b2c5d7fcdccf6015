#include "paysync/sync/known_answers.hpp"

#include <gtest/gtest.h>

namespace paysync::sync {
namespace {

TEST(KnownAnswers, ComeBackAsTheyWere) {
    const AnswersByKey answers{{"A?[]", {{{{"Id", "1"}, {"Owner", {{"Name", "Zoë"}}}}, {{"Id", "2"}}}, std::nullopt}},
                               {"B?[]", {{}, "the org has no B"}},
                               {"C?[]", {}}};
    const std::string packed = pack_answers(answers);
    EXPECT_EQ(packed, pack_answers(answers));
    const auto back = unpack_answers(packed);
    ASSERT_TRUE(back);
    ASSERT_EQ(back->size(), 3U);
    EXPECT_EQ(back->at("A?[]").records, answers.at("A?[]").records);
    EXPECT_EQ(back->at("B?[]").unusable, "the org has no B");
    EXPECT_TRUE(back->at("C?[]").records.empty());
    EXPECT_FALSE(back->at("C?[]").unusable);
}

TEST(KnownAnswers, WhatIsSomethingElseIsCorrupt) {
    for (const std::string& packed : {std::string{}, std::string{"{}"}, pack_answers({}).substr(0, 10)}) {
        const auto back = unpack_answers(packed);
        ASSERT_FALSE(back);
        EXPECT_EQ(back.error().code, base::Errc::corrupt);
    }
    EXPECT_TRUE(unpack_answers(pack_answers({})));
}

} // namespace
} // namespace paysync::sync
