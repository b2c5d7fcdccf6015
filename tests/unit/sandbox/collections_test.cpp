// Collections and composite: shapes, limits, partial failure, roll-back.
#include "sandbox_client.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;

constexpr const char* upsert_contacts = "composite/sobjects/Contact/Checkout_Customer_Id__c";

Json contact(const std::string& key, const std::string& last_name) {
    return {{"attributes", {{"type", "Contact"}}}, {"Checkout_Customer_Id__c", key}, {"LastName", last_name}};
}

Json subrequest(const std::string& id, const std::string& method, const std::string& target, Json body = {}) {
    Json made = {{"method", method}, {"referenceId", id}, {"url", "/services/data/v64.0/" + target}};
    if (!body.is_null()) made["body"] = std::move(body);
    return made;
}

Json composite(std::vector<Json> requests, bool all_or_none = false) {
    return {{"allOrNone", all_or_none}, {"collateSubrequests", false}, {"compositeRequest", std::move(requests)}};
}

TEST(Collections, AnswerRowByRowInTheOrderOfTheRequest) {
    SandboxClient client;
    const std::string known = client.seed("Contact", {{"LastName", "Old"}, {"Checkout_Customer_Id__c", "cus_b"}});
    const Json rows =
        client.json(200, "PATCH", upsert_contacts,
                    collection({contact("cus_a", "Ada"), contact("cus_c", ""), contact("cus_b", "Bea")}));
    ASSERT_EQ(rows.size(), 3U);
    EXPECT_EQ(rows.at(0).at("success"), true);
    EXPECT_EQ(rows.at(0).at("created"), true);
    EXPECT_EQ(rows.at(0).at("errors"), Json::array());
    EXPECT_EQ(rows.at(1).at("success"), false);
    EXPECT_FALSE(rows.at(1).contains("id"));
    EXPECT_EQ(rows.at(1).at("errors").at(0).at("statusCode"), "REQUIRED_FIELD_MISSING");
    EXPECT_EQ(rows.at(1).at("errors").at(0).at("fields"), Json::array({"LastName"}));
    EXPECT_EQ(rows.at(2).at("id"), known);
    EXPECT_EQ(rows.at(2).at("created"), false);
    EXPECT_EQ(client.sandbox.records("Contact").at(0).at("LastName"), "Bea");
}

TEST(Collections, FailEveryRowOfAKeyThatComesTwice) {
    SandboxClient client;
    const Json rows =
        client.json(200, "PATCH", upsert_contacts,
                    collection({contact("cus_a", "Ada"), contact("cus_b", "Bea"), contact("cus_a", "Eve")}));
    for (const std::size_t i : {0U, 2U}) {
        EXPECT_EQ(rows.at(i).at("errors").at(0).at("statusCode"), "DUPLICATE_VALUE");
        EXPECT_EQ(rows.at(i).at("errors").at(0).at("message"), "Duplicate external id specified: cus_a");
    }
    EXPECT_EQ(rows.at(1).at("success"), true);
    EXPECT_EQ(client.sandbox.records("Contact").size(), 1U);
}

TEST(Collections, FailARowWithoutItsKeyOrWithAnId) {
    SandboxClient client;
    Json without = contact("x", "Ada");
    without["Checkout_Customer_Id__c"] = "  ";
    Json with_id = contact("cus_a", "Ada");
    with_id["Id"] = "003xx000003DGb1";
    const Json rows = client.json(200, "PATCH", upsert_contacts, collection({without, with_id}));
    EXPECT_EQ(rows.at(0).at("errors").at(0).at("statusCode"), "MISSING_ARGUMENT");
    EXPECT_EQ(rows.at(1).at("errors").at(0).at("statusCode"), "INVALID_FIELD_FOR_INSERT_UPDATE");
}

TEST(Collections, RefuseMoreThanTwoHundredRows) {
    SandboxClient client;
    std::vector<Json> rows;
    for (int i = 0; i < 201; ++i) rows.push_back(contact("cus_" + std::to_string(i), "Doe"));
    const Json refused = client.json(400, "PATCH", upsert_contacts, collection(rows));
    EXPECT_EQ(refused.at(0).at("errorCode"), "EXCEEDED_ID_LIMIT");
    EXPECT_TRUE(client.sandbox.records("Contact").empty());
    rows.pop_back();
    EXPECT_EQ(client.json(200, "PATCH", upsert_contacts, collection(rows)).size(), 200U);
}

