// The org over a scripted transport.
#include "org_bench.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce {
namespace {

using Kind = Collection::Kind;

Json page(std::vector<std::string> ids, const std::string& next = "") {
    Json records = Json::array();
    for (const std::string& id : ids) records.push_back(Json{{"Id", id}});
    Json made{{"totalSize", 10}, {"done", next.empty()}, {"records", records}};
    if (!next.empty()) made["nextRecordsUrl"] = next;
    return made;
}

std::string statement_of(const Json& part) {
    return net::query_parameter(part["url"].get<std::string>(), "q").value_or("");
}

const std::vector<Json>& records(const Org::QueryAnswer& answer) {
    return std::get<std::vector<Json>>(answer);
}

Collection upsert(const std::string& object, std::vector<Json> rows) {
    Collection made;
    made.object = object;
    made.external_id = "K__c";
    made.records = std::move(rows);
    return made;
}

Json description(const std::string& name, bool currency = false) {
    Json fields = Json::array();
    for (const char* field : {"Name", "CurrencyIsoCode"}) {
        if (!currency && std::string(field) == "CurrencyIsoCode") continue;
        fields.push_back(Json{{"name", field},
                              {"type", "string"},
                              {"nillable", true},
                              {"createable", true},
                              {"updateable", true},
                              {"defaultedOnCreate", false}});
    }
    return Json{{"name", name}, {"fields", fields}};
}

TEST(Query, PacksSevenStatementsIntoTwoCalls) {
    OrgBench bench;
    bench.transport.script = [](const net::Request& request) {
        return composite_answer(request, [](const Json& part) { return std::pair{200, page({statement_of(part)})}; });
    };
    std::vector<std::string> statements;
    for (int i = 0; i < 7; ++i) statements.push_back("SELECT " + std::to_string(i));
    const auto answers = bench.run(bench.org->query(statements));
    ASSERT_TRUE(answers);
    ASSERT_EQ(answers->size(), 7U);
    for (std::size_t i = 0; i < 7; ++i) EXPECT_EQ(records((*answers)[i])[0]["Id"], statements[i]);
    ASSERT_EQ(bench.transport.sent.size(), 2U);
    EXPECT_EQ(bench.transport.sent[0].request.method, "POST");
    EXPECT_EQ(bench.transport.sent[0].request.target, "/services/data/v64.0/composite");
    EXPECT_EQ(Json::parse(bench.transport.sent[0].request.body)["compositeRequest"].size(), 5U);
    EXPECT_EQ(bench.org->calls_made(), 2U);
}

TEST(Query, AsksNobodyForNothing) {
    OrgBench bench;
    const auto answers = bench.run(bench.org->query({}));
    EXPECT_TRUE(answers && answers->empty());
    EXPECT_TRUE(bench.transport.sent.empty());
}

TEST(Query, FollowsPagesToTheEnd) {
    OrgBench bench;
    bench.transport.script = [](const net::Request& request) {
        if (request.target == "/services/data/v64.0/query/01g-2000")
            return answer(200, page({"3", "4"}, "/services/data/v64.0/query/01g-4000"));
        if (request.target == "/services/data/v64.0/query/01g-4000") return answer(200, page({"5"}));
        return composite_answer(request, [](const Json&) {
            return std::pair{200, page({"1", "2"}, "/services/data/v64.0/query/01g-2000")};
        });
    };
    std::vector<std::string> statements{"SELECT Id FROM Contact"};
    const auto answers = bench.run(bench.org->query(statements));
    ASSERT_TRUE(answers);
    const auto& all = records(answers->front());
    ASSERT_EQ(all.size(), 5U);
    EXPECT_EQ(all[4]["Id"], "5");
    EXPECT_EQ(bench.org->calls_made(), 3U);
    EXPECT_EQ(bench.metrics.value("paysync_salesforce_calls_total", {{"kind", "page"}, {"result", "ok"}}), 2);
    EXPECT_EQ(bench.transport.sent[1].request.method, "GET");
}

TEST(Query, LetsARefusedStatementFailAlone) {
    OrgBench bench;
    bench.transport.script = [](const net::Request& request) {
        return composite_answer(request, [](const Json& part) -> std::pair<int, Json> {
            if (statement_of(part) == "bad")
                return {400, Json::parse(R"([{"errorCode":"MALFORMED_QUERY","message":"unexpected token"}])")};
            if (statement_of(part) == "gone") return {200, page({"1"}, "/services/data/v64.0/query/gone")};
            return {200, page({"1"})};
        });
    };
    const auto composite_script = bench.transport.script;
    bench.transport.script = [composite_script](const net::Request& request) -> ScriptedTransport::Answer {
        if (request.method == "GET")
            return net::json_response(400, R"([{"errorCode":"INVALID_QUERY_LOCATOR","message":"expired"}])");
        return composite_script(request);
    };
    std::vector<std::string> statements{"good", "bad", "gone", "good"};
    const auto answers = bench.run(bench.org->query(statements));
    ASSERT_TRUE(answers);
    EXPECT_EQ(records((*answers)[0]).size(), 1U);
    EXPECT_EQ(std::get<Org::QueryFailure>((*answers)[1]).remedy, Remedy::give_up);
    EXPECT_EQ(std::get<Org::QueryFailure>((*answers)[1]).error.code, "MALFORMED_QUERY");
    EXPECT_EQ(std::get<Org::QueryFailure>((*answers)[2]).remedy, Remedy::retry);
    EXPECT_EQ(records((*answers)[3]).size(), 1U);
}

TEST(Query, FailsAsAWholeWhenAPageGetsNoAnswer) {
    OrgBench bench;
    bench.transport.script = [](const net::Request& request) -> ScriptedTransport::Answer {
        if (request.method == "GET") return html(503);
        return composite_answer(request, [](const Json&) {
            return std::pair{200, page({"1"}, "/services/data/v64.0/query/next")};
        });
    };
    std::vector<std::string> statements{"SELECT Id FROM Contact"};
    const auto answers = bench.run(bench.org->query(statements));
    ASSERT_FALSE(answers);
    EXPECT_FALSE(answers.error().reached);
    EXPECT_FALSE(answers.error().may_have_happened);
}

TEST(Query, NeverTakesHalfAResultForAWhole) {
    for (const Json& odd :
         {Json::object(), Json{{"records", Json::array()}, {"done", false}},
          Json{{"records", Json::array()}, {"done", false}, {"nextRecordsUrl", "https://elsewhere"}}}) {
        OrgBench bench;
        bench.transport.script = [&odd](const net::Request& request) {
            return composite_answer(request, [&odd](const Json&) { return std::pair{200, odd}; });
        };
        std::vector<std::string> statements{"SELECT Id FROM Contact"};
        EXPECT_FALSE(bench.run(bench.org->query(statements))) << odd.dump();
        EXPECT_EQ(bench.transport.sent.size(), 1U);
    }
}

TEST(Write, MapsRowsBackByCollectionAndOrder) {
    OrgBench bench;
    bench.transport.script = [](const net::Request& request) {
        return composite_answer(request, [](const Json& part) -> std::pair<int, Json> {
            if (part["url"].get<std::string>().find("Contact") != std::string::npos)
                return {400, Json::parse(R"([{"errorCode":"INVALID_FIELD","message":"No such column 'X'"}])")};
            Json rows = Json::array();
            for (const Json& record : part["body"]["records"])
                rows.push_back(
                    Json{{"id", "id-" + record["K__c"].get<std::string>()}, {"success", true}, {"created", true}});
            return {200, rows};
        });
    };
    std::vector<Collection> collections{upsert("Account", {Json{{"K__c", "a"}}, Json{{"K__c", "b"}}}),
                                        upsert("Task", {}), upsert("Contact", {Json{{"K__c", "c"}}}),
                                        upsert("Opportunity", {Json{{"K__c", "d"}}})};
    const auto written = bench.run(bench.org->write(collections));
    ASSERT_TRUE(written);
    ASSERT_EQ(written->size(), 4U);
    EXPECT_EQ((*written)[0][1].id, "id-b");
    EXPECT_TRUE((*written)[1].empty());
    EXPECT_EQ((*written)[2][0].remedy, Remedy::give_up);
    EXPECT_EQ((*written)[3][0].id, "id-d");
    EXPECT_EQ(bench.org->calls_made(), 1U);
    EXPECT_EQ(bench.transport.sent[0].request.headers.find("Content-Type"), "application/json; charset=UTF-8");
}

TEST(Write, DoubtsAnAnswerWithAnotherNumberOfRows) {
    OrgBench bench;
    bench.transport.script = [](const net::Request& request) {
        return composite_answer(request, [](const Json&) { return std::pair{200, Json::array()}; });
    };
    std::vector<Collection> collections{upsert("Account", {Json{{"K__c", "a"}}})};
    const auto written = bench.run(bench.org->write(collections));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().remedy, Remedy::retry);
    EXPECT_TRUE(written.error().may_have_happened);
}

