// What Salesforce does by itself to records of its standard objects.
#include "sandbox_client.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;

Json first_error(const net::Response& response) {
    EXPECT_EQ(response.status, 400U) << response.body;
    return base::parse_json(response.body).value().at(0);
}

TEST(Campaigns, HaveStatusesAndTakeAMemberOnce) {
    SandboxClient client;
    const std::string campaign = text(client.json(201, "POST", "sobjects/Campaign", {{"Name", "Spring"}}), "id");
    EXPECT_EQ(client.sandbox.records("CampaignMemberStatus").size(), 2U);
    const std::string contact = client.seed("Contact", {{"LastName", "A"}});
    const std::string lead = client.seed("Lead", {{"LastName", "B"}, {"Company", "C"}});
    const Json member = {{"CampaignId", campaign}, {"ContactId", contact}, {"LeadId", lead}};
    const std::string id = text(client.json(201, "POST", "sobjects/CampaignMember", member), "id");
    Json stored = client.sandbox.records("CampaignMember").at(0);
    EXPECT_EQ(stored.at("LeadId"), nullptr) << "given both, only the contact is kept";
    EXPECT_EQ(stored.at("Status"), "Sent");
    EXPECT_EQ(stored.at("HasResponded"), false);
    const Json again = first_error(client.call("POST", "sobjects/CampaignMember", member));
    EXPECT_EQ(again.at("errorCode"), "DUPLICATE_VALUE");
    EXPECT_EQ(again.at("message"), "Already a campaign member.");
    client.json(204, "PATCH", "sobjects/CampaignMember/" + id, {{"Status", "Responded"}});
    EXPECT_EQ(client.sandbox.records("CampaignMember").at(0).at("HasResponded"), true);
    EXPECT_EQ(first_error(client.call("POST", "sobjects/CampaignMember", {{"CampaignId", campaign}})).at("errorCode"),
              "REQUIRED_FIELD_MISSING");
}

TEST(Opportunities, KeepOnePrimaryContact) {
    SandboxClient client;
    const std::string ada = client.seed("Contact", {{"LastName", "Ada"}});
    const std::string bea = client.seed("Contact", {{"LastName", "Bea"}});
    const Json deal = {{"Name", "D"}, {"StageName", "Prospecting"}, {"CloseDate", "2026-03-31"}, {"ContactId", ada}};
    const std::string id = text(client.json(201, "POST", "sobjects/Opportunity", deal), "id");
    EXPECT_EQ(client.sandbox.records("OpportunityContactRole").at(0).at("ContactId"), ada);
    client.json(201, "POST", "sobjects/OpportunityContactRole",
                {{"OpportunityId", id}, {"ContactId", bea}, {"IsPrimary", true}});
    const Json roles = client.sandbox.records("OpportunityContactRole");
    EXPECT_EQ(roles.at(0).at("IsPrimary"), false);
    EXPECT_EQ(roles.at(1).at("IsPrimary"), true);
    const auto moved =
        client.call("PATCH", "sobjects/OpportunityContactRole/" + text(roles.at(0), "Id"), {{"OpportunityId", id}});
    EXPECT_EQ(first_error(moved).at("errorCode"), "INVALID_FIELD_FOR_INSERT_UPDATE");
}

