// What a settlement promises, and what is read afterwards.
#include "store_world.hpp"

namespace paysync::store {
namespace {

class StoreSettle : public StoreContract {
protected:
    std::vector<std::string> due(WallTime now, std::size_t limit = 100) {
        std::vector<std::string> flows;
        for (const DueRun& one : world.await(world.store().due_runs(now, limit)).value()) {
            EXPECT_EQ(one.event.seq, one.run.event_seq);
            flows.push_back(one.run.flow);
        }
        return flows;
    }
    Surroundings surroundings(std::vector<std::string> payments, std::vector<std::string> customers = {}) {
        return world.await(world.store().surroundings(std::move(payments), std::move(customers))).value();
    }
    std::optional<WallTime> next_due() { return world.await(world.store().next_due()).value(); }
};
INSTANTIATE_TEST_SUITE_P(On, StoreSettle, testing::ValuesIn(media()), medium_name);

TEST_P(StoreSettle, WritesEveryPartOfASettlement) {
    append(an_event("evt_1"));
    append(an_event("evt_2"));
    const auto seq = seq_of("evt_1");
    Settlement settlement;
    settlement.settled_events = {seq};
    settlement.payments["pay_1"] = Json{{"captured", 100}, {"name", "Zoë"}};
    settlement.customers["cus_1"] = Json::array({1, 2});
    settlement.put_runs = {a_run(seq, "capture")};
    settlement.effects = {an_effect(seq, "001A")};

    settle(settlement);
    reopen();

    ASSERT_EQ(unsettled().size(), 1U);
    EXPECT_EQ(unsettled()[0].id, "evt_2");
    const auto found = surroundings({"pay_1", "pay_none"}, {"cus_1", "cus_none"});
    EXPECT_EQ(found.payments, settlement.payments);
    EXPECT_EQ(found.customers, settlement.customers);
    ASSERT_EQ(found.runs.size(), 1U);
    const store::Run& run = found.runs[0].run;
    const store::Run expected = a_run(seq, "capture");
    EXPECT_EQ(run.state, RunState::waiting);
    EXPECT_EQ(run.payment, expected.payment);
    EXPECT_EQ(run.step, expected.step);
    EXPECT_EQ(run.cause, expected.cause);
    EXPECT_EQ(run.reason, expected.reason);
    EXPECT_EQ(run.detail, expected.detail);
    EXPECT_EQ(run.attempts, expected.attempts);
    EXPECT_EQ(run.since, expected.since);
    EXPECT_EQ(run.ready_at, expected.ready_at);
    EXPECT_EQ(found.runs[0].event.body, an_event("evt_1").body);
    const Story story = world.await(world.store().story("evt_1")).value();
    ASSERT_EQ(story.effects.size(), 1U);
    const Effect& effect = story.effects[0];
    EXPECT_EQ(effect.flow_version, "abc123");
    EXPECT_EQ(effect.object, "Thing__c");
    EXPECT_EQ(effect.rule, "by key");
    EXPECT_EQ(effect.outcome, "created");
    EXPECT_EQ(effect.values, (Json{{"Amount", 12.5}}));
    EXPECT_EQ(effect.old_values, (Json{{"Amount", nullptr}}));
    EXPECT_EQ(effect.at, at(1700));
}

TEST_P(StoreSettle, ReplacesStatesAndRunsAndDropsRuns) {
    append(an_event("evt_1"));
    const auto seq = seq_of("evt_1");
    Settlement first;
    first.payments["pay_1"] = Json{{"v", 1}};
    first.put_runs = {a_run(seq, "a"), a_run(seq, "b"), a_run(seq, "c")};
    settle(first);
    Settlement second;
    second.payments["pay_1"] = Json{{"v", 2}};
    second.put_runs = {a_run(seq, "a", RunState::dead), a_run(seq, "c", RunState::waiting, at(9000))};
    second.drop_runs = {RunKey{seq, "b"}, RunKey{seq, "c"}, RunKey{seq, "never was"}};

    settle(second);

    const auto found = surroundings({"pay_1"});
    EXPECT_EQ(found.payments.at("pay_1"), (Json{{"v", 2}}));
    ASSERT_EQ(found.runs.size(), 1U) << "a is dead, b dropped, c replaced";
    EXPECT_EQ(found.runs[0].run.flow, "c");
    EXPECT_EQ(next_due(), at(9000));
    const auto counts = world.await(world.store().counts()).value();
    EXPECT_EQ(counts.dead, 1);
    EXPECT_EQ(counts.waiting, 1);
}

TEST_P(StoreSettle, GivesASettlementThatContradictsTheTablesItsOwnErrorAndHarmsNoNeighbour) {
    append(an_event("evt_1"));
    const auto seq = seq_of("evt_1");
    Settlement good;
    good.settled_events = {seq};
    good.effects = {an_effect(seq, "001A")};
    Settlement bad;
    bad.payments["pay_bad"] = Json::object();
    bad.effects = {an_effect(seq, "001B")};
    bad.put_runs = {a_run(seq + 1000, "capture")}; // of an event that does not exist
    std::vector<Task<Result<void>>> tasks;
    tasks.push_back(world.store().settle(bad));
    tasks.push_back(world.store().settle(good));

    const auto results = world.await_all(std::move(tasks));

    ASSERT_FALSE(results[0]);
    EXPECT_EQ(results[0].error().code, base::Errc::internal);
    EXPECT_TRUE(results[1]);
    EXPECT_TRUE(unsettled().empty());
    EXPECT_TRUE(surroundings({"pay_bad"}).payments.empty()) << "all of it or nothing";
    EXPECT_EQ(world.await(world.store().counts()).value().effects_created, 1);
}

TEST_P(StoreSettle, GivesDueRunsTheLongestReadyFirst) {
    for (int i = 1; i <= 3; ++i) append(an_event("evt_" + std::to_string(i)));
    Settlement settlement;
    settlement.put_runs = {
        a_run(seq_of("evt_1"), "late", RunState::waiting, at(300)),
        a_run(seq_of("evt_2"), "early", RunState::waiting, at(100)),
        a_run(seq_of("evt_3"), "middle", RunState::waiting, at(200)),
        a_run(seq_of("evt_1"), "held", RunState::held, at(50)),
        a_run(seq_of("evt_2"), "dead", RunState::dead, at(50)),
    };
    EXPECT_EQ(next_due(), std::nullopt);
    settle(settlement);

    EXPECT_EQ(next_due(), at(100));
    EXPECT_EQ(due(at(99)), (std::vector<std::string>{}));
    EXPECT_EQ(due(at(100)), (std::vector<std::string>{"early"}));
    EXPECT_EQ(due(at(1000)), (std::vector<std::string>{"early", "middle", "late"}));
    EXPECT_EQ(due(at(1000), 2), (std::vector<std::string>{"early", "middle"}));
}

TEST_P(StoreSettle, PagesThroughUnsettledEvents) {
    for (int i = 0; i < 10; ++i) append(an_event("evt_" + std::to_string(i)));
    Settlement settlement;
    settlement.settled_events = {seq_of("evt_0"), seq_of("evt_4")};
    settle(settlement);

    const auto first = world.await(world.store().unsettled(0, 4)).value();
    ASSERT_EQ(first.size(), 4U);
    EXPECT_EQ(first[0].id, "evt_1");
    EXPECT_EQ(first[3].id, "evt_5");
    const auto second = world.await(world.store().unsettled(first.back().seq, 100)).value();
    ASSERT_EQ(second.size(), 4U);
    EXPECT_EQ(second[0].id, "evt_6");
}

TEST_P(StoreSettle, ShowsOnlyTheSettledEventsOfAPaymentInTheOrderInWhichTheyHappened) {
    append(an_event("evt_late", "pay_1", at(300)));
    append(an_event("evt_early", "pay_1", at(100)));
    append(an_event("evt_same", "pay_1", at(300)));
    append(an_event("evt_open", "pay_1", at(200)));
    append(an_event("evt_other", "pay_2", at(200)));
    Settlement settlement;
    for (const char* id : {"evt_late", "evt_early", "evt_same", "evt_other"})
        settlement.settled_events.push_back(seq_of(id));
    settle(settlement);

    const auto found = surroundings({"pay_1", "pay_1", "pay_none"});

    ASSERT_EQ(found.settled_events.size(), 1U);
    const auto& events = found.settled_events.at("pay_1");
    ASSERT_EQ(events.size(), 3U);
    EXPECT_EQ(events[0].id, "evt_early");
    EXPECT_EQ(events[1].id, "evt_late");
    EXPECT_EQ(events[2].id, "evt_same");
    EXPECT_EQ(events[0].body, an_event("evt_early").body);
    EXPECT_TRUE(events[0].settled);
}

TEST_P(StoreSettle, FindsTheSurroundingsOfThousandsOfPayments) {
    Settlement settlement;
    std::vector<std::string> payments;
    std::vector<std::string> customers;
    for (int i = 0; i < 5000; ++i) {
        payments.push_back("pay_" + std::to_string(i));
        customers.push_back("cus_" + std::to_string(i));
        if (i % 2 == 0) settlement.payments[payments.back()] = Json{{"n", i}};
        if (i % 5 == 0) settlement.customers[customers.back()] = Json{{"n", i}};
    }
    settle(settlement);

    const auto found = surroundings(payments, customers);

    EXPECT_EQ(found.payments.size(), 2500U);
    EXPECT_EQ(found.customers.size(), 1000U);
    EXPECT_EQ(found.payments.at("pay_4998"), (Json{{"n", 4998}}));
}

TEST_P(StoreSettle, GivesTheStatesOfThePaymentsThatExist) {
    Settlement settlement;
    settlement.payments["pay_1"] = Json{{"n", 1}};
    settlement.payments["pay_2"] = Json{{"n", 2}};
    settle(settlement);

    std::vector<std::string> ids{"pay_1", "pay_none", "pay_1"};
    const auto found = world.await(world.store().payments(ids)).value();

    EXPECT_EQ(found, (std::map<std::string, Json>{{"pay_1", Json{{"n", 1}}}}));
}

TEST_P(StoreSettle, ListsTheNewestEventsFirst) {
    for (int i = 0; i < 5; ++i) append(an_event("evt_" + std::to_string(i)));
    Settlement settlement;
    settlement.settled_events = {seq_of("evt_4")};
    settle(settlement);

    const auto found = world.await(world.store().recent(2)).value();

    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].id, "evt_4");
    EXPECT_EQ(found[1].id, "evt_3");
}