TEST(Write, SaysWhetherItCanHaveHappened) {
    struct Case {
        ScriptedTransport::Answer answer;
        bool reached;
        bool may_have_happened;
        Remedy remedy;
    };
    net::Response busy = net::json_response(429, "[]");
    busy.headers.set("Retry-After", "7");
    const Case cases[] = {
        {base::Error{base::Errc::not_sent, "refused"}, false, false, Remedy::retry},
        {base::Error{base::Errc::unknown, "reset"}, false, true, Remedy::retry},
        {base::Error{base::Errc::canceled, "stop"}, false, true, Remedy::retry},
        {html(503), false, true, Remedy::retry},
        {net::json_response(200, "<html>"), false, true, Remedy::retry},
        {net::json_response(200, ""), false, true, Remedy::retry},
        {busy, false, false, Remedy::retry},
        {net::json_response(403,
                            R"([{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests Limit exceeded."}])"),
         true, false, Remedy::pause},
        {net::json_response(403, R"([{"errorCode":"API_DISABLED_FOR_ORG","message":"x"}])"), true, false,
         Remedy::pause},
    };
    for (const Case& wanted : cases) {
        OrgBench bench;
        bench.transport.script = [&wanted](const net::Request&) { return wanted.answer; };
        std::vector<Collection> collections{upsert("Account", {Json{{"K__c", "a"}}})};
        const auto written = bench.run(bench.org->write(collections));
        ASSERT_FALSE(written);
        const CallFailure& failure = written.error();
        EXPECT_EQ(failure.reached, wanted.reached) << failure.text();
        EXPECT_EQ(failure.may_have_happened, wanted.may_have_happened) << failure.text();
        EXPECT_EQ(failure.remedy, wanted.remedy) << failure.text();
        EXPECT_EQ(bench.transport.sent.size(), 1U) << "a write is never sent again by itself";
        EXPECT_EQ(failure.retry_after_seconds.has_value(), failure.status == 429);
    }
}

