// What is wrong with a flow file, and where.
#include "flow_fixture.hpp"

#include <gmock/gmock.h>

namespace paysync::flow {
namespace {

using testing::HasSubstr;

std::string with_step(const std::string& lines) {
    return "flow: f\non: x\nsteps:\n" + lines;
}

TEST(Loader, UnknownKeysGetASuggestion) {
    EXPECT_EQ(problems_of("flow: f\non: x\nstep: []\nsteps:\n  - record: T\n    fnd: []\n    find: [{A: a}]\n"),
              "f.yaml:3:1: error: unknown key 'step' in a flow — did you mean 'steps'? Write: steps: []\n"
              "f.yaml:6:5: error: unknown key 'fnd' in a record step — did you mean 'find'? Write: find: []\n");
    EXPECT_THAT(problems_of("fragment: f\non: x\nsteps:\n  - record: T\n    find: [{A: a}]\n"),
                HasSubstr("f.yaml:2:1: error: unknown key 'on' in a fragment"));
}

TEST(Loader, AFileIsOneFlowOrOneFragment) {
    EXPECT_THAT(problems_of("on: x\n"), HasSubstr("f.yaml:1:1: error: a file is one flow or one fragment"));
    EXPECT_THAT(problems_of(""), HasSubstr("a file is one flow or one fragment"));
    EXPECT_THAT(problems_of("flow: f\nfragment: g\n"), HasSubstr("a file is one flow or one fragment"));
    EXPECT_EQ(problems_of("flow: f\n"), "f.yaml:1:1: error: a flow needs `on`: the event types that start it\n"
                                        "f.yaml:1:1: error: a flow needs `steps`\n");
    yaml::Problems problems;
    EXPECT_FALSE(try_load({{"a.yaml", "flow: f\non: x\nsteps: [{record: T, find: [{A: a}]}]"},
                           {"b.yaml", "flow: f\non: x\nsteps: [{record: T, find: [{A: a}]}]"}},
                          problems));
    EXPECT_EQ(problems.text(),
              "b.yaml:1:7: error: 'f' is the name of another file too — it first stands at a.yaml:1:7\n");
}

TEST(Loader, StepsThatAreNoRecordNeedTheirKeysToo) {
    EXPECT_EQ(
        problems_of(with_step("  - each: x\n")),
        "f.yaml:4:5: error: 'each' needs `as`: the name of one item — write: as: item\n"
        "f.yaml:4:5: error: 'each' needs `steps`\n"
        "f.yaml:4:11: error: 'each' is ${ } that gives a list, or a list — write: each: ${ .payment.items // [] "
        "}\n");
    EXPECT_EQ(problems_of(with_step("  - at: ${ .occurred_at }\n    whil: x\n")),
              "f.yaml:4:5: error: 'at' needs `key`: what names it for ever — such as: key: at/${ .payment.id }\n"
              "f.yaml:4:5: error: 'at' needs `steps`\n"
              "f.yaml:5:5: error: unknown key 'whil' in an at step — did you mean 'while'? Write: while: x\n");
    EXPECT_EQ(problems_of(with_step("  - invoke: Do_It\n    with: [a]\n")),
              "f.yaml:4:5: error: 'invoke' needs `key`: what names it for ever — such as: key: invoke/${ .payment.id "
              "}\n"
              "f.yaml:5:11: error: 'with' is a map of the action's inputs, not a list\n");
    EXPECT_EQ(problems_of(with_step("  - hold: look\n    for: long\n    then: wait\n")),
              "f.yaml:5:10: error: 'for' is a length of time — write 2d or 12h\n"
              "f.yaml:6:11: error: 'then' is one of stop, go, not 'wait'\n"
              "f.yaml:6:11: error: 'then' says what comes after `for` — write: for: 2d\n");
}

TEST(Loader, KeysInsideEachMentionTheItem) {
    const std::string each = "  - each: ${ .list }\n    as: item\n    steps:\n      - record: T\n        key: ";
    EXPECT_THAT(problems_of(with_step(each + "{ K: '${ .id }' }\n        create: { A: a }\n")),
                HasSubstr("f.yaml:8:14: error: inside `each` the key must mention the item"));
    EXPECT_EQ(problems_of(with_step(each + "{ K: '${ $item.k }' }\n        create: { A: a }\n")), "");
    EXPECT_EQ(
        problems_of(with_step("  - each: ${ .list }\n    as: item\n    steps:\n      - name: of\n        record: "
                              "C\n        find: [{ N: '${ $item.n }' }]\n      - record: T\n        key: { K: '${ "
                              "$of.Id }' }\n        create: { A: a }\n")),
        "");
    EXPECT_THAT(
        problems_of(with_step("  - each: ${ .list }\n    as: item\n    steps:\n      - at: ${ .t }\n        key: "
                              "always\n        steps: [{ hold: x, key: '${ $item }' }]\n")),
        HasSubstr("f.yaml:8:14: error: inside `each` the key must mention the item"));
}

TEST(Loader, NamesInsideEachAndAtAreNotSeenFromOutside) {
    EXPECT_THAT(
        problems_of(with_step("  - each: ${ .list }\n    as: item\n    steps:\n      - name: of\n        record: "
                              "C\n        find: [{ N: '${ $item.n }' }]\n  - record: T\n    find: [{ A: '${ "
                              "$of.Id }' }]\n")),
        HasSubstr("unknown name '$of'"));
}

TEST(Loader, AnEndpointMustBeKnown) {
    FlowSettings settings;
    settings.endpoints = {"finance_chat"};
    const std::string step = with_step("  - notify: finance_cat\n    key: k/${ .id }\n");
    EXPECT_EQ(problems_of(step, settings), "f.yaml:4:13: error: no endpoint is called 'finance_cat' — did you mean "
                                           "'finance_chat'? Write: - notify: finance_chat\n");
    EXPECT_EQ(problems_of(step), ""); // without a configuration nobody can tell
}

TEST(Loader, GroupsAndRulesToIgnoreAreExpressionsToo) {
    FlowSettings settings;
    settings.groups = {{"order", "${ .payment.reference }", {"paysync.yaml", 3, 9}},
                       {"payment", "${ .x }", {"paysync.yaml", 4, 9}},
                       {"plain", "text", {"paysync.yaml", 5, 9}}};
    settings.ignore = {{"cards", ".x", {"paysync.yaml", 7, 9}}, {"typo", "${ .a | tets }", {"paysync.yaml", 8, 9}}};
    EXPECT_EQ(problems_of("flow: f\non: x\nsteps: [{record: T, find: [{A: a}]}]\n", settings),
              "paysync.yaml:4:9: error: a group cannot be called 'payment' — letters, digits and _, and none of the "
              "event's own members\n"
              "paysync.yaml:5:9: error: the group 'plain' needs ${ } that gives an id or null — write: plain: ${ "
              ".payment.metadata.plain_id }\n"
              "paysync.yaml:7:9: error: 'when' must be ${ }, true or false, not text — write: when: ${ .x }\n"
              "paysync.yaml:8:9: error: jq: tets/0 is not defined: ${ .a | tets }\n");
}

TEST(Loader, AnUnclosedExpressionIsShownMended) {
    EXPECT_EQ(problems_of(with_step("  - record: T\n    find:\n      - A: ${ .a + \"x # y\" }\n")),
              "f.yaml:6:12: error: unclosed ${: ' #' began a comment — write: - A: '${ .a + \"x # y\" }'\n");
    EXPECT_THAT(problems_of(with_step("  - record: T\n    find:\n      - A: '${ .a'\n")),
                HasSubstr("f.yaml:6:12: error: unclosed ${"));
    yaml::Problems problems;
    EXPECT_TRUE(
        try_load({{"f.yaml", with_step("  - record: T\n    key: { K: k }\n    create:\n      A: Order #${ .a }\n")}},
                 problems));
    EXPECT_EQ(
        problems.text(),
        "f.yaml:7:16: warning: ' #' began a comment: the ${ } in it is not read — write: A: 'Order #${ .a }'\n");
}

TEST(Loader, WhenIsNeverText) {
    EXPECT_EQ(problems_of("flow: f\non: x\nwhen: .a == 1\nsteps: [{record: T, find: [{A: a}]}]\n"),
              "f.yaml:3:7: error: 'when' must be ${ }, true or false, not text — write: when: ${ .a == 1 }\n");
    EXPECT_THAT(problems_of("flow: f\non: x\nwhen: ${ .a } == 1\nsteps: [{record: T, find: [{A: a}]}]\n"),
                HasSubstr("f.yaml:3:7: error: 'when' must be one ${ } alone"));
    EXPECT_THAT(problems_of("flow: f\non: x\nwhen: 'true'\nsteps: [{record: T, find: [{A: a}]}]\n"),
                HasSubstr("not text"));
    EXPECT_THAT(problems_of("flow: f\non: x\nwhen: []\nsteps: [{record: T, find: [{A: a}]}]\n"),
                HasSubstr("not a list"));
}

TEST(Loader, WhatCanCreateNeedsAKey) {
    EXPECT_THAT(problems_of(with_step("  - record: T\n    create: { A: a }\n")),
                HasSubstr("f.yaml:4:5: error: a step that can create needs `key`"));
    EXPECT_THAT(problems_of(with_step("  - record: T\n    find: [{A: a}]\n    none: '${ \"create\" }'\n")),
                HasSubstr("needs `key`"));
    EXPECT_THAT(problems_of(with_step("  - record: T\n    set: { A: a }\n")),
                HasSubstr("f.yaml:4:5: error: a record step needs `key` or `find`"));
    EXPECT_THAT(problems_of(with_step("  - record: T\n    key: { K: k }\n    set: { K: l }\n")),
                HasSubstr("f.yaml:6:12: error: 'K' is a field of `key`"));
    EXPECT_THAT(problems_of(with_step("  - record: T\n    find: [{A: a}]\n    taken: take\n")),
                HasSubstr("f.yaml:6:12: error: `taken` needs `key`"));
    EXPECT_THAT(problems_of(with_step("  - record: T\n    find: [{A: a}]\n    several: all\n    set: { B: b }\n")),
                HasSubstr("f.yaml:6:14: error: with `several: all`"));
}

TEST(Loader, NamesMustBeKnown) {
    EXPECT_EQ(problems_of(with_step("  - name: contact\n    record: T\n    find: [{A: a}]\n  - record: U\n    key: { "
                                    "K: '${ $contct.Id }' }\n")),
              "f.yaml:8:19: error: unknown name '$contct': ${ $contct.Id } — did you mean 'contact'? Write: key: { "
              "K: '${ $contact.Id }' }\n");
    EXPECT_THAT(
        problems_of(with_step(
            "  - record: U\n    key: { K: '${ $later.Id }' }\n  - name: later\n    record: T\n    find: [{A: a}]\n")),
        HasSubstr("unknown name '$later'"));
    EXPECT_THAT(
        problems_of(
            "flow: f\non: x\nvars: { fallback: 1 }\nsteps: [{record: T, find: [{A: '${ $vars.falback }'}]}]\n"),
        HasSubstr("f.yaml:4:36: error: unknown name '$vars.falback': ${ $vars.falback } — did you mean 'fallback'?"));
    EXPECT_THAT(problems_of(with_step("  - record: U\n    find: [{ K: '${ $with.x }' }]\n")),
                HasSubstr("only a fragment has $with"));
    EXPECT_THAT(problems_of("fragment: f\nsteps: [{record: T, find: [{A: '${ $vars.x }'}]}]\n"),
                HasSubstr("a fragment does not see $vars"));
    EXPECT_THAT(problems_of(with_step("  - name: c\n    record: T\n    find: [{A: a}]\n  - record: U\n    find: [{ "
                                      "K: '${ $c | .Email }' }]\n")),
                HasSubstr("write $c.Field"));
    EXPECT_EQ(problems_of(with_step("  - record: T\n    find:\n      - A: '${ [1] as [$x] | {a: 2} as {a: $y} | "
                                    "reduce .[] as $z (0; . + $z) | def f($p): $p; f($x) + $y }'\n")),
              "");
    for (const char* name : {"vars", "if", "a-b", "now", "1a", "__x"})
        EXPECT_THAT(
            problems_of(with_step(std::string{"  - name: "} + name + "\n    record: T\n    find: [{A: a}]\n")),
            HasSubstr("f.yaml:4:11: error: a step cannot be called"));
}

TEST(Loader, WrongJqIsShownWithItsExpression) {
    EXPECT_EQ(
        problems_of(with_step("  - record: T\n    find:\n      - A: ${ .a +* 1 }\n      - B: ${ monay(.a) }\n")),
        "f.yaml:6:15: error: jq: syntax error, unexpected '*': ${ .a +* 1 }\n"
        "f.yaml:7:15: error: jq: monay/1 is not defined: ${ monay(.a) } — did you mean 'money'? Write: - B: ${ "
        "money(.a) }\n");
    EXPECT_THAT(problems_of(with_step("  - record: T\n    find:\n      - A: '${ (.a }'\n")),
                HasSubstr("f.yaml:6:12"));
    EXPECT_THAT(problems_of(with_step("  - record: T\n    find: [{A: '${ }'}]\n")), HasSubstr("an empty ${ }"));
}

TEST(Loader, FragmentsAreFoundOrAskedFor) {
    EXPECT_THAT(problems_of(with_step("  - use: payr\n")), HasSubstr("f.yaml:4:10: error: unknown fragment 'payr'"));
    const auto load_both = [](const std::string& a, const std::string& b) {
        yaml::Problems problems;
        EXPECT_FALSE(try_load({{"a.yaml", a}, {"b.yaml", b}}, problems));
        return problems.text();
    };
    EXPECT_THAT(load_both("fragment: a\nsteps: [{use: b}]\n", "fragment: b\nsteps: [{use: a}]\n"),
                HasSubstr("fragment 'a' uses itself, directly or through others"));
    EXPECT_THAT(
        load_both("fragment: payer\nwith: { create: true }\nsteps: [{record: T, find: [{A: a}]}]\n",
                  "flow: f\non: x\nsteps:\n  - use: payer\n    with: { creat: false }\n"),
        HasSubstr(
            "b.yaml:5:13: error: unknown key 'creat' in the inputs of fragment 'payer' — did you mean 'create'?"));
    EXPECT_THAT(load_both("fragment: payer\nsteps: [{record: T, find: [{A: a}]}]\n",
                          "flow: f\non: x\nsteps: [{ use: payr }]\n"),
                HasSubstr("did you mean 'payer'?"));
    EXPECT_THAT(
        problems_of("fragment: f\ngives: [contct]\nsteps: [{name: contact, record: T, find: [{A: a}]}]\n"),
        HasSubstr("f.yaml:2:8: error: 'gives' names 'contct', but no step has that name — did you mean 'contact'?"));
    // What a broken fragment would give is not reported a second time.
    EXPECT_EQ(
        load_both("fragment: payer\ngives: [contact]\nsteps: [{name: contact, recrd: x}]\n",
                  "flow: f\non: x\nsteps: [{ use: payer }, { record: T, find: [{A: '${ $contact.Email }'}] }]\n"),
        "a.yaml:3:9: error: a step needs one of record, use, choose, each, at, invoke, notify, hold\n"
        "a.yaml:3:25: error: unknown key 'recrd' in a step — did you mean 'record'? Write: steps: [{name: contact, "
        "record: x}]\n");
}

TEST(Loader, ValuesMustBeOfTheirKind) {
    EXPECT_EQ(problems_of("flow: f\non: [pay*ment]\nenabled: 1\nneeds: [custmer]\nmax_age: 3 days\npriority: "
                          "high\nconverts: no\nsteps: [{record: T, find: [{A: a}]}]\n"),
              "f.yaml:2:5: error: 'pay*ment': * can only stand at the end\n"
              "f.yaml:3:10: error: 'enabled' is true or false, not a number\n"
              "f.yaml:4:8: error: 'needs' knows customer, payment_type, source, metadata, not 'custmer' — did you "
              "mean 'customer'? Write: needs: [customer]\n"
              "f.yaml:5:10: error: 'max_age' is a length of time — write 3d or 12h\n"
              "f.yaml:6:11: error: 'priority' is one of normal, urgent, low, not 'high'\n"
              "f.yaml:7:11: error: 'converts' is true or false, not text\n");
    EXPECT_EQ(problems_of(with_step("  - record: T\n    key: [a]\n    find: { A: a }\n    several: first\n    none: "
                                    "make\n    on_duplicate: alow\n    on_deleted: x\n")),
              "f.yaml:5:10: error: 'key' is a map of fields, not a list\n"
              "f.yaml:6:11: error: 'find' is a list of rules, not a map — begin each rule with '- '\n"
              "f.yaml:7:14: error: 'several' is one of hold, newest, oldest, skip, all, not 'first'\n"
              "f.yaml:8:11: error: 'none' is one of create, skip, stop, hold, not 'make'\n"
              "f.yaml:9:19: error: 'on_duplicate' is one of hold, take, allow, not 'alow' — did you mean 'allow'? "
              "Write: on_duplicate: allow\n"
              "f.yaml:10:17: error: 'on_deleted' is one of leave, create, not 'x'\n");
    EXPECT_THAT(problems_of(with_step("  - record: T\n    key: { K: k }\n    set:\n      A:\n      B: [1]\n")),
                HasSubstr("f.yaml:7:7: error: 'set.A' has no value — to empty a field write ${ clear }"));
    EXPECT_THAT(problems_of(with_step("  - record: T\n    key: { K: k }\n    set:\n      B: [1]\n")),
                HasSubstr("f.yaml:7:10: error: 'set.B' must be one value, not a list"));
    EXPECT_THAT(problems_of(with_step("  - record: T\n    find: [{ A: { about: x } }]\n")),
                HasSubstr("f.yaml:5:12: error: a rule with `about` needs an exact condition"));
    EXPECT_THAT(problems_of(with_step("  - record: T\n    find: [{ B: b, A: { about: x, at_least: 2 } }]\n")),
                HasSubstr("'at_least' is a number above 0 and up to 1"));
    EXPECT_THAT(problems_of(with_step("  - record: T\n    find: [{ A: { greater: x } }]\n")),
                HasSubstr("unknown key 'greater' in a condition"));
    EXPECT_THAT(problems_of(with_step("  - record: T\n    find: [{ Id: x }]\n    set: { Id: y }\n")),
                HasSubstr("'Id' cannot be written"));
    EXPECT_THAT(problems_of(with_step("  - when: true\n")), HasSubstr("a step needs one of record, use, choose"));
    EXPECT_THAT(problems_of(with_step("  - choose:\n      - otherwise: [{record: T, find: [{A: a}]}]\n      - when: "
                                      "true\n        steps: [{record: T, find: [{A: a}]}]\n")),
                HasSubstr("`otherwise` is the last branch"));
}

TEST(Loader, TestsAreCheckedToo) {
    const std::string flow = "flow: f\non: x\nsteps: [{record: T, find: [{A: a}]}]\ntests:\n";
    EXPECT_EQ(problems_of(flow + "  - nam: t\n    events: [{ typ: x }, { wait: soon }]\n    expect: [{ creat: T }]\n "
                                 "   waits: [x]\n    calls: many\n"),
              "f.yaml:5:5: error: unknown key 'nam' in a test — did you mean 'name'? Write: - name: t\n"
              "f.yaml:5:5: error: a test needs `name`\n"
              "f.yaml:6:14: error: an event needs `type` — an event from a file is { from: FILE, set: {…} }\n"
              "f.yaml:6:34: error: not a length of time — write 4d or 30m\n"
              "f.yaml:7:14: error: an expectation is one of create, update, none, hold, invoke, notify, error\n"
              "f.yaml:8:13: error: a timer is { at: TIME, key: TEXT }\n"
              "f.yaml:9:12: error: 'calls' is a whole number\n");
    EXPECT_THAT(
        problems_of(flow +
                    "  - name: t\n    events: [a, b, c, d, e, f, g]\n    expect: [none]\n    any_order: true\n"),
        HasSubstr("at most 6 events"));
}

TEST(Loader, TheConfigurationIsCheckedAgainstTheFlows) {
    FlowSettings settings;
    settings.enabled["opportunty"] = true;
    settings.vars["opportunity"] = {{"owner", 1}};
    settings.fragments["payer"] = "payer-persn";
    settings.time_zone = "Europe/Berln";
    const std::string problems = problems_of(
        "flow: opportunity\non: x\nvars: { owners: [] }\nsteps: [{record: T, find: [{A: a}]}]\n", settings);
    EXPECT_THAT(problems, HasSubstr("unknown time zone 'Europe/Berln'"));
    EXPECT_THAT(problems, HasSubstr("flows.enabled: no flow is called 'opportunty' — did you mean 'opportunity'?"));
    EXPECT_THAT(problems,
                HasSubstr("flows.vars.opportunity: the flow has no variable 'owner' — did you mean 'owners'?"));
    EXPECT_THAT(problems, HasSubstr("flows.fragments.payer: no fragment is called 'payer-persn'"));
}

} // namespace
} // namespace paysync::flow
