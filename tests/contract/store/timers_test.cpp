// What waits for a time: timers, held runs with an end, and what a hold of a flow does to both.
#include "store_world.hpp"

namespace paysync::store {
namespace {

Timer a_timer(std::int64_t seq, const std::string& key, std::optional<WallTime> due = at(2000)) {
    Timer timer;
    timer.flow = "remind";
    timer.key = key;
    timer.event_seq = seq;
    timer.payment = "pay_1";
    timer.due_at = due;
    return timer;
}

class StoreTimers : public StoreContract {
protected:
    StoreTimers() {
        for (const char* id : {"evt_1", "evt_2", "evt_3"}) append(an_event(id));
        first = seq_of("evt_1");
        second = seq_of("evt_2");
        third = seq_of("evt_3");
    }
    std::vector<DueRun> due_runs(WallTime now, std::size_t limit = 100) {
        return world.await(world.store().due_runs(now, limit)).value();
    }
    std::vector<RunKey> due(WallTime now, std::size_t limit = 100) {
        std::vector<RunKey> keys;
        for (const DueRun& one : due_runs(now, limit)) {
            EXPECT_EQ(one.event.seq, one.run.event_seq);
            keys.push_back({one.run.event_seq, one.run.flow});
        }
        return keys;
    }
    std::optional<WallTime> next_due() { return world.await(world.store().next_due()).value(); }
    std::optional<Timer> timer(const std::string& key, const std::string& flow = "remind") {
        OwnQuestions questions;
        questions.timers = {{flow, key}, {flow, "never was"}};
        const auto answers = world.await(world.store().own(questions)).value();
        const auto found = answers.timers.find({flow, key});
        if (found == answers.timers.end()) return std::nullopt;
        return found->second;
    }
    void put(const std::vector<Timer>& timers) {
        Settlement settlement;
        settlement.put_timers = timers;
        settle(settlement);
    }
    void put(const store::Run& run) {
        Settlement settlement;
        settlement.put_runs = {run};
        settle(settlement);
    }

    std::int64_t first = 0;
    std::int64_t second = 0;
    std::int64_t third = 0;
};
INSTANTIATE_TEST_SUITE_P(On, StoreTimers, testing::ValuesIn(media()), medium_name);

using Keys = std::vector<RunKey>;

TEST_P(StoreTimers, AreKeptByFlowAndKey) {
    Timer other = a_timer(second, "a", at(10));
    other.flow = "chase";
    Timer fired = a_timer(first, "b", at(3000));
    fired.fired_for = at(1000);
    fired.about = "reminds; removed when it is paid";
    put({a_timer(first, "a"), other, fired});
    reopen();

    const auto found = timer("b");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->flow, "remind");
    EXPECT_EQ(found->event_seq, first);
    EXPECT_EQ(found->payment, "pay_1");
    EXPECT_EQ(found->due_at, at(3000));
    EXPECT_EQ(found->fired_for, at(1000));
    EXPECT_EQ(found->about, "reminds; removed when it is paid");
    EXPECT_EQ(timer("a")->due_at, at(2000));
    EXPECT_EQ(timer("a")->fired_for, std::nullopt);
    EXPECT_EQ(timer("a", "chase")->due_at, at(10));
}

TEST_P(StoreTimers, AreReplacedAndForgotten) {
    put({a_timer(first, "a"), a_timer(first, "b")});

    put({a_timer(second, "a", at(5000)), a_timer(first, "b", std::nullopt)});

    EXPECT_EQ(timer("a")->event_seq, second);
    EXPECT_EQ(timer("a")->due_at, at(5000));
    EXPECT_FALSE(timer("b")) << "neither waits nor fired";
}

TEST_P(StoreTimers, OfAnEventAndFlowAreClearedBeforeTheNewOnesAreSet) {
    Timer fired = a_timer(first, "fired", at(3000));
    fired.fired_for = at(1000);
    Timer other_flow = a_timer(first, "other flow");
    other_flow.flow = "chase";
    put({a_timer(first, "gone"), a_timer(first, "set again"), fired, other_flow, a_timer(second, "other event")});
    Settlement settlement;
    settlement.clear_timers = {{first, "remind"}};
    settlement.put_timers = {a_timer(first, "set again", at(4000))};

    settle(settlement);

    EXPECT_FALSE(timer("gone"));
    EXPECT_EQ(timer("set again")->due_at, at(4000));
    ASSERT_TRUE(timer("fired")) << "what fired is remembered";
    EXPECT_EQ(timer("fired")->due_at, std::nullopt);
    EXPECT_EQ(timer("fired")->fired_for, at(1000));
    EXPECT_TRUE(timer("other event"));
    EXPECT_TRUE(timer("other flow", "chase"));
}

TEST_P(StoreTimers, ComeAsWaitingRunsWhenTheirTimeHasCome) {
    EXPECT_EQ(next_due(), std::nullopt);
    put({a_timer(first, "a", at(300)), a_timer(first, "b", at(100)), a_timer(second, "c", at(200)),
         a_timer(third, "d", std::nullopt)});
    reopen();

    EXPECT_EQ(next_due(), at(100));
    EXPECT_EQ(due(at(99)), Keys{});
    const auto found = due_runs(at(250));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].run.cause, cause_timer);
    EXPECT_EQ(found[0].run.state, RunState::waiting);
    EXPECT_EQ(found[0].run.flow, "remind");
    EXPECT_EQ(found[0].run.payment, "pay_1");
    EXPECT_EQ(found[0].run.ready_at, at(100));
    EXPECT_EQ(found[0].event.id, "evt_1");
    EXPECT_EQ(found[0].event.body, an_event("evt_1").body);
    EXPECT_EQ(found[1].event.id, "evt_2");
}