TEST(Write, IsReplayedOnceAfterTheSessionEndedBecauseA401HadNoEffect) {
    OrgBench bench;
    bench.transport.script = [](const net::Request& request) -> ScriptedTransport::Answer {
        if (request.headers.find("Authorization") == "Bearer T1") return expired();
        return composite_answer(request, [](const Json&) {
            return std::pair{200, Json::parse(R"([{"id":"1","success":true,"created":true}])")};
        });
    };
    std::vector<Collection> collections{upsert("Account", {Json{{"K__c", "a"}}})};
    const auto written = bench.run(bench.org->write(collections));
    ASSERT_TRUE(written);
    ASSERT_EQ(bench.transport.sent.size(), 2U);
    EXPECT_EQ(bench.transport.sent[0].request.body, bench.transport.sent[1].request.body);
}

TEST(Calls, AreNoMoreAtOnceThanAllowedAndTakeTurnsInOrder) {
    OrgSettings settings = OrgBench::default_settings();
    settings.max_in_flight = 2;
    OrgBench bench{settings};
    bench.transport.hold = true;
    bench.transport.script = [](const net::Request& request) {
        return composite_answer(request, [](const Json& part) { return std::pair{200, page({statement_of(part)})}; });
    };
    std::vector<OrgBench::Pending<Called<std::vector<Org::QueryAnswer>>>> calls;
    for (int i = 0; i < 6; ++i) {
        std::vector<std::string> statements{std::to_string(i)};
        calls.push_back(bench.start(bench.org->query(statements)));
    }
    bench.settle();
    EXPECT_EQ(bench.transport.held(), 2U);
    for (std::size_t done = 0; done < 6; ++done) {
        EXPECT_FALSE(*calls[done]);
        bench.transport.release_one();
        bench.settle();
        EXPECT_TRUE(*calls[done]) << "in the order in which they came";
    }
    EXPECT_EQ(bench.transport.in_flight_most, 2U);
}

