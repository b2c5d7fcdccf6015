// Every kind of mistake that an author can make: its place, what was meant, and the mended line.
#include "flow_fixture.hpp"

#include <gmock/gmock.h>

namespace paysync::flow {
namespace {

using testing::HasSubstr;

std::string with_step(const std::string& lines) {
    return "flow: f\non: x\nsteps:\n" + lines;
}

std::string with_expression(const std::string& expression) {
    return problems_of(with_step("  - record: T\n    find:\n      - A: ${ " + expression + " }\n"));
}

TEST(WrongFlows, AnUnknownKey) {
    EXPECT_EQ(
        problems_of(with_step("  - record: T\n    fnd: [{ A: a }]\n    none: skip\n    find: [{ A: a }]\n")),
        "f.yaml:5:5: error: unknown key 'fnd' in a record step — did you mean 'find'? Write: find: [{ A: a }]\n");
}

TEST(WrongFlows, AnUnknownFunction) {
    EXPECT_EQ(with_expression("monay(.payment.captured)"),
              "f.yaml:6:15: error: jq: monay/1 is not defined: ${ monay(.payment.captured) } — did you mean 'money'? "
              "Write: - A: ${ money(.payment.captured) }\n");
}

TEST(WrongFlows, JqThatIsNone) {
    EXPECT_EQ(with_expression(".a +* 1"), "f.yaml:6:15: error: jq: syntax error, unexpected '*': ${ .a +* 1 }\n");
    EXPECT_THAT(with_expression("if .a then 1"), HasSubstr("f.yaml:6:15: error: jq: syntax error"));
    EXPECT_THAT(with_expression("if .a then 1"), HasSubstr("${ if .a then 1 }"));
}

TEST(WrongFlows, AnUnknownName) {
    const std::string contact = "  - name: contact\n    record: T\n    find: [{ A: a }]\n";
    EXPECT_EQ(problems_of(with_step(contact + "  - record: U\n    find:\n      - B: ${ $contct.Id }\n")),
              "f.yaml:9:15: error: unknown name '$contct': ${ $contct.Id } — did you mean 'contact'? Write: - B: ${ "
              "$contact.Id }\n");
    EXPECT_EQ(problems_of("flow: f\non: x\nvars: { owner: a }\nsteps:\n  - record: U\n    find:\n"
                          "      - B: ${ $vars.ownr }\n"),
              "f.yaml:7:15: error: unknown name '$vars.ownr': ${ $vars.ownr } — did you mean 'owner'? Write: - B: ${ "
              "$vars.owner }\n");
}

TEST(WrongFlows, AFieldThatWouldNotBeRead) {
    EXPECT_EQ(problems_of(with_step("  - name: contact\n    record: T\n    find: [{ A: a }]\n"
                                    "  - record: U\n    find:\n      - B: ${ $contact | .Email }\n")),
              "f.yaml:9:15: error: which fields of $contact are read cannot be seen here: ${ $contact | .Email } — "
              "write $contact.Field\n");
}

TEST(WrongFlows, ACreateWithoutAKey) {
    EXPECT_EQ(
        problems_of(with_step("  - record: T\n    create: { A: a }\n")),
        "f.yaml:4:5: error: a step that can create needs `key` — the fields that name this record for ever, else "
        "a retry would create it twice\n");
    EXPECT_THAT(problems_of(with_step("  - invoke: Start\n")), HasSubstr("f.yaml:4:5: error: 'invoke' needs `key`"));
}

TEST(WrongFlows, ACircleOfFragments) {
    yaml::Problems problems;
    EXPECT_FALSE(try_load({{"a.yaml", "fragment: a\nsteps: [{ use: b }]\n"},
                           {"b.yaml", "fragment: b\nsteps: [{ use: c }]\n"},
                           {"c.yaml", "fragment: c\nsteps: [{ use: a }]\n"}},
                          problems));
    EXPECT_THAT(problems.text(),
                HasSubstr("c.yaml:2:16: error: fragment 'a' uses itself, directly or through others"));
}

TEST(WrongFlows, AnUnclosedExpression) {
    EXPECT_EQ(
        problems_of(with_step("  - record: T\n    find:\n      - A: ${ \"no \" + .a # the number }\n")),
        "f.yaml:6:12: error: unclosed ${: ' #' began a comment — write: - A: '${ \"no \" + .a # the number }'\n");
    EXPECT_THAT(problems_of(with_step("  - record: T\n    find:\n      - A: \"${ .a\"\n")),
                HasSubstr("f.yaml:6:12: error: unclosed ${"));
}

TEST(WrongFlows, AKeyThatIsThereTwice) {
    EXPECT_EQ(problems_of(with_step("  - record: T\n    find: [{ A: a }]\n    set: { B: b }\n    set: { C: c }\n")),
              "f.yaml:7:5: error: key 'set' is here twice — it first stands in line 6\n");
}

TEST(WrongFlows, YamlsOwnShortcuts) {
    EXPECT_THAT(problems_of(with_step("  - record: T\n    <<: { find: [{ A: a }] }\n")),
                HasSubstr("f.yaml:5:5: error: the merge key '<<' — write the members out"));
    EXPECT_THAT(problems_of("flow: f\non: &events x\nsteps: [{ record: T, find: [{ A: a }] }]\n"),
                HasSubstr("f.yaml:2:5: error: an anchor ('&name')"));
}

TEST(WrongFlows, AWhenThatIsText) {
    EXPECT_EQ(
        problems_of("flow: f\non: x\nwhen: .payment.captured > 0\nsteps: [{ record: T, find: [{ A: a }] }]\n"),
        "f.yaml:3:7: error: 'when' must be ${ }, true or false, not text — write: when: ${ .payment.captured > 0 "
        "}\n");
    EXPECT_THAT(problems_of(with_step("  - record: T\n    find: [{ A: a }]\n    when: yes\n")),
                HasSubstr("f.yaml:6:11: error: 'when' must be ${ }, true or false, not text"));
}

TEST(WrongFlows, WhatReachesOutside) {
    const std::vector<std::pair<std::string, std::string>> refused{
        {"env", "put the value under `vars`"},
        {"env.HOME", "put the value under `vars`"},
        {"now", "use $now: the time handed in"},
        {"input", "an expression sees one event"},
        {"inputs", "an expression sees one event"},
        {"debug", "`paysync plan EVENT.json` shows what an expression gives"},
        {"halt", "use error(\"why\")"},
        {"halt_error", "use error(\"why\")"},
        {"localtime", "use day(t), which knows the configured time zone"},
    };
    for (const auto& [expression, advice] : refused) {
        const std::string word = expression.substr(0, expression.find('.'));
        std::string place = "f.yaml:6:15";
        EXPECT_EQ(with_expression(expression), place + ": error: '" + word +
                                                   "' is not available in expressions: ${ " + expression + " } — " +
                                                   advice + "\n");
    }
    EXPECT_EQ(with_expression("$ENV.HOME"),
              "f.yaml:6:15: error: '$ENV' is not available in expressions: ${ $ENV.HOME "
              "} — put the value under `vars`\n");
    EXPECT_THAT(with_expression("\"\\(env.HOME)\""), HasSubstr("'env' is not available in expressions"));
    EXPECT_THAT(with_expression("import \"a\" as a; 1"), HasSubstr("'import' is not available in expressions"));
    yaml::Problems problems;
    EXPECT_FALSE(try_load({{"f.yaml", with_step("  - record: T\n    find: [{ A: a }]\n")}}, problems, {},
                          "def home:\n  env.HOME;\n"));
    EXPECT_THAT(problems.text(), HasSubstr("functions.jq:2:3: error: 'env' is not available in expressions"));
    EXPECT_EQ(with_expression(".env, .now | .input? // {debug:1}.debug | first"), "") << "members may be called so";
}

// --- two flows that write one field -------------------------------------------------------------------------------

std::string flow_setting(const std::string& name, const std::string& on, const std::string& step) {
    return "flow: " + name + "\non: " + on + "\nsteps:\n  - record: Deal\n" + step;
}

std::string warnings_of(const std::string& one, const std::string& other) {
    yaml::Problems problems;
    EXPECT_TRUE(try_load({{"a.yaml", one}, {"b.yaml", other}}, problems)) << problems.text();
    return problems.text();
}

const char* const by_payment = "    key: { Payment__c: '${ .payment.id }' }\n";

TEST(Conflicts, TwoFlowsThatSetOneFieldOnDifferentEvents) {
    EXPECT_EQ(
        warnings_of(flow_setting("won", "payment_captured", by_payment + std::string{"    set: { Stage: Won }\n"}),
                    flow_setting("lost", "payment_declined", by_payment + std::string{"    set: { Stage: Lost }\n"})),
        "b.yaml:6:12: warning: the flows 'lost' and 'won' both set Deal.Stage, on different events: the last "
        "event would win — let one flow set it, on the events of both; the other place is a.yaml:6:12\n");
}

TEST(Conflicts, NotOnTheSameEventsOrOtherFieldsOrWhenSwitchedOff) {
    const std::string won = by_payment + std::string{"    set: { Stage: Won }\n"};
    const std::string lost = by_payment + std::string{"    set: { Stage: Lost }\n"};
    EXPECT_EQ(warnings_of(flow_setting("a", "[x, y]", won), flow_setting("b", "[y, x]", lost)), "");
    EXPECT_EQ(warnings_of(flow_setting("a", "x", won),
                          flow_setting("b", "y", by_payment + std::string{"    set: { Other: Lost }\n"})),
              "");
    EXPECT_EQ(warnings_of(flow_setting("a", "x", won), "enabled: false\n" + flow_setting("b", "y", lost)), "");
    EXPECT_EQ(warnings_of(flow_setting("a", "x", won),
                          flow_setting("b", "y", by_payment + std::string{"    fill: { Stage: Lost }\n"})),
              "")
        << "fill never writes over what is there";
}

TEST(Conflicts, NotWhereTheKeysTellTheRecordsApart) {
    EXPECT_EQ(warnings_of(flow_setting("a", "x", "    key: { K__c: 'declined/${ .id }' }\n    set: { S: a }\n"),
                          flow_setting("b", "y", "    key: { K__c: 'dispute/${ .id }' }\n    set: { S: b }\n")),
              "");
    EXPECT_EQ(warnings_of(flow_setting("a", "x", "    key: { Refund__c: '${ .id }' }\n    set: { S: a }\n"),
                          flow_setting("b", "y", "    key: { Dispute__c: '${ .id }' }\n    set: { S: b }\n")),
              "");
    EXPECT_NE(warnings_of(flow_setting("a", "x", "    key: { Refund__c: '${ .id }' }\n    set: { S: a }\n"),
                          flow_setting("b", "y", "    find: [{ Status: New }]\n    set: { S: b }\n")),
              "")
        << "a rule may find what the other made";
}

TEST(Conflicts, NotForWhatIsTheSameFromTheSameView) {
    const std::string stage = by_payment + std::string{"    set: { Stage: '${ .payment.state }' }\n"};
    EXPECT_EQ(warnings_of(flow_setting("a", "x", stage), flow_setting("b", "y", stage)), "");
    yaml::Problems problems;
    EXPECT_TRUE(try_load({{"p.yaml", "fragment: p\nwith: { a: 1 }\nsteps:\n  - record: Deal\n" +
                                         std::string{by_payment} + "    set: { Stage: '${ $with.a }' }\n"},
                          {"a.yaml", "flow: a\non: x\nsteps: [{ use: p }]\n"},
                          {"b.yaml", "flow: b\non: y\nsteps: [{ use: p }]\n"}},
                         problems));
    EXPECT_EQ(problems.text(), "") << "a fragment of both";
}

} // namespace
} // namespace paysync::flow
