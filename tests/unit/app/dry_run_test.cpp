// What `paysync plan` and `paysync test` make of events.
#include "app/dry_run.hpp"
#include "app/dry_run_report.hpp"
#include "app/flow_files.hpp"
#include "app/heard_events.hpp"

#include "scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::app {
namespace {

using base::Json;
using ::testing::HasSubstr;

const char* const sale_flow = "flow: sale\n"
                              "on: [payment_captured]\n"
                              "when: ${ .payment.captured > 0 }\n"
                              "steps:\n"
                              "  - name: buyer\n"
                              "    record: Person\n"
                              "    key: { Key__c: '${ .customer.key }' }\n"
                              "    create: { Name: '${ .customer.email }' }\n"
                              "  - record: Sale\n"
                              "    key: { Payment__c: '${ .payment.id }' }\n"
                              "    none: create\n"
                              "    set: { Amount: '${ money(.payment.captured) }', Buyer__c: '${ $buyer.Id }' }\n";

const base::WallTime now = *base::parse_time("2026-11-23T12:00:00Z");

checkout::Event event(const std::string& body) {
    return checkout::read_event(body, now).value();
}

checkout::Event approved() {
    return event(R"({"id":"evt_a","type":"payment_approved","created_on":"2026-11-23T10:00:00Z","data":{"id":"pay_1",
        "action_id":"act_1","amount":1050,"currency":"EUR","customer":{"id":"cus_1","email":"a@b.de"}}})");
}

checkout::Event captured() {
    return event(R"({"id":"evt_c","type":"payment_captured","created_on":"2026-11-23T11:00:00Z","data":{"id":"pay_1",
        "action_id":"act_2","amount":1050,"currency":"EUR"}})");
}

class DryRuns : public ::testing::Test {
protected:
    std::shared_ptr<const flow::FlowSet> load() {
        folder.write("flows/sale.yaml", sale_flow);
        auto loaded = load_flows(with_folder(files, folder.path() / "flows"), problems);
        return loaded;
    }

    DryRun run(MemoryOrg& org, const AskOrg& ask = {}) {
        const auto flows = load();
        EXPECT_TRUE(flows) << problems.text();
        HeardEvents heard;
        heard.hear(captured());
        heard.hear(approved());
        const auto input = heard.input(captured(), now);
        auto done = dry_run(flows, input, "payment_captured", org, ask);
        EXPECT_TRUE(done);
        report = to_report(*done, *flows, captured());
        json = to_json(*done, *flows, captured());
        return *done;
    }

    ScratchFolder folder;
    FlowFiles files;
    yaml::Problems problems;
    std::string report;
    Json json;
};

TEST_F(DryRuns, ShowWhatWouldBeCreatedInAnEmptyOrg) {
    MemoryOrg org;
    const DryRun done = run(org);
    ASSERT_EQ(done.flows.size(), 1U);
    ASSERT_EQ(done.flows[0].writes.size(), 2U);
    EXPECT_EQ(done.flows[0].writes[1].fields.at("Amount"), "10.50");
    EXPECT_EQ(done.stages, 1U);
    EXPECT_THAT(report, HasSubstr("create Person"));
    EXPECT_THAT(report, HasSubstr("the Id of the new Person"));
    EXPECT_EQ(json.at("flows").at(0).at("writes").size(), 2U);
}

TEST_F(DryRuns, ShowNothingForRecordsThatAreAsTheyShouldBe) {
    MemoryOrg org;
    ASSERT_TRUE(org.add(base::parse_json(R"({"Person": [{"Id": "P1", "Key__c": "cus_1", "Name": "a@b.de"}],
        "Sale": [{"Id": "S1", "Payment__c": "pay_1", "Amount": "10.50", "Buyer__c": "P1"}]})")
                            .value()));
    const DryRun done = run(org);
    EXPECT_TRUE(done.flows[0].writes.empty()) << report;
    EXPECT_EQ(done.stages, 0U);
}