TEST(Calls, GiveTheirTurnBackWhenTheyAreCancelled) {
    OrgSettings settings = OrgBench::default_settings();
    settings.max_in_flight = 1;
    OrgBench bench{settings};
    bench.transport.hold = true;
    boost::asio::cancellation_signal stop_running;
    boost::asio::cancellation_signal stop_waiting;
    const auto running = bench.start(bench.org->probe(), &stop_running);
    const auto waiting = bench.start(bench.org->probe(), &stop_waiting);
    const auto last = bench.start(bench.org->probe());
    bench.settle();
    ASSERT_EQ(bench.transport.sent.size(), 1U);
    stop_waiting.emit(boost::asio::cancellation_type::terminal);
    bench.settle();
    EXPECT_EQ(bench.transport.sent.size(), 1U);
    bench.transport.hold = false;
    stop_running.emit(boost::asio::cancellation_type::terminal);
    bench.settle();
    EXPECT_FALSE(*waiting);
    EXPECT_TRUE(*last && last->value());
    EXPECT_EQ(bench.transport.sent.size(), 2U);
    static_cast<void>(running);
}

TEST(Usage, IsReadFromEveryAnswerAlsoOfARefusal) {
    OrgBench bench;
    EXPECT_EQ(bench.org->usage().limit, 0);
    bench.transport.script = [](const net::Request&) {
        net::Response made =
            net::json_response(403, R"([{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"TotalRequests"}])");
        made.headers.set("sforce-limit-info", "api-usage=15000/15000");
        return made;
    };
    EXPECT_FALSE(bench.run(bench.org->probe()));
    EXPECT_EQ(bench.org->usage().used, 15'000);
    EXPECT_EQ(bench.org->usage().limit, 15'000);
    EXPECT_EQ(bench.metrics.value("paysync_salesforce_usage"), 15'000);
    EXPECT_EQ(bench.metrics.value("paysync_salesforce_limit"), 15'000);
    EXPECT_EQ(bench.metrics.value("paysync_salesforce_calls_total", {{"kind", "probe"}, {"result", "pause"}}), 1);
    EXPECT_EQ(bench.metrics.value("paysync_salesforce_call_seconds", {{"kind", "probe"}}), 1);
}

TEST(Usage, CountsNoCallThatNeverLeft) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) -> ScriptedTransport::Answer {
        return base::Error{base::Errc::not_sent, "refused"};
    };
    EXPECT_FALSE(bench.run(bench.org->probe()));
    EXPECT_EQ(bench.org->calls_made(), 0U);
}

TEST(Describe, IsFetchedOnceForItsLifetimeWhateverTheSpelling) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) { return answer(200, description("Account")); };
    const auto first = bench.run(bench.org->describe("Account"));
    ASSERT_TRUE(first);
    EXPECT_EQ((*first)->name, "Account");
    EXPECT_EQ(bench.transport.sent[0].request.target, "/services/data/v64.0/sobjects/Account/describe");
    bench.clock.advance(std::chrono::minutes{59});
    EXPECT_TRUE(bench.run(bench.org->describe("account")));
    EXPECT_EQ(bench.transport.sent.size(), 1U);
    bench.clock.advance(std::chrono::minutes{1});
    EXPECT_TRUE(bench.run(bench.org->describe("Account")));
    EXPECT_EQ(bench.transport.sent.size(), 2U);
}

