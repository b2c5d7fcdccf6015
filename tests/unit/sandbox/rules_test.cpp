// What an administrator sets up: validation, duplicates, assignment, required fields.
#include "sandbox_client.hpp"

#include <stdexcept>

namespace paysync::sandbox {
namespace {

using base::Json;

Json first_error(const net::Response& response) {
    EXPECT_EQ(response.status, 400U) << response.body;
    return base::parse_json(response.body).value().at(0);
}

Json duplicate_rule(const char* action, bool alert = true) {
    return {{"duplicate_rules",
             {{{"name", "Contacts_DR"},
               {"object", "Contact"},
               {"match", {"Email"}},
               {"action", action},
               {"alert", alert},
               {"message", "You're creating a duplicate record."}}}}};
}

const Json ada = {{"LastName", "Ada"}, {"Email", "ada@shop.example"}};

TEST(ValidationRules, RefuseWhatMeetsTheirCondition) {
    SandboxClient client;
    client.control(200, "rules", Json::parse(R"({"validation_rules": [{"name": "No_gifts", "object": "Opportunity",
        "when": "Amount <= 0 AND StageName = 'Closed Won'", "message": "Give it a price.", "field": "Amount"}]})"));
    Json deal = {{"Name", "A"}, {"StageName", "Closed Won"}, {"CloseDate", "2026-03-31"}, {"Amount", 0}};
    const Json error = first_error(client.call("POST", "sobjects/Opportunity", deal));
    EXPECT_EQ(error, Json::parse(R"({"errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION", "message": "Give it a price.",
                                     "fields": ["Amount"]})"));
    deal["StageName"] = "Prospecting";
    const std::string id = text(client.json(201, "POST", "sobjects/Opportunity", deal), "id");
    const auto close = client.call("PATCH", "sobjects/Opportunity/" + id, {{"StageName", "Closed Won"}});
    EXPECT_EQ(first_error(close).at("errorCode"), "FIELD_CUSTOM_VALIDATION_EXCEPTION");
    client.json(204, "PATCH", "sobjects/Opportunity/" + id, {{"StageName", "Closed Won"}, {"Amount", 5}});
}

TEST(ValidationRules, SeeParentsAndAreCheckedWhenTheyAreMade) {
    SandboxClient client;
    client.control(200, "rules", Json::parse(R"({"validation_rules": [{"object": "Contact",
        "when": "Account.BillingCountry = 'Nowhere'", "message": "Not there."}]})"));
    const std::string account = client.seed("Account", {{"Name", "A"}, {"BillingCountry", "Nowhere"}});
    const auto made = client.call("POST", "sobjects/Contact", {{"LastName", "B"}, {"AccountId", account}});
    EXPECT_EQ(first_error(made).at("fields"), Json::array());
    client.control(400, "rules", Json::parse(R"({"validation_rules": [{"object": "Contact", "when": "Nothing = 1",
        "message": "x"}]})"));
    client.control(400, "rules", Json::parse(R"({"validation_rules": [{"object": "Contact", "when": "LastName = ",
        "message": "x"}]})"));
    client.control(400, "rules", Json::parse(R"({"nonsense": []})"));
    EXPECT_EQ(client.control(200, "rules").at("validation_rules").size(), 1U) << "what was refused changed nothing";
}

TEST(DuplicateRules, TellWhichRecordIsThereAlready) {
    SandboxClient client;
    client.control(200, "rules", duplicate_rule("allow"));
    const std::string there = text(client.json(201, "POST", "sobjects/Contact", ada), "id");
    const Json error = first_error(client.call("POST", "sobjects/Contact", ada));
    EXPECT_EQ(error.at("errorCode"), "DUPLICATES_DETECTED");
    EXPECT_EQ(error.at("message"), "You're creating a duplicate record.");
    EXPECT_FALSE(error.contains("fields"));
    const Json& found = error.at("duplicateResut"); // spelt so on the wire
    EXPECT_EQ(found.at("allowSave"), true);
    EXPECT_EQ(found.at("duplicateRule"), "Contacts_DR");
    EXPECT_EQ(found.at("duplicateRuleEntityType"), "Contact");
    const Json& match = found.at("matchResults").at(0);
    EXPECT_EQ(match.at("entityType"), "Contact");
    EXPECT_EQ(match.at("matchEngine"), "ExactMatchEngine");
    EXPECT_EQ(match.at("size"), 1);
    const Json& record = match.at("matchRecords").at(0).at("record");
    EXPECT_EQ(record.at("Id"), there);
    EXPECT_EQ(record.at("attributes").at("url"), "/services/data/v64.0/sobjects/Contact/" + there);
    EXPECT_FALSE(record.contains("Email"));
    const auto detailed = client.call_with({{"Sforce-Duplicate-Rule-Header", "includeRecordDetails=true"}}, "POST",
                                           "sobjects/Contact", ada);
    EXPECT_EQ(first_error(detailed)
                  .at("duplicateResut")
                  .at("matchResults")
                  .at(0)
                  .at("matchRecords")
                  .at(0)
                  .at("record")
                  .at("Email"),
              "ada@shop.example");
}