TEST_F(DryRuns, CountTheCallsOfQuestionsAndWrites) {
    MemoryOrg org;
    std::size_t asked = 0;
    const AskOrg ask = [&](const std::vector<flow::Question>& questions) -> base::Result<std::vector<flow::Answer>> {
        ++asked;
        return std::vector<flow::Answer>(questions.size());
    };
    const DryRun done = run(org, ask);
    EXPECT_EQ(done.rounds, asked);
    EXPECT_EQ(done.calls, asked + 1);
}

TEST_F(DryRuns, EndWithTheReasonWhenTheOrgDoesNotAnswer) {
    MemoryOrg org;
    const AskOrg ask = [](const std::vector<flow::Question>&) -> base::Result<std::vector<flow::Answer>> {
        return base::Error{base::Errc::unavailable, "away"};
    };
    HeardEvents heard;
    heard.hear(captured());
    heard.hear(approved());
    const auto flows = load();
    ASSERT_TRUE(flows) << problems.text();
    const auto input = heard.input(captured(), now);
    const auto done = dry_run(flows, input, "payment_captured", org, ask);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().detail, "away");
}

TEST_F(DryRuns, ReportThatNoFlowIsTriggered) {
    MemoryOrg org;
    const auto flows = load();
    ASSERT_TRUE(flows);
    HeardEvents heard;
    heard.hear(approved());
    const auto done = dry_run(flows, heard.input(approved(), now), "payment_approved", org, {});
    ASSERT_TRUE(done);
    EXPECT_THAT(to_report(*done, *flows, approved()), HasSubstr("No flow is triggered"));
}

TEST_F(DryRuns, NamesInTheConfigurationMustBeThoseOfFlows) {
    files.mentioned = {{"salee", yaml::Place{"paysync.yaml", 7, 3}}};
    EXPECT_FALSE(load());
    EXPECT_THAT(problems.text(), HasSubstr("paysync.yaml:7:3: error: there is no flow 'salee'"));
    EXPECT_THAT(problems.text(), HasSubstr("'sale'"));
}

TEST_F(DryRuns, AFolderWithoutFlowsIsAMistake) {
    std::filesystem::create_directories(folder.path() / "none");
    EXPECT_FALSE(load_flows(with_folder(files, folder.path() / "none"), problems));
    EXPECT_THAT(problems.text(), HasSubstr("has no flow"));
}

TEST(BuiltInFlows, LoadWithoutAnyFolder) {
    yaml::Problems problems;
    const auto flows = load_flows(FlowFiles{}, problems);
    ASSERT_TRUE(flows) << problems.text();
    EXPECT_FALSE(flows->flows().empty());
}

TEST(HeardEventsViews, AreTheSameInEveryOrderAndHowOftenSoever) {
    HeardEvents one;
    one.hear(approved());
    one.hear(captured());
    HeardEvents other;
    for (int i = 0; i < 2; ++i) {
        other.hear(captured());
        other.hear(approved());
    }
    const auto first = one.inputs(now);
    const auto second = other.inputs(now);
    ASSERT_EQ(first.size(), 2U);
    ASSERT_EQ(second.size(), 2U);
    EXPECT_EQ(first[0].event, second[0].event);
    EXPECT_EQ(first[1].event, second[1].event);
    EXPECT_EQ(first[0].event.at("id"), "evt_a") << "in order of occurrence";
    EXPECT_EQ(first[1].event.at("customer").at("key"), "cus_1") << "a capture names nobody; its payment does";
}

TEST(HeardEventsViews, LeaveTestEventsOut) {
    HeardEvents heard;
    heard.hear(event(R"({"id":"t","type":"payment_captured","isTest":true,"data":{"id":"pay_1"}})"));
    EXPECT_TRUE(heard.inputs(now).empty());
}

} // namespace
} // namespace paysync::app