TEST(Describe, IsSharedByCallsAtOnce) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) { return answer(200, description("Account")); };
    const auto first = bench.start(bench.org->describe("Account"));
    const auto second = bench.start(bench.org->describe("Account"));
    bench.settle();
    ASSERT_TRUE(*first && *second);
    EXPECT_EQ(first->value().value(), second->value().value());
    EXPECT_EQ(bench.transport.sent.size(), 1U);
}

TEST(Describe, SaysThatThereIsNoSuchObject) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) {
        return net::json_response(404,
                                  R"([{"errorCode":"NOT_FOUND","message":"The requested resource does not exist"}])");
    };
    const auto failed = bench.run(bench.org->describe("Nope__c"));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().remedy, Remedy::give_up);
    EXPECT_NE(failed.error().text().find("the org has no object Nope__c (or the integration user may not see it)"),
              std::string::npos);
}

TEST(Describe, IsTriedAgainAfterAFailure) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) { return html(503); };
    EXPECT_FALSE(bench.run(bench.org->describe("Account")));
    bench.transport.script = [](const net::Request&) { return answer(200, description("Account")); };
    EXPECT_TRUE(bench.run(bench.org->describe("Account")));
}

TEST(Describe, TellsWhetherTheOrgHasSeveralCurrencies) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) { return answer(200, description("Account")); };
    EXPECT_TRUE(bench.run(bench.org->describe("Account")));
    EXPECT_FALSE(bench.org->multi_currency());
    bench.transport.script = [](const net::Request&) { return answer(200, description("Case", true)); };
    EXPECT_TRUE(bench.run(bench.org->describe("Case")));
    EXPECT_TRUE(bench.org->multi_currency());
}

net::Response described(const Json& body, const std::string& modified = "") {
    net::Response made = answer(200, body);
    if (!modified.empty()) made.headers.set("Last-Modified", modified);
    return made;
}

TEST(Describe, AsksAfterItsLifetimeOnlyWhetherSomethingChanged) {
    OrgBench bench;
    const std::string day = "Wed, 21 Oct 2026 07:28:00 GMT";
    bench.transport.script = [&day](const net::Request& request) {
        if (request.headers.find("If-Modified-Since") == day) {
            net::Response made;
            made.status = 304;
            return made;
        }
        return described(description("Account"), day);
    };
    const auto first = bench.run(bench.org->describe("Account"));
    EXPECT_FALSE(bench.transport.sent[0].request.headers.find("If-Modified-Since"));
    bench.clock.advance(std::chrono::minutes{60});
    const auto second = bench.run(bench.org->describe("Account"));
    ASSERT_TRUE(first && second);
    EXPECT_EQ(*first, *second);
    EXPECT_EQ(bench.transport.sent[1].request.headers.find("If-Modified-Since"), day);
    bench.clock.advance(std::chrono::minutes{59});
    EXPECT_TRUE(bench.run(bench.org->describe("Account")));
    EXPECT_EQ(bench.transport.sent.size(), 2U) << "a 304 is as good as a description";
    EXPECT_EQ(bench.metrics.value("paysync_salesforce_calls_total", {{"kind", "describe"}, {"result", "ok"}}), 2);

    bench.clock.advance(std::chrono::hours{24});
    EXPECT_TRUE(bench.run(bench.org->describe("Account")));
    EXPECT_FALSE(bench.transport.sent[2].request.headers.find("If-Modified-Since"))
        << "rights change without a modification: once a day all is read";
}

TEST(Describe, KeepsForAMinuteThatThereIsNoSuchObject) {
    OrgBench bench;
    bool there = false;
    bench.transport.script = [&there](const net::Request&) {
        if (there) return answer(200, description("New__c"));
        return net::json_response(404, R"([{"errorCode":"NOT_FOUND","message":"m"}])");
    };
    EXPECT_FALSE(bench.run(bench.org->describe("New__c")));
    there = true;
    EXPECT_FALSE(bench.run(bench.org->describe("New__c")));
    EXPECT_EQ(bench.transport.sent.size(), 1U);
    bench.clock.advance(std::chrono::minutes{1});
    EXPECT_TRUE(bench.run(bench.org->describe("New__c")));
}

