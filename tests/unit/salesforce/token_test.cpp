// Tokens: fetched once for many calls, renewed when they end, never in a loop.
#include "org_bench.hpp"
#include "rsa_key.hpp"

#include "salesforce/grant.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce {
namespace {

std::string bearer(const net::Request& request) {
    return request.headers.find("Authorization").value_or("");
}

TEST(Token, IsAskedForWithClientCredentialsInTheBody) {
    OrgBench bench;
    EXPECT_TRUE(bench.run(bench.org->probe()));
    ASSERT_EQ(bench.transport.token_calls.size(), 1U);
    const auto& sent = bench.transport.token_calls.front();
    EXPECT_EQ(sent.origin.text(), "https://acme.my.salesforce.com");
    EXPECT_EQ(sent.request.method, "POST");
    EXPECT_EQ(sent.request.target, "/services/oauth2/token");
    EXPECT_EQ(sent.request.body, "grant_type=client_credentials&client_id=id%261&client_secret=s%3Dcr%2Bt");
    EXPECT_EQ(sent.request.headers.find("content-type"), "application/x-www-form-urlencoded");
    EXPECT_EQ(sent.deadline - bench.clock.steady(), std::chrono::seconds{30});
}

TEST(Token, SendsCallsToTheInstanceThatItNames) {
    OrgBench bench;
    EXPECT_TRUE(bench.run(bench.org->probe()));
    ASSERT_EQ(bench.transport.sent.size(), 1U);
    EXPECT_EQ(bench.transport.sent[0].origin.text(), "https://na1.my.salesforce.com");
    EXPECT_EQ(bearer(bench.transport.sent[0].request), "Bearer T1");
    EXPECT_EQ(bench.transport.sent[0].deadline - bench.clock.steady(), std::chrono::seconds{120});
}

TEST(Token, IsFetchedOnceForTenCallsAtOnce) {
    OrgSettings settings = OrgBench::default_settings();
    settings.max_in_flight = 10;
    OrgBench bench{settings};
    std::vector<OrgBench::Pending<Called<void>>> calls;
    for (int i = 0; i < 10; ++i) calls.push_back(bench.start(bench.org->probe()));
    bench.settle();
    for (const auto& call : calls) EXPECT_TRUE(*call && call->value());
    EXPECT_EQ(bench.transport.token_calls.size(), 1U);
    EXPECT_EQ(bench.transport.sent.size(), 10U);
    EXPECT_EQ(bench.metrics.value("paysync_token_renewals_total"), 1);
}

TEST(Token, IsRenewedOnceWhenItEndsUnderTenCalls) {
    OrgSettings settings = OrgBench::default_settings();
    settings.max_in_flight = 10;
    OrgBench bench{settings};
    bench.transport.script = [](const net::Request& request) {
        return bearer(request) == "Bearer T1" ? expired() : answer(200, Json::object());
    };
    std::vector<OrgBench::Pending<Called<void>>> calls;
    for (int i = 0; i < 10; ++i) calls.push_back(bench.start(bench.org->probe()));
    bench.settle();
    for (const auto& call : calls) EXPECT_TRUE(*call && call->value());
    EXPECT_EQ(bench.transport.token_calls.size(), 2U);
    EXPECT_EQ(bench.transport.sent.size(), 20U);
    EXPECT_EQ(bench.metrics.value("paysync_token_renewals_total"), 2);
}

TEST(Token, IsNotRenewedByALateReportOfAnOldSession) {
    OrgBench bench;
    bench.transport.hold = true;
    bench.transport.script = [](const net::Request& request) {
        return bearer(request) == "Bearer T1" ? expired() : answer(200, Json::object());
    };
    const auto first = bench.start(bench.org->probe());
    const auto second = bench.start(bench.org->probe());
    bench.settle();
    bench.transport.release_one(); // the first sees the end, renews, and is held again
    bench.settle();
    EXPECT_EQ(bench.tokens, 2);
    bench.transport.hold = false;
    bench.transport.release_one(); // the second hears only now that T1 ended
    bench.transport.release_one();
    bench.settle();
    EXPECT_TRUE(*first && first->value());
    EXPECT_TRUE(*second && second->value());
    EXPECT_EQ(bench.tokens, 2);
}

TEST(Token, DoesNotLoopWhenAFreshOneIsRefusedToo) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) { return expired(); };
    const auto failed = bench.run(bench.org->probe());
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().remedy, Remedy::pause);
    EXPECT_TRUE(failed.error().reached);
    EXPECT_EQ(bench.transport.sent.size(), 2U);
    EXPECT_EQ(bench.tokens, 2);
}

