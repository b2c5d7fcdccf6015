// Steps that wait, repeat, ask a person or call somebody, by the tests that a flow's author would write.
#include "plain_views.hpp"

#include <gmock/gmock.h>

namespace paysync::flow {
namespace {

using testing::HasSubstr;

const std::string reminder = R"(
flow: reminder
on: [declined, paid]
max_age: 1d
steps:
  - record: Order
    key: { Ref: "${ .ref }" }
    create: { Name: it }
  - at: ${ plus(.declined_at; "3d") }
    key: remind/${ .ref }
    while: ${ .paid | not }
    steps:
      - record: Task
        key: { Ref: "${ .ref }" }
        none: create
        set: { Subject: "Call ${ .ref }" }
tests:
)";

TEST(ControlSteps, ATimerFiresOnceAtItsTime) {
    EXPECT_EQ(reports_of(reminder + R"(
  - name: it waits
    events:
      - { id: e1, type: declined, ref: A, declined_at: "2026-03-01T10:00:00Z", created_on: "2026-03-01T10:00:00Z" }
      - wait: 2d
    expect: [create: Order]
    waits: [{ at: "2026-03-04T10:00:00Z", key: remind/A }]
  - name: it fires, although the event is older than max_age by then
    events:
      - { id: e1, type: declined, ref: A, declined_at: "2026-03-01T10:00:00Z", created_on: "2026-03-01T10:00:00Z" }
      - wait: 10d
    expect: [create: Order, { create: Task, exactly: { Ref: A, Subject: Call A } }]
    waits: []
  - name: hearing the event again does not fire it again
    events:
      - { id: e1, type: declined, ref: A, declined_at: "2026-03-01T10:00:00Z", created_on: "2026-03-01T10:00:00Z" }
      - wait: 23h
      - { id: e2, type: declined, ref: A, declined_at: "2026-03-01T10:00:00Z", created_on: "2026-03-01T10:00:00Z" }
      - wait: 10d
    expect: [create: Order, create: Task]
    waits: []
)"),
              "");
}

TEST(ControlSteps, ATimerGoesWhenItsConditionGoesAndMovesWithItsTime) {
    EXPECT_EQ(reports_of(reminder + R"(
  - name: paid in time
    events:
      - { id: e1, type: declined, ref: A, declined_at: "2026-03-01T10:00:00Z", created_on: "2026-03-01T10:00:00Z" }
      - { id: e2, type: paid, ref: A, paid: true, declined_at: "2026-03-01T10:00:00Z", created_on: "2026-03-02T10:00:00Z" }
      - wait: 10d
    expect: [create: Order]
    waits: []
  - name: a later decline moves it
    events:
      - { id: e1, type: declined, ref: A, declined_at: "2026-03-01T10:00:00Z", created_on: "2026-03-01T10:00:00Z" }
      - { id: e2, type: declined, ref: A, declined_at: "2026-03-02T10:00:00Z", created_on: "2026-03-02T10:00:00Z" }
    expect: [create: Order]
    waits: [{ at: "2026-03-05T10:00:00Z", key: remind/A }]
  - name: a later time arms it again after it fired
    events:
      - { id: e1, type: declined, ref: A, declined_at: "2026-03-01T10:00:00Z", created_on: "2026-03-01T10:00:00Z" }
      - wait: 4d
      - { id: e2, type: declined, ref: A, declined_at: "2026-03-05T10:00:00Z", created_on: "2026-03-05T10:00:00Z" }
    expect: [create: Order, create: Task]
    waits: [{ at: "2026-03-08T10:00:00Z", key: remind/A }]
  - name: no time, no timer
    events: [{ id: e1, type: declined, ref: A, created_on: "2026-03-01T10:00:00Z" }]
    expect: [create: Order]
    waits: []
)"),
              "");
}

TEST(ControlSteps, ATimeThatIsOverRunsAtOnceOrNever) {
    const std::string flow = "flow: f\non: x\nsteps:\n  - at: '2026-03-01T00:00:00Z'\n    key: k\n    late: ";
    const std::string rest = R"(
    steps: [{ record: T, key: { K: k }, create: { A: a } }]
tests:
  - name: t
    events: [{ id: e1, type: x, created_on: "2026-03-02T10:00:00Z" }]
    expect: )";
    EXPECT_EQ(reports_of(flow + "run" + rest + "[create: T]\n    waits: []\n"), "");
    EXPECT_EQ(reports_of(flow + "skip" + rest + "[none]\n    waits: []\n"), "");
}