TEST(Describe, NoticesThatAnObjectHasGone) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) { return answer(200, description("Old__c")); };
    EXPECT_TRUE(bench.run(bench.org->describe("Old__c")));
    bench.transport.script = [](const net::Request&) {
        return net::json_response(404, R"([{"errorCode":"NOT_FOUND","message":"m"}])");
    };
    bench.clock.advance(std::chrono::hours{1});
    const auto gone = bench.run(bench.org->describe("Old__c"));
    ASSERT_FALSE(gone);
    EXPECT_EQ(gone.error().remedy, Remedy::give_up);
}

TEST(Describe, TakesNobodyElses404ForAMissingObject) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) { return html(404); };
    EXPECT_FALSE(bench.run(bench.org->describe("Account")));
    bench.transport.script = [](const net::Request&) { return answer(200, description("Account")); };
    EXPECT_TRUE(bench.run(bench.org->describe("Account")));
}

TEST(DescribeAnew, AsksInFullButNotMoreThanOnceAMinute) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) { return described(description("A"), "yesterday"); };
    EXPECT_TRUE(bench.run(bench.org->describe("A")));
    EXPECT_TRUE(bench.run(bench.org->describe_anew("A")));
    EXPECT_EQ(bench.transport.sent.size(), 1U) << "it was read just now";
    bench.clock.advance(std::chrono::minutes{1});
    EXPECT_TRUE(bench.run(bench.org->describe_anew("A")));
    EXPECT_TRUE(bench.run(bench.org->describe_anew("A")));
    ASSERT_EQ(bench.transport.sent.size(), 2U);
    EXPECT_FALSE(bench.transport.sent[1].request.headers.find("If-Modified-Since"));
}

/// An org whose object A loses its field; what is written there with the field is refused as a whole.
struct ChangingOrg {
    OrgBench bench;
    Json told = description("A", true);

    ChangingOrg() {
        bench.transport.script = [this](const net::Request& request) {
            if (request.path().ends_with("/describe")) return answer(200, told);
            return composite_answer(request, [](const Json& part) -> std::pair<int, Json> {
                if (part["method"] == "GET")
                    return {400, Json::parse(R"([{"errorCode":"INVALID_FIELD","message":"No such column 'X'"}])")};
                Json rows = Json::array();
                for (std::size_t i = 0; i < part["body"]["records"].size(); ++i)
                    rows.push_back(Json::parse(R"({"success":false,"errors":[
                        {"statusCode":"INVALID_FIELD_FOR_INSERT_UPDATE","message":"m","fields":["X"]}]})"));
                return {200, rows};
            });
        };
        EXPECT_TRUE(bench.run(bench.org->describe("A")));
        bench.clock.advance(std::chrono::minutes{5});
    }

    Remedy of_a_write() {
        std::vector<Collection> one{upsert("A", {Json{{"K__c", "1"}}})};
        const auto written = bench.run(bench.org->write(one));
        return written ? written->at(0).at(0).remedy : Remedy::none;
    }

    Remedy of_a_query() {
        std::vector<std::string> one{"SELECT Id,X FROM A WHERE Name = 'n'"};
        const auto answers = bench.run(bench.org->query(one));
        return answers ? std::get<Org::QueryFailure>(answers->front()).remedy : Remedy::none;
    }

    std::size_t describes() const {
        return static_cast<std::size_t>(
            bench.metrics.value("paysync_salesforce_calls_total", {{"kind", "describe"}, {"result", "ok"}}));
    }
};

TEST(Contradiction, LeadsToOneNewDescriptionAndANewDecisionWhenItDiffers) {
    ChangingOrg org;
    org.told = description("A", false);
    EXPECT_EQ(org.of_a_write(), Remedy::decide_anew);
    EXPECT_EQ(org.describes(), 2U);
    EXPECT_EQ(org.of_a_write(), Remedy::decide_anew) << "decided before the news came";
    EXPECT_EQ(org.describes(), 2U);
    org.bench.clock.advance(std::chrono::minutes{3});
    EXPECT_EQ(org.of_a_write(), Remedy::give_up) << "nothing is new any more";
    EXPECT_EQ(org.describes(), 3U);
    const auto now = org.bench.run(org.bench.org->describe("A"));
    EXPECT_EQ((*now)->find("CurrencyIsoCode"), nullptr);
}