TEST(DuplicateRules, ArePassedByAHeaderOnlyWhenTheyAllow) {
    SandboxClient client;
    const net::Headers save = {{"Sforce-Duplicate-Rule-Header", "allowSave=true; includeRecordDetails=true"}};
    client.control(200, "rules", duplicate_rule("allow"));
    client.json(201, "POST", "sobjects/Contact", ada);
    EXPECT_EQ(client.call("POST", "sobjects/Contact", ada).status, 400U);
    EXPECT_EQ(client.call_with(save, "POST", "sobjects/Contact", ada).status, 201U);
    client.control(200, "rules", duplicate_rule("block"));
    const auto blocked = client.call_with(save, "POST", "sobjects/Contact", ada);
    EXPECT_EQ(first_error(blocked).at("duplicateResut").at("allowSave"), false);
    client.control(200, "rules", duplicate_rule("allow", false));
    client.json(201, "POST", "sobjects/Contact", ada);
    client.control(200, "rules", {{"duplicate_rules", Json::array()}});
    client.json(201, "POST", "sobjects/Contact", ada);
}

TEST(DuplicateRules, AreBareInCollectionsAndCompareNoRowsOfOneRequest) {
    SandboxClient client;
    client.control(200, "rules", duplicate_rule("block"));
    Json row = ada;
    row["attributes"] = {{"type", "Contact"}};
    const Json both = client.json(200, "POST", "composite/sobjects", collection({row, row}));
    EXPECT_EQ(both.at(0).at("success"), true);
    EXPECT_EQ(both.at(1).at("success"), true) << "saved together, they are not compared with each other";
    const Json later = client.json(200, "POST", "composite/sobjects", collection({row}));
    EXPECT_EQ(later.at(0).at("errors").at(0),
              Json::parse(R"({"statusCode": "DUPLICATES_DETECTED", "message": "You're creating a duplicate record.",
                              "fields": []})"));
}

TEST(DuplicateRules, LookAtAnEditOnlyWhenItTouchesWhatTheyCompare) {
    SandboxClient client;
    const std::string one = text(client.json(201, "POST", "sobjects/Contact", ada), "id");
    client.json(201, "POST", "sobjects/Contact", ada);
    client.control(200, "rules", duplicate_rule("block"));
    client.json(204, "PATCH", "sobjects/Contact/" + one, {{"Title", "Countess"}});
    client.json(204, "PATCH", "sobjects/Contact/" + one, {{"Email", "new@shop.example"}});
    EXPECT_EQ(client.call("PATCH", "sobjects/Contact/" + one, {{"Email", "ada@shop.example"}}).status, 400U);
    client.json(201, "POST", "sobjects/Contact", {{"LastName", "No mail"}});
    client.json(201, "POST", "sobjects/Contact", {{"LastName", "No mail"}}); // blanks are never alike
}

TEST(DuplicateRules, CompareLooselyAndAcrossObjects) {
    SandboxClient client;
    client.control(200, "rules", Json::parse(R"({"duplicate_rules": [{"object": "Contact", "against": "Lead",
        "match": [{"field": "LastName", "method": "fuzzy"}, {"field": "Email"}]}]})"));
    client.seed("Lead", {{"LastName", "Lovelace"}, {"Company", "C"}, {"Email", "ada@shop.example"}});
    const auto make = [&](const char* name, const char* email) {
        return client.call("POST", "sobjects/Contact", {{"LastName", name}, {"Email", email}});
    };
    EXPECT_EQ(make("Babbage", "ada@shop.example").status, 201U);
    EXPECT_EQ(make("Lovelace", "other@shop.example").status, 201U);
    const Json error = first_error(make("Love-lacce", "ADA@shop.example"));
    EXPECT_EQ(error.at("duplicateResut").at("matchResults").at(0).at("entityType"), "Lead");
    EXPECT_EQ(error.at("duplicateResut").at("matchResults").at(0).at("matchEngine"), "FuzzyMatchEngine");
}

TEST(AssignmentRules, OutrankTheOwnerUnlessAHeaderSwitchesThemOff) {
    SandboxClient client;
    const std::string queue = client.seed("Group", {{"Name", "Support"}, {"Type", "Queue"}});
    const std::string user = text(client.sandbox.records("User").at(0), "Id");
    client.control(200, "rules", {{"assignment_rules", {{{"object", "Case"}, {"owner", queue}}}}});
    const Json given = {{"Subject", "Help"}, {"OwnerId", user}};
    client.json(201, "POST", "sobjects/Case", given);
    EXPECT_EQ(client.sandbox.records("Case").at(0).at("OwnerId"), queue);
    EXPECT_EQ(client.call_with({{"Sforce-Auto-Assign", "FALSE"}}, "POST", "sobjects/Case", given).status, 201U);
    EXPECT_EQ(client.sandbox.records("Case").at(1).at("OwnerId"), user);
}