TEST(Collections, RefuseAWholeRequestForOneUnreadableValue) {
    SandboxClient client;
    Json bad = contact("cus_b", "Bea");
    bad["Nonsense__c"] = "x";
    EXPECT_EQ(
        client.json(400, "PATCH", upsert_contacts, collection({contact("cus_a", "Ada"), bad})).at(0).at("errorCode"),
        "INVALID_FIELD");
    bad = contact("cus_b", "Bea");
    bad["LastName"] = 7;
    EXPECT_EQ(
        client.json(400, "PATCH", upsert_contacts, collection({contact("cus_a", "Ada"), bad})).at(0).at("errorCode"),
        "JSON_PARSER_ERROR");
    EXPECT_TRUE(client.sandbox.records("Contact").empty());
}

TEST(Collections, DoNotSeeAParentOfTheSameRequest) {
    SandboxClient client;
    const Json parent = {
        {"attributes", {{"type", "Account"}}}, {"Name", "Acme"}, {"Checkout_Customer_Id__c", "cus_a"}};
    Json child = contact("cus_a", "Ada");
    child["Account"] = {{"Checkout_Customer_Id__c", "cus_a"}};
    const Json rows = client.json(200, "POST", "composite/sobjects", collection({parent, child}));
    EXPECT_EQ(rows.at(0).at("success"), true);
    EXPECT_EQ(rows.at(1).at("errors").at(0).at("statusCode"), "INVALID_FIELD");
}

TEST(Collections, RollBackAllRowsWhereAllOrNoneIsAsked) {
    SandboxClient client;
    Json body = collection({contact("cus_a", "Ada"), contact("cus_b", "")});
    body["allOrNone"] = true;
    const Json rows = client.json(200, "PATCH", upsert_contacts, body);
    EXPECT_EQ(rows.at(0).at("errors").at(0).at("statusCode"), "ALL_OR_NONE_OPERATION_ROLLED_BACK");
    EXPECT_EQ(rows.at(1).at("errors").at(0).at("statusCode"), "REQUIRED_FIELD_MISSING");
    EXPECT_TRUE(client.sandbox.records("Contact").empty());
    EXPECT_EQ(client.json(200, "PATCH", upsert_contacts, collection({contact("cus_a", "Ada")})).at(0).at("success"),
              true)
        << "the rolled back key is free";
}

TEST(Collections, UpdateRetrieveAndDeleteById) {
    SandboxClient client;
    const std::string a = client.seed("Contact", {{"LastName", "Ada"}});
    const Json change = {{"attributes", {{"type", "Contact"}}}, {"id", a.substr(0, 15)}, {"LastName", "Lovelace"}};
    const Json nobody = {{"attributes", {{"type", "Contact"}}}, {"id", "003xx000003DGb1"}, {"LastName", "X"}};
    const Json rows = client.json(200, "PATCH", "composite/sobjects", collection({change, nobody}));
    EXPECT_EQ(rows.at(0).at("id"), a);
    EXPECT_EQ(rows.at(1).at("errors").at(0).at("statusCode"), "INVALID_CROSS_REFERENCE_KEY");
    const Json got = client.json(200, "POST", "composite/sobjects/Contact",
                                 {{"ids", {"003xx000003DGb1AAG", a}}, {"fields", {"LastName"}}});
    EXPECT_EQ(got.at(0), nullptr);
    EXPECT_EQ(got.at(1).at("LastName"), "Lovelace");
    EXPECT_EQ(client.json(200, "DELETE", "composite/sobjects?ids=" + a).at(0).at("success"), true);
    EXPECT_TRUE(client.sandbox.records("Contact").empty());
}

TEST(Collections, UpsertAlsoByEMail) {
    SandboxClient client;
    const std::string id = client.seed("Contact", {{"LastName", "Ada"}, {"Email", "ada@shop.example"}});
    const Json row = {{"attributes", {{"type", "Contact"}}}, {"Email", "ADA@shop.example"}, {"LastName", "Lovelace"}};
    EXPECT_EQ(client.json(200, "PATCH", "composite/sobjects/Contact/Email", collection({row})).at(0).at("id"), id);
    client.seed("Contact", {{"LastName", "Twin"}, {"Email", "ada@shop.example"}});
    EXPECT_EQ(client.json(200, "PATCH", "composite/sobjects/Contact/Email", collection({row}))
                  .at(0)
                  .at("errors")
                  .at(0)
                  .at("statusCode"),
              "DUPLICATE_EXTERNAL_ID");
}

