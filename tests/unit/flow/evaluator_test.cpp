// What flows decide.
#include "flow_fixture.hpp"

#include <gmock/gmock.h>

namespace paysync::flow {
namespace {

using testing::HasSubstr;

constexpr const char* id_a = "003000000000001AAA";
constexpr const char* id_b = "003000000000002AAA";

/// A flow of one record step.
std::string step(const std::string& body, const std::string& head = "") {
    std::string text = "flow: f\non: x\n" + head + "steps:\n  - name: it\n    record: Contact\n";
    std::string line;
    for (const char c : body + "\n") {
        if (c != '\n') {
            line += c;
            continue;
        }
        if (!line.empty()) text += "    " + line + "\n";
        line.clear();
    }
    return text;
}

TEST(Flow, CreatesUnderItsKeyWithAllThreeKindsOfFields) {
    const RecordWrite write = run(step("key: { K__c: '${ .payment.id }' }\ncreate: { A: a, B: b }\nfill: { B: c, C: "
                                       "d }\nset: { A: '${ null }', D: e }"),
                                  {{"payment", {{"id", "pay_1"}}}})
                                  .write();
    EXPECT_EQ(write.object, "Contact");
    EXPECT_EQ(write.step, "it");
    EXPECT_EQ(write.id, "");
    EXPECT_EQ(write.key, (Json{{"K__c", "pay_1"}}));
    EXPECT_EQ(write.fields, (Json{{"A", "a"}, {"B", "c"}, {"C", "d"}, {"D", "e"}}));
    EXPECT_EQ(write.token, new_record_token("Contact", write.key));
    EXPECT_TRUE(is_token(write.token));
    EXPECT_EQ(write.rule, "created");
}

TEST(Flow, FindsByKeyAndThenFillsOnlyWhatIsEmpty) {
    FakeOrg org;
    org.records["Contact"] = {{{"Id", id_a}, {"K__c", "PAY_1"}, {"A", "typed by a person"}, {"B", " "}}};
    const Driven driven =
        run(step("key: { K__c: pay_1 }\ncreate: { X: x }\nfill: { A: a, B: b }\nset: { C: c }"), {}, org);
    const RecordWrite write = driven.write();
    EXPECT_EQ(driven.rounds, 1);
    EXPECT_EQ(write.id, id_a);
    EXPECT_EQ(write.token, "");
    EXPECT_EQ(write.key, Json::object());
    EXPECT_EQ(write.fields, (Json{{"B", "b"}, {"C", "c"}}));
    EXPECT_EQ(write.current["A"], "typed by a person");
    EXPECT_EQ(write.rule, "key");
    EXPECT_EQ(driven.plan().trace.front().outcome, "found");
}

TEST(Flow, NullLeavesAFieldAloneAndClearEmptiesIt) {
    FakeOrg org;
    org.records["Contact"] = {{{"Id", id_a}, {"K__c", "k"}, {"A", "a"}}};
    const RecordWrite write = run(step("key: { K__c: k }\nset: { A: '${ clear }', B: '${ null }', C: '${ \" \" }', "
                                       "D: '${ if true then clear else 1 end }' }"),
                                  {}, org)
                                  .write();
    EXPECT_EQ(write.fields, (Json{{"A", nullptr}, {"D", nullptr}}));
}

TEST(Flow, AdoptsAFoundRecordByWritingItsKey) {
    FakeOrg org;
    org.records["Contact"] = {{{"Id", id_a}, {"Email", "Ann@x.de"}}};
    const RecordWrite write =
        run(step("key: { K__c: k }\nfind: [{ Email: ann@x.de }]\ncreate: { X: x }"), {}, org).write();
    EXPECT_EQ(write.id, id_a);
    EXPECT_EQ(write.key, (Json{{"K__c", "k"}}));
    EXPECT_EQ(write.rule, "find 1 (Email)");
}

TEST(Flow, ARecordWithAnotherKeyIsSkippedTakenOrHeld) {
    FakeOrg org;
    org.records["Contact"] = {{{"Id", id_a}, {"Email", "a@x"}, {"K__c", "other"}}};
    const std::string body = "key: { K__c: k }\nfind: [{ Email: a@x }]\nset: { X: x }\ncreate: { Y: y }\n";
    const Driven skipped = run(step(body), {}, org);
    EXPECT_EQ(skipped.write().id, "");
    ASSERT_FALSE(skipped.plan().trace.front().passed_over.empty());
    EXPECT_EQ(skipped.plan().trace.front().passed_over.front().why,
              std::string{"Contact "} + id_a + " already belongs to another K__c");
    const RecordWrite taken = run(step(body + "taken: take"), {}, org).write();
    EXPECT_EQ(taken.id, id_a);
    EXPECT_EQ(taken.key, Json::object());
    const Plan held = run(step(body + "taken: hold"), {}, org).plan();
    EXPECT_EQ(held.outcome, Plan::Outcome::held);
    ASSERT_TRUE(held.hold.has_value());
    EXPECT_EQ(held.hold->candidates.size(), 1U);
    EXPECT_TRUE(held.writes.empty());
}

TEST(Flow, SeveralRecordsAreHeldChosenSkippedOrRead) {
    FakeOrg org;
    org.records["Contact"] = {{{"Id", id_b}, {"Email", "a@x"}, {"CreatedDate", "2026-01-02T00:00:00.000+0000"}},
                              {{"Id", id_a}, {"Email", "a@x"}, {"CreatedDate", "2025-01-02T00:00:00.000+0000"}}};
    const std::string body = "find: [{ Email: a@x }]\nset: { X: x }\n";
    const Plan held = run(step(body), {}, org).plan();
    EXPECT_EQ(held.outcome, Plan::Outcome::held);
    EXPECT_THAT(held.hold->reason, HasSubstr("2 records of Contact meet find 1 (Email)"));
    EXPECT_EQ(held.hold->candidates.size(), 2U);
    EXPECT_EQ(run(step(body + "several: newest"), {}, org).write().id, id_b);
    EXPECT_EQ(run(step(body + "several: oldest"), {}, org).write().id, id_a);
    const Plan skipped = run(step(body + "several: skip"), {}, org).plan();
    EXPECT_TRUE(skipped.writes.empty());
    EXPECT_EQ(skipped.outcome, Plan::Outcome::acted);
    const std::string all = step("find: [{ Email: a@x }]\nseveral: all\nread: [Phone]") +
                            "  - record: T\n    key: { K: k }\n    create: { N: '${ $it | length }', P: '${ "
                            "[$it[].Id] | join(\",\") }' }\n";
    EXPECT_EQ(run(all, {}, org).write().fields["N"], 2);
    EXPECT_EQ(run(all).write().fields["N"], 0);
}

TEST(Flow, NothingFoundDoesWhatNoneSays) {
    EXPECT_TRUE(run(step("find: [{ Email: a@x }]\nset: { X: x }")).plan().writes.empty());
    EXPECT_EQ(run(step("key: { K: k }\nset: { X: x }\nnone: create")).write().fields["X"], "x");
    const Plan stopped = run(step("key: { K: k }\nset: { X: x }\nnone: stop") +
                             "  - record: T\n    key: { K: k }\n    create: { A: a }\n")
                             .plan();
    EXPECT_EQ(stopped.outcome, Plan::Outcome::passed_by);
    EXPECT_TRUE(stopped.writes.empty());
    EXPECT_EQ(run(step("key: { K: k }\nset: { X: x }\nnone: hold")).plan().outcome, Plan::Outcome::held);
    EXPECT_EQ(
        run(step("key: { K: k }\nset: { X: x }\nnone: '${ if .a then \"create\" else \"skip\" end }'"), {{"a", true}})
            .plan()
            .writes.size(),
        1U);
    EXPECT_EQ(run(step("key: { K: k }\nset: { X: x }\nnone: '${ if .a then \"create\" else \"skip\" end }'"))
                  .plan()
                  .writes.size(),
              0U);
    EXPECT_THAT(run(step("key: { K: k }\nset: { X: x }\nnone: '${ 1 }'")).fault().message,
                HasSubstr("create, skip, stop or hold"));
}

TEST(Flow, AKeyWithAnEmptyPartIsAFault) {
    const Fault fault = run(step("key: { K__c: '${ .payment.id }', L__c: l }\ncreate: { X: x }")).fault();
    EXPECT_EQ(fault.step, "it");
    EXPECT_EQ(fault.where, "key.K__c");
    EXPECT_EQ(fault.place, "f.yaml:6:12");
    EXPECT_THAT(fault.message, HasSubstr("empty part"));
}

TEST(Flow, ARuleWithAnEmptyValueIsPassedOver) {
    FakeOrg org;
    org.records["Contact"] = {{{"Id", id_a}, {"Phone", "1"}}};
    const Driven driven = run(
        step("find:\n  - { Email: '${ .customer.email }', Phone: '1' }\n  - { Phone: '1' }\nset: { X: x }"), {}, org);
    EXPECT_EQ(driven.write().rule, "find 2 (Phone)");
    EXPECT_EQ(driven.plan().trace.front().passed_over.front().rule, "find 1 (Email, Phone)");
    EXPECT_EQ(driven.plan().trace.front().passed_over.front().why, "Email has no value to look for");
}

TEST(Flow, RulesDecideInOrderWhateverIsAnswered) {
    FakeOrg org;
    org.records["Contact"] = {{{"Id", id_a}, {"Email", "a@x"}}, {{"Id", id_b}, {"Phone", "1"}}};
    const Driven driven = run(step("find: [{ Phone: '1' }, { Email: a@x }]\nset: { X: x }"), {}, org);
    EXPECT_EQ(driven.write().id, id_b);
    EXPECT_EQ(driven.rounds, 1);
}

TEST(Flow, ConditionsOfEveryKind) {
    FakeOrg org;
    org.records["Contact"] = {
        {{"Id", id_a}, {"A", 5}, {"B", "Abc"}, {"C", nullptr}, {"Last", "Meyer-Schmidt"}, {"Zip", "10115"}}};
    const auto found = [&](const std::string& rule) {
        return run(step("find: [" + rule + "]\nset: { X: x }"), {}, org).plan().writes.size() == 1;
    };
    EXPECT_TRUE(found("{ A: { gt: 4, lte: 5 }, B: { like: 'ab%' } }"));
    EXPECT_FALSE(found("{ A: { gt: 5 } }"));
    EXPECT_TRUE(found("{ A: { gte: 5 }, B: { not: x } }"));
    EXPECT_FALSE(found("{ A: { lt: 5 } }"));
    EXPECT_TRUE(found("{ B: [x, abc] }"));
    EXPECT_TRUE(found("{ B: '${ [\"x\", null, \"ABC\"] }' }"));
    EXPECT_FALSE(found("{ B: '${ [] }' }"));
    EXPECT_TRUE(found("{ B: abc, C: { empty: true } }"));
    EXPECT_FALSE(found("{ B: abc, C: { empty: false } }"));
    EXPECT_TRUE(found("{ Last: { about: 'Meier Schmidt' }, Zip: '10115' }"));
    EXPECT_FALSE(found("{ Last: { about: 'Meier Schmidt', at_least: 0.95 }, Zip: '10115' }"));
}

TEST(Flow, WhenPassesOnlyOnTrue) {
    const auto outcome = [](const std::string& when) {
        return run(step("find: [{ A: a }]", "when: " + when + "\n")).plan().outcome;
    };
    EXPECT_EQ(outcome("true"), Plan::Outcome::acted);
    EXPECT_EQ(outcome("${ 1 == 1 }"), Plan::Outcome::acted);
    EXPECT_EQ(outcome("false"), Plan::Outcome::passed_by);
    EXPECT_EQ(outcome("${ null }"), Plan::Outcome::passed_by);
    const Fault fault = run(step("find: [{ A: a }]", "when: ${ 1 }\n")).fault();
    EXPECT_EQ(fault.where, "when");
    EXPECT_THAT(fault.message, HasSubstr("must give true or false, gave 1: ${ 1 }"));
    const Plan passed = run(step("when: ${ false }\nkey: { K: k }\ncreate: { A: a }") +
                            "  - record: T\n    key: { K: k }\n    create: { A: '${ $it == null }' }\n")
                            .plan();
    ASSERT_EQ(passed.writes.size(), 1U);
    EXPECT_EQ(passed.writes[0].fields["A"], true);
    EXPECT_EQ(passed.trace[0].outcome, "passed by");
}

TEST(Flow, NeedsAreKnownOrTheFlowWaits) {
    const std::string text =
        step("key: { K: k }\ncreate: { A: a }", "needs: [customer, payment_type, source, metadata]\n");
    EXPECT_EQ(run(text, {{"customer", {{"key", nullptr}}}, {"payment", {{"source", Json::object()}}}}).plan().lacking,
              (std::vector<std::string>{"customer", "payment_type", "source", "metadata"}));
    const Plan some = run(text, {{"customer", {{"key", "c"}}},
                                 {"payment", {{"payment_type", "Regular"}, {"metadata", Json::object()}}}})
                          .plan();
    EXPECT_EQ(some.outcome, Plan::Outcome::lacks);
    EXPECT_EQ(some.lacking, (std::vector<std::string>{"source"}));
}

TEST(Flow, WhatHappenedTooLongAgoIsPassedBy) {
    const std::string text = step("key: { K: k }\ncreate: { A: a }", "max_age: 1d\n");
    EXPECT_EQ(run(text, {{"occurred_at", "2026-02-28T11:59:59Z"}}).plan().outcome, Plan::Outcome::too_old);
    EXPECT_EQ(run(text, {{"occurred_at", "2026-02-28T12:00:00Z"}}).plan().outcome, Plan::Outcome::acted);
}

TEST(Flow, VarsSeeEarlierVarsAndCanBeOverridden) {
    const std::string text = step("key: { K: k }\ncreate: { A: '${ $vars.c }', B: '${ $vars.t }' }",
                                  "vars: { a: 2, b: '${ $vars.a * .x }', c: '${ $vars.b + $vars.a }', t: NO }\n");
    EXPECT_EQ(run(text, {{"x", 5}}).write().fields, (Json{{"A", 12}, {"B", "NO"}}));
    FlowSettings settings;
    settings.vars["f"] = {{"a", 3}};
    const auto flows = load(text, settings);
    Evaluator evaluator{flows};
    FakeOrg org;
    EXPECT_EQ(drive(evaluator, 0, make_input({{"x", 5}}), org).write().fields["A"], 18);
    EXPECT_NE(flows->flows()[0].version, load(text)->flows()[0].version);
}

constexpr const char* two_steps = R"(flow: f
on: x
steps:
  - name: account
    record: Account
    key: { K__c: "${ .customer }" }
    create: { Name: n }
  - name: contact
    record: Contact
    key: { K__c: "${ .customer }" }
    find: [{ AccountId: "${ $account.Id }" }]
    create: { AccountId: "${ $account.Id }", LastName: l }
  - record: Opportunity
    key: { P__c: "${ .payment }" }
    create: { AccountId: "${ $account.Id }", Who: "${ $contact.LastName }" }
)";

TEST(Flow, ANewPayerCostsOneRound) {
    FakeOrg org;
    const Driven driven = run(two_steps, {{"customer", "c"}, {"payment", "p"}}, org);
    EXPECT_EQ(driven.rounds, 1);
    const Plan& plan = driven.plan();
    ASSERT_EQ(plan.writes.size(), 3U);
    EXPECT_EQ(plan.writes[1].fields["AccountId"], plan.writes[0].token);
    EXPECT_EQ(plan.writes[2].fields["AccountId"], plan.writes[0].token);
    EXPECT_EQ(plan.writes[2].fields["Who"], "l");
    EXPECT_EQ(org.answered.size(), 3U); // nothing was asked with a token in it
}

TEST(Flow, AnIdInsideTextWaitsForTheWrite) {
    const std::string text =
        std::string{two_steps} + "  - record: T\n    key: { K: \"a/${ $account.Id }\" }\n    create: { X: x }\n";
    const Plan first = run(text, {{"customer", "c"}, {"payment", "p"}}).plan();
    EXPECT_EQ(first.outcome, Plan::Outcome::unfinished);
    EXPECT_EQ(first.writes.size(), 3U);
    FakeOrg org;
    org.records["Account"] = {{{"Id", "001000000000001AAA"}, {"K__c", "c"}}};
    const Plan second = run(text, {{"customer", "c"}, {"payment", "p"}}, org).plan();
    EXPECT_EQ(second.outcome, Plan::Outcome::acted);
    EXPECT_EQ(second.writes.back().key["K"], "a/001000000000001AAA");
    const std::string cut =
        std::string{two_steps} +
        "  - record: T\n    key: { K: k }\n    create: { X: '${ $account.Id | ascii_downcase | .[0:15] }' }\n";
    EXPECT_EQ(run(cut, {{"customer", "c"}, {"payment", "p"}}).plan().outcome, Plan::Outcome::unfinished);
}

TEST(Flow, TextThatOnlyLooksLikeAnUnwrittenIdDoesNotHoldAnythingUp) {
    const std::string text = step("key: { K: \"x/${ .v }\" }\ncreate: { A: a }");
    EXPECT_EQ(run(text, {{"v", "new:Account:00000000000000000000000000000000"}}).plan().outcome,
              Plan::Outcome::acted);
}

TEST(Flow, TheSameKnowledgeGivesTheSameDecision) {
    const auto flows = load(two_steps);
    Evaluator one{flows};
    Evaluator two{flows};
    const Input input = make_input({{"customer", "c"}, {"payment", "p"}});
    FakeOrg org;
    const auto first = std::get<Asks>(one.evaluate(0, input, org));
    const auto second = std::get<Asks>(two.evaluate(0, input, org));
    EXPECT_EQ(first.questions, second.questions);
    for (const Question& question : first.questions) org.look_up(question);
    const Plan plan = std::get<Plan>(one.evaluate(0, input, org));
    for (Evaluator* evaluator : {&one, &two, &one}) {
        const Plan again = std::get<Plan>(evaluator->evaluate(0, input, org));
        ASSERT_EQ(again.writes.size(), plan.writes.size());
        for (std::size_t i = 0; i < plan.writes.size(); ++i) {
            EXPECT_EQ(again.writes[i].fields, plan.writes[i].fields);
            EXPECT_EQ(again.writes[i].token, plan.writes[i].token);
        }
    }
}

TEST(Flow, AnswersEveryInput) {
    const auto flows = load(two_steps);
    Evaluator evaluator{flows};
    FakeOrg org;
    for (const Json& event : {Json(nullptr), Json(5), Json::array({1}), Json("x"), Json{{"customer", Json::array()}},
                              Json{{"customer", {{"a", 1}}}}}) {
        Input input = make_input(Json::object());
        input.event = event;
        const Decision decision = evaluator.evaluate(0, input, org);
        EXPECT_TRUE(std::holds_alternative<Fault>(decision) || std::holds_alternative<Asks>(decision));
    }
}

TEST(Flow, ALaterStepSeesWhatAnEarlierOnePlanned) {
    const std::string text =
        step("key: { K: k }\ncreate: { Email: a@x }") +
        "  - name: again\n    record: Contact\n    find: [{ Email: A@X }]\n    set: { Phone: '1' }\n" +
        "  - name: by_id\n    record: Contact\n    find: [{ Id: '${ $it.Id }' }]\n    set: { Fax: '${ $again.Phone "
        "}' }\n";
    const Plan plan = run(text).plan();
    ASSERT_EQ(plan.writes.size(), 3U);
    EXPECT_EQ(plan.writes[1].id, plan.writes[0].token);
    EXPECT_EQ(plan.writes[2].id, plan.writes[0].token);
    EXPECT_EQ(plan.writes[2].fields["Fax"], "1");
}

TEST(Flow, AFaultBehindAnOpenQuestionWaitsForTheAnswer) {
    const std::string text = step("find: [{ Email: a@x }]") +
                             "  - record: T\n    key: { K: k }\n    create: { A: '${ error(\"no\") }' }\n";
    const auto flows = load(text);
    Evaluator evaluator{flows};
    FakeOrg org;
    EXPECT_TRUE(std::holds_alternative<Asks>(evaluator.evaluate(0, make_input(Json::object()), org)));
    EXPECT_EQ(drive(evaluator, 0, make_input(Json::object()), org).fault().where, "create.A");
}

TEST(Flow, ARuleThatCannotBeAskedIsPassedOverAndAKeyIsAFault) {
    class Unusable : public Knowledge {
        std::optional<Answer> answer(const Question&) const override { return Answer{{}, "not an e-mail"}; }
    } unusable;
    Evaluator by_rule{load(step("find: [{ Email: x }]\nset: { A: a }"))};
    const Plan plan = std::get<Plan>(by_rule.evaluate(0, make_input(Json::object()), unusable));
    EXPECT_EQ(plan.trace[0].passed_over[0].why, "not an e-mail");
    Evaluator by_key{load(step("key: { Email: x }\nset: { A: a }"))};
    EXPECT_THAT(std::get<Fault>(by_key.evaluate(0, make_input(Json::object()), unusable)).message,
                HasSubstr("not an e-mail"));
}

TEST(Flow, ARecordThatWasReadIsNotAskedForAgain) {
    FakeOrg org;
    org.records["Contact"] = {{{"Id", id_a}, {"Email", "a@x"}}};
    const std::string text = step("find: [{ Email: a@x }]") +
                             "  - record: Contact\n    find: [{ Id: '${ $it.Id }' }]\n    set: { Phone: '1' }\n";
    const Driven driven = run(text, {}, org);
    EXPECT_EQ(driven.rounds, 1);
    EXPECT_EQ(driven.write().id, id_a);
}

TEST(Fragment, HasItsOwnNamesAndGivesSome) {
    const SourceFile fragment{
        "p.yaml",
        "fragment: payer\nwith: { create: true, zip: '${ .zip }' }\ngives: [contact]\nsteps:\n"
        "  - name: known\n    record: Contact\n    find: [{ Zip: '${ $with.zip }' }]\n"
        "  - name: contact\n    record: Contact\n    key: { K: '${ .c }' }\n    find: [{ Id: '${ $known.Id }' }]\n"
        "    none: ${ if $with.create then \"create\" else \"skip\" end }\n    create: { LastName: '${ $with.zip }' "
        "}\n"};
    const std::string use =
        "flow: f\non: x\nsteps:\n  - use: payer\n    with: { create: CREATE }\n"
        "  - record: T\n    key: { K: t }\n    create: { W: '${ $contact.Id }', N: '${ $contact.LastName }' }\n";
    const auto flow = [&](const std::string& create) {
        std::string text = use;
        return text.replace(text.find("CREATE"), 6, create);
    };
    FakeOrg org;
    Evaluator creating{load({fragment, {"f.yaml", flow("true")}})};
    const Plan made = drive(creating, 0, make_input({{"c", "c"}, {"zip", "1"}}), org).plan();
    ASSERT_EQ(made.writes.size(), 2U);
    EXPECT_EQ(made.writes[0].step, "payer.contact");
    EXPECT_EQ(made.writes[1].fields["W"], made.writes[0].token);
    EXPECT_EQ(made.writes[1].fields["N"], "1");
    Evaluator skipping{load({{"f.yaml", flow("false")}, fragment})};
    const Plan skipped = drive(skipping, 0, make_input({{"c", "c"}, {"zip", "1"}}), org).plan();
    ASSERT_EQ(skipped.writes.size(), 1U);
    EXPECT_EQ(skipped.writes[0].fields, Json::object());
}

TEST(Fragment, CanBeExchangedByTheConfiguration) {
    const SourceFile a{"a.yaml", "fragment: payer\ngives: [contact]\nsteps: [{ name: contact, record: A, key: { K: k "
                                 "}, create: { X: x } }]\n"};
    const SourceFile b{"b.yaml", "fragment: payer-person\ngives: [contact]\nsteps: [{ name: contact, record: B, key: "
                                 "{ K: k }, create: { X: x } }]\n"};
    const SourceFile flow{
        "f.yaml",
        "flow: f\non: x\nsteps: [{ use: payer }, { record: T, key: { K: k }, create: { F: '${ $contact.F }' } }]\n"};
    FlowSettings settings;
    settings.fragments["payer"] = "payer-person";
    const auto flows = load({a, b, flow}, settings);
    Evaluator evaluator{flows};
    FakeOrg org;
    EXPECT_EQ(drive(evaluator, 0, make_input(Json::object()), org).plan().writes[0].object, "B");
    EXPECT_TRUE(flows->fields_read().at("B").contains("F"));
}

TEST(Choose, TakesTheFirstTrueBranch) {
    const std::string text =
        "flow: f\non: x\nsteps:\n  - choose:\n      - when: ${ .a == 1 }\n        steps: [{ name: one, record: T, "
        "key: { K: one }, create: { X: x } }]\n"
        "      - when: ${ .a == 2 }\n        steps: [{ record: T, key: { K: two }, create: { X: x } }]\n"
        "      - otherwise: [{ record: T, key: { K: other }, create: { X: x } }]\n"
        "  - record: U\n    key: { K: u }\n    create: { One: '${ $one != null }' }\n";
    EXPECT_EQ(run(text, {{"a", 1}}).plan().writes[0].key["K"], "one");
    EXPECT_EQ(run(text, {{"a", 2}}).plan().writes[0].key["K"], "two");
    EXPECT_EQ(run(text, {{"a", 3}}).plan().writes[0].key["K"], "other");
    EXPECT_EQ(run(text, {{"a", 3}}).plan().writes[1].fields["One"], false);
}

TEST(FlowSet, KnowsWhoIsTriggeredAndWhatIsRead) {
    const auto flows = load(
        {{"a.yaml", "flow: a\non: [dispute_*, payment_captured]\nsteps: [{ name: c, record: Contact, find: [{ Email: "
                    "x }], read: [Account.OwnerId] }, "
                    "{ record: T, key: { K: k }, create: { F: '${ $c.Account.Name // $c[\"Phone\"] }' } }]\n"},
         {"b.yaml", "flow: b\nenabled: false\non: payment_captured\nsteps: [{ record: T, find: [{ A: a }] }]\n"}});
    EXPECT_EQ(flows->triggered_by("dispute_won"), (std::vector<std::size_t>{0}));
    EXPECT_EQ(flows->triggered_by("payment_captured"), (std::vector<std::size_t>{0}));
    EXPECT_TRUE(flows->triggered_by("payment").empty());
    EXPECT_EQ(flows->find("b"), 1U);
    EXPECT_EQ(flows->fields_read().at("Contact"),
              (std::set<std::string>{"Account.Name", "Account.OwnerId", "Email", "Phone"}));
    EXPECT_EQ(flows->fields_read().at("T"), (std::set<std::string>{"A", "F", "K"}));
    FlowSettings settings;
    settings.enabled["b"] = true;
    EXPECT_TRUE(
        load({{"b.yaml", "flow: b\nenabled: false\non: x\nsteps: [{ record: T, find: [{ A: a }] }]\n"}}, settings)
            ->flows()[0]
            .enabled);
}

} // namespace
} // namespace paysync::flow
