// What a person changes while the daemon has the store open.
#include "store_world.hpp"

#include "paysync/store/intervention.hpp"

#include <thread>

namespace paysync::store {
namespace {

using Keys = std::vector<RunKey>;

class StoreIntervention : public StoreContract {
protected:
    StoreIntervention() : hand{open_sqlite_for_intervention(world.settings)} {
        for (const char* id : {"evt_1", "evt_2", "evt_open"}) append(an_event(id));
        first = seq_of("evt_1");
        second = seq_of("evt_2");
        open = seq_of("evt_open");
        Settlement settlement;
        settlement.settled_events = {first, second};
        settle(settlement);
    }
    static Said said(std::int64_t seconds = 3000, const std::string& reason = "") {
        return {"anna", reason, at(seconds)};
    }
    void put(const store::Run& run) {
        Settlement settlement;
        settlement.put_runs = {run};
        settle(settlement);
    }
    std::optional<store::Run> run_of(const RunKey& key) {
        const auto found = world.await(world.store().run_of(key)).value();
        if (!found) return std::nullopt;
        return found->run;
    }
    Keys due(WallTime now = at(3000)) {
        Keys keys;
        for (const DueRun& one : world.await(world.store().due_runs(now, 1000)).value())
            keys.push_back({one.run.event_seq, one.run.flow});
        return keys;
    }
    std::optional<WallTime> next_due() { return world.await(world.store().next_due()).value(); }
    std::vector<FlowHold> flow_holds() { return world.await(world.store().flow_holds()).value(); }
    std::vector<AuditEntry> audit() { return world.await(world.store().audit(0, 1000)).value(); }
    OwnAnswers own(const ApprovalKey& approval, const CallKey& call = {}) {
        OwnQuestions questions;
        questions.approvals = {approval};
        questions.calls = {call};
        return world.await(world.store().own(questions)).value();
    }
    store::Run asks(const std::string& key) const {
        store::Run run = a_run(first, "approve", RunState::held);
        run.detail = Json{{detail_approval, key}};
        run.until = at(9000);
        return run;
    }