TEST(Composite, RunsParentsBeforeChildrenAndCountsOnce) {
    SandboxClient client;
    const Json account = {
        {"attributes", {{"type", "Account"}}}, {"Name", "Acme"}, {"Checkout_Customer_Id__c", "cus_a"}};
    Json child = contact("cus_a", "Ada");
    child["Account"] = {{"Checkout_Customer_Id__c", "cus_a"}};
    const Json body =
        client.json(200, "POST", "composite",
                    composite({subrequest("acc", "PATCH", "composite/sobjects/Account/Checkout_Customer_Id__c",
                                          collection({account})),
                               subrequest("con", "PATCH", upsert_contacts, collection({child})),
                               subrequest("q", "GET", "query?q=SELECT+Account.Name+FROM+Contact")}));
    const Json& answers = body.at("compositeResponse");
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers.at(0).at("referenceId"), "acc");
    EXPECT_EQ(answers.at(0).at("httpStatusCode"), 200);
    EXPECT_EQ(answers.at(0).at("httpHeaders"), Json::object());
    EXPECT_EQ(answers.at(2).at("body").at("records").at(0).at("Account").at("Name"), "Acme");
    EXPECT_EQ(client.sandbox.api_calls(), 1U);
}

TEST(Composite, FailsTheChildOfAFailedParentAlone) {
    SandboxClient client;
    const Json account = {{"attributes", {{"type", "Account"}}}, {"Checkout_Customer_Id__c", "cus_a"}};
    Json child = contact("cus_a", "Ada");
    child["Account"] = {{"Checkout_Customer_Id__c", "cus_a"}};
    const Json body = client.json(
        200, "POST", "composite",
        composite(
            {subrequest("acc", "PATCH", "composite/sobjects/Account/Checkout_Customer_Id__c", collection({account})),
             subrequest("con", "PATCH", upsert_contacts, collection({child, contact("cus_b", "Bea")}))}));
    const Json& answers = body.at("compositeResponse");
    EXPECT_EQ(answers.at(0).at("httpStatusCode"), 200) << "look inside: rows fail, the subrequest does not";
    EXPECT_EQ(answers.at(0).at("body").at(0).at("success"), false);
    EXPECT_EQ(answers.at(1).at("body").at(0).at("errors").at(0).at("message"),
              "Foreign key external ID: cus_a not found for field Checkout_Customer_Id__c in entity Account");
    EXPECT_EQ(answers.at(1).at("body").at(1).at("success"), true);
}

TEST(Composite, QuotesEarlierAnswers) {
    SandboxClient client;
    const Json body = client.json(
        200, "POST", "composite",
        composite(
            {subrequest("acc", "POST", "sobjects/Account", {{"Name", "Acme"}}),
             subrequest("con", "POST", "sobjects/Contact", {{"LastName", "Ada"}, {"AccountId", "@{acc.id}"}}),
             subrequest("back", "GET", "sobjects/Account/@{acc.id}?fields=Name"),
             subrequest("bad", "POST", "sobjects/Account", Json::object()),
             subrequest("after", "POST", "sobjects/Contact", {{"LastName", "Eve"}, {"AccountId", "@{bad.id}"}})}));
    const Json& answers = body.at("compositeResponse");
    EXPECT_EQ(answers.at(1).at("httpStatusCode"), 201);
    EXPECT_EQ(answers.at(2).at("body").at("Name"), "Acme");
    EXPECT_EQ(answers.at(3).at("httpStatusCode"), 400);
    EXPECT_EQ(answers.at(4).at("httpStatusCode"), 400);
    EXPECT_EQ(answers.at(4).at("body").at(0).at("errorCode"), "PROCESSING_HALTED");
    EXPECT_EQ(client.sandbox.records("Contact").size(), 1U);
}

TEST(Composite, RollsBackEverythingWhereAllOrNoneIsAsked) {
    SandboxClient client;
    const Json body = client.json(200, "POST", "composite",
                                  composite({subrequest("a", "POST", "sobjects/Account", {{"Name", "Acme"}}),
                                             subrequest("b", "POST", "sobjects/Contact", {{"FirstName", "Jo"}}),
                                             subrequest("c", "POST", "sobjects/Account", {{"Name", "Bolt"}})},
                                            true));
    const Json& answers = body.at("compositeResponse");
    for (const std::size_t i : {0U, 2U}) {
        EXPECT_EQ(answers.at(i).at("httpStatusCode"), 400);
        EXPECT_EQ(answers.at(i).at("body").at(0).at("errorCode"), "PROCESSING_HALTED");
        EXPECT_FALSE(answers.at(i).at("body").at(0).contains("fields"));
    }
    EXPECT_EQ(answers.at(1).at("body").at(0).at("errorCode"), "REQUIRED_FIELD_MISSING");
    EXPECT_TRUE(client.sandbox.records("Account").empty());
}