TEST(Token, IsNotRenewedForA401ThatIsNoExpiry) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) {
        return net::json_response(401, R"([{"message":"Connected app is not attached to Agent","errorCode":"X"}])");
    };
    const auto failed = bench.run(bench.org->probe());
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().remedy, Remedy::pause);
    EXPECT_EQ(bench.transport.sent.size(), 1U);
    EXPECT_EQ(bench.tokens, 1);
}

TEST(Token, OfAnotherOrgIsNotUsed) {
    OrgSettings settings = OrgBench::default_settings();
    settings.expected_org_id = "00Dxx0000001gPX";
    OrgBench bench{settings};
    const auto failed = bench.run(bench.org->probe());
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().remedy, Remedy::pause);
    EXPECT_NE(failed.error().text().find("00Dxx0000001gPLEAY"), std::string::npos);
    EXPECT_TRUE(bench.transport.sent.empty());
}

TEST(Token, OfTheExpectedOrgIsUsedInEitherLength) {
    OrgSettings settings = OrgBench::default_settings();
    settings.expected_org_id = "00Dxx0000001gPL";
    OrgBench bench{settings};
    EXPECT_TRUE(bench.run(bench.org->probe()));
}

TEST(Token, RefusalsPauseUnlessTheyPass) {
    const std::pair<const char*, Remedy> cases[] = {
        {R"({"error":"invalid_grant","error_description":"no client credentials user enabled"})", Remedy::pause},
        {R"({"error":"invalid_client","error_description":"invalid client credentials"})", Remedy::pause},
        {R"({"error":"invalid_grant","error_description":"token request is already being processed"})",
         Remedy::retry},
        {R"({"error":"something_new","error_description":"x"})", Remedy::pause},
    };
    for (const auto& [body, remedy] : cases) {
        OrgBench bench;
        bench.transport.token_script = [body = std::string(body)](const net::Request&) {
            return net::json_response(400, body);
        };
        const auto failed = bench.run(bench.org->probe());
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().remedy, remedy) << body;
        EXPECT_TRUE(bench.transport.sent.empty());
    }
}

TEST(Token, OutagesAreTriedAgainLater) {
    OrgBench bench;
    bench.transport.token_script = [](const net::Request&) { return html(503); };
    const auto failed = bench.run(bench.org->probe());
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().remedy, Remedy::retry);
    EXPECT_FALSE(failed.error().reached);

    bench.transport.token_script = [](const net::Request&) -> ScriptedTransport::Answer {
        return base::Error{base::Errc::unknown, "reset"};
    };
    const auto reset = bench.run(bench.org->write({}));
    EXPECT_TRUE(reset) << "nothing to write asks nobody";
    Collection one;
    one.object = "Account";
    one.external_id = "K__c";
    one.records = {Json{{"K__c", "1"}}};
    std::vector<Collection> collections{one};
    const auto lost = bench.run(bench.org->write(collections));
    ASSERT_FALSE(lost);
    EXPECT_FALSE(lost.error().may_have_happened) << "the write itself was not sent";
}

TEST(Token, IsNotSentInTheClear) {
    OrgBench bench;
    bench.transport.token_script = [](const net::Request&) {
        return answer(200, Json{{"access_token", "T"}, {"instance_url", "http://na1.my.salesforce.com"}});
    };
    const auto failed = bench.run(bench.org->probe());
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().remedy, Remedy::pause);
    EXPECT_TRUE(bench.transport.sent.empty());
}

TEST(Token, IsFetchedByAWaitingCallWhenTheFetchingOneIsCancelled) {
    OrgBench bench;
    bench.transport.hold_tokens = true;
    boost::asio::cancellation_signal stop;
    const auto first = bench.start(bench.org->probe(), &stop);
    const auto second = bench.start(bench.org->probe());
    bench.settle();
    ASSERT_EQ(bench.transport.token_calls.size(), 1U);
    bench.transport.hold_tokens = false;
    stop.emit(boost::asio::cancellation_type::terminal);
    bench.settle();
    EXPECT_FALSE(*first);
    EXPECT_EQ(bench.transport.token_calls.size(), 2U);
    EXPECT_TRUE(*second && second->value());
}

OrgSettings jwt_settings() {
    OrgSettings settings;
    settings.login_url = "https://login.salesforce.com";
    settings.auth = Auth::jwt;
    settings.client_id = "3MVG9";
    settings.private_key = rsa_pem();
    settings.username = "paysync@acme.com";
    return settings;
}

