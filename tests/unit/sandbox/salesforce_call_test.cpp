// Calls as a whole: tokens, limits, faults, locks, and calls that run at the same time.
#include "sandbox_client.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

net::Request token_request(std::vector<std::pair<std::string, std::string>> fields) {
    net::Request request;
    request.method = "POST";
    request.target = "/services/oauth2/token";
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body = net::form_encoded(fields);
    return request;
}

Json body_of(const net::Response& response) {
    return base::parse_json(response.body).value();
}

TEST(Tokens, AreGivenForClientCredentials) {
    SandboxClient client;
    const SandboxSettings& settings = client.sandbox.settings();
    const auto answer = client.send(token_request({{"grant_type", "client_credentials"},
                                                   {"client_id", settings.client_id},
                                                   {"client_secret", settings.client_secret}}));
    EXPECT_EQ(answer.status, 200U);
    EXPECT_EQ(answer.headers.find("Cache-Control"), "no-store");
    const Json token = body_of(answer);
    EXPECT_EQ(token.at("token_type"), "Bearer");
    EXPECT_EQ(token.at("instance_url"), settings.instance_url);
    EXPECT_FALSE(token.contains("expires_in"));
    client.token = text(token, "access_token");
    client.json(200, "GET", "limits");
    EXPECT_EQ(client.sandbox.api_calls(), 1U) << "the token itself does not count";
}

TEST(Tokens, AreGivenForABasicHeaderToo) {
    SandboxSettings settings;
    settings.client_id = "Aladdin";
    settings.client_secret = "open sesame";
    SandboxClient client{settings};
    net::Request request = token_request({{"grant_type", "client_credentials"}});
    request.headers.set("Authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="); // the example of RFC 7617
    EXPECT_EQ(client.send(request).status, 200U);
}

TEST(Tokens, AreRefusedInTheShapeOfOAuth) {
    SandboxClient client;
    const auto refused = [&](std::vector<std::pair<std::string, std::string>> fields) {
        const auto answer = client.send(token_request(std::move(fields)));
        EXPECT_EQ(answer.status, 400U);
        return text(body_of(answer), "error");
    };
    const std::string id = client.sandbox.settings().client_id;
    EXPECT_EQ(refused({{"grant_type", "password"}}), "unsupported_grant_type");
    EXPECT_EQ(refused({{"grant_type", "client_credentials"}, {"client_id", "x"}, {"client_secret", "y"}}),
              "invalid_client_id");
    EXPECT_EQ(refused({{"grant_type", "client_credentials"}, {"client_id", id}, {"client_secret", "y"}}),
              "invalid_client");
}

TEST(Tokens, DieUnusedOrWhenToldTo) {
    SandboxClient client;
    client.clock.advance(hours{1});
    client.json(200, "GET", "limits");
    client.clock.advance(hours{1} + seconds{1});
    client.json(200, "GET", "limits"); // use keeps it alive
    client.clock.advance(hours{2} + seconds{1});
    const Json dead = client.json(401, "GET", "limits");
    EXPECT_EQ(dead, Json::parse(R"([{"errorCode": "INVALID_SESSION_ID", "message": "Session expired or invalid"}])"));
    client.token = client.sandbox.access_token();
    client.sandbox.faults().expire_tokens = true;
    client.json(401, "GET", "limits");
    client.token = client.sandbox.access_token();
    client.json(200, "GET", "limits");
}

TEST(Calls, TellTheUsageAndStopAtTheDailyLimit) {
    SandboxSettings settings;
    settings.daily_limit = 2;
    SandboxClient client{settings};
    EXPECT_EQ(client.call("GET", "limits").headers.find("Sforce-Limit-Info"), "api-usage=1/2");
    EXPECT_EQ(client.json(200, "GET", "limits").at("DailyApiRequests").at("Remaining"), 0);
    const auto full = client.call("GET", "limits");
    EXPECT_EQ(full.status, 403U);
    EXPECT_EQ(full.headers.find("Sforce-Limit-Info"), "api-usage=2/2");
    EXPECT_EQ(body_of(full).at(0).at("errorCode"), "REQUEST_LIMIT_EXCEEDED");
    client.clock.advance(hours{25}); // the window rolls
    client.token = client.sandbox.access_token();
    client.json(200, "GET", "limits");
}

TEST(Calls, AreCountedByResource) {
    SandboxClient client;
    const std::string id = client.seed("Account", {{"Name", "Acme"}});
    client.call("GET", "sobjects/Account/" + id);
    client.call("GET", "sobjects/Account/" + id + "?fields=Id");
    client.call("GET", "query?q=SELECT+Id+FROM+Account");
    EXPECT_EQ(client.sandbox.calls(), Json::parse(R"([{"resource": "query", "method": "GET", "count": 1},
                                                      {"resource": "sobjects/Account/{id}", "method": "GET", "count": 2}])"));
}

