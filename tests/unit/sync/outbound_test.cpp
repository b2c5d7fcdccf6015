// Calls that are no records, timers and holds, between the plan and the store.
#include "unit/sync/step_bench.hpp"

#include <gmock/gmock.h>

namespace paysync::sync {
namespace {

using flow::Json;
using store::CallKind;
using store::CallState;
using store::RunState;
using testing::HasSubstr;

const std::string calling = R"y(
flow: f
on: x
steps:
  - name: it
    record: Parent__c
    key: { Key__c: "${ .id }" }
    create: { Name: it }
  - invoke: Start
    key: start/${ .id }
    with: { record: "${ $it.Id }" }
  - notify: chat
    key: ${ .id }
    body: '${ {text: "it is \(.id)"} }'
)y";

const store::CallKey start_of_e1{CallKind::invoke, "Start", "start/e1"};
const store::CallKey chat_of_e1{CallKind::notify, "chat", "e1"};

class Outbound : public ::testing::Test {
protected:
    void go(StepBench& bench) {
        ASSERT_TRUE(bench.decide());
        ASSERT_TRUE(bench.write());
        ASSERT_TRUE(bench.send_calls());
    }
};

TEST_F(Outbound, CallsComeAfterTheRecordsWithTheirIdsAndOnlyOnce) {
    StepBench bench{calling};
    bench.add("e1");
    bench.add("e1");
    go(bench);
    ASSERT_EQ(bench.org.invoked.size(), 1U);
    EXPECT_EQ(bench.org.invoked[0], (Json{{"action", "Start"}, {"input", {{"record", "a0X000000000001AAA"}}}}));
    ASSERT_EQ(bench.notifier.notified.size(), 1U);
    EXPECT_EQ(bench.notifier.notified[0].at("key"), "e1");
    EXPECT_EQ(bench.notifier.notified[0].at("body"), (Json{{"text", "it is e1"}}));
    ASSERT_EQ(bench.store.settled.size(), 1U) << "the intents";
    EXPECT_EQ(bench.store.settled[0].put_calls.at(0).state, CallState::intent);
    const store::Settlement settlement = bench.settlement();
    ASSERT_EQ(settlement.put_calls.size(), 2U);
    EXPECT_EQ(settlement.put_calls[0].state, CallState::done);
    EXPECT_TRUE(settlement.put_runs.empty());
    EXPECT_EQ(settlement.effects.back().outcome, "notified");
}

TEST_F(Outbound, WhatIsDoneIsNotDoneAgain) {
    StepBench bench{calling};
    bench.store.known.calls[start_of_e1].state = CallState::done;
    bench.store.known.calls[chat_of_e1].state = CallState::done;
    bench.add("e1");
    go(bench);
    EXPECT_TRUE(bench.org.invoked.empty());
    EXPECT_TRUE(bench.notifier.notified.empty());
    EXPECT_TRUE(bench.store.settled.empty());
}

TEST_F(Outbound, AnActionWhoseOutcomeIsUnknownIsForAPerson) {
    StepBench bench{calling};
    bench.store.known.calls[start_of_e1].state = CallState::intent;
    bench.store.known.calls[start_of_e1].target = "Start";
    bench.store.known.calls[start_of_e1].key = "start/e1";
    bench.store.known.calls[start_of_e1].kind = CallKind::invoke;
    bench.add("e1");
    go(bench);
    EXPECT_TRUE(bench.org.invoked.empty());
    EXPECT_EQ(bench.notifier.notified.size(), 1U) << "the other call does not wait for that";
    const store::Settlement settlement = bench.settlement();
    ASSERT_EQ(settlement.put_runs.size(), 1U);
    EXPECT_EQ(settlement.put_runs[0].state, RunState::held);
    EXPECT_EQ(settlement.put_runs[0].cause, "unknown outcome");
    EXPECT_EQ(settlement.put_runs[0].detail.at(store::detail_call).at("key"), "start/e1");
}

TEST_F(Outbound, ANotificationWhoseOutcomeIsUnknownIsSentAgainWithItsKey) {
    StepBench bench{calling};
    bench.store.known.calls[chat_of_e1].state = CallState::intent;
    bench.store.known.calls[chat_of_e1].attempts = 1;
    bench.add("e1");
    go(bench);
    ASSERT_EQ(bench.notifier.notified.size(), 1U);
    for (const store::OutboundCall& call : bench.settlement().put_calls) {
        if (call.kind == CallKind::notify) {
            EXPECT_EQ(call.attempts, 2);
        }
    }
}

TEST_F(Outbound, ACallThatFailedBeforeItsEffectIsTriedAgainLater) {
    StepBench bench{calling};
    bench.notifier.on_notify = [] {
        Delivery delivery;
        delivery.kind = Delivery::Kind::not_sent;
        delivery.why = "no connection";
        return delivery;
    };
    bench.add("e1");
    bench.add("e2");
    go(bench);
    EXPECT_EQ(bench.notifier.notified.size(), 1U) << "the second would fail, too";
    const store::Settlement settlement = bench.settlement();
    ASSERT_EQ(settlement.put_runs.size(), 2U);
    EXPECT_EQ(settlement.put_runs[0].state, RunState::waiting);
    EXPECT_THAT(settlement.put_runs[0].reason, HasSubstr("no connection"));
    for (const store::OutboundCall& call : settlement.put_calls)
        EXPECT_EQ(call.state, call.kind == CallKind::notify ? CallState::failed : CallState::done);
}

TEST_F(Outbound, ACallThatIsRefusedIsADeadLetter) {
    StepBench bench{calling};
    bench.org.on_invoke = [] {
        salesforce::CallFailure failure;
        failure.reached = true;
        failure.status = 400;
        failure.error = {"INVALID_INPUT", "no such record", {}};
        failure.remedy = salesforce::Remedy::give_up;
        return salesforce::Called<Json>{failure};
    };
    bench.add("e1");
    go(bench);
    const store::Settlement settlement = bench.settlement();
    ASSERT_EQ(settlement.put_runs.size(), 1U);
    EXPECT_EQ(settlement.put_runs[0].state, RunState::dead);
    EXPECT_EQ(settlement.put_runs[0].cause, "INVALID_INPUT");
    EXPECT_EQ(settlement.put_runs[0].step, "2");
}

TEST_F(Outbound, ACallOfARecordThatFellIsNotMade) {
    StepBench bench{calling};
    bench.org.on_row = [](const Json&) {
        FakeOrg::Row row;
        row.remedy = salesforce::Remedy::give_up;
        row.error.code = "FIELD_INTEGRITY_EXCEPTION";
        return row;
    };
    bench.add("e1");
    go(bench);
    EXPECT_TRUE(bench.org.invoked.empty());
    EXPECT_TRUE(bench.notifier.notified.empty());
}

const std::string waiting = R"(
flow: f
on: x
steps:
  - at: ${ .data.at }
    key: k/${ .id }
    steps: [{ record: Parent__c, key: { Key__c: "${ .id }" }, create: { Name: it } }]
)";

