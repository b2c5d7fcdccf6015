// Batch, tree and graph, and the single record's finer points.
#include "sandbox_client.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;

Json node(const std::string& reference, Json body, const std::string& object = "Contact") {
    return {{"method", "POST"},
            {"url", "/services/data/v64.0/sobjects/" + object},
            {"referenceId", reference},
            {"body", std::move(body)}};
}

Json leaf(const char* type, const char* reference, const char* field, const char* value) {
    return {{"attributes", {{"type", type}, {"referenceId", reference}}}, {field, value}};
}

TEST(Batch, RunsEachRequestAndCountsEach) {
    SandboxClient client;
    const Json requests = {
        {"batchRequests",
         {{{"method", "POST"}, {"url", "v64.0/sobjects/Contact"}, {"richInput", {{"LastName", "A"}}}},
          {{"method", "POST"}, {"url", "v64.0/sobjects/Contact"}, {"richInput", {{"FirstName", "B"}}}},
          {{"method", "GET"}, {"url", "v64.0/query?q=SELECT+Id+FROM+Contact"}}}}};
    const Json answer = client.json(200, "POST", "composite/batch", requests);
    EXPECT_EQ(answer.at("hasErrors"), true);
    EXPECT_EQ(answer.at("results").at(0).at("statusCode"), 201);
    EXPECT_EQ(answer.at("results").at(1).at("result").at(0).at("errorCode"), "REQUIRED_FIELD_MISSING");
    EXPECT_EQ(answer.at("results").at(2).at("result").at("totalSize"), 1);
    EXPECT_EQ(client.sandbox.api_calls(), 3U);
}

TEST(Batch, HaltsWhenToldTo) {
    SandboxClient client;
    const std::string id = client.seed("Contact", {{"LastName", "A"}});
    const Json requests = {
        {"haltOnError", true},
        {"batchRequests",
         {{{"method", "PATCH"}, {"url", "v64.0/sobjects/Contact/" + id}, {"richInput", {{"Title", "T"}}}},
          {{"method", "GET"}, {"url", "v64.0/sobjects/Nothing"}},
          {{"method", "GET"}, {"url", "v64.0/limits"}}}}};
    const Json results = client.json(200, "POST", "composite/batch", requests).at("results");
    EXPECT_EQ(results.at(0), Json::parse(R"({"statusCode": 204, "result": null})"));
    EXPECT_EQ(results.at(1).at("statusCode"), 404);
    EXPECT_EQ(results.at(2).at("statusCode"), 412);
    EXPECT_EQ(results.at(2).at("result").at(0).at("errorCode"), "BATCH_PROCESSING_HALTED");
    Json many = {{"batchRequests", Json::array()}};
    for (int i = 0; i < 26; ++i) many["batchRequests"].push_back({{"method", "GET"}, {"url", "v64.0/limits"}});
    client.json(400, "POST", "composite/batch", many);
}

TEST(Tree, MakesParentsWithChildrenOrNothing) {
    SandboxClient client;
    Json account = leaf("Account", "a", "Name", "Acme");
    account["Contacts"]["records"] = {leaf("Contact", "c1", "LastName", "A"), leaf("Contact", "c2", "LastName", "B")};
    const Json done = client.json(201, "POST", "composite/tree/Account", {{"records", {account}}});
    EXPECT_EQ(done.at("hasErrors"), false);
    ASSERT_EQ(done.at("results").size(), 3U);
    EXPECT_EQ(done.at("results").at(0).at("referenceId"), "a");
    EXPECT_EQ(client.sandbox.records("Contact").at(1).at("AccountId"), done.at("results").at(0).at("id"));
    account["Contacts"]["records"].push_back(leaf("Contact", "c3", "FirstName", "nameless"));
    const Json failed = client.json(400, "POST", "composite/tree/Account", {{"records", {account}}});
    EXPECT_EQ(failed.at("hasErrors"), true);
    ASSERT_EQ(failed.at("results").size(), 1U);
    EXPECT_EQ(failed.at("results").at(0).at("referenceId"), "c3");
    EXPECT_EQ(failed.at("results").at(0).at("errors").at(0).at("statusCode"), "REQUIRED_FIELD_MISSING");
    EXPECT_EQ(client.sandbox.records("Account").size(), 1U);
    const Json twice = {{"records", {leaf("Contact", "x", "LastName", "A"), leaf("Contact", "x", "LastName", "B")}}};
    client.json(400, "POST", "composite/tree/Contact", twice);
}

