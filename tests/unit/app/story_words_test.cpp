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

TEST(Story, SaysWhatToTypeAboutHeldAndDeadWork) {
    store::Story story;
    story.events = {event(1, "evt_1", "payment_captured", true)};
    story.runs = {run(store::RunState::held), run(store::RunState::dead)};
    story.runs[0].until = *base::parse_time("2026-11-30T10:00:00Z");
    const std::string words = to_words(story, "pay_1");
    EXPECT_THAT(words, HasSubstr("held since 2026-11-23T10:00:02Z, ends by itself at 2026-11-30T10:00:00Z"));
    EXPECT_THAT(words, HasSubstr("        paysync release evt_1 --flow new-payer\n"));
    EXPECT_THAT(words, HasSubstr("        paysync replay evt_1 --flow new-payer\n"));
    EXPECT_EQ(to_json(story).at("runs").at(0).at("until"), base::Json("2026-11-30T10:00:00.000000000Z"));
}

TEST(Story, TellsTimersThatWait) {
    store::Story story;
    story.events = {event(1, "evt_1", "payment_declined", true)};
    store::Timer timer;
    timer.flow = "chase";
    timer.key = "evt_1/remind";
    timer.event_seq = 1;
    timer.due_at = *base::parse_time("2026-11-26T10:00:00Z");
    store::Timer fired = timer;
    fired.key = "evt_1/fired";
    fired.due_at.reset();
    story.timers = {timer, fired};
    const std::string words = to_words(story, "pay_1");
    EXPECT_THAT(words, HasSubstr("waits for chase until 2026-11-26T10:00:00Z: evt_1/remind"));
    EXPECT_THAT(words, HasSubstr("set by payment_declined evt_1; removed when"));
    EXPECT_EQ(words.find("evt_1/fired"), std::string::npos) << "it waits for nothing";
    story.timers[0].about = "sends a reminder";
    EXPECT_THAT(to_words(story, "pay_1"), HasSubstr("until 2026-11-26T10:00:00Z: sends a reminder"));
    EXPECT_EQ(to_json(story).at("timers").size(), 2U);
}

TEST(Story, TellsWhatWasSentAndDecided) {
    store::Story story;
    story.events = {event(1, "evt_1", "payment_captured", true)};
    EXPECT_EQ(to_words(story, "pay_1").find("What was sent"), std::string::npos);
    store::OutboundCall call;
    call.target = "slack";
    call.key = "k1";
    call.flow = "tell";
    call.step = "say";
    call.attempts = 2;
    call.at = *base::parse_time("2026-11-23T11:00:00Z");
    store::Approval approval;
    approval.flow = "tell";
    approval.key = "k2";
    approval.by = "anna";
    approval.decision = store::Decision::stop;
    story.calls = {call};
    story.approvals = {approval};
    const std::string words = to_words(story, "pay_1");
    EXPECT_THAT(words, HasSubstr("outcome not known  notify slack  by tell, say, attempt 2  (key k1)"));
    EXPECT_THAT(words, HasSubstr("stop  by anna for tell  (k2)"));
    EXPECT_EQ(to_json(story).at("calls").at(0).at("state"), base::Json("outcome not known"));
    EXPECT_EQ(to_json(story).at("approvals").at(0).at("by"), base::Json("anna"));
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