TEST(Cases, TurnCommentsIntoComments) {
    SandboxClient client;
    const std::string id = text(client.json(201, "POST", "sobjects/Case", {{"Comments", "First word"}}), "id");
    const Json comments = client.sandbox.records("CaseComment");
    ASSERT_EQ(comments.size(), 1U);
    EXPECT_EQ(comments.at(0).at("CommentBody"), "First word");
    EXPECT_EQ(client.sandbox.records("Case").at(0).at("Comments"), nullptr);
    Json comment = {{"ParentId", id}, {"CommentBody", std::string(4'000, 'x')}};
    client.json(201, "POST", "sobjects/CaseComment", comment);
    std::string wide;
    for (int i = 0; i < 2'001; ++i) wide += "ü"; // the limit is in bytes
    comment["CommentBody"] = wide;
    EXPECT_EQ(first_error(client.call("POST", "sobjects/CaseComment", comment)).at("errorCode"), "STRING_TOO_LONG");
    const std::string made = text(comments.at(0), "Id");
    client.json(204, "PATCH", "sobjects/CaseComment/" + made, {{"IsPublished", true}});
    EXPECT_EQ(client.call("PATCH", "sobjects/CaseComment/" + made, {{"CommentBody", "x"}}).status, 400U);
}

class PersonAccounts : public ::testing::Test {
protected:
    static SandboxSettings settings() {
        SandboxSettings made;
        made.person_accounts = true;
        return made;
    }
    SandboxClient client{settings()};
};

TEST_F(PersonAccounts, AreAccountAndContactAtOnce) {
    const Json person = {{"LastName", "Lovelace"}, {"FirstName", "Ada"}, {"PersonEmail", "ada@shop.example"}};
    const std::string id = text(client.json(201, "POST", "sobjects/Account", person), "id");
    const Json account = client.json(200, "GET", "sobjects/Account/" + id);
    EXPECT_EQ(account.at("IsPersonAccount"), true);
    EXPECT_EQ(account.at("Name"), "Ada Lovelace");
    const std::string contact = text(account, "PersonContactId");
    EXPECT_EQ(client.json(200, "GET", "sobjects/Contact/" + contact).at("Email"), "ada@shop.example");
    client.json(204, "PATCH", "sobjects/Account/" + id,
                {{"PersonMobilePhone", "123"}, {"Checkout_Card__pc", "Visa"}});
    const Json stored = client.json(200, "GET", "sobjects/Contact/" + contact);
    EXPECT_EQ(stored.at("MobilePhone"), "123");
    EXPECT_EQ(stored.at("Checkout_Card__c"), "Visa");
    client.json(204, "PATCH", "sobjects/Contact/" + contact, {{"LastName", "King"}});
    EXPECT_EQ(client.json(200, "GET", "sobjects/Account/" + id).at("Name"), "Ada King");
    const Json types =
        client.query("SELECT Id FROM RecordType WHERE SobjectType = 'Account' AND IsPersonType = true");
    EXPECT_EQ(account.at("RecordTypeId"), types.at(0).at("Id"));
}

TEST_F(PersonAccounts, AreNotMixedWithBusinessAccounts) {
    client.json(201, "POST", "sobjects/Account", {{"Name", "Acme"}});
    EXPECT_EQ(client.sandbox.records("Account").at(0).at("IsPersonAccount"), false);
    const auto both = client.call("POST", "sobjects/Account", {{"Name", "Acme"}, {"LastName", "A"}});
    EXPECT_EQ(first_error(both).at("errorCode"), "INVALID_FIELD_FOR_INSERT_UPDATE");
    const std::string id = text(client.json(201, "POST", "sobjects/Account", {{"LastName", "A"}}), "id");
    EXPECT_EQ(client.call("PATCH", "sobjects/Account/" + id, {{"Name", "B"}}).status, 400U);
}

TEST(RecordTypes, AreTheDefaultOneOrOneOfTheObject) {
    SandboxClient client;
    const auto type = [&](const char* object, const char* name) {
        return client.seed("RecordType", {{"Name", name}, {"DeveloperName", name}, {"SobjectType", object}});
    };
    const std::string retail = type("Opportunity", "Retail");
    const std::string other = type("Case", "Complaint");
    Json deal = {{"Name", "D"}, {"StageName", "Prospecting"}, {"CloseDate", "2026-03-31"}};
    client.json(201, "POST", "sobjects/Opportunity", deal);
    EXPECT_EQ(client.sandbox.records("Opportunity").at(0).at("RecordTypeId"), retail);
    deal["RecordTypeId"] = other;
    const Json error = first_error(client.call("POST", "sobjects/Opportunity", deal));
    EXPECT_EQ(error.at("errorCode"), "INVALID_CROSS_REFERENCE_KEY");
    EXPECT_EQ(error.at("fields"), Json::array({"RecordTypeId"}));
}

TEST(MultiPicklists, KeepTheirValuesInOrder) {
    SandboxClient client;
    client.control(200, "fields", Json::parse(R"({"object": "Contact", "fields": [{"name": "Likes__c",
        "type": "multipicklist", "restrictedPicklist": true, "picklistValues": ["Tea", "Coffee", "Water"]}]})"));
    client.json(201, "POST", "sobjects/Contact", {{"LastName", "A"}, {"Likes__c", "Water; tea"}});
    EXPECT_EQ(client.sandbox.records("Contact").at(0).at("Likes__c"), "Tea;Water");
    EXPECT_EQ(first_error(client.call("POST", "sobjects/Contact", {{"LastName", "A"}, {"Likes__c", "Tea;Wine"}}))
                  .at("errorCode"),
              "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
    const auto found = [&](const std::string& where) {
        return client.query("SELECT Id FROM Contact WHERE Likes__c " + where).size();
    };
    EXPECT_EQ(found("INCLUDES ('Tea;Water')"), 1U);
    EXPECT_EQ(found("INCLUDES ('Tea;Coffee', 'Water')"), 1U);
    EXPECT_EQ(found("INCLUDES ('Coffee')"), 0U);
    EXPECT_EQ(found("EXCLUDES ('Coffee')"), 1U);
    EXPECT_EQ(client.refused_query("SELECT Id FROM Contact WHERE LastName INCLUDES ('A')").first,
              "INVALID_QUERY_FILTER_OPERATOR");
}

SandboxSettings with_own_objects() {
    SandboxSettings settings;
    settings.objects = {base::parse_json(R"({"name": "Payment__c", "labelPlural": "Payments", "fields": [
                            {"name": "Payer__c", "type": "reference", "referenceTo": ["Contact"]}]})")
                            .value(),
                        base::parse_json(R"({"name": "News__e", "fields": [
                            {"name": "Text__c", "type": "string", "nillable": false}]})")
                            .value()};
    return settings;
}