TEST(Graph, UndoesTheGraphThatFailsAlone) {
    SandboxClient client;
    const Json good = {
        {"graphId", "good"},
        {"compositeRequest",
         {node("a", {{"Name", "Acme"}}, "Account"), node("c", {{"LastName", "A"}, {"AccountId", "@{a.id}"}})}}};
    const Json bad = {{"graphId", "bad"},
                      {"compositeRequest", {node("b", {{"LastName", "B"}}), node("n", {{"FirstName", "N"}})}}};
    const Json graphs = client.json(200, "POST", "composite/graph", {{"graphs", {good, bad}}}).at("graphs");
    EXPECT_EQ(graphs.at(0).at("isSuccessful"), true);
    EXPECT_EQ(graphs.at(1).at("isSuccessful"), false);
    const Json responses = graphs.at(1).at("graphResponse").at("compositeResponse");
    EXPECT_EQ(responses.at(0).at("body").at(0).at("errorCode"), "PROCESSING_HALTED");
    EXPECT_EQ(responses.at(1).at("body").at(0).at("errorCode"), "REQUIRED_FIELD_MISSING");
    EXPECT_EQ(client.sandbox.records("Contact").size(), 1U);
    const Json query = {
        {"graphId", "q"},
        {"compositeRequest", {{{"method", "GET"}, {"referenceId", "q"}, {"url", "/services/data/v64.0/query?q=x"}}}}};
    client.json(400, "POST", "composite/graph", {{"graphs", {query}}});
}

TEST(Graph, StopsAfterFourteenFailures) {
    SandboxClient client;
    Json graphs = Json::array();
    for (int i = 0; i < 15; ++i)
        graphs.push_back(
            {{"graphId", std::to_string(i)}, {"compositeRequest", Json::array({node("n", {{"FirstName", "N"}})})}});
    graphs.push_back({{"graphId", "good"}, {"compositeRequest", Json::array({node("c", {{"LastName", "A"}})})}});
    const Json answer = client.json(200, "POST", "composite/graph", {{"graphs", graphs}}).at("graphs");
    const Json& last = answer.back().at("graphResponse").at("compositeResponse").at(0).at("body").at(0);
    EXPECT_EQ(last.at("errorCode"), "PROCESSING_HALTED");
    EXPECT_EQ(client.sandbox.records("Contact").size(), 0U);
}

TEST(SingleRecords, AreRefusedByMethodIdAndCondition) {
    SandboxClient client;
    const std::string id = client.seed("Contact", {{"LastName", "A"}});
    const auto wrong = client.call("PUT", "sobjects/Contact/" + id, {{"LastName", "B"}});
    EXPECT_EQ(wrong.status, 405U);
    EXPECT_EQ(wrong.headers.find("Allow"), "HEAD,GET,PATCH,DELETE");
    const Json bad = client.json(404, "GET", "sobjects/Contact/nonsense");
    EXPECT_EQ(bad.at(0).at("message"), "Provided external ID field does not exist or is not accessible: nonsense");
    EXPECT_EQ(client.json(404, "GET", "sobjects/Account/" + id).at(0).at("errorCode"), "NOT_FOUND")
        << "of another kind";
    client.clock.advance(std::chrono::minutes{1});
    const net::Headers now = {{"If-Modified-Since", "Sun, 01 Mar 2026 09:00:30 GMT"}};
    EXPECT_EQ(client.call_with(now, "GET", "sobjects/Contact/" + id).status, 304U);
    const net::Headers before = {{"If-Unmodified-Since", "Sun, 01 Mar 2026 08:00:00 GMT"}};
    EXPECT_EQ(client.call_with(before, "PATCH", "sobjects/Contact/" + id, {{"Title", "T"}}).status, 412U);
    EXPECT_EQ(client.call("POST", "sobjects/Contact/" + id + "?_HttpMethod=PATCH", {{"Title", "T"}}).status, 204U);
}

TEST(SingleRecords, AnswerAnUpsertAsTheirVersionDoes) {
    SandboxClient client;
    const std::string target = "sobjects/Contact/Checkout_Customer_Id__c/cus_1";
    EXPECT_EQ(client.call("PATCH", target, {{"LastName", "A"}}).status, 201U);
    const Json updated = client.json(200, "PATCH", target, {{"LastName", "B"}});
    EXPECT_EQ(updated.at("created"), false);
    const auto old = client.call_with({}, "PATCH", target, {{"LastName", "C"}}, "v45.0");
    EXPECT_EQ(old.status, 204U);
    EXPECT_TRUE(old.body.empty());
    EXPECT_EQ(client.call_with({}, "GET", "limits", {}, "v99.0").status, 404U);
}

TEST(SingleRecords, LeadToTheirRelatives) {
    SandboxClient client;
    const std::string account = client.seed("Account", {{"Name", "Acme"}});
    const std::string contact = client.seed("Contact", {{"LastName", "A"}, {"AccountId", account}});
    EXPECT_EQ(client.json(200, "GET", "sobjects/Contact/" + contact + "/Account?fields=Name").at("Name"), "Acme");
    const Json children = client.json(200, "GET", "sobjects/Account/" + account + "/Contacts?fields=LastName");
    EXPECT_EQ(children.at("records").at(0).at("LastName"), "A");
    client.json(404, "GET", "sobjects/Account/" + account + "/Nonsense");
}

} // namespace
} // namespace paysync::sandbox