TEST_P(StoreTimers, OfOneEventAndFlowAreOnePieceOfWork) {
    put({a_timer(first, "a", at(100)), a_timer(first, "b", at(100)), a_timer(first, "c", at(150)),
         a_timer(second, "d", at(200))});

    EXPECT_EQ(due(at(1000), 2), (Keys{{first, "remind"}, {second, "remind"}}));
}

TEST_P(StoreTimers, StandInLineWithRuns) {
    put({a_timer(first, "a", at(100)), a_timer(second, "b", at(300))});
    put(a_run(third, "capture", RunState::waiting, at(200)));

    EXPECT_EQ(due(at(1000)), (Keys{{first, "remind"}, {third, "capture"}, {second, "remind"}}));
    EXPECT_EQ(due(at(1000), 2), (Keys{{first, "remind"}, {third, "capture"}}));
}

TEST_P(StoreTimers, AreLeftToTheRunOfTheirEventAndFlow) {
    put({a_timer(first, "a", at(100)), a_timer(second, "b", at(400))});
    put(a_run(first, "remind", RunState::waiting, at(300)));
    EXPECT_EQ(due(at(200)), Keys{});
    EXPECT_EQ(next_due(), at(300));

    put(a_run(first, "remind", RunState::dead));
    EXPECT_EQ(due(at(200)), Keys{});
    EXPECT_EQ(next_due(), at(400));

    Settlement dropped;
    dropped.drop_runs = {{first, "remind"}};
    settle(dropped);
    EXPECT_EQ(due(at(200)), (Keys{{first, "remind"}}));
    EXPECT_EQ(next_due(), at(100));
}

TEST_P(StoreTimers, HeldRunsWithAnEndAreDueThenAndStillHeld) {
    store::Run ends = a_run(first, "approve", RunState::held);
    ends.until = at(500);
    put(ends);
    put(a_run(second, "approve", RunState::held));
    reopen();

    EXPECT_EQ(next_due(), at(500));
    EXPECT_EQ(due(at(499)), Keys{});
    const auto found = due_runs(at(500));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].run.state, RunState::held);
    EXPECT_EQ(found[0].run.until, at(500));
    EXPECT_EQ(found[0].event.id, "evt_1");

    ends.until.reset();
    put(ends);
    EXPECT_EQ(next_due(), std::nullopt);
}

TEST_P(StoreTimers, AWaitingRunThatHadAnEndWaitsForItsOwnTime) {
    store::Run ends = a_run(first, "approve", RunState::waiting, at(900));
    ends.until = at(500);
    put(ends);

    EXPECT_EQ(due(at(600)), Keys{});
    EXPECT_EQ(next_due(), at(900));
}

TEST_P(StoreTimers, AreListedTheNextFirst) {
    Timer fired = a_timer(first, "fired", std::nullopt);
    fired.fired_for = at(1);
    put({a_timer(first, "late", at(300)), a_timer(second, "early", at(100)), fired});

    const auto found = world.await(world.store().timers(10)).value();
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].key, "early");
    EXPECT_EQ(found[1].key, "late");
    EXPECT_EQ(world.await(world.store().timers(1)).value().size(), 1U);
    EXPECT_EQ(world.await(world.store().counts()).value().timers, 2);
}

TEST_P(StoreTimers, BelongToTheStoryOfPaymentAndEvent) {
    Timer other = a_timer(second, "other");
    other.payment = "pay_2";
    put({a_timer(first, "mine"), other});

    const Story payment = world.await(world.store().story("pay_1")).value();
    ASSERT_EQ(payment.timers.size(), 1U);
    EXPECT_EQ(payment.timers[0].key, "mine");
    const Story event = world.await(world.store().story("evt_2")).value();
    ASSERT_EQ(event.timers.size(), 1U);
    EXPECT_EQ(event.timers[0].key, "other");
}

TEST_P(StoreTimers, OfAnEventThatDoesNotExistAreRefusedWithTheWholeSettlement) {
    Settlement settlement;
    settlement.put_timers = {a_timer(first, "good"), a_timer(4711, "bad")};

    EXPECT_FALSE(world.await(world.store().settle(settlement)).has_value());

    EXPECT_FALSE(timer("good"));
}

} // namespace
} // namespace paysync::store