Json at(const std::string& time) {
    return Json{{"at", time}};
}

TEST_F(Outbound, TimersAreSettledWithTheTaskThatSetThem) {
    StepBench bench{waiting};
    bench.add("e1", at("2200-01-01T00:00:00Z"));
    go(bench);
    store::Settlement settlement = bench.settlement();
    ASSERT_EQ(settlement.put_timers.size(), 1U);
    EXPECT_EQ(settlement.put_timers[0].key, "k/e1");
    EXPECT_EQ(settlement.put_timers[0].due_at, base::parse_time("2200-01-01T00:00:00Z"));
    EXPECT_EQ(settlement.clear_timers.size(), 1U) << "whatever else the event waited for is over";
    EXPECT_TRUE(bench.org.written.empty());

    StepBench due{waiting};
    due.add("e1", at("1960-01-01T00:00:00Z"));
    go(due);
    settlement = due.settlement();
    EXPECT_EQ(due.org.written.size(), 1U);
    ASSERT_EQ(settlement.put_timers.size(), 1U);
    EXPECT_FALSE(settlement.put_timers[0].due_at);
    EXPECT_EQ(settlement.put_timers[0].fired_for, base::parse_time("1960-01-01T00:00:00Z"));
}

TEST_F(Outbound, ATimerThatFiredDoesNotFireAgainAndKeepsThatInMind) {
    StepBench bench{waiting};
    store::Timer& timer = bench.store.known.timers[{"f", "k/e1"}];
    timer.fired_for = base::parse_time("1960-01-01T00:00:00Z");
    timer.due_at = base::parse_time("2200-01-01T00:00:00Z");
    bench.add("e1", at("1960-01-01T00:00:00Z"));
    go(bench);
    EXPECT_TRUE(bench.org.written.empty());
    const store::Settlement settlement = bench.settlement();
    ASSERT_EQ(settlement.put_timers.size(), 1U) << "what it waited for holds no more";
    EXPECT_FALSE(settlement.put_timers[0].due_at);
    EXPECT_EQ(settlement.put_timers[0].fired_for, timer.fired_for);
}