TEST(Contradiction, IsARefusalWhenTheDescriptionStands) {
    ChangingOrg org;
    for (int i = 0; i < 5; ++i) EXPECT_EQ(org.of_a_write(), Remedy::give_up);
    EXPECT_EQ(org.describes(), 2U) << "one look for many refusals";
}

TEST(Contradiction, OfAQueryIsDecidedAnewToo) {
    ChangingOrg org;
    org.told = description("A", false);
    EXPECT_EQ(org.of_a_query(), Remedy::decide_anew);
    ChangingOrg same;
    EXPECT_EQ(same.of_a_query(), Remedy::give_up);
}

TEST(Write, DividesACallThatFailsAsAWholeAndCountsTheCalls) {
    OrgBench bench;
    bench.transport.script = [](const net::Request& request) -> ScriptedTransport::Answer {
        if (request.body.find("poison") != std::string::npos)
            return net::json_response(400, R"([{"errorCode":"JSON_PARSER_ERROR","message":"Unexpected character"}])");
        return composite_answer(request, [](const Json& part) {
            return std::pair{200, Json(std::vector<Json>(part["body"]["records"].size(), Json{{"success", true}}))};
        });
    };
    std::vector<Json> rows;
    for (int i = 0; i < 8; ++i) rows.push_back(Json{{"K__c", i == 5 ? "poison" : "good"}});
    std::vector<Collection> collections{upsert("A", rows), upsert("B", {Json{{"K__c", "b"}}})};
    const auto written = bench.run(bench.org->write(collections));
    ASSERT_TRUE(written);
    for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ((*written)[0][i].success, i != 5) << i;
    EXPECT_EQ((*written)[0][5].error.code, "JSON_PARSER_ERROR");
    EXPECT_TRUE((*written)[1][0].success);
    const auto count = [&](const char* kind, const char* result) {
        return bench.metrics.value("paysync_salesforce_calls_total", {{"kind", kind}, {"result", result}});
    };
    EXPECT_EQ(count("write", "give_up"), 1);
    EXPECT_EQ(count("split", "ok") + count("split", "give_up"), static_cast<double>(bench.org->calls_made() - 1));
    EXPECT_LE(bench.org->calls_made(), 10U);
}

TEST(Query, FindsTheStatementThatFailsItsWholeCall) {
    OrgBench bench;
    bench.transport.script = [](const net::Request& request) -> ScriptedTransport::Answer {
        if (request.body.find("bad") != std::string::npos) return html(414);
        return composite_answer(request, [](const Json& part) { return std::pair{200, page({statement_of(part)})}; });
    };
    std::vector<std::string> statements{"a", "bad", "c"};
    const auto answers = bench.run(bench.org->query(statements));
    ASSERT_TRUE(answers);
    EXPECT_EQ(records((*answers)[0])[0]["Id"], "a");
    EXPECT_EQ(std::get<Org::QueryFailure>((*answers)[1]).error.code, "HTTP 414");
    EXPECT_EQ(records((*answers)[2])[0]["Id"], "c");
    EXPECT_EQ(bench.org->calls_made(), 4U);
}

TEST(Query, TakesAServerThatFailsForEveryStatementForAnOutage) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) -> ScriptedTransport::Answer {
        return net::json_response(500, R"([{"errorCode":"UNKNOWN_EXCEPTION","message":"m"}])");
    };
    std::vector<std::string> statements{"a", "b"};
    const auto answers = bench.run(bench.org->query(statements));
    ASSERT_FALSE(answers);
    EXPECT_EQ(answers.error().remedy, Remedy::retry);
}

TEST(Probe, TakesARefusalForWantOfAPermissionAsAnAnswer) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) {
        return net::json_response(
            403, R"([{"errorCode":"INSUFFICIENT_ACCESS","message":"View Setup and Configuration"}])");
    };
    EXPECT_TRUE(bench.run(bench.org->probe()));
    bench.transport.script = [](const net::Request&) { return html(404); };
    EXPECT_FALSE(bench.run(bench.org->probe())) << "not Salesforce";
}

} // namespace
} // namespace paysync::salesforce