TEST(CustomObjects, HaveNameOwnerAndRelationshipsByThemselves) {
    SandboxClient client{with_own_objects()};
    const std::string payer = client.seed("Contact", {{"LastName", "Ada"}});
    const Json payment = {{"Name", "P1"}, {"Payer__c", payer}};
    const std::string id = text(client.json(201, "POST", "sobjects/Payment__c", payment), "id");
    EXPECT_TRUE(id.starts_with("a0")) << id;
    const Json row = client.query("SELECT Payer__r.LastName, Owner.Username FROM Payment__c").at(0);
    EXPECT_EQ(row.at("Payer__r").at("LastName"), "Ada");
    EXPECT_EQ(client.query("SELECT (SELECT Name FROM Payments__r) FROM Contact")
                  .at(0)
                  .at("Payments__r")
                  .at("records")
                  .at(0)
                  .at("Name"),
              "P1");
}

TEST(PlatformEvents, ArePublishedWithAnErrorThatIsNone) {
    SandboxClient client{with_own_objects()};
    const Json told = client.json(201, "POST", "sobjects/News__e", {{"Text__c", "hello"}});
    EXPECT_EQ(told.at("success"), true);
    EXPECT_EQ(told.at("errors").at(0).at("statusCode"), "OPERATION_ENQUEUED");
    EXPECT_EQ(text(told.at("errors").at(0), "message").size(), 36U);
    EXPECT_EQ(client.sandbox.records("News__e").at(0).at("Text__c"), "hello");
    EXPECT_EQ(client.refused_query("SELECT Id FROM News__e").first, "INVALID_TYPE_FOR_OPERATION");
    client.json(400, "POST", "sobjects/News__e", Json::object());
}

} // namespace
} // namespace paysync::sandbox