TEST_P(StoreSettle, ReadsBackStatesOfAnyDepth) {
    Json deep = 1;
    for (int i = 0; i < 1000; ++i) deep = Json::array({deep});
    Settlement settlement;
    settlement.payments["pay_1"] = deep;
    settle(settlement);

    EXPECT_EQ(surroundings({"pay_1"}).payments.at("pay_1"), deep);
}

TEST_P(StoreSettle, TellsTheStoryOfAPaymentAnEventAndARecord) {
    append(an_event("evt_1", "pay_1", at(200)));
    append(an_event("evt_2", "pay_1", at(100)));
    append(an_event("evt_3", "pay_2", at(300)));
    append(an_event("evt_nobody", "", at(300)));
    Settlement settlement;
    settlement.put_runs = {a_run(seq_of("evt_1"), "capture", RunState::held)};
    settlement.effects = {an_effect(seq_of("evt_1"), "001A"), an_effect(seq_of("evt_2"), "006B", "updated"),
                          an_effect(seq_of("evt_3"), "001A", "unchanged")};
    settlement.effects[2].payment = "pay_2";
    settle(settlement);
    const auto story = [&](const std::string& id) { return world.await(world.store().story(id)).value(); };

    const Story payment = story("pay_1");
    ASSERT_EQ(payment.events.size(), 2U);
    EXPECT_EQ(payment.events[0].id, "evt_2") << "in order of occurrence";
    ASSERT_EQ(payment.effects.size(), 2U);
    EXPECT_EQ(payment.effects[0].record_id, "001A");
    EXPECT_EQ(payment.effects[1].outcome, "updated");
    EXPECT_EQ(payment.runs.size(), 1U);

    const Story event = story("evt_2");
    ASSERT_EQ(event.events.size(), 1U);
    ASSERT_EQ(event.effects.size(), 1U);
    EXPECT_EQ(event.effects[0].record_id, "006B");
    EXPECT_TRUE(event.runs.empty());

    const Story record = story("001A");
    ASSERT_EQ(record.events.size(), 2U);
    EXPECT_EQ(record.events[1].id, "evt_3");
    EXPECT_EQ(record.effects.size(), 2U);
    EXPECT_EQ(record.runs.size(), 1U);

    EXPECT_TRUE(story("nobody").events.empty());
    EXPECT_TRUE(story("").events.empty()) << "nothing, not all that speaks of no payment";
}

