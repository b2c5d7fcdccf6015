// Approvals, calls, groups, known answers, the audit: written with a settlement, read by their keys.
#include "store_world.hpp"

namespace paysync::store {
namespace {

Approval an_approval(const std::string& key, Decision decision = Decision::go) {
    Approval approval;
    approval.flow = "approve";
    approval.key = key;
    approval.payment = "pay_1";
    approval.decision = decision;
    approval.by = "anna";
    approval.at = at(1800);
    return approval;
}

OutboundCall a_call(const std::string& key, CallState state = CallState::intent) {
    OutboundCall call;
    call.kind = CallKind::notify;
    call.target = "slack";
    call.key = key;
    call.flow = "tell";
    call.event_seq = 1;
    call.payment = "pay_1";
    call.step = "say";
    call.state = state;
    call.attempts = 1;
    call.body = Json{{"text", "Zoë paid"}};
    call.detail = Json{{"status", 200}};
    call.at = at(1900);
    return call;
}

AuditEntry an_entry(const std::string& what) {
    AuditEntry entry;
    entry.at = at(2100);
    entry.by = "anna";
    entry.what = what;
    entry.detail = Json{{"id", "pay_1"}};
    return entry;
}

class StoreOwn : public StoreContract {
protected:
    OwnAnswers own(const OwnQuestions& questions) { return world.await(world.store().own(questions)).value(); }
    std::map<GroupKey, GroupMembers> members(const std::vector<GroupKey>& groups) {
        return world.await(world.store().group_members(groups)).value();
    }
    std::vector<AuditEntry> audit(std::int64_t after = 0, std::size_t limit = 100) {
        return world.await(world.store().audit(after, limit)).value();
    }
};
INSTANTIATE_TEST_SUITE_P(On, StoreOwn, testing::ValuesIn(media()), medium_name);

TEST_P(StoreOwn, ApprovalsAreKeptByFlowAndKeyAndReplaced) {
    Settlement settlement;
    settlement.put_approvals = {an_approval("a"), an_approval("b", Decision::stop)};
    settle(settlement);
    Settlement again;
    again.put_approvals = {an_approval("a", Decision::stop)};
    again.put_approvals[0].by = "bert";
    settle(again);
    reopen();

    OwnQuestions questions;
    questions.approvals = {{"approve", "a"}, {"approve", "b"}, {"approve", "c"}, {"other", "a"}};
    const auto found = own(questions).approvals;

    ASSERT_EQ(found.size(), 2U);
    const Approval& a = found.at({"approve", "a"});
    EXPECT_EQ(a.decision, Decision::stop);
    EXPECT_EQ(a.by, "bert");
    EXPECT_EQ(a.at, at(1800));
    EXPECT_EQ(a.payment, "pay_1");
    EXPECT_EQ(found.at({"approve", "b"}).by, "anna");
}

TEST_P(StoreOwn, CallsGoFromIntentToOutcome) {
    const CallKey key{CallKind::notify, "slack", "k1"};
    OwnQuestions questions;
    questions.calls = {key, {CallKind::invoke, "slack", "k1"}, {CallKind::notify, "other", "k1"}};
    Settlement intent;
    intent.put_calls = {a_call("k1"), a_call("k2")};
    settle(intent);
    reopen();
    ASSERT_EQ(own(questions).calls.size(), 1U);
    EXPECT_EQ(own(questions).calls.at(key).state, CallState::intent);
    EXPECT_EQ(world.await(world.store().counts()).value().calls_open, 2);

    Settlement outcome;
    outcome.put_calls = {a_call("k1", CallState::done), a_call("k2", CallState::failed)};
    outcome.put_calls[0].attempts = 3;
    settle(outcome);

    const OutboundCall done = own(questions).calls.at(key);
    EXPECT_EQ(done.state, CallState::done);
    EXPECT_EQ(done.kind, CallKind::notify);
    EXPECT_EQ(done.flow, "tell");
    EXPECT_EQ(done.event_seq, 1);
    EXPECT_EQ(done.step, "say");
    EXPECT_EQ(done.attempts, 3);
    EXPECT_EQ(done.body, (Json{{"text", "Zoë paid"}}));
    EXPECT_EQ(done.detail, (Json{{"status", 200}}));
    EXPECT_EQ(done.at, at(1900));
    EXPECT_EQ(world.await(world.store().counts()).value().calls_open, 0);
}

TEST_P(StoreOwn, CallsAndApprovalsBelongToTheStoryOfTheirPayment) {
    append(an_event("evt_1"));
    Settlement settlement;
    settlement.put_calls = {a_call("mine"), a_call("other")};
    settlement.put_calls[0].event_seq = seq_of("evt_1");
    settlement.put_calls[1].event_seq = 4711;
    settlement.put_calls[1].payment = "pay_2";
    settlement.put_approvals = {an_approval("mine"), an_approval("other")};
    settlement.put_approvals[1].payment = "pay_2";
    settle(settlement);

    for (const char* id : {"pay_1", "evt_1"}) {
        const Story story = world.await(world.store().story(id)).value();
        ASSERT_EQ(story.calls.size(), 1U) << id;
        EXPECT_EQ(story.calls[0].key, "mine");
        ASSERT_EQ(story.approvals.size(), 1U) << id;
        EXPECT_EQ(story.approvals[0].key, "mine");
    }
}

TEST_P(StoreOwn, GroupsHaveMembersThatComeChangeAndGo) {
    const GroupKey order{"order", "o1"};
    const GroupKey other{"subscription", "o1"};
    Settlement settlement;
    settlement.put_members = {
        {order, "pay_1", Json{{"n", 1}}}, {order, "pay_2", Json{{"n", 2}}}, {other, "pay_1", Json{{"n", 3}}}};
    settle(settlement);
    Settlement change;
    change.drop_members = {{order, "pay_2"}, {order, "never was"}, {other, "pay_1"}};
    change.put_members = {
        {order, "pay_1", Json{{"n", 10}}}, {order, "pay_3", nullptr}, {other, "pay_1", Json{{"n", 4}}}};
    settle(change);
    reopen();

    const std::map<GroupKey, GroupMembers> expected{{order, {{"pay_1", Json{{"n", 10}}}, {"pay_3", nullptr}}},
                                                    {other, {{"pay_1", Json{{"n", 4}}}}}};
    EXPECT_EQ(members({order, other, order, {"order", "none"}}), expected) << "drops come before puts";
    EXPECT_EQ(members({}), (std::map<GroupKey, GroupMembers>{}));

    const std::vector<std::string> payments{"pay_1", "pay_2"};
    const auto around = world.await(world.store().surroundings(payments, {})).value();
    EXPECT_EQ(around.memberships, (std::map<std::string, std::vector<GroupKey>>{{"pay_1", {order, other}}}));
}

TEST_P(StoreOwn, KnownAnswersAreThoseOfTheNewestEvaluationUntilTheyAreForgotten) {
    const std::string bytes("\0\xff\x1f zstd", 8);
    Settlement settlement;
    settlement.put_known = {{1, "b", at(100), "old"}, {1, "a", at(100), bytes}, {2, "a", at(300), "x"}};
    settle(settlement);
    Settlement newer;
    newer.put_known = {{1, "b", at(200), "new"}};
    settle(newer);
    reopen();

    const std::vector<std::int64_t> both{2, 1, 2};
    const auto found = world.await(world.store().known(both)).value();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].event_seq, 1);
    EXPECT_EQ(found[0].flow, "a");
    EXPECT_EQ(found[0].answers, bytes);
    EXPECT_EQ(found[1].answers, "new");
    EXPECT_EQ(found[1].at, at(200));
    EXPECT_EQ(found[2].event_seq, 2);

