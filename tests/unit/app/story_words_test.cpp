// What `paysync explain` says.
#include "app/story_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::app {
namespace {

using ::testing::HasSubstr;

store::StoredEvent event(std::int64_t seq, const std::string& id, const std::string& type, bool settled) {
    store::StoredEvent made;
    made.seq = seq;
    made.id = id;
    made.type = type;
    made.settled = settled;
    made.occurred_at = *base::parse_time("2026-11-23T10:00:00Z");
    made.received_at = *base::parse_time("2026-11-23T10:00:01Z");
    return made;
}

store::Run run(store::RunState state) {
    store::Run made;
    made.event_seq = 1;
    made.flow = "new-payer";
    made.step = "contact";
    made.state = state;
    made.reason = "several records are possible";
    made.since = *base::parse_time("2026-11-23T10:00:02Z");
    made.ready_at = *base::parse_time("2026-11-23T10:05:00Z");
    return made;
}

TEST(Story, SaysThatAllIsDone) {
    store::Story story;
    story.events = {event(1, "evt_1", "payment_captured", true)};
    EXPECT_THAT(to_words(story, "pay_1"), HasSubstr("done: nothing waits"));
}

TEST(Story, TellsWhatWaitsUntilWhenBeforeWhatCame) {
    store::Story story;
    story.events = {event(1, "evt_1", "payment_captured", true), event(2, "evt_2", "payment_refunded", false)};
    story.runs = {run(store::RunState::waiting)};
    const std::string words = to_words(story, "pay_1");
    EXPECT_THAT(words, HasSubstr("on their way: 1 of its events"));
    EXPECT_THAT(words,
                HasSubstr("waiting until 2026-11-23T10:05:00Z: new-payer, contact: several records are possible"));
    EXPECT_THAT(words, HasSubstr("for payment_captured evt_1"));
    EXPECT_LT(words.find("waiting until"), words.find("What came"));
    EXPECT_LT(words.find("What came"), words.find("What was written"));
}

TEST(Story, ListsTheCandidatesOfAHeldRun) {
    store::Story story;
    story.events = {event(1, "evt_1", "payment_captured", true)};
    story.runs = {run(store::RunState::held)};
    story.runs[0].detail = base::Json{{"candidates", {{{"Id", "003A"}}, {{"Id", "003B"}}}}};
    EXPECT_THAT(to_words(story, "pay_1"), HasSubstr("held since 2026-11-23T10:00:02Z"));
    EXPECT_THAT(to_words(story, "pay_1"), HasSubstr("candidate {\"Id\":\"003B\"}"));
}

TEST(Story, ShowsOldAndNewValuesOfWhatWasWritten) {
    store::Story story;
    store::Effect effect;
    effect.flow = "opportunity-won";
    effect.step = "opportunity";
    effect.object = "Opportunity";
    effect.record_id = "006A";
    effect.rule = "key";
    effect.outcome = "updated";
    effect.values = base::Json{{"Amount", "10.50"}, {"StageName", "Closed Won"}};
    effect.old_values = base::Json{{"StageName", "Prospecting"}};
    effect.at = *base::parse_time("2026-11-23T10:00:03Z");
    story.effects = {effect};
    const std::string words = to_words(story, "006A");
    EXPECT_THAT(words, HasSubstr("updated Opportunity 006A  by opportunity-won, opportunity (key)"));
    EXPECT_THAT(words, HasSubstr("StageName: \"Prospecting\" → \"Closed Won\""));
    EXPECT_THAT(words, HasSubstr("Amount: \"10.50\"\n"));
}

TEST(Story, NamesAnEventThatCannotBeRead) {
    store::Story story;
    story.events = {event(1, "sha256:ab", "", true)};
    story.runs = {run(store::RunState::dead)};
    story.runs[0].flow.clear();
    story.runs[0].step.clear();
    const std::string words = to_words(story, "sha256:ab");
    EXPECT_THAT(words, HasSubstr("unreadable  sha256:ab"));
    EXPECT_THAT(words, HasSubstr("the body cannot be read; it is kept as it came"));
}

TEST(Story, IsAlsoThereForPrograms) {
    store::Story story;
    story.events = {event(1, "evt_1", "payment_captured", true)};
    story.runs = {run(store::RunState::held)};
    const base::Json json = to_json(story);
    EXPECT_EQ(json.at("events").at(0).at("id"), "evt_1");
    EXPECT_EQ(json.at("runs").at(0).at("state"), "held");
    EXPECT_TRUE(json.at("effects").empty());
}

} // namespace
} // namespace paysync::app