TEST_P(StoreSettle, CountsWhatThereIs) {
    const auto counts = [&] { return world.await(world.store().counts()).value(); };
    EXPECT_EQ(counts().events, 0);
    EXPECT_EQ(counts().oldest_unsettled, std::nullopt);
    append(an_event("evt_1", "pay_1", at(300)));
    append(an_event("evt_2", "pay_1", at(100)));
    append(an_event("evt_2", "pay_1", at(100)));
    append(an_event("evt_3", "pay_1", at(50)));
    Settlement settlement;
    settlement.settled_events = {seq_of("evt_3"), seq_of("evt_3")};
    settlement.put_runs = {a_run(seq_of("evt_1"), "a"), a_run(seq_of("evt_1"), "b", RunState::held),
                           a_run(seq_of("evt_2"), "", RunState::dead)};
    settlement.effects = {an_effect(1, "1"), an_effect(1, "2"), an_effect(1, "3", "updated"),
                          an_effect(1, "4", "unchanged")};
    settle(settlement);
    reopen();

    const Counts found = counts();
    EXPECT_EQ(found.events, 3);
    EXPECT_EQ(found.unsettled, 2);
    EXPECT_EQ(found.oldest_unsettled, at(102)) << "by the time of receipt";
    EXPECT_EQ(found.waiting, 1);
    EXPECT_EQ(found.held, 1);
    EXPECT_EQ(found.dead, 1);
    EXPECT_EQ(found.effects_created, 2);
    EXPECT_EQ(found.effects_updated, 1);
    EXPECT_EQ(found.effects_unchanged, 1);
}