TEST(Calls, ListVersionsWithoutATokenAndWithoutCounting) {
    SandboxClient client;
    net::Request request;
    request.target = "/services/data";
    const auto answer = client.send(request);
    EXPECT_EQ(answer.headers.find("Sforce-Limit-Info"), std::nullopt);
    EXPECT_EQ(body_of(answer).back().at("version"), "67.0");
    EXPECT_EQ(client.sandbox.api_calls(), 0U);
}

TEST(Calls, RefuseWhatCannotBeRead) {
    SandboxClient client;
    EXPECT_EQ(client.call("GET", "query?q=" + std::string(16'384, 'x')).status, 414U);
    net::Request request;
    request.method = "POST";
    request.target = "/services/data/v64.0/sobjects/Account";
    request.headers.set("Authorization", "Bearer " + client.token);
    request.headers.set("Content-Type", "application/json");
    request.body = "{";
    EXPECT_EQ(client.send(request).status, 400U);
    request.headers.set("Content-Type", "text/plain");
    EXPECT_EQ(client.send(request).status, 415U);
    request.target = "/services/data/v12.0/sobjects/Account";
    EXPECT_EQ(client.send(request).status, 404U);
}

TEST(Faults, AnswerInsteadOfTheCall) {
    SandboxClient client;
    client.sandbox.faults().fail_next = {{.status = 503, .body = {}, .html = false},
                                         {.status = 500, .body = "[]", .html = false}};
    const auto down = client.call("POST", "sobjects/Account", {{"Name", "Acme"}});
    EXPECT_EQ(down.status, 503U);
    EXPECT_TRUE(down.headers.find("Content-Type")->starts_with("text/html"));
    EXPECT_EQ(client.call("POST", "sobjects/Account", {{"Name", "Acme"}}).body, "[]");
    EXPECT_TRUE(client.sandbox.records("Account").empty());
    client.json(201, "POST", "sobjects/Account", {{"Name", "Acme"}});
}

TEST(Faults, CutTheConnectionBeforeOrAfterTheEffect) {
    SandboxClient client;
    client.sandbox.faults().drop_before = 1;
    EXPECT_EQ(client.call("POST", "sobjects/Account", {{"Name", "before"}}).status, 0U);
    EXPECT_TRUE(client.sandbox.records("Account").empty());
    client.sandbox.faults().drop_after = 1;
    EXPECT_EQ(client.call("POST", "sobjects/Account", {{"Name", "after"}}).status, 0U);
    EXPECT_EQ(client.sandbox.records("Account").size(), 1U);
    EXPECT_EQ(client.sandbox.api_calls(), 1U) << "a call without effect does not count";
}

TEST(Faults, AreReadFromJsonWholeOrNotAtAll) {
    Faults faults;
    EXPECT_TRUE(faults.apply({{"latency_ms", 250}, {"fail_next", {{{"status", 502}}}}}).has_value());
    EXPECT_EQ(faults.latency_ms, 250);
    EXPECT_EQ(faults.fail_next.front().status, 502U);
    EXPECT_FALSE(faults.apply({{"latency_ms", 1}, {"nonsense", 1}}).has_value());
    EXPECT_FALSE(faults.apply({{"latency_ms", 1}, {"lock_rows", 2}}).has_value());
    EXPECT_FALSE(faults.apply(Json::array()).has_value());
    EXPECT_EQ(faults.latency_ms, 250);
    EXPECT_TRUE(faults.apply(faults.to_json()).has_value());
}

TEST(Concurrency, TakesTheTimeThatItIsTold) {
    SandboxClient client;
    client.sandbox.faults().latency_ms = 300;
    net::Response answer;
    EXPECT_EQ(client.clock.run(client.call_into(answer, "POST", "sobjects/Account", {{"Name", "Acme"}})),
              milliseconds{300});
    EXPECT_EQ(client.clock.run(client.call_into(answer, "GET", "limits")), milliseconds{300});
    const Json envelope = {{"compositeRequest", Json::array()}};
    Json three = envelope;
    for (const char* id : {"a", "b", "c"})
        three["compositeRequest"].push_back(
            {{"method", "GET"}, {"referenceId", id}, {"url", "/services/data/v64.0/limits"}});
    EXPECT_EQ(client.clock.run(client.call_into(answer, "POST", "composite", three)), milliseconds{300});
}

TEST(Concurrency, GivesTheLoserOfTwoCreationsADuplicateValue) {
    SandboxClient client;
    client.sandbox.faults().latency_ms = 300;
    const Json row = {
        {"attributes", {{"type", "Contact"}}}, {"Checkout_Customer_Id__c", "cus_a"}, {"LastName", "Ada"}};
    net::Response first;
    net::Response second;
    const std::string target = "composite/sobjects/Contact/Checkout_Customer_Id__c";
    client.clock.run(client.call_into(first, "PATCH", target, collection({row})),
                     client.call_into(second, "PATCH", target, collection({row})));
    EXPECT_EQ(body_of(first).at(0).at("created"), true);
    const Json error = body_of(second).at(0).at("errors").at(0);
    EXPECT_EQ(error.at("statusCode"), "DUPLICATE_VALUE");
    EXPECT_TRUE(
        text(error, "message")
            .starts_with("duplicate value found: Checkout_Customer_Id__c duplicates value on record with id: 003"));
    EXPECT_EQ(client.json(200, "PATCH", target, collection({row})).at(0).at("created"), false)
        << "again, it is an update";
}

TEST(Concurrency, MakesChildrenOfOneAccountWaitForEachOther) {
    SandboxClient client;
    const std::string acme = client.seed("Account", {{"Name", "Acme"}});
    const std::string bolt = client.seed("Account", {{"Name", "Bolt"}});
    client.sandbox.faults().latency_ms = 4'000;
    net::Response answers[3];
    const auto contact = [](const std::string& account) { return Json{{"LastName", "Doe"}, {"AccountId", account}}; };
    EXPECT_EQ(client.clock.run(client.call_into(answers[0], "POST", "sobjects/Contact", contact(acme)),
                               client.call_into(answers[1], "POST", "sobjects/Contact", contact(acme)),
                               client.call_into(answers[2], "POST", "sobjects/Contact", contact(bolt))),
              seconds{8});
    for (const net::Response& answer : answers) EXPECT_EQ(answer.status, 201U);
}

TEST(Concurrency, FailsOnlyTheRowsWhoseLockDoesNotComeInTenSeconds) {
    SandboxClient client;
    const std::string acme = client.seed("Account", {{"Name", "Acme"}});
    const std::string bolt = client.seed("Account", {{"Name", "Bolt"}});
    client.sandbox.faults().latency_ms = 11'000;
    net::Response first;
    net::Response second;
    const auto row = [](const std::string& account) {
        return Json{{"attributes", {{"type", "Contact"}}}, {"LastName", "Doe"}, {"AccountId", account}};
    };
    client.clock.run(client.call_into(first, "POST", "composite/sobjects", collection({row(acme)})),
                     client.call_into(second, "POST", "composite/sobjects", collection({row(bolt), row(acme)})));
    EXPECT_EQ(body_of(first).at(0).at("success"), true);
    EXPECT_EQ(body_of(second).at(0).at("success"), true);
    const Json error = body_of(second).at(1).at("errors").at(0);
    EXPECT_EQ(error.at("statusCode"), "UNABLE_TO_LOCK_ROW");
    EXPECT_EQ(error.at("message"), "unable to obtain exclusive access to this record or 1 records: " + acme);
    client.sandbox.faults().latency_ms = 0;
    EXPECT_EQ(client.json(200, "POST", "composite/sobjects", collection({row(acme)})).at(0).at("success"), true)
        << "no lock is left behind";
}

TEST(Concurrency, LocksTheAccountOfAParentToo) {
    SandboxClient client;
    const std::string acme = client.seed("Account", {{"Name", "Acme"}});
    const std::string deal =
        client.seed("Opportunity",
                    {{"Name", "A"}, {"StageName", "Prospecting"}, {"CloseDate", "2026-03-31"}, {"AccountId", acme}});
    client.sandbox.faults().latency_ms = 1'000;
    net::Response task;
    net::Response update;
    EXPECT_EQ(client.clock.run(client.call_into(task, "POST", "sobjects/Task", {{"WhatId", deal}}),
                               client.call_into(update, "PATCH", "sobjects/Account/" + acme, {{"Phone", "1"}})),
              seconds{2});
}

TEST(Concurrency, LocksRowsByChanceWhenAsked) {
    SandboxClient client;
    client.sandbox.faults().lock_rows = 1;
    const Json row = {{"attributes", {{"type", "Contact"}}}, {"LastName", "Doe"}};
    const Json rows = client.json(200, "POST", "composite/sobjects", collection({row}));
    EXPECT_EQ(rows.at(0).at("errors").at(0).at("statusCode"), "UNABLE_TO_LOCK_ROW");
    EXPECT_TRUE(client.sandbox.records("Contact").empty());
}

} // namespace
} // namespace paysync::sandbox