    Settlement forget;
    forget.forget_known_before = at(300);
    forget.put_known = {{3, "a", at(50), "put with it"}};
    settle(forget);
    const std::vector<std::int64_t> all{1, 2, 3};
    EXPECT_EQ(world.await(world.store().known(all)).value().size(), 2U);
}

TEST_P(StoreOwn, TheAuditIsAChainOfHashes) {
    Settlement settlement;
    settlement.audit = {an_entry("hold"), an_entry("release")};
    settle(settlement);
    reopen();
    Settlement more;
    more.audit = {an_entry("replay")};
    more.audit[0].hash = "is the store's";
    settle(more);

    const auto found = audit();
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[2].what, "replay");
    EXPECT_EQ(found[2].by, "anna");
    EXPECT_EQ(found[2].at, at(2100));
    EXPECT_EQ(found[2].detail, (Json{{"id", "pay_1"}}));
    std::string previous;
    for (const AuditEntry& entry : found) {
        EXPECT_EQ(entry.hash, audit_hash(previous, entry)) << entry.what;
        previous = entry.hash;
    }
    AuditEntry changed = found[1];
    changed.by = "nobody";
    EXPECT_NE(audit_hash(found[0].hash, changed), found[1].hash);
    EXPECT_NE(audit_hash("", found[1]), found[1].hash) << "a row that was taken out shows";
    ASSERT_EQ(audit(found[0].id, 1).size(), 1U);
    EXPECT_EQ(audit(found[0].id, 1)[0].what, "release");
}