TEST_P(StoreSettle, ListsRunsOfAStateTheNewestFirst) {
    append(an_event("evt_1"));
    append(an_event("evt_2"));
    store::Run old = a_run(seq_of("evt_2"), "old", RunState::dead);
    old.since = at(10);
    store::Run young = a_run(seq_of("evt_1"), "young", RunState::dead);
    young.since = at(20);
    Settlement settlement;
    settlement.put_runs = {old, young, a_run(seq_of("evt_1"), "other", RunState::held)};
    settle(settlement);

    const auto dead = world.await(world.store().runs(RunState::dead, 10)).value();
    ASSERT_EQ(dead.size(), 2U);
    EXPECT_EQ(dead[0].run.flow, "young");
    EXPECT_EQ(dead[0].event.id, "evt_1");
    EXPECT_EQ(dead[1].run.flow, "old");
    EXPECT_EQ(world.await(world.store().runs(RunState::dead, 1)).value().size(), 1U);
}

TEST_P(StoreSettle, OfNothingIsAnsweredAndCountsNowhere) {
    settle(Settlement{});

    EXPECT_EQ(world.metrics().value("paysync_commit_seconds"), 0);
    append(an_event("evt_1"));
    EXPECT_EQ(world.metrics().value("paysync_commit_seconds"), 1);
}

TEST_P(StoreSettle, AnswersMoreReadsAtOnceThanItHasConnections) {
    for (int i = 0; i < 20; ++i) append(an_event("evt_" + std::to_string(i)));
    std::vector<Task<Result<std::vector<StoredEvent>>>> tasks;
    for (std::size_t i = 0; i < 50; ++i) tasks.push_back(world.store().unsettled(0, i + 1));

    const auto results = world.await_all(std::move(tasks));

    for (std::size_t i = 0; i < results.size(); ++i)
        EXPECT_EQ(results[i].value().size(), std::min<std::size_t>(i + 1, 20));
}

} // namespace
} // namespace paysync::store
