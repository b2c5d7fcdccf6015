// What expressions give, and what they cannot do.
#include "flow_fixture.hpp"

#include "paysync/base/money.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace paysync::flow {
namespace {

using testing::HasSubstr;

TEST(Expression, AloneItKeepsItsTypeAndInsideTextItIsText) {
    EXPECT_EQ(value_of("1 + 1"), Json(2));
    EXPECT_EQ(value_of(".payment.n", {{"payment", {{"n", 9007199254740991LL}}}}), Json(9007199254740991LL));
    EXPECT_EQ(value_of("0.5"), Json(0.5));
    EXPECT_EQ(value_of("true"), Json(true));
    const std::string text =
        "flow: f\non: x\nsteps:\n  - record: T\n    key: { K: k }\n    create:\n"
        "      A: n ${ 1 + 1 }, ${ null }, ${ \"t\" }, ${ true }.\n      B: NO\n      C: 01234\n";
    const Json fields = run(text).write().fields;
    EXPECT_EQ(fields["A"], "n 2, , t, true.");
    EXPECT_EQ(fields["B"], "NO");
    EXPECT_EQ(fields["C"], "01234");
}

TEST(Expression, BracesAndQuotesInsideBelongToJq) {
    EXPECT_EQ(value_of("{a: \"}\"} | .a"), Json("}"));
    EXPECT_EQ(value_of("\"x\\(\"y\\(1)\")z\""), Json("xy1z"));
    EXPECT_EQ(value_of("\"Grüße 漢字 🙂\""), Json("Grüße 漢字 🙂"));
    EXPECT_EQ(value_of(".x", {{"x", std::string("a\0b", 3)}}), Json(std::string("a\0b", 3)));
}

TEST(Expression, GivesExactlyOneResult) {
    EXPECT_THAT(value_of("empty").get<std::string>(), HasSubstr("gives no result: ${ empty }"));
    EXPECT_THAT(value_of("1, 2").get<std::string>(), HasSubstr("more than one result"));
    EXPECT_THAT(value_of("1, error(\"late\")").get<std::string>(), HasSubstr("late"));
    EXPECT_THAT(value_of("error(\"why\")").get<std::string>(), HasSubstr("fault: why: ${ error(\"why\") }"));
    EXPECT_THAT(value_of("error({a: 1})").get<std::string>(), HasSubstr("{\"a\":1}"));
    EXPECT_THAT(value_of("1 + \"x\"").get<std::string>(), HasSubstr("cannot be added"));
}

TEST(Expression, WhatReachesOutsideIsRefusedAtLoad) {
    for (const char* word : {"env",
                             "now",
                             "input",
                             "inputs",
                             "debug",
                             "stderr",
                             "halt",
                             "halt_error",
                             "localtime",
                             "input_filename",
                             "input_line_number",
                             "strflocaltime(\"%H\")",
                             "$ENV",
                             "$__loc__",
                             "$__prog_args",
                             "$ ENV",
                             "env.HOME",
                             "[inputs]",
                             "\"\\(now)\"",
                             "get_search_list",
                             "def f: now; f"}) {
        const std::string text =
            std::string{"flow: f\non: x\nsteps:\n  - record: T\n    find:\n      - F: '${ "} + word + " }'\n";
        const std::string problems = problems_of(text);
        EXPECT_THAT(problems, HasSubstr("f.yaml:6:")) << word;
        EXPECT_THAT(problems, HasSubstr("is not available in expressions")) << word;
    }
    EXPECT_THAT(problems_of("flow: f\non: x\nsteps:\n  - record: T\n    find: [{F: '${ import \"a\" as a; 1 }'}]\n"),
                HasSubstr("'import'"));
    EXPECT_EQ(value_of("{now: 1, input: 2} | .now + .input"), Json(3)); // as members they are only names
}

TEST(Expression, ThePreludeHidesWhatTheScanCannotSee) {
    // Built-in functions that call hidden ones on their own.
    EXPECT_THAT(problems_of("flow: f\non: x\nsteps:\n  - record: T\n    find: [{F: '${ 1 ) | env | ( 2 }'}]\n"),
                HasSubstr("do not match"));
}

TEST(Expression, IsStoppedAtItsDeadline) {
    FlowSettings settings;
    settings.expression_deadline = std::chrono::milliseconds{100};
    const Json stopped = value_of("last(range(1e9))", {}, settings);
    EXPECT_EQ(stopped, Json("fault: took longer than 100 ms: ${ last(range(1e9)) }"));
}

TEST(Expression, AfterADeadlineTheSameEvaluatorGoesOn) {
    FlowSettings settings;
    settings.expression_deadline = std::chrono::milliseconds{60};
    const auto flows = load(
        std::vector<SourceFile>{
            {"f.yaml", "flow: f\non: x\nsteps:\n  - record: T\n    key: { K: k }\n"
                       "    create: { F: '${ if .slow then last(range(1e9)) else [range(3)] | add end }' }\n"}},
        settings);
    ASSERT_TRUE(flows);
    std::vector<std::thread> threads;
    for (int i = 0; i < 2; ++i)
        threads.emplace_back([&] {
            Evaluator evaluator{flows};
            for (int turn = 0; turn < 3; ++turn) {
                FakeOrg org;
                const Driven slow = drive(evaluator, 0, make_input({{"slow", true}}), org);
                EXPECT_THAT(slow.fault().message, HasSubstr("took longer"));
                const Driven fast = drive(evaluator, 0, make_input({{"slow", false}}), org);
                EXPECT_EQ(fast.write().fields["F"], 3);
            }
        });
    for (std::thread& thread : threads) thread.join();
}

TEST(Expression, MoneyIsExactAndByCheckoutsTable) {
    EXPECT_EQ(value_of("money(1050; \"EUR\")"), "10.50");
    EXPECT_EQ(value_of("money(5; \"EUR\")"), "0.05");
    EXPECT_EQ(value_of("money(0; \"EUR\")"), "0.00");
    EXPECT_EQ(value_of("money(-5; \"BHD\")"), "-0.005");
    EXPECT_EQ(value_of("money(1050; \"jpy\")"), "1050");
    EXPECT_EQ(value_of("money(9007199254740991; \"EUR\")"), "90071992547409.91");
    EXPECT_EQ(value_of("money(.payment.amount)", {{"payment", {{"amount", 199}, {"currency", "USD"}}}}), "1.99");
    EXPECT_EQ(value_of("money(null; \"EUR\")"), nullptr);
    EXPECT_THAT(value_of("money(1; null)").get<std::string>(), HasSubstr("without a currency"));
    EXPECT_THAT(value_of("money(1.5; \"EUR\")").get<std::string>(), HasSubstr("whole minor units"));
    EXPECT_THAT(value_of("money(\"1\"; \"EUR\")").get<std::string>(), HasSubstr("number of minor units"));
}

TEST(Expression, MoneyAgreesWithTheTableOfRoomBase) {
    const Json currencies{"BIF", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VUV",
                          "VND", "XAF", "XOF", "XPF", "BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND",
                          "EUR", "USD", "GBP", "CLP", "HUF", "TWD", "COP", "CLF", "MGA"};
    const Json got = value_of("[.c[] as $c | money(123456; $c)] | join(\" \")", {{"c", currencies}});
    std::string wanted;
    for (const Json& currency : currencies)
        wanted += (wanted.empty() ? "" : " ") + base::major_units(123456, currency.get<std::string>());
    EXPECT_EQ(got, wanted);
}

TEST(Expression, DayIsLocalToTheConfiguredZone) {
    FlowSettings berlin;
    berlin.time_zone = "Europe/Berlin";
    EXPECT_EQ(value_of("day(\"2026-01-31T23:30:00Z\")", {}, berlin), "2026-02-01");
    EXPECT_EQ(value_of("day(\"2026-06-30T22:30:00.1234567Z\")", {}, berlin), "2026-07-01");
    EXPECT_EQ(value_of("day(\"2026-06-30T21:59:59Z\")", {}, berlin), "2026-06-30");
    EXPECT_EQ(value_of("day(\"2026-03-29T00:59:59Z\") + \" \" + day(\"2026-10-24T22:00:00Z\")", {}, berlin),
              "2026-03-29 2026-10-25");
    EXPECT_EQ(value_of("day(\"2026-06-30\")", {}, berlin), "2026-06-30");
    EXPECT_EQ(value_of("day(null)", {}, berlin), nullptr);
    FlowSettings auckland;
    auckland.time_zone = "Pacific/Auckland";
    EXPECT_EQ(value_of("day(\"2026-01-01T11:00:00Z\")", {}, auckland), "2026-01-02");
    EXPECT_EQ(value_of("day(\"2026-01-01T23:00:00-05:00\")"), "2026-01-02");
    EXPECT_EQ(value_of("day(\"2026-01-01T10:00:00\")"), "2026-01-01");
    EXPECT_THAT(value_of("day(\"soon\")").get<std::string>(), HasSubstr("not a time"));
}

TEST(Expression, TimesAreReckonedFromWhatIsHandedIn) {
    EXPECT_EQ(value_of("time(\"2026-01-01T10:00:00.9+01:30\")"), "2026-01-01T08:30:00Z");
    EXPECT_EQ(value_of("time(\"2026-01-01T10:00:00+0000\")"), "2026-01-01T10:00:00Z");
    EXPECT_EQ(value_of("plus(.occurred_at; \"3d\")"), "2026-03-04T12:00:00Z");
    EXPECT_EQ(value_of("minus(.occurred_at; \"90m\")"), "2026-03-01T10:30:00Z");
    EXPECT_EQ(value_of("add_months(\"2026-01-31T10:00:00Z\"; 1)"), "2026-02-28T10:00:00Z");
    EXPECT_EQ(value_of("add_months(\"2024-01-31T10:00:00Z\"; 1)"), "2024-02-29T10:00:00Z");
    EXPECT_EQ(value_of("add_months(\"2026-03-31T10:00:00Z\"; -13)"), "2025-02-28T10:00:00Z");
    EXPECT_EQ(value_of("past(\"2026-03-01T11:59:59Z\")"), true);
    EXPECT_EQ(value_of("past(plus($now; \"1s\"))"), false);
    EXPECT_EQ(value_of("past(null)"), false);
    EXPECT_THAT(value_of("plus($now; \"3 days\")").get<std::string>(), HasSubstr("write 48h or 3d"));
}

TEST(Expression, SmallFunctions) {
    EXPECT_EQ(value_of("\" Ann.B+shop@Example.COM \" | email_key"), "ann.b@example.com");
    EXPECT_EQ(value_of("\"nobody\" | email_key"), nullptr);
    EXPECT_EQ(value_of("(\"Ann Mary  Lee \" | name_parts) | .first + \"/\" + .last"), "Ann Mary/Lee");
    EXPECT_EQ(value_of("\"Cher\" | name_parts | .first"), nullptr);
    EXPECT_EQ(value_of("null | name_parts | .last"), nullptr);
    EXPECT_EQ(value_of("\"  \" | blank"), nullptr);
    const Json share = value_of("spread(\"cus_1\"; [\"a\", \"b\", \"c\"])");
    EXPECT_TRUE(share == "a" || share == "b" || share == "c");
    EXPECT_EQ(value_of("spread(\"cus_1\"; [\"a\", \"b\", \"c\"])"), share);
    EXPECT_EQ(value_of("spread(\"x\"; [])"), nullptr);
}

TEST(Expression, NamesOfTheOrgAreLookedUpOrAreAnError) {
    const std::string text = "flow: f\non: x\nsteps:\n  - record: T\n    key: { K: k }\n    create:\n"
                             "      A: ${ queue(\"Disputes\") }\n      B: '${ record_type(\"Case\"; \"Chargeback\") "
                             "}'\n      C: ${ user(\"u@x\") }\n";
    const auto flows = load(text);
    Evaluator evaluator{flows};
    Input input = make_input(Json::object());
    input.org = std::make_shared<const Json>(Json{{"queues", {{"Disputes", "00G1"}}},
                                                  {"record_types", {{"Case", {{"Chargeback", "0121"}}}}},
                                                  {"users", {{"u@x", "0051"}}}});
    EXPECT_TRUE(flows->org_names().queues && flows->org_names().record_types && flows->org_names().users);
    FakeOrg org;
    const Json fields = drive(evaluator, 0, input, org).write().fields;
    EXPECT_EQ(fields, (Json{{"A", "00G1"}, {"B", "0121"}, {"C", "0051"}}));
    input.org = nullptr;
    EXPECT_THAT(drive(evaluator, 0, input, org).fault().message, HasSubstr("no queue Disputes in this org"));
}

TEST(Expression, OwnFunctionsAreSeenAndChecked) {
    const std::string text = "flow: f\non: x\nvars: { v: 5 }\nsteps:\n  - record: T\n    key: { K: k }\n    create: "
                             "{ A: '${ mine(2) }' }\n";
    const auto flows = load({{"f.yaml", text}}, {}, "# mine\ndef mine(x): (x) * $vars.v; # last");
    Evaluator evaluator{flows};
    FakeOrg org;
    EXPECT_EQ(drive(evaluator, 0, make_input(Json::object()), org).write().fields["A"], 10);
    EXPECT_THAT(problems_of(text, {}, "def mine(x):\n  env;\n"),
                HasSubstr("functions.jq:2:3: error: 'env' is not available"));
    EXPECT_THAT(problems_of(text, {}, "def mine(x): $contact.Id;\n"),
                HasSubstr("functions.jq:1:14: error: functions do not see '$contact'"));
    EXPECT_THAT(problems_of(text, {}, "def ok: 1;\ndef mine(x): ;\n"),
                HasSubstr("functions.jq:2:1: error: jq: syntax error"));
}

} // namespace
} // namespace paysync::flow