std::string form_field(const net::Request& request, const std::string& name) {
    return net::query_parameter("?" + request.body, name).value_or("");
}

ReadAssertion assertion_of(const net::Request& request) {
    return read_assertion(form_field(request, "assertion"), rsa_key()).value_or(ReadAssertion{});
}

net::Response refusal(const char* error, const char* description) {
    return answer(400, Json{{"error", error}, {"error_description", description}});
}

TEST(JwtLogIn, SendsAnAssertionAndNoSecret) {
    OrgBench bench{jwt_settings()};
    EXPECT_TRUE(bench.run(bench.org->probe()));
    ASSERT_EQ(bench.transport.token_calls.size(), 1U);
    const auto& sent = bench.transport.token_calls.front();
    EXPECT_EQ(sent.origin.text(), "https://login.salesforce.com");
    EXPECT_EQ(sent.request.target, "/services/oauth2/token");
    EXPECT_EQ(form_field(sent.request, "grant_type"), "urn:ietf:params:oauth:grant-type:jwt-bearer");
    EXPECT_EQ(sent.request.body.find("client_secret"), std::string::npos);
    const ReadAssertion read = assertion_of(sent.request);
    EXPECT_TRUE(read.signature_holds);
    EXPECT_EQ(read.claims["iss"], "3MVG9");
    EXPECT_EQ(read.claims["sub"], "paysync@acme.com");
    EXPECT_EQ(read.claims["aud"], "https://login.salesforce.com");
    EXPECT_EQ(read.claims["exp"], 3600 + 180) << "three minutes from now";
    EXPECT_EQ(bench.transport.sent.at(0).origin.text(), "https://na1.my.salesforce.com");
}

TEST(JwtLogIn, IsMeantForTheAudienceThatTheSettingsName) {
    OrgSettings settings = jwt_settings();
    settings.login_url = "https://acme--uat.sandbox.my.salesforce.com";
    OrgBench derived{settings};
    EXPECT_TRUE(derived.run(derived.org->probe()));
    EXPECT_EQ(assertion_of(derived.transport.token_calls.at(0).request).claims["aud"], "https://test.salesforce.com");
    settings.audience = "https://acme.my.site.com/customers";
    OrgBench named{settings};
    EXPECT_TRUE(named.run(named.org->probe()));
    EXPECT_EQ(assertion_of(named.transport.token_calls.at(0).request).claims["aud"],
              "https://acme.my.site.com/customers");
}

TEST(JwtLogIn, SignsAFreshAssertionForEachRenewal) {
    OrgBench bench{jwt_settings()};
    EXPECT_TRUE(bench.run(bench.org->probe()));
    bench.transport.script = [](const net::Request& request) {
        return bearer(request) == "Bearer T1" ? expired() : answer(200, Json::object());
    };
    bench.clock.advance(std::chrono::hours{2});
    EXPECT_TRUE(bench.run(bench.org->probe()));
    ASSERT_EQ(bench.transport.token_calls.size(), 2U);
    EXPECT_EQ(assertion_of(bench.transport.token_calls[1].request).claims["exp"], 3 * 3600 + 180);
}

TEST(JwtLogIn, RefusedForItsTimeIsTriedOnceMoreByTheServersClock) {
    OrgBench bench{jwt_settings()};
    // Ours says 01:00, Salesforce's 01:30: the assertion has long expired there.
    bench.transport.token_script = [&bench](const net::Request& request) {
        const auto expires = assertion_of(request).claims["exp"].get<std::int64_t>();
        if (expires > 5400) return OrgBench::token(++bench.tokens);
        net::Response response = refusal("invalid_grant", "expired authorization code");
        response.headers.set("Date", "Thu, 01 Jan 1970 01:30:00 GMT");
        return response;
    };
    EXPECT_TRUE(bench.run(bench.org->probe()));
    ASSERT_EQ(bench.transport.token_calls.size(), 2U);
    EXPECT_EQ(assertion_of(bench.transport.token_calls[1].request).claims["exp"], 5400 + 180);

    bench.transport.script = [](const net::Request& request) {
        return bearer(request) == "Bearer T1" ? expired() : answer(200, Json::object());
    };
    EXPECT_TRUE(bench.run(bench.org->probe()));
    EXPECT_EQ(bench.transport.token_calls.size(), 3U) << "the difference is remembered";
}