TEST(RequiredFields, CanBeAddedAndTakenBack) {
    SandboxClient client;
    client.control(200, "rules", {{"required_fields", {"Contact.Email"}}});
    const Json error = first_error(client.call("POST", "sobjects/Contact", {{"LastName", "A"}}));
    EXPECT_EQ(error.at("errorCode"), "REQUIRED_FIELD_MISSING");
    EXPECT_EQ(error.at("fields"), Json::array({"Email"}));
    bool nillable = true;
    const Json described = client.json(200, "GET", "sobjects/Contact/describe");
    for (const Json& field : described.at("fields"))
        if (field.at("name") == "Email") nillable = field.at("nillable").get<bool>();
    EXPECT_FALSE(nillable);
    client.control(200, "rules", {{"required_fields", Json::array()}});
    client.json(201, "POST", "sobjects/Contact", {{"LastName", "A"}});
    client.control(400, "rules", {{"required_fields", {"Contact.Nothing"}}});
}

TEST(Rules, ComeWithTheSettingsAndOutliveAReset) {
    SandboxSettings settings;
    settings.rules = {{"required_fields", {"Contact.Email"}}};
    SandboxClient client{settings};
    client.sandbox.reset();
    EXPECT_EQ(client.call("POST", "sobjects/Contact", {{"LastName", "A"}}).status, 400U);
    settings.rules = {{"required_fields", {"Nothing"}}};
    EXPECT_THROW(SandboxClient{settings}, std::runtime_error);
}

TEST(People, EditDeleteRestoreAndMerge) {
    SandboxClient client;
    const std::string account = client.seed("Account", {{"Name", "Kept"}});
    const std::string loser = client.seed("Account", {{"Name", "Lost"}});
    const std::string contact = client.seed("Contact", {{"LastName", "A"}, {"AccountId", loser}});
    client.control(200, "merge", {{"master", account}, {"losers", {loser.substr(0, 15)}}});
    EXPECT_EQ(client.json(200, "GET", "sobjects/Contact/" + contact).at("AccountId"), account);
    EXPECT_EQ(client.json(404, "GET", "sobjects/Account/" + loser).at(0).at("errorCode"), "ENTITY_IS_DELETED");
    const Json all = client.json(200, "GET", "queryAll?q=SELECT+MasterRecordId+FROM+Account+WHERE+IsDeleted=true");
    EXPECT_EQ(all.at("records").at(0).at("MasterRecordId"), account);
    EXPECT_EQ(client.control(200, "records?object=Account&all=true").size(), 2U);
    client.control(400, "merge", {{"master", account}, {"losers", {account}}});

    client.control(200, "delete", {{"ids", {account}}});
    EXPECT_EQ(client.sandbox.records("Contact").size(), 0U) << "contacts go with their account";
    client.control(200, "undelete", {{"ids", {account}}});
    EXPECT_EQ(client.sandbox.records("Contact").size(), 1U);
    client.control(400, "undelete", {{"ids", {account}}});
    client.control(200, "update", {{"object", "Account"}, {"records", {{{"Id", account}, {"Name", "Renamed"}}}}});
    EXPECT_EQ(client.sandbox.records("Account").at(0).at("Name"), "Renamed");
    EXPECT_EQ(client.sandbox.api_calls(), 3U) << "what people do is no API call";
}

TEST(Actions, AreRecordedAndAnswerAsTold) {
    SandboxClient client;
    const Json inputs = {{"inputs", {{{"recordId", "1"}}, {{"recordId", "2"}}}}};
    client.json(404, "POST", "actions/custom/flow/Recover", inputs);
    client.control(200, "actions", Json::parse(R"({"flow": {"Recover": {"outputs": {"done": true}},
                                                           "Broken": {"fail": "It broke."}}})"));
    const Json told = client.json(200, "POST", "actions/custom/flow/Recover", inputs);
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told.at(1).at("isSuccess"), true);
    EXPECT_EQ(told.at(1).at("errors"), nullptr);
    EXPECT_EQ(told.at(1).at("outputValues"), Json::parse(R"({"done": true, "Flow__InterviewStatus": "Finished"})"));
    const Json broken = client.json(400, "POST", "actions/custom/flow/Broken", inputs);
    EXPECT_EQ(broken.at(0).at("errors").at(0).at("message"), "It broke.");
    const Json invoked = client.control(200, "invocations");
    ASSERT_EQ(invoked.size(), 2U);
    EXPECT_EQ(invoked.at(0).at("inputs"), inputs.at("inputs"));
    EXPECT_EQ(client.json(200, "GET", "actions/custom/flow").at("actions").size(), 2U);
    client.control(400, "actions", {{"nonsense", Json::object()}});
}

} // namespace
} // namespace paysync::sandbox
