// What ended the process, and what is done about it.
#include "sync/claims.hpp"
#include "sync/in_hand.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <unistd.h>

namespace paysync::sync {
namespace {

TEST(Claims, GiveUpWhatEndedTheProcessTooOften) {
    Claims claims;
    claims.found({{{7, "won"}, Claims::deaths_max}, {{8, "won"}, Claims::deaths_max - 1}});

    EXPECT_TRUE(claims.gives_up({7, "won"}));
    EXPECT_FALSE(claims.gives_up({8, "won"}));
    EXPECT_FALSE(claims.gives_up({7, "payer"})) << "another flow of the same event";
}

TEST(Claims, ForgetWhatWasSettled) {
    Claims claims;
    claims.found({{{7, "won"}, Claims::deaths_max}});

    EXPECT_TRUE(claims.holds({7, "won"}));
    claims.forget({7, "won"});
    EXPECT_FALSE(claims.holds({7, "won"}));
    EXPECT_FALSE(claims.gives_up({7, "won"}));
}

class NoteOfWhatIsInHand : public ::testing::Test {
protected:
    ~NoteOfWhatIsInHand() override { std::filesystem::remove(file); }
    std::string file =
        (std::filesystem::temp_directory_path() / ("paysync-inhand-" + std::to_string(::getpid()))).string();
};

TEST_F(NoteOfWhatIsInHand, OutlivesAProcessThatDied) {
    InHand died{file, 4};
    const InHand::Mark first{died, 0, {7, "won"}};
    const InHand::Mark third{died, 2, {8, "new payer"}};
    { const InHand::Mark over{died, 1, {9, "won"}}; }

    InHand next{file, 1};

    EXPECT_EQ(next.left_behind(), (std::vector<store::RunKey>{{7, "won"}, {8, "new payer"}}));
    EXPECT_TRUE(next.left_behind().empty()) << "it is told once";
}

TEST_F(NoteOfWhatIsInHand, IsEmptyAfterAnEvaluationThatCameToItsEnd) {
    {
        InHand lived{file, 1};
        const InHand::Mark over{lived, 0, {7, "won"}};
    }

    EXPECT_TRUE((InHand{file, 1}.left_behind().empty()));
}

TEST_F(NoteOfWhatIsInHand, IsNotKeptWithoutAName) {
    InHand nowhere{"", 1};
    const InHand::Mark mark{nowhere, 0, {7, "won"}};

    EXPECT_TRUE(nowhere.left_behind().empty());
}

} // namespace
} // namespace paysync::sync