TEST(ControlSteps, AnAtThatIsNoTimeIsAFault) {
    EXPECT_THAT(
        reports_of("flow: f\non: x\nsteps:\n  - at: ${ .t }\n    key: k\n    steps: [{ hold: h }]\ntests:\n"
                   "  - name: t\n    events: [{ type: x, t: soon }]\n    expect: [error: 'must give a time or "
                   "null, gave \"soon\"']\n"),
        "");
}

TEST(ControlSteps, EachRunsItsStepsForEveryItem) {
    EXPECT_EQ(reports_of(R"(
flow: f
on: x
steps:
  - each: ${ .items }
    as: item
    when: ${ .skip != true }
    steps:
      - name: line
        record: Line
        key: { K: "${ .id }/${ $item.n }" }
        create: { Price: "${ $item.price }" }
      - record: Note
        when: ${ $item.price > 5 }
        key: { K: "${ $item.n }" }
        create: { Line: "${ $line.Id }" }
tests:
  - name: two of three are dear
    events: [{ id: e1, type: x, items: [{ n: 1, price: 3 }, { n: 2, price: 7 }, { n: 3, price: 9 }] }]
    expect:
      - { create: Line, exactly: { K: e1/1, Price: 3 } }
      - { create: Line, exactly: { K: e1/2, Price: 7 } }
      - { create: Note, exactly: { K: 2, Line: Line 2 } }
      - { create: Line, set: { K: e1/3 } }
      - { create: Note, set: { Line: Line 3 } }
    calls: 2
  - name: nothing in the list, no list, passed by
    events: [{ id: e1, type: x, items: [] }, { id: e2, type: x }, { id: e3, type: x, skip: true, items: 5 }]
    expect: [none]
  - name: what is no list is said
    events: [{ id: e1, type: x, items: 5 }]
    expect: [error: must give a list]
)"),
              "");
}

TEST(ControlSteps, CallsAreMadeOnceForEachKeyAfterTheWrites) {
    EXPECT_EQ(reports_of(R"y(
flow: f
on: x
vars: { action: Start_It }
steps:
  - name: it
    record: T
    key: { K: "${ .k }" }
    create: { A: a }
  - invoke: ${ $vars.action }
    key: start/${ .k }
    with: { id: "${ $it.Id }", n: "${ .n }" }
  - notify: chat
    when: ${ .n > 1 }
    key: ${ .k }
    body: '${ {text: "K is \(.k)"} }'
  - invoke: ${ null }
    key: never
tests:
  - name: one of each
    events:
      - { id: e1, type: x, k: A, n: 1 }
      - { id: e2, type: x, k: A, n: 2 }
      - { id: e3, type: x, k: A, n: 3 }
    expect:
      - create: T
      - invoke: Start_It
        key: start/A
        with: { id: T 1, n: 1 }
      - notify: chat
        key: A
        body: { text: K is A }
)y"),
              "");
}

const std::string approval = R"(
flow: f
on: x
steps:
  - record: T
    key: { K: "${ .k }" }
    create: { A: a }
  - hold: 'Big: ${ .k }'
    by: finance
    for: 2d
    then: THEN
  - record: T
    key: { K: "${ .k }" }
    set: { Approved: "${ true }" }
tests:
)";

std::string approval_then(const std::string& then) {
    std::string text = approval;
    return text.replace(text.find("THEN"), 4, then);
}

TEST(ControlSteps, AHoldWaitsForAPerson) {
    EXPECT_EQ(reports_of(approval_then("stop") + R"(
  - name: nobody said anything yet
    events: [{ id: e1, type: x, k: A }, { wait: 1d }]
    expect: [create: T, hold: "Big: A"]
  - name: finance agrees
    events: [{ id: e1, type: x, k: A }, { wait: 1d }, { release: "Big: A", decision: go, by: finance }]
    expect: [create: T, hold: "Big: A", { update: T, exactly: { Approved: true } }]
  - name: finance refuses, and hearing it again changes nothing
    events: [{ id: e1, type: x, k: A }, { release: "Big: A", decision: stop }, { id: e1, type: x, k: A }, { wait: 9d }]
    expect: [create: T, hold: "Big: A"]
  - name: time decides
    events: [{ id: e1, type: x, k: A }, { wait: 3d }]
    expect: [create: T, hold: "Big: A"]
  - name: another one is held by itself
    events: [{ id: e1, type: x, k: A }, { release: "Big: A", decision: go }, { id: e2, type: x, k: B }]
    expect: [create: T, hold: "Big: A", update: T, create: T, hold: "Big: B"]
)"),
              "");
    EXPECT_EQ(reports_of(approval_then("go") + R"(
  - name: time decides
    events: [{ id: e1, type: x, k: A }, { wait: 47h }, { id: e1, type: x, k: A }, { wait: 2h }]
    expect: [create: T, hold: "Big: A", update: T]
)"),
              "");
}