TEST(JwtLogIn, RefusedForItsTimeTwiceIsNotTriedAThirdTime) {
    OrgBench bench{jwt_settings()};
    bench.transport.token_script = [](const net::Request&) {
        return refusal("invalid_grant", "expired authorization code");
    };
    const auto failed = bench.run(bench.org->probe());
    ASSERT_FALSE(failed);
    EXPECT_EQ(bench.transport.token_calls.size(), 2U);
    EXPECT_NE(failed.error().text().find("clock"), std::string::npos) << failed.error().text();
}

TEST(JwtLogIn, RefusedForAnotherReasonIsNotTriedAgain) {
    for (const char* description : {"audience is invalid", "user hasn't approved this consumer", "invalid assertion",
                                    "expired access/refresh token"}) {
        OrgBench bench{jwt_settings()};
        bench.transport.token_script = [description](const net::Request&) {
            return refusal("invalid_grant", description);
        };
        const auto failed = bench.run(bench.org->probe());
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().remedy, Remedy::pause) << description;
        EXPECT_EQ(bench.transport.token_calls.size(), 1U) << description;
    }
}

TEST(JwtLogIn, SaysWhenTheKeyIsNoneAndAsksNobody) {
    OrgSettings settings = jwt_settings();
    settings.private_key = base::Secret{"not a key"};
    OrgBench bench{settings};
    const auto failed = bench.run(bench.org->probe());
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().remedy, Remedy::pause);
    EXPECT_NE(failed.error().text().find("salesforce.private_key"), std::string::npos);
    EXPECT_TRUE(bench.transport.token_calls.empty());
}

TEST(Token, TellsWhoWeAre) {
    OrgBench bench;
    EXPECT_FALSE(bench.org->identity());
    bench.transport.token_script = [](const net::Request&) {
        net::Response response = OrgBench::token(1);
        Json body = Json::parse(response.body);
        body["scope"] = "id api";
        return answer(200, body);
    };
    EXPECT_TRUE(bench.run(bench.org->probe()));
    ASSERT_TRUE(bench.org->identity());
    EXPECT_EQ(bench.org->identity()->instance_url, "https://na1.my.salesforce.com");
    EXPECT_EQ(bench.org->identity()->org_id, "00Dxx0000001gPLEAY");
    EXPECT_EQ(bench.org->identity()->user_id, "005xx000001SwiUAAS");
    EXPECT_EQ(bench.org->identity()->scopes, "id api");
}

net::Response token_of(int number, const std::string& instance) {
    Json body = Json::parse(OrgBench::token(number).body);
    body["instance_url"] = instance;
    return answer(200, body);
}

TEST(Token, SendsCallsWhereTheOrgHasMovedTo) {
    const ScriptedTransport::Answer moved_answers[] = {
        net::json_response(401, R"([{"errorCode":"ORG_NOT_OWNED_BY_INSTANCE","message":"m"}])"),
        net::json_response(301, R"([{"errorCode":"ORG_NOT_OWNED_BY_INSTANCE","message":"m"}])"), html(301),
        html(302)};
    for (const auto& gone : moved_answers) {
        OrgBench bench;
        bench.transport.token_script = [&bench](const net::Request&) {
            ++bench.tokens;
            return token_of(bench.tokens, "https://na" + std::to_string(bench.tokens) + ".my.salesforce.com");
        };
        bench.transport.script = [&gone](const net::Request& request) -> ScriptedTransport::Answer {
            if (bearer(request) == "Bearer T1") return gone;
            return answer(200, Json::object());
        };
        EXPECT_TRUE(bench.run(bench.org->probe()));
        ASSERT_EQ(bench.transport.sent.size(), 2U);
        EXPECT_EQ(bench.transport.sent[0].origin.text(), "https://na1.my.salesforce.com");
        EXPECT_EQ(bench.transport.sent[1].origin.text(), "https://na2.my.salesforce.com");
        EXPECT_EQ(bench.org->identity()->instance_url, "https://na2.my.salesforce.com");
    }
}

TEST(Token, CostsOneLogInForEachFurtherCallWhileFreshOnesAreRefused) {
    OrgBench bench;
    bench.transport.script = [](const net::Request&) { return expired(); };
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(bench.run(bench.org->probe()));
    EXPECT_EQ(bench.tokens, 6) << "two for the first, one for each of the others";
    bench.transport.script = [](const net::Request&) { return answer(200, Json::object()); };
    EXPECT_TRUE(bench.run(bench.org->probe()));
    EXPECT_EQ(bench.tokens, 6);
}

