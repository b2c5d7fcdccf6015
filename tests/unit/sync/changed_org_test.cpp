// An org that is not as it was described, and statements and rows that it refuses.
#include "unit/sync/step_bench.hpp"

namespace paysync::sync {
namespace {

using flow::Json;
using salesforce::Org;
using salesforce::Remedy;

constexpr const char* make_child = R"(
flow: f
description: makes a child for each event
on: [payment_captured]
steps:
  - name: child
    record: Child__c
    key: { Key__c: "${ .id }" }
    create: { Name: "${ .data.name // \"n\" }" }
)";

Org::QueryAnswer refusal(Remedy remedy, const std::string& code) {
    return Org::QueryFailure{remedy, {code, "m", {}}};
}

bool asks_for(const std::string& statement, const std::string& id) {
    return statement.find("'" + id + "'") != std::string::npos;
}

TEST(ChangedOrg, IsAskedAgainByItsNewDescription) {
    StepBench bench{make_child};
    bench.add("e1");
    auto child = std::make_shared<salesforce::ObjectDescription>(*bench.org.described.at("Child__c"));
    child->fields.erase("createddate");
    Descriptions now = bench.org.described;
    now["Child__c"] = child;
    bench.org.on_query = [&](const std::string& statement) {
        if (statement.find("CreatedDate") == std::string::npos) return Org::QueryAnswer{std::vector<Json>{}};
        bench.org.described = now; // as the org does that was described anew on the way
        return refusal(Remedy::decide_anew, "INVALID_FIELD");
    };
    ASSERT_TRUE(bench.decide());
    EXPECT_FALSE(bench.batch.tasks[0].refusal);
    EXPECT_EQ(bench.batch.tasks[0].plan.writes.size(), 1U);
    EXPECT_EQ(bench.batch.descriptions.at("Child__c"), child);
    EXPECT_EQ(bench.org.queries, 2U);
}

TEST(ChangedOrg, IsDecidedOnAgainLaterWhenItGoesOnChanging) {
    StepBench bench{make_child};
    bench.add("e1");
    bench.org.on_query = [](const std::string&) { return refusal(Remedy::decide_anew, "INVALID_FIELD"); };
    ASSERT_TRUE(bench.decide());
    ASSERT_TRUE(bench.batch.tasks[0].refusal);
    EXPECT_EQ(bench.batch.tasks[0].remedy, Remedy::decide_anew);
    EXPECT_EQ(bench.org.queries, 2U);
}

TEST(RefusedStatements, AreHalvedUntilTheBadQuestionStandsAlone) {
    StepBench bench{make_child};
    for (int i = 0; i < 64; ++i) bench.add("e" + std::to_string(i));
    bench.org.on_query = [](const std::string& statement) {
        if (asks_for(statement, "e37")) return refusal(Remedy::give_up, "MALFORMED_QUERY");
        return Org::QueryAnswer{std::vector<Json>{}};
    };
    ASSERT_TRUE(bench.decide());
    for (int i = 0; i < 64; ++i)
        EXPECT_EQ(bench.batch.tasks[static_cast<std::size_t>(i)].refusal.has_value(), i == 37) << i;
    EXPECT_EQ(bench.batch.tasks[37].remedy, Remedy::give_up);
    EXPECT_LE(bench.org.queries, 7U);
}

TEST(RefusedStatements, AreNotHalvedForEver) {
    StepBench bench{make_child};
    for (int i = 0; i < 600; ++i) bench.add("e" + std::to_string(i));
    bench.org.on_query = [](const std::string&) { return refusal(Remedy::give_up, "MALFORMED_QUERY"); };
    ASSERT_TRUE(bench.decide());
    EXPECT_LE(bench.org.queries, 70U);
    std::size_t later = 0;
    for (const FlowTask& task : bench.batch.tasks) {
        ASSERT_TRUE(task.refusal);
        later += task.remedy == Remedy::retry ? 1U : 0U;
    }
    EXPECT_GT(later, 0U) << "who could not be told apart is not given up";
}

TEST(RefusedStatements, ThatSpeakOfTheWholeOrgPauseTheBatch) {
    StepBench bench{make_child};
    bench.add("e1");
    bench.add("e2");
    bench.org.on_query = [](const std::string&) { return refusal(Remedy::pause, "REQUEST_LIMIT_EXCEEDED"); };
    const auto decided = bench.decide();
    ASSERT_FALSE(decided);
    EXPECT_TRUE(decided.error().salesforce);
    EXPECT_NE(decided.error().why.find("REQUEST_LIMIT_EXCEEDED"), std::string::npos);
    EXPECT_EQ(bench.org.queries, 1U);
}

Descriptions with_choices(std::vector<std::string> values) {
    Descriptions descriptions = parent_and_child();
    auto child = std::make_shared<salesforce::ObjectDescription>(*descriptions.at("Child__c"));
    salesforce::Field& name = child->fields.at("name");
    name.type = salesforce::FieldType::picklist;
    name.restricted_picklist = true;
    name.picklist = std::move(values);
    descriptions["Child__c"] = child;
    return descriptions;
}

TEST(ChangedOrg, MayTakeWhatItsOldDescriptionRefuses) {
    StepBench bench{make_child};
    bench.add("e1", {{"name", "Gold"}});
    bench.org.described = with_choices({"Silver"});
    bench.org.described_anew = with_choices({"Silver", "Gold"});
    ASSERT_TRUE(bench.decide());
    ASSERT_TRUE(bench.write());
    EXPECT_FALSE(bench.batch.tasks[0].refusal);
    EXPECT_EQ(bench.org.describes_anew, 1U);
    ASSERT_EQ(bench.org.written.size(), 1U);
    EXPECT_EQ(bench.org.written[0]["Name"], "Gold");
}

TEST(ChangedOrg, ThatDidNotChangeRefusesWithoutACall) {
    StepBench bench{make_child};
    bench.add("e1", {{"name", "Gold"}});
    bench.org.described = bench.org.described_anew = with_choices({"Silver"});
    ASSERT_TRUE(bench.decide());
    ASSERT_TRUE(bench.write());
    ASSERT_TRUE(bench.batch.tasks[0].refusal);
    EXPECT_EQ(bench.batch.tasks[0].refusal->cause, "VALUE_DOES_NOT_FIT");
    EXPECT_TRUE(bench.org.written.empty());
}

TEST(ChangedOrg, MakesARowWaitForANewDecision) {
    StepBench bench{make_child};
    bench.add("e1");
    bench.org.on_row = [](const Json&) {
        FakeOrg::Row row;
        row.remedy = Remedy::decide_anew;
        row.error = {"REQUIRED_FIELD_MISSING", "Required fields are missing: [X]", {"X"}};
        return row;
    };
    ASSERT_TRUE(bench.decide());
    ASSERT_TRUE(bench.write());
    FlowTask& task = bench.batch.tasks[0];
    ASSERT_TRUE(task.refusal);
    EXPECT_EQ(task.remedy, Remedy::decide_anew);
    const Surround around = bench.surround();
    const store::Settlement settlement = settlement_of(bench.batch, around);
    ASSERT_EQ(settlement.put_runs.size(), 1U);
    EXPECT_EQ(settlement.put_runs[0].state, store::RunState::waiting);
    EXPECT_EQ(settlement.put_runs[0].ready_at, bench.batch.now) << "at once";
}

} // namespace
} // namespace paysync::sync
