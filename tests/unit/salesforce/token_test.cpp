// Tokens: fetched once for many calls, renewed when they end, never in a loop.
#include "org_bench.hpp"

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

} // namespace
} // namespace paysync::salesforce
