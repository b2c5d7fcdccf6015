// Flows in words and as Mermaid flowcharts.
#include "paysync/flow/portrait.hpp"

#include "flow_fixture.hpp"

namespace paysync::flow {
namespace {

const char* const payer = R"(fragment: payer
with: { create: true }
gives: [contact]
steps:
  - name: contact
    record: Contact
    key: { Key__c: "${ .customer.key }" }
    create: { LastName: "${ .customer.name }" }
)";

const char* const sale = R"(flow: sale
description: Money that came in is a won deal.
on: [payment_captured, payment_refunded]
needs: [customer]
max_age: 3d
when: ${ .payment.captured > 0 }
vars: { stage: Closed Won }
steps:
  - use: payer
    with: { create: false }
  - name: deal
    record: Deal
    when: ${ $contact != null }
    key: { Payment__c: "${ .payment.id }" }
    find:
      - { Id: "${ .payment.metadata.deal }", IsClosed: false }
      - Name: { about: "${ .payment.reference }" }
        Amount: { gte: 5 }
    several: newest
    none: ${ if .payment.refunded > 0 then "skip" else "create" end }
    set: { Stage: "${ $vars.stage }" }
    fill:
      Closed__c: |
        ${ day(
             .payment.captured_at) }
    create: { Name: "Order #${ .payment.reference }" }
  - choose:
      - when: ${ .payment.refunded >= .payment.captured }
        steps: [{ record: Note, find: [{ Deal__c: "${ $deal.Id }" }], set: { Text: All of it } }]
      - otherwise: [{ record: Note, find: [{ Deal__c: "${ $deal.Id }" }], none: stop }]
)";

const char* const chase = R"(flow: chase
on: payment_declined
vars: { days: [3d, 7d] }
steps:
  - each: ${ $vars.days }
    as: after
    when: ${ .order.captured == 0 }
    steps:
      - at: ${ plus(.order.first_failed_at; $after) }
        key: chase/${ .order.id }/${ $after }
        while: ${ .order.captured == 0 }
        late: skip
        steps:
          - record: Task
            key: { Key__c: "chase/${ .order.id }/${ $after }" }
            create: { Subject: Call }
          - notify: chat
            key: chase/${ .order.id }/${ $after }
            body: { text: "Call ${ .customer.name }" }
  - hold: More than ${ money(.payment.amount) }
    by: finance
    for: 2d
    then: go
  - invoke: Give_Up
    key: give-up/${ .order.id }
    with: { order: "${ .order.id }" }
)";

Portrait chase_portrait() {
    const auto flows = load({{"chase.yaml", chase}});
    return flows ? portrait_of(*flows, 0) : Portrait{};
}

Portrait portrait() {
    const auto flows = load({{"payer.yaml", payer}, {"sale.yaml", sale}});
    return flows ? portrait_of(*flows, 0) : Portrait{};
}

TEST(Portrait, TellsAFlowInWords) {
    EXPECT_EQ(to_words(portrait()), "?");
}

TEST(Portrait, DrawsAFlowchart) {
    EXPECT_EQ(to_mermaid(portrait()), "?");
}

TEST(Portrait, TellsOfTimersPeopleAndCalls) {
    EXPECT_EQ(to_words(chase_portrait()), "?");
}

TEST(Portrait, DrawsTimersPeopleAndCalls) {
    EXPECT_EQ(to_mermaid(chase_portrait()), "?");
}

TEST(Portrait, IsJsonForPrograms) {
    const Json json = to_json(portrait());
    EXPECT_EQ(json.at("flow"), "sale");
    EXPECT_EQ(json.at("on"), Json({"payment_captured", "payment_refunded"}));
    EXPECT_EQ(json.at("max_age"), "3d");
    const Json& steps = json.at("steps");
    ASSERT_EQ(steps.size(), 3U);
    EXPECT_EQ(steps[0].at("kind"), "use");
    EXPECT_EQ(steps[0].at("gives"), "$contact");
    EXPECT_EQ(steps[0].at("steps")[0].at("subject"), "Contact");
    EXPECT_EQ(steps[1].at("create").at("Name"), R"("Order #${ .payment.reference }")");
    EXPECT_EQ(steps[2].at("steps")[1].at("kind"), "otherwise");
}

} // namespace
} // namespace paysync::flow