TEST_P(StoreOwn, ASettlementThatFailsLeavesNothingOfItselfInAnyTable) {
    Settlement broken;
    broken.put_approvals = {an_approval("a")};
    broken.put_calls = {a_call("k")};
    broken.put_members = {{{"order", "o"}, "pay_1", 1}};
    broken.put_known = {{1, "a", at(1), "x"}};
    broken.audit = {an_entry("hold")};
    broken.put_runs = {a_run(4711, "of no event")};

    EXPECT_FALSE(world.await(world.store().settle(broken)).has_value());

    OwnQuestions questions;
    questions.approvals = {{"approve", "a"}};
    questions.calls = {{CallKind::notify, "slack", "k"}};
    EXPECT_TRUE(own(questions).approvals.empty());
    EXPECT_TRUE(own(questions).calls.empty());
    EXPECT_TRUE(members({{"order", "o"}}).empty());
    const std::vector<std::int64_t> one{1};
    EXPECT_TRUE(world.await(world.store().known(one)).value().empty());
    EXPECT_TRUE(audit().empty());
}

TEST_P(StoreOwn, EventsAreReadFromATimeOnInPages) {
    for (int i = 1; i <= 6; ++i) append(an_event("evt_" + std::to_string(i), "pay_1", at(100 * i)));
    append(an_event("evt_old", "pay_1", at(50)));
    const auto since = [&](WallTime received, std::int64_t after, std::size_t limit) {
        std::vector<std::string> ids;
        for (const auto& event : world.await(world.store().events_since(received, after, limit)).value())
            ids.push_back(event.id);
        return ids;
    };
    using Ids = std::vector<std::string>;

    EXPECT_EQ(since(at(302), 0, 2), (Ids{"evt_3", "evt_4"})) << "received two seconds after they happened";
    EXPECT_EQ(since(at(302), seq_of("evt_4"), 10), (Ids{"evt_5", "evt_6"}));
    EXPECT_EQ(since(at(302), 1, 1), (Ids{"evt_3"}));
    EXPECT_EQ(since(at(0), 0, 100).size(), 7U);
    EXPECT_EQ(since(at(1000), 0, 100), Ids{});
}

TEST_P(StoreOwn, RunsAreFoundByKeyAndByWhatTheyHaveInCommon) {
    append(an_event("evt_1"));
    append(an_event("evt_2"));
    const auto first = seq_of("evt_1");
    const auto second = seq_of("evt_2");
    store::Run odd = a_run(second, "a", RunState::dead);
    odd.cause = "several";
    odd.since = at(9000);
    Settlement settlement;
    settlement.put_runs = {a_run(first, "a", RunState::dead), a_run(first, "b", RunState::held), odd};
    settle(settlement);
    const auto runs = [&](const RunFilter& filter) {
        std::vector<RunKey> keys;
        for (const auto& one : world.await(world.store().runs(filter, 10)).value())
            keys.push_back({one.run.event_seq, one.run.flow});
        return keys;
    };
    using Keys = std::vector<RunKey>;

    EXPECT_EQ(runs({}), (Keys{{second, "a"}, {first, "a"}, {first, "b"}}));
    EXPECT_EQ(runs(RunState::dead), (Keys{{second, "a"}, {first, "a"}}));
    RunFilter filter;
    filter.flow = "a";
    EXPECT_EQ(runs(filter), (Keys{{second, "a"}, {first, "a"}}));
    filter.cause = "several";
    EXPECT_EQ(runs(filter), (Keys{{second, "a"}}));
    filter.state = RunState::held;
    EXPECT_EQ(runs(filter), Keys{});
    RunFilter recent;
    recent.since = at(9000);
    EXPECT_EQ(runs(recent), (Keys{{second, "a"}}));

    const auto found = world.await(world.store().run_of({first, "b"})).value();
    ASSERT_TRUE(found);
    EXPECT_EQ(found->run.state, RunState::held);
    EXPECT_EQ(found->event.id, "evt_1");
    EXPECT_FALSE(world.await(world.store().run_of({first, "c"})).value());
}

} // namespace
} // namespace paysync::store