TEST(Token, IsNotAskedForWhileThereWereTooManyLogIns) {
    OrgBench bench;
    bench.transport.token_script = [](const net::Request&) { return refusal("rate_limit_exceeded", "too many"); };
    auto failed = bench.run(bench.org->probe());
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().remedy, Remedy::pause);
    EXPECT_EQ(failed.error().retry_after_seconds, 60);

    bench.clock.advance(std::chrono::seconds{59});
    failed = bench.run(bench.org->probe());
    EXPECT_EQ(failed.error().retry_after_seconds, 1);
    EXPECT_EQ(bench.transport.token_calls.size(), 1U) << "asking makes it worse";

    std::vector<int> waits;
    for (int i = 0; i < 6; ++i) {
        bench.clock.advance(std::chrono::seconds{*failed.error().retry_after_seconds});
        failed = bench.run(bench.org->probe());
        waits.push_back(*failed.error().retry_after_seconds);
    }
    EXPECT_EQ(waits, (std::vector<int>{120, 240, 480, 900, 900, 900}));

    bench.clock.advance(std::chrono::minutes{15});
    bench.transport.token_script = [](const net::Request&) { return OrgBench::token(1); };
    EXPECT_TRUE(bench.run(bench.org->probe()));
}

TEST(Token, WaitsAsLongAsSalesforceSaysWhenThereWereTooManyLogIns) {
    OrgBench bench;
    bench.transport.token_script = [](const net::Request&) {
        net::Response response = answer(429, Json{{"error", "login_rate_exceeded"}});
        response.headers.set("Retry-After", "300");
        return response;
    };
    EXPECT_EQ(bench.run(bench.org->probe()).error().retry_after_seconds, 300);
}

TEST(Token, RefusalsSayWhatToLookAt) {
    const std::tuple<const char*, const char*, const char*> cases[] = {
        {"invalid_grant", "audience is invalid", "salesforce.audience"},
        {"invalid_grant", "Audience validation failed", "salesforce.audience"},
        {"invalid_grant", "user hasn't approved this consumer", "pre-authorise"},
        {"invalid_grant", "request not supported on this domain", "My Domain"},
        {"invalid_grant", "no client credentials user enabled", "run-as user"},
        {"invalid_grant", "invalid assertion", "salesforce.private_key"},
        {"invalid_grant", "user is locked", "unlock"},
        {"invalid_grant", "ip restricted or invalid login hours", "login IP ranges"},
        {"invalid_grant", "invalid login hours", "login hours"},
        {"invalid_grant", "user invalid", "salesforce.username"},
        {"invalid_grant", "something else", "Login History"},
        {"invalid_client_id", "client identifier invalid", "salesforce.client_id"},
        {"invalid_client", "invalid client credentials", "salesforce.client_secret"},
        {"invalid_app_access", "user is not admin approved to access this app", "permission set"},
        {"app_not_found", "External client app is not installed in this org", "not installed"},
        {"inactive_user", "user is inactive", "activate the user"},
        {"inactive_org", "organization is not active", "ask Salesforce"},
        {"rate_limit_exceeded", "login rate", "Login History"},
        {"unsupported_grant_type", "grant type not supported", "switch the flow on"},
    };
    for (const auto& [error, description, hint] : cases) {
        OrgBench bench;
        bench.transport.token_script = [error = error, description = description](const net::Request&) {
            return refusal(error, description);
        };
        const auto failed = bench.run(bench.org->probe());
        ASSERT_FALSE(failed);
        EXPECT_EQ(failed.error().remedy, Remedy::pause) << error;
        EXPECT_NE(failed.error().text().find(description), std::string::npos) << failed.error().text();
        EXPECT_NE(failed.error().text().find(hint), std::string::npos) << failed.error().text();
    }
}

TEST(Token, NamesWhereALogInPageOrARenamedDomainSendsUs) {
    OrgBench bench;
    bench.transport.token_script = [](const net::Request&) {
        net::Response response = html(302);
        response.headers.set("Location", "https://acme-new.my.salesforce.com/services/oauth2/token");
        return response;
    };
    const auto failed = bench.run(bench.org->probe());
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().remedy, Remedy::pause);
    EXPECT_NE(failed.error().text().find("https://acme-new.my.salesforce.com"), std::string::npos);
    EXPECT_NE(failed.error().text().find("salesforce.login_url"), std::string::npos);
}

TEST(ServerTime, IsReadFromTheDateOfAnAnswer) {
    net::Response response;
    EXPECT_FALSE(server_time(response));
    response.headers.set("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
    ASSERT_TRUE(server_time(response));
    EXPECT_EQ(base::format_utc(*server_time(response)), "1994-11-06T08:49:37Z");
    response.headers.set("Date", "yesterday");
    EXPECT_FALSE(server_time(response));
}

} // namespace
} // namespace paysync::salesforce