TEST(ControlSteps, ReleasingWhatIsNotHeldFailsTheTest) {
    EXPECT_THAT(reports_of(approval_then("go") + R"(
  - name: t
    events: [{ id: e1, type: x, k: A }, { release: something else }]
    expect: [create: T, hold: "Big: A"]
)"),
                HasSubstr("nothing is held that says 'something else'"));
}

TEST(ControlSteps, GroupsAreKnownByTheirExpressions) {
    FlowSettings settings;
    settings.groups = {{"order", "${ .ref }", {}}};
    EXPECT_EQ(reports_of(R"(
flow: f
on: x
steps:
  - record: Order
    key: { Ref: "${ .ref }" }
    none: create
    set: { Events: "${ .order.events }" }
tests:
  - name: two of A, one of B
    events: [{ id: e1, type: x, ref: A }, { id: e2, type: x, ref: B }, { id: e3, type: x, ref: A }]
    expect:
      - { create: Order, exactly: { Ref: A, Events: 1 } }
      - { create: Order, exactly: { Ref: B, Events: 1 } }
      - { update: Order, exactly: { Events: 2 } }
)",
                         settings),
              "");
}

TEST(ControlSteps, AnIgnoredEventRunsNoFlow) {
    FlowSettings settings;
    settings.ignore = {{"test cards", "${ .email // \"\" | endswith(\"@example.com\") }", {}}};
    EXPECT_EQ(reports_of(approval_then("go") + R"(
  - name: ignored
    events: [{ id: e1, type: x, k: A, email: a@example.com }]
    expect: [none]
)",
                         settings),
              "");
    const auto flows =
        load(approval_then("go") + "  - { name: t, events: [{ type: x }], expect: [none] }\n", settings);
    ASSERT_TRUE(flows);
    Evaluator evaluator{flows};
    FakeOrg org;
    const Driven driven = drive(evaluator, 0, make_input({{"k", "A"}, {"email", "a@example.com"}}), org);
    EXPECT_EQ(driven.plan().outcome, Plan::Outcome::ignored);
    EXPECT_EQ(driven.plan().ignored_by, "test cards");
}

TEST(ControlSteps, AGroupThatFailsIsSaidAndIsNoGroup) {
    FlowSettings settings;
    settings.groups = {{"order", "${ .payment.reference | tonumber }", {}}, {"other", "${ .payment.other }", {}}};
    const auto flows = load("flow: f\non: x\nsteps: [{record: T, find: [{A: a}]}]\n", settings);
    ASSERT_TRUE(flows);
    Evaluator evaluator{flows};
    const auto groups = evaluator.groups_of(Json{{"payment", {{"reference", "x"}, {"other", 7}}}});
    EXPECT_EQ(groups.ids, (std::map<std::string, std::string>{{"other", "7"}}));
    ASSERT_EQ(groups.problems.size(), 1U);
    EXPECT_THAT(groups.problems[0], HasSubstr("the group order: "));
}

TEST(ControlSteps, AnyOrderLooksAtEachStretchBetweenWaits) {
    EXPECT_EQ(reports_of(reminder + R"(
  - name: declined twice, reminded, then paid
    events:
      - { id: e1, type: declined, ref: A, declined_at: "2026-03-01T10:00:00Z", created_on: "2026-03-01T10:00:00Z" }
      - { id: e2, type: declined, ref: A, declined_at: "2026-03-01T10:00:00Z", created_on: "2026-03-01T11:00:00Z" }
      - wait: 4d
      - { id: e3, type: paid, ref: A, paid: true, declined_at: "2026-03-01T10:00:00Z", created_on: "2026-03-06T10:00:00Z" }
      - wait: 4d
    expect: [create: Order, create: Task]
    waits: []
    any_order: true
)"),
              "");
    EXPECT_THAT(reports_of(reminder + R"(
  - name: what came last wins
    events:
      - { id: e1, type: declined, ref: A, declined_at: "2026-03-01T10:00:00Z", created_on: "2026-03-01T10:00:00Z" }
      - { id: e2, type: declined, ref: A, declined_at: "2026-03-02T10:00:00Z", created_on: "2026-03-01T11:00:00Z" }
    expect: [create: Order]
    any_order: true
)"),
                HasSubstr("another order ends in other records: declined declined"));
}

} // namespace
} // namespace paysync::flow