TEST_F(Outbound, ATaskThatIsNotDoneLeavesItsTimersAlone) {
    StepBench bench{waiting};
    bench.org.on_row = [](const Json&) {
        FakeOrg::Row row;
        row.remedy = salesforce::Remedy::retry;
        row.error.code = "UNABLE_TO_LOCK_ROW";
        return row;
    };
    bench.add("e1", at("1960-01-01T00:00:00Z"));
    go(bench);
    const store::Settlement settlement = bench.settlement();
    EXPECT_EQ(settlement.put_runs.size(), 1U);
    EXPECT_TRUE(settlement.put_timers.empty());
    EXPECT_TRUE(settlement.clear_timers.empty());
}

const std::string approving = R"(
flow: f
on: x
steps:
  - hold: big
    by: finance
    for: 2d
    then: go
  - { record: Parent__c, key: { Key__c: "${ .id }" }, create: { Name: it } }
)";

TEST_F(Outbound, AHoldSaysWhoDecidesUntilWhenAndWhatThen) {
    StepBench bench{approving};
    bench.add("e1");
    go(bench);
    const store::Settlement settlement = bench.settlement();
    ASSERT_EQ(settlement.put_runs.size(), 1U);
    const store::Run& run = settlement.put_runs[0];
    EXPECT_EQ(run.state, RunState::held);
    EXPECT_EQ(run.until, run.since + std::chrono::hours{48});
    EXPECT_EQ(run.detail.at(store::detail_approval), "e1/1");
    EXPECT_EQ(run.detail.at("by"), "finance");
    EXPECT_EQ(run.detail.at("then"), "go");
}

TEST_F(Outbound, APersonsWordLetsTheRestGoOn) {
    StepBench bench{approving};
    bench.store.known.approvals[{"f", "e1/1"}].decision = store::Decision::go;
    bench.add("e1");
    go(bench);
    EXPECT_EQ(bench.org.written.size(), 1U);
    EXPECT_TRUE(bench.settlement().put_runs.empty());

    StepBench stopped{approving};
    stopped.store.known.approvals[{"f", "e1/1"}].decision = store::Decision::stop;
    stopped.add("e1");
    go(stopped);
    EXPECT_TRUE(stopped.org.written.empty());
    EXPECT_TRUE(stopped.settlement().put_runs.empty());
}

TEST_F(Outbound, TheEndOfItsTimeDecidesUnlessAPersonDid) {
    StepBench bench{approving};
    bench.batch.decided_by_time[{"f", "e1/1"}].decision = store::Decision::go;
    bench.add("e1");
    go(bench);
    EXPECT_EQ(bench.org.written.size(), 1U);

    StepBench stopped{approving};
    stopped.batch.decided_by_time[{"f", "e1/1"}].decision = store::Decision::go;
    stopped.store.known.approvals[{"f", "e1/1"}].decision = store::Decision::stop;
    stopped.add("e1");
    go(stopped);
    EXPECT_TRUE(stopped.org.written.empty());
}

TEST_F(Outbound, TheAnswersThatAPlanWasMadeOfAreKept) {
    StepBench bench{approving};
    bench.store.known.approvals[{"f", "e1/1"}].decision = store::Decision::go;
    bench.add("e1");
    go(bench);
    EXPECT_EQ(bench.settlement().put_known.size(), 1U);
    EXPECT_EQ(bench.batch.tasks[0].answers.size(), 2U) << bench.batch.tasks[0].answers;
    bench.settings.keep_answers = runtime::Duration{0};
    ASSERT_TRUE(bench.decide());
    EXPECT_TRUE(bench.batch.tasks[0].answers.empty());
}

} // namespace
} // namespace paysync::sync
