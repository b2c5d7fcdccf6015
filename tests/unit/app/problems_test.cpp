// What `paysync problems` groups, and what it says to type.
#include "app/cure.hpp"
#include "app/problems.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::app {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

store::DueRun run(const std::string& flow, store::RunState state, const std::string& cause, int second = 0) {
    store::DueRun made;
    made.event.id = "evt_" + std::to_string(second);
    made.event.type = "payment_captured";
    made.event.subject = "pay_" + std::to_string(second);
    made.run.flow = flow;
    made.run.state = state;
    made.run.step = "write";
    made.run.cause = cause;
    made.run.reason = "why " + std::to_string(second);
    made.run.since = *base::parse_time("2026-11-23T10:00:00Z") + std::chrono::seconds{second};
    return made;
}

constexpr auto dead = store::RunState::dead;
constexpr auto held = store::RunState::held;

TEST(Problems, AreGroupedByWhatTheyHaveInCommon) {
    const auto found =
        problems_among({run("won", held, "several", 9), run("won", dead, "LOCKED", 8),
                        run("won", dead, "REQUIRED", 7), run("won", dead, "REQUIRED", 3),
                        run("payer", dead, "REQUIRED", 2), run("won", store::RunState::waiting, "REQUIRED", 1)});

    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].count, 2U) << "dead before held, many before few";
    EXPECT_EQ(found[0].sample.event.id, "evt_7") << "the newest";
    EXPECT_EQ(found[0].first, *base::parse_time("2026-11-23T10:00:03Z"));
    EXPECT_EQ(found[3].sample.run.state, held);
}

TEST(Problems, SayWhatToTypeForAllOfThem) {
    const auto found = problems_among({run("won", dead, "a cause", 2), run("won", dead, "a cause", 1)});

    EXPECT_THAT(found.at(0).commands, ElementsAre("paysync replay --dead --flow won --cause 'a cause'"));
    const std::string words = to_words(found);
    EXPECT_THAT(words, HasSubstr("2 dead  a cause  in won, write  since 2026-11-23T10:00:01Z"));
    EXPECT_THAT(words, HasSubstr("such as payment_captured evt_2 of pay_2: why 2"));
    EXPECT_THAT(words, HasSubstr("\n      paysync replay --dead"));
    const base::Json json = to_json(found);
    EXPECT_EQ(json.at(0).at("count"), base::Json(2));
    EXPECT_EQ(json.at(0).at("sample").at("event"), base::Json("evt_2"));
}

TEST(Cure, OfDeadWorkIsToSendItAgainOrToGiveItUp) {
    EXPECT_THAT(cure_of(run("won", dead, "REQUIRED").run, "evt_1").commands,
                ElementsAre("paysync replay evt_1 --flow won", "paysync release evt_1 --flow won --stop"));
    EXPECT_THAT(cure_of(run("", dead, "unreadable").run, "evt_1").commands,
                ElementsAre("paysync release evt_1 --stop"));
}

TEST(Cure, OfWorkThatAsksIsToDecide) {
    store::Run asks = run("won", held, "hold").run;
    asks.detail = base::Json{{store::detail_approval, "k"}};
    EXPECT_THAT(cure_of(asks, "evt_1").words, HasSubstr("decide"));
    EXPECT_THAT(cure_of(asks, "evt_1").commands,
                ElementsAre("paysync release evt_1 --flow won", "paysync release evt_1 --flow won --stop"));
}

TEST(Cure, OfACallWithoutOutcomeIsToLookThere) {
    store::Run call = run("won", held, "unknown outcome").run;
    call.detail = base::Json{{store::detail_call, {{"key", "k"}}}};
    EXPECT_THAT(cure_of(call, "evt_1").words, HasSubstr("look there"));
}

TEST(Cure, OfWorkThatWaitsIsNone) {
    EXPECT_TRUE(cure_of(run("won", store::RunState::waiting, "lacks").run, "evt_1").commands.empty());
    EXPECT_THAT(cure_of(run("won", held, "lacks").run, "evt_1").words, HasSubstr("by itself"));
}

TEST(ShellWord, IsQuotedWhereAShellWouldTakeItApart) {
    EXPECT_EQ(shell_word("evt_1-a.b"), "evt_1-a.b");
    EXPECT_EQ(shell_word("a b"), "'a b'");
    EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
    EXPECT_EQ(shell_word(""), "''");
}

} // namespace
} // namespace paysync::app