TEST(Composite, RefusesWhatIsOverItsLimits) {
    SandboxClient client;
    std::vector<Json> many;
    for (int i = 0; i < 26; ++i)
        many.push_back(subrequest("r" + std::to_string(i), "GET", "sobjects/Account/001xx000003DGb1"));
    EXPECT_EQ(client.json(400, "POST", "composite", composite(many)).at(0).at("errorCode"), "LIMIT_EXCEEDED");
    many.pop_back();
    client.json(200, "POST", "composite", composite(many));
    std::vector<Json> heavy;
    for (int i = 0; i < 6; ++i)
        heavy.push_back(subrequest("r" + std::to_string(i), "GET", "query?q=SELECT+Id+FROM+Account"));
    EXPECT_EQ(client.json(400, "POST", "composite", composite(heavy)).at(0).at("errorCode"), "LIMIT_EXCEEDED");
    heavy.pop_back();
    client.json(200, "POST", "composite", composite(heavy));
}

TEST(Composite, RefusesInheritedHeadersAndBadReferences) {
    SandboxClient client;
    Json with_header = subrequest("a", "GET", "limits");
    with_header["httpHeaders"] = {{"authorization", "Bearer x"}};
    client.json(400, "POST", "composite", composite({with_header}));
    with_header["httpHeaders"] = {{"Sforce-Auto-Assign", "FALSE"}};
    client.json(200, "POST", "composite", composite({with_header}));
    client.json(400, "POST", "composite", composite({subrequest("a-b", "GET", "limits")}));
    client.json(400, "POST", "composite", composite({subrequest("a", "get", "limits")}));
    client.json(400, "POST", "composite",
                composite({subrequest("a", "GET", "limits"), subrequest("a", "GET", "limits")}));
}

TEST(Composite, KeepsAnswersInOrderWhenCollated) {
    SandboxClient client;
    Json body = composite({});
    body.erase("collateSubrequests");
    for (int i = 0; i < 5; ++i)
        body["compositeRequest"].push_back(
            subrequest("r" + std::to_string(i), "POST", "sobjects/Account", {{"Name", "N" + std::to_string(i)}}));
    const Json answer = client.json(200, "POST", "composite", body);
    std::string created;
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(answer.at("compositeResponse").at(static_cast<std::size_t>(i)).at("referenceId"),
                  "r" + std::to_string(i));
    for (const Json& row : client.sandbox.records("Account")) created += text(row, "Name");
    EXPECT_NE(created, "N0N1N2N3N4") << "with this seed, Salesforce's own order is another";
}

TEST(ExternalIdUpsert, AnswersByWhatItDid) {
    SandboxClient client;
    const std::string target = "sobjects/Contact/Checkout_Customer_Id__c/cus_a%2Fb";
    const Json created = client.json(201, "PATCH", target, {{"LastName", "Ada"}});
    EXPECT_EQ(created.at("created"), true);
    EXPECT_EQ(client.sandbox.records("Contact").at(0).at("Checkout_Customer_Id__c"), "cus_a/b");
    EXPECT_EQ(client.json(200, "PATCH", target, {{"LastName", "Eve"}}).at("created"), false);
    EXPECT_EQ(client.json(400, "PATCH", target, {{"LastName", "Eve"}, {"Checkout_Customer_Id__c", "x"}})
                  .at(0)
                  .at("errorCode"),
              "INVALID_FIELD");
    EXPECT_EQ(client.json(200, "GET", target).at("LastName"), "Eve");
    client.json(404, "PATCH", "sobjects/Contact/FirstName/x", {{"LastName", "Eve"}});
    for (int i = 0; i < 2; ++i) client.seed("Contact", {{"LastName", "Twin"}, {"Email", "twin@shop.example"}});
    EXPECT_EQ(client.json(300, "PATCH", "sobjects/Contact/Email/twin%40shop.example", {{"LastName", "Eve"}}).size(),
              2U);
}

} // namespace
} // namespace paysync::sandbox
