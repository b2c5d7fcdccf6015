// Old and new flows over the same events and the same answers.
#include "app/flow_diff.hpp"
#include "app/flow_diff_report.hpp"
#include "app/heard_events.hpp"

#include <gtest/gtest.h>

namespace paysync::app {
namespace {

using base::Json;

const base::WallTime now = *base::parse_time("2026-11-23T12:00:00Z");

std::shared_ptr<const flow::FlowSet> flows(const std::string& text) {
    yaml::Problems problems;
    auto loaded = flow::FlowSet::load({{"f.yaml", text}}, {}, {}, problems);
    EXPECT_EQ(problems.text(), "");
    return loaded;
}

std::string sale(const std::string& more) {
    return "flow: sale\non: [payment_captured, payment_refunded]\nsteps:\n  - record: Sale\n"
           "    key: { Payment__c: '${ .payment.id }' }\n    create: { Name: Sale }\n" +
           more;
}

checkout::Event event(const std::string& id, const std::string& type = "payment_captured",
                      const std::string& payment = "pay_1") {
    const Json body{{"id", id},
                    {"type", type},
                    {"created_on", "2026-11-20T10:00:00Z"},
                    {"data", {{"id", payment}, {"action_id", "act_" + id}, {"amount", 1050}, {"currency", "EUR"}}}};
    return checkout::read_event(base::to_text(body), now).value();
}

flow::Input input(const checkout::Event& one) {
    HeardEvents heard;
    heard.hear(one);
    return heard.input(one, now);
}

/// The org's answer to a step's key.
KnownThen sale_known(const std::vector<Json>& records, const std::string& payment = "pay_1") {
    KnownThen known;
    const flow::Question question{"Sale", {{"Payment__c", flow::Op::equal, payment, 0}}};
    known.add(question.key(), flow::Answer{records, std::nullopt});
    return known;
}

TEST(FlowDiff, OnlyChangedFlowsAreLookedAt) {
    FlowDiff same{flows(sale("")), flows(sale(""))};
    EXPECT_TRUE(same.changes().empty());
    EXPECT_FALSE(same.concerns("payment_captured"));

    FlowDiff changed{flows(sale("")), flows(sale("    set: { Stage: Won }\n"))};
    EXPECT_EQ(changed.changes(), std::vector<std::string>{"sale changed"});
    EXPECT_TRUE(changed.concerns("payment_captured"));
    EXPECT_FALSE(changed.concerns("payment_approved"));
}

TEST(FlowDiff, ShowsWhatWouldHaveBeenWrittenBeside) {
    FlowDiff diff{flows(sale("    set: { Stage: Won }\n")),
                  flows(sale("    set: { Stage: Won, Amount: '${ money(.payment.captured) }' }\n"))};
    const checkout::Event captured = event("evt_1");
    const auto changes =
        diff.compare(input(captured),
                     sale_known({{{"Id", "a01A"}, {"Payment__c", "pay_1"}, {"Stage", "Open"}, {"Amount", nullptr}}}));
    EXPECT_EQ(to_report(captured, changes), "payment_captured evt_1 of pay_1, 2026-11-20T10:00:00Z\n"
                                            "  sale\n"
                                            "    - update Sale a01A  Stage \"Won\"\n"
                                            "    + update Sale a01A  Amount \"10.50\", Stage \"Won\"\n");
    EXPECT_EQ(to_report(diff.totals()),
              "1 events, 1 of them begin a changed flow; for 1 something else would have been done\n\n"
              "                         now      then\n"
              "  update Sale              1         1\n"
              "  API calls, about         2         2\n");
}

TEST(FlowDiff, WhatBothDoIsNoDifference) {
    FlowDiff diff{flows(sale("    set: { Stage: Won }\n")), flows(sale("    set: { Stage: '${ \"Won\" }' }\n"))};
    EXPECT_TRUE(diff.compare(input(event("evt_1")), sale_known({})).empty());
    EXPECT_EQ(diff.totals().differing, 0U);
    EXPECT_EQ(diff.totals().before.acts.at("create Sale"), 1U);
    EXPECT_EQ(diff.totals().after.acts.at("create Sale"), 1U);
}

TEST(FlowDiff, WhatASideHasMadeItDoesNotMakeAgain) {
    FlowDiff diff{flows(sale("    none: skip\n")), flows(sale("    set: { Stage: '${ .type }' }\n"))};
    diff.compare(input(event("evt_1")), sale_known({}));
    diff.compare(input(event("evt_2")), sale_known({}));
    diff.compare(input(event("evt_3", "payment_refunded")), sale_known({}));
    const DiffTotals& totals = diff.totals();
    EXPECT_TRUE(totals.before.acts.empty());
    EXPECT_EQ(totals.after.acts.at("create Sale"), 1U);
    EXPECT_EQ(totals.after.acts.at("update Sale"), 1U) << "the second capture changes nothing";
}

TEST(FlowDiff, AQuestionThatNobodyAskedIsNotKnown) {
    FlowDiff diff{flows(sale("")), flows(sale("    find: [{ Name: '${ .payment.id }' }]\n"))};
    const checkout::Event captured = event("evt_1");
    const auto changes = diff.compare(input(captured), sale_known({}));
    EXPECT_EQ(to_report(captured, changes), "payment_captured evt_1 of pay_1, 2026-11-20T10:00:00Z\n"
                                            "  sale\n"
                                            "    - create Sale  Name \"Sale\", Payment__c \"pay_1\"\n"
                                            "    + not known then: Sale by Name\n");
    EXPECT_EQ(diff.totals().differing, 0U);
    EXPECT_EQ(diff.totals().not_known, 1U);
    EXPECT_EQ(diff.totals().unknown_questions.at("Sale by Name"), 1U);
    EXPECT_TRUE(diff.totals().before.acts.empty()) << "one side alone would look like a difference";
}

TEST(FlowDiff, AFieldThatNobodyReadIsTakenAsEmptyAndSaidSo) {
    FlowDiff diff{flows(sale("    set: { Stage: Won }\n")),
                  flows(sale("    set: { Stage: Won }\n    fill: { Score: '7' }\n"))};
    diff.compare(input(event("evt_1")), sale_known({{{"Id", "a01A"}, {"Payment__c", "pay_1"}, {"Stage", "Won"}}}));
    EXPECT_EQ(diff.totals().after.acts.at("update Sale"), 1U);
    EXPECT_EQ(diff.totals().unread_fields, (std::map<std::string, std::size_t>{{"Sale.Score", 1}}));
}

TEST(FlowDiff, ARecordThatIsNotWrittenYetIsNamedByItsObject) {
    const std::string two = "flow: sale\non: payment_captured\nsteps:\n  - name: buyer\n    record: Person\n"
                            "    key: { K__c: '${ .payment.id }' }\n    create: { Name: a }\n  - record: Note\n"
                            "    key: { N__c: '${ .payment.id }' }\n    create: { Person__c: '${ $buyer.Id }' }\n";
    FlowDiff diff{flows("flow: sale\non: x\nsteps: [{ record: A, find: [{ B: b }] }]\n"), flows(two)};
    KnownThen known;
    for (const auto& [object, field] : {std::pair{"Person", "K__c"}, {"Note", "N__c"}})
        known.add(flow::Question{object, {{field, flow::Op::equal, "pay_1", 0}}}.key(), {});
    const checkout::Event captured = event("evt_1");
    const std::string report = to_report(captured, diff.compare(input(captured), known));
    EXPECT_NE(report.find("Person__c (the new Person)"), std::string::npos) << report;
}

TEST(FlowDiff, FlowsComeAndGo) {
    FlowDiff diff{flows(sale("")), flows("flow: other\non: payment_voided\nsteps:\n  - record: Note\n"
                                         "    key: { K__c: '${ .id }' }\n")};
    EXPECT_EQ(diff.changes(), (std::vector<std::string>{"other added", "sale removed"}));
    EXPECT_TRUE(diff.concerns("payment_voided"));
    const auto changes = diff.compare(input(event("evt_1")), sale_known({}));
    ASSERT_EQ(changes.size(), 1U);
    EXPECT_EQ(changes[0].before.acts.size(), 1U);
    EXPECT_TRUE(changes[0].after.acts.empty());
}

TEST(FlowDiff, AnErrorIsADifferenceToo) {
    FlowDiff diff{flows(sale("")), flows(sale("    set: { Stage: '${ error(\"no\") }' }\n"))};
    diff.compare(input(event("evt_1")), sale_known({}));
    EXPECT_EQ(diff.totals().after.acts.at("fails"), 1U);
    EXPECT_EQ(diff.totals().differing, 1U);
}

} // namespace
} // namespace paysync::app
