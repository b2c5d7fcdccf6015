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
    EXPECT_EQ(to_words(portrait()), R"told(flow sale
  Money that came in is a won deal.
  Begins on payment_captured, payment_refunded.
  Passes by what happened longer than 3d ago.
  Waits until it knows: customer.
  Goes on only if .payment.captured > 0
  $vars.stage is "Closed Won"

1. Do what the fragment payer says
  With:
    create = false
  Gives $contact
  1.1. Find or make a record of Contact, as $contact
    It is the one with Key__c = .customer.key
    If there is none: make it
    Written when it is made:
      LastName = .customer.name
2. Find and update, or make, a record of Deal, as $deal
  Only if $contact != null
  It is the one with Payment__c = .payment.id
  Else one with Id = .payment.metadata.deal and IsClosed = false
  Else one with Name nearly .payment.reference and Amount ≥ 5
  If several meet that: the newest
  If it has another key already: passed over
  If there is none: as says if .payment.refunded > 0 then "skip" else "create" end
  Always written:
    Stage = $vars.stage
  Written where it is empty:
    Closed__c = day( .payment.captured_at)
  Written when it is made:
    Name = "Order #${ .payment.reference }"
3. The first that is true:
  3.1. If .payment.refunded >= .payment.captured
    3.1.1. Find and update a record of Note
      It is one with Deal__c = $deal.Id
      If several meet that: a person decides
      If there is none: go on without it
      Always written:
        Text = "All of it"
  3.2. Otherwise
    3.2.1. Look up a record of Note
      It is one with Deal__c = $deal.Id
      If several meet that: a person decides
      If there is none: stop here
)told");
}

TEST(Portrait, DrawsAFlowchart) {
    EXPECT_EQ(to_mermaid(portrait()), R"told(flowchart TD
  n1(["payment_captured<br/>payment_refunded"])
  n2{{"known: customer"}}
  n1 --> n2
  n3{".payment.captured #gt; 0"}
  n2 --> n3
  subgraph g1["fragment payer"]
    n4["find or create<br/>Contact as $contact"]
    n3 -- yes --> n4
  end
  n5{"$contact != null"}
  n4 --> n5
  n6["find, update<br/>Deal as $deal"]
  n5 -- yes --> n6
  n7{".payment.refunded #gt;= .payment.captured"}
  n6 --> n7
  n5 -- no --> n7
  n8["find, update<br/>Note"]
  n7 -- yes --> n8
  n9["find<br/>Note"]
  n7 -- no --> n9
  n10(["none: stops"])
  n9 -.-> n10
  n11(["done"])
  n8 --> n11
  n9 --> n11
  n3 -- no --> n11
)told");
}

TEST(Portrait, TellsOfTimersPeopleAndCalls) {
    EXPECT_EQ(to_words(chase_portrait()), R"told(flow chase
  Begins on payment_declined.
  $vars.days is ["3d", "7d"]

1. For each of $vars.days, as $after:
  Only if .order.captured == 0
  1.1. When it is plus(.order.first_failed_at; $after)
    Once for "chase/${ .order.id }/${ $after }"
    As long as .order.captured == 0
    If that was over at first sight: nothing is done
    1.1.1. Find or make a record of Task
      It is the one with Key__c = "chase/${ .order.id }/${ $after }"
      If there is none: make it
      Written when it is made:
        Subject = "Call"
    1.1.2. Notify chat
      Once for "chase/${ .order.id }/${ $after }"
      Sends:
        text = "Call ${ .customer.name }"
2. Ask a person: More than ${ money(.payment.amount) }
  Asks: finance
  Waits 2d
  Then, without an answer: goes on
  What follows waits for the answer.
3. Start Give_Up in the org
  Once for "give-up/${ .order.id }"
  With:
    order = .order.id
)told");
}

TEST(Portrait, DrawsTimersPeopleAndCalls) {
    EXPECT_EQ(to_mermaid(chase_portrait()), R"told(flowchart TD
  n1(["payment_declined"])
  n2{".order.captured == 0"}
  n1 --> n2
  subgraph g1["for each of $vars.days, as $after"]
    n3{{"set a timer: plus(.order.first_failed_at; $after)"}}
    n2 -- yes --> n3
    subgraph g2["then, if .order.captured == 0"]
      n4(("due"))
      n5["find or create<br/>Task"]
      n4 --> n5
      n6[/"notify chat"/]
      n5 --> n6
    end
    n3 -.-> n4
  end
  n7[\"More than ${ money(.payment.amount) }"/]
  n3 --> n7
  n2 -- no --> n7
  n8(["stopped"])
  n7 -- stop --> n8
  n9[/"start Give_Up"/]
  n7 -- go --> n9
  n10(["done"])
  n9 --> n10
)told");
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