    std::unique_ptr<Intervention> hand;
    std::int64_t first = 0;
    std::int64_t second = 0;
    std::int64_t open = 0;
};
INSTANTIATE_TEST_SUITE_P(On, StoreIntervention, testing::ValuesIn(media()), medium_name);

TEST_P(StoreIntervention, AReplayIsDueAtOnceWhateverTheWorkWas) {
    put(a_run(first, "dead", RunState::dead));
    put(asks("k"));
    put(a_run(first, "waiting", RunState::waiting, at(8000)));
    Settlement crashes;
    crashes.put_claims = {{first, "dead"}};
    settle(crashes);

    const auto replayed = hand->replay({{first, "dead"}, {first, "approve"}, {first, "waiting"}, {second, "done"}},
                                       said(3000, "the flow was mended"));

    EXPECT_EQ(replayed.value().put, 4U);
    EXPECT_EQ(due(), (Keys{{first, "approve"}, {first, "dead"}, {first, "waiting"}, {second, "done"}}));
    const auto run = run_of({second, "done"}).value();
    EXPECT_EQ(run.cause, cause_replay);
    EXPECT_EQ(run.reason, "brought up again by anna: the flow was mended");
    EXPECT_EQ(run.payment, "pay_1");
    EXPECT_EQ(run.ready_at, at(3000));
    EXPECT_EQ(run.attempts, 0);
    EXPECT_EQ(run_of({first, "approve"})->until, std::nullopt);
    EXPECT_TRUE(world.await(world.store().claims()).value().empty()) << "it may be evaluated again";
    EXPECT_EQ(due(at(2999)), Keys{});
}

TEST_P(StoreIntervention, AReplayLeavesAloneWhatIsOnItsWay) {
    store::Run last_look = a_run(first, "done", RunState::waiting, at(8000));
    last_look.cause = cause_look_again;
    put(last_look);

    const auto replayed = hand->replay({{open, "new"}, {first, "done"}, {4711, "unknown"}}, said()).value();

    EXPECT_EQ(replayed.put, 0U);
    EXPECT_EQ(replayed.on_its_way, 2U);
    EXPECT_EQ(replayed.unknown, 1U);
    EXPECT_EQ(run_of({first, "done"})->ready_at, at(8000));
    EXPECT_EQ(due(), Keys{});
    EXPECT_TRUE(audit().empty());
}

TEST_P(StoreIntervention, AReplayOfWhatDiedAsAWholeIsOneOfItsFlows) {
    put(a_run(first, "", RunState::dead));

    EXPECT_EQ(hand->replay({{first, "a"}, {first, "b"}}, said()).value().put, 2U);

    EXPECT_EQ(due(), (Keys{{first, "a"}, {first, "b"}}));
    EXPECT_FALSE(run_of({first, ""}));
}

TEST_P(StoreIntervention, AReplayOfManyIsPutInPieces) {
    Keys many;
    for (int i = 0; i < 950; ++i) many.push_back({first, "flow " + std::to_string(i)});

    EXPECT_EQ(hand->replay(many, said()).value().put, 950U);

    EXPECT_EQ(due().size(), 950U);
    std::size_t told = 0;
    for (const AuditEntry& entry : audit()) told += entry.detail.at("runs").size();
    EXPECT_EQ(told, 950U);
}

TEST_P(StoreIntervention, AReleaseAnswersWhatAHeldRunAsks) {
    put(asks("evt_1/ask"));

    EXPECT_EQ(hand->release({first, "approve"}, Decision::stop, said()).value(), Released::goes_on);
    reopen();

    EXPECT_EQ(due(), (Keys{{first, "approve"}}));
    const auto approvals = own({"approve", "evt_1/ask"}).approvals;
    ASSERT_EQ(approvals.size(), 1U);
    const Approval& approval = approvals.begin()->second;
    EXPECT_EQ(approval.decision, Decision::stop);
    EXPECT_EQ(approval.by, "anna");
    EXPECT_EQ(approval.at, at(3000));
    EXPECT_EQ(approval.payment, "pay_1");
    EXPECT_EQ(hand->release({first, "approve"}, Decision::go, said()).value(), Released::none) << "no longer held";
    ASSERT_EQ(audit().size(), 1U);
    EXPECT_EQ(audit()[0].what, "release");
    EXPECT_EQ(audit()[0].detail.at("decision"), Json("stop"));
    EXPECT_EQ(audit()[0].detail.at("event"), Json("evt_1"));
}

TEST_P(StoreIntervention, AReleaseOfWhatAsksForNothingTriesAgainOrEnds) {
    put(a_run(first, "several", RunState::held));
    put(a_run(second, "several", RunState::held));
    put(a_run(first, "dead", RunState::dead));

    EXPECT_EQ(hand->release({first, "several"}, Decision::go, said()).value(), Released::goes_on);
    EXPECT_EQ(hand->release({second, "several"}, Decision::stop, said()).value(), Released::ended);
    EXPECT_EQ(hand->release({first, "dead"}, Decision::go, said()).value(), Released::none);
    EXPECT_EQ(hand->release({4711, "several"}, Decision::go, said()).value(), Released::none);

    EXPECT_EQ(due(), (Keys{{first, "several"}}));
    EXPECT_FALSE(run_of({second, "several"}));
    EXPECT_TRUE(run_of({first, "dead"}));
}

TEST_P(StoreIntervention, ACallWhoseOutcomeIsUnknownIsSentAgainOrCountsAsDone) {
    const auto release = [&](const std::string& key, Decision decision) {
        OutboundCall call;
        call.kind = CallKind::invoke;
        call.target = "Flow";
        call.key = key;
        store::Run run = a_run(first, "call", RunState::held);
        run.detail = Json{{detail_call, {{"kind", "invoke"}, {"target", "Flow"}, {"key", key}}}};
        Settlement settlement;
        settlement.put_calls = {call};
        settlement.put_runs = {run};
        settle(settlement);
        EXPECT_EQ(hand->release({first, "call"}, decision, said()).value(), Released::goes_on);
        return own({}, {CallKind::invoke, "Flow", key}).calls;
    };

    EXPECT_TRUE(release("k1", Decision::go).empty()) << "as if it had never been tried";
    const auto stopped = release("k2", Decision::stop);
    ASSERT_EQ(stopped.size(), 1U);
    EXPECT_EQ(stopped.begin()->second.state, CallState::done);
    EXPECT_EQ(stopped.begin()->second.detail, (Json{{"said_done_by", "anna"}}));
}

TEST_P(StoreIntervention, AnAnswerThatCameWhileTheRunWasBeingHeldIsHeeded) {
    put(asks("k"));
    hand->release({first, "approve"}, Decision::go, said(3000)).value();

    store::Run began_before = asks("k");
    began_before.since = at(2990);
    put(began_before); // by a batch that had not seen the answer
    EXPECT_EQ(run_of({first, "approve"})->state, RunState::waiting);
    EXPECT_EQ(due(), (Keys{{first, "approve"}}));

    store::Run began_after = asks("k");
    began_after.since = at(3001);
    put(began_after);
    EXPECT_EQ(run_of({first, "approve"})->state, RunState::held) << "it asks in spite of the answer";
}

TEST_P(StoreIntervention, WhatIsDiscardedIsGone) {
    put(a_run(first, "dead", RunState::dead));
    put(a_run(first, "held", RunState::held));
    put(a_run(first, "waiting", RunState::waiting));

    const auto gone =
        hand->discard({{first, "dead"}, {first, "held"}, {first, "waiting"}, {first, "none"}}, said()).value();

    EXPECT_EQ(gone, 2U);
    EXPECT_FALSE(run_of({first, "dead"}));
    EXPECT_FALSE(run_of({first, "held"}));
    EXPECT_TRUE(run_of({first, "waiting"}));
    ASSERT_EQ(audit().size(), 1U);
    EXPECT_EQ(audit()[0].what, "discard");
    EXPECT_EQ(audit()[0].detail.at("runs").size(), 2U);
}

TEST_P(StoreIntervention, NothingOfAFlowOnHoldIsDue) {
    store::Run ends = a_run(second, "stopped", RunState::held);
    ends.until = at(100);
    Settlement settlement;
    settlement.put_runs = {a_run(first, "stopped"), a_run(first, "runs", RunState::waiting, at(2500)), ends};
    for (const char* flow : {"stopped timer", "timer"}) {
        Timer& timer = settlement.put_timers.emplace_back();
        timer.flow = flow;
        timer.event_seq = first;
        timer.due_at = at(2600);
    }
    settle(settlement);

    EXPECT_TRUE(hand->hold_flow("stopped", said(2700, "wrong owner")).value());
    EXPECT_TRUE(hand->hold_flow("stopped timer", said(2700)).value());
    EXPECT_FALSE(hand->hold_flow("stopped", said(2800, "another reason")).value());
    reopen();

    EXPECT_EQ(due(), (Keys{{first, "runs"}, {first, "timer"}}));
    EXPECT_EQ(next_due(), at(2500));
    ASSERT_EQ(flow_holds().size(), 2U);
    EXPECT_EQ(flow_holds()[0].flow, "stopped");
    EXPECT_EQ(flow_holds()[0].by, "anna");
    EXPECT_EQ(flow_holds()[0].reason, "wrong owner");
    EXPECT_EQ(flow_holds()[0].since, at(2700));

    EXPECT_TRUE(hand->release_flow("stopped", said()).value());
    EXPECT_TRUE(hand->release_flow("stopped timer", said()).value());
    EXPECT_FALSE(hand->release_flow("stopped", said()).value());
    EXPECT_EQ(due().size(), 5U);
    EXPECT_EQ(next_due(), at(100));
    std::vector<std::string> told;
    for (const AuditEntry& entry : audit()) told.push_back(entry.what);
    EXPECT_EQ(told, (std::vector<std::string>{"hold", "hold", "end of hold", "end of hold"}));
}

TEST_P(StoreIntervention, ChainsItsAuditWithThatOfTheDaemon) {
    hand->hold_flow("a", said()).value();
    Settlement settlement;
    settlement.audit.emplace_back().what = "by the daemon";
    settle(settlement);
    hand->release_flow("a", said()).value();

    std::string previous;
    ASSERT_EQ(audit().size(), 3U);
    for (const AuditEntry& entry : audit()) {
        EXPECT_EQ(entry.hash, audit_hash(previous, entry)) << entry.what;
        previous = entry.hash;
    }
}

TEST(StoreIntervenes, WhileTheDaemonCommits) {
    StoreWorld world{{"File", true, true}};
    world.open();
    const auto hand = open_sqlite_for_intervention(world.settings);
    constexpr int rounds = 100;
    std::size_t changed = 0;
    std::thread person{[&] {
        for (int i = 0; i < rounds; ++i) changed += hand->hold_flow(std::to_string(i), {"anna", "", at(i)}).value();
    }};
    std::size_t stored = 0;
    for (int i = 0; i < rounds; ++i)
        stored += world.await(world.store().append(an_event("evt_" + std::to_string(i)))).has_value();
    person.join();

    EXPECT_EQ(stored, 100U) << "the daemon waits for a person's transaction";
    EXPECT_EQ(changed, 100U) << "and the person for the daemon's";
    EXPECT_EQ(world.await(world.store().flow_holds()).value().size(), 100U);
    EXPECT_EQ(world.await(world.store().counts()).value().events, 100);
}

TEST(StoreIntervenes, SoThatItSurvivesAPowerCut) {
    StoreWorld world{{"Memory", false, false}};
    world.open();
    open_sqlite_for_intervention(world.settings)->hold_flow("a", {"anna", "", at(1)}).value();
    world.disk().crash();
    world.drop();

    world.open();

    EXPECT_EQ(world.await(world.store().flow_holds()).value().size(), 1U);
    EXPECT_EQ(world.await(world.store().audit(0, 10)).value().size(), 1U);
}

TEST(StoreIntervenes, WithoutADaemonToo) {
    StoreWorld world{{"File", true, false}};
    world.open();
    world.close();
    open_sqlite_for_intervention(world.settings)->hold_flow("a", {"anna", "", at(1)}).value();

    world.open();

    EXPECT_EQ(world.await(world.store().flow_holds()).value().size(), 1U);
}

} // namespace
} // namespace paysync::store
