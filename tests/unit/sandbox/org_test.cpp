// How single rows are stored, refused and completed.
#include "sandbox_client.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;

Json only(Json list) {
    EXPECT_EQ(list.size(), 1U);
    return list.at(0);
}

/// Creates a record over REST and returns it as stored.
Json stored(SandboxClient& client, const std::string& object, const Json& record) {
    client.json(201, "POST", "sobjects/" + object, record);
    const Json all = client.sandbox.records(object);
    return all.back();
}

Json refused(SandboxClient& client, const std::string& object, const Json& record) {
    return only(client.json(400, "POST", "sobjects/" + object, record));
}

TEST(Org, TrimsTextAndKeepsEmptyTextAsNull) {
    SandboxClient client;
    const Json contact =
        stored(client, "Contact",
               {{"LastName", "  Doe \t"}, {"FirstName", "   "}, {"MailingStreet", "1 Road\r\nFlat 2\r\n"}});
    EXPECT_EQ(contact.at("LastName"), "Doe");
    EXPECT_EQ(contact.at("FirstName"), nullptr);
    EXPECT_EQ(contact.at("MailingStreet"), "1 Road\nFlat 2");
    EXPECT_EQ(contact.at("Name"), "Doe");
}

TEST(Org, SetsTheFieldsThatOnlyItMaySet) {
    SandboxClient client;
    const Json contact = stored(client, "Contact", {{"LastName", "Doe"}, {"FirstName", "Jo"}});
    EXPECT_EQ(contact.at("Name"), "Jo Doe");
    EXPECT_EQ(contact.at("CreatedDate"), "2026-03-01T09:00:00.000+0000");
    EXPECT_TRUE(text(contact, "Id").starts_with("003"));
    EXPECT_TRUE(text(contact, "OwnerId").starts_with("005"));
    EXPECT_EQ(contact.at("IsDeleted"), false);
    EXPECT_FALSE(contact.contains("CurrencyIsoCode"));
}

TEST(Org, DerivesAnOpportunityFromItsStage) {
    SandboxClient client;
    const Json open =
        stored(client, "Opportunity",
               {{"Name", "A"}, {"StageName", "Prospecting"}, {"CloseDate", "2026-03-31"}, {"Amount", 10.005}});
    EXPECT_EQ(open.at("IsClosed"), false);
    EXPECT_EQ(open.at("Probability"), 10.0);
    EXPECT_EQ(open.at("Refunded__c"), false);
    client.json(204, "PATCH", "sobjects/Opportunity/" + text(open, "Id"), {{"StageName", "Closed Won"}});
    const Json won = client.sandbox.records("Opportunity").at(0);
    EXPECT_EQ(won.at("IsClosed"), true);
    EXPECT_EQ(won.at("IsWon"), true);
    EXPECT_EQ(won.at("Probability"), 100.0);
    EXPECT_EQ(won.at("ForecastCategory"), "Closed");
}

TEST(Org, NumbersCasesAndTakesTheirAccountFromTheContact) {
    SandboxClient client;
    const std::string account = client.seed("Account", {{"Name", "Acme"}});
    const std::string contact =
        client.seed("Contact", {{"LastName", "Doe"}, {"AccountId", account}, {"Email", "d@shop.example"}});
    const Json first = stored(client, "Case", {{"ContactId", contact}});
    EXPECT_EQ(first.at("CaseNumber"), "00001026");
    EXPECT_EQ(first.at("AccountId"), account);
    EXPECT_EQ(first.at("ContactEmail"), "d@shop.example");
    EXPECT_EQ(first.at("Status"), "New");
    EXPECT_EQ(stored(client, "Case", {{"Subject", "x"}}).at("CaseNumber"), "00001027");
}

TEST(Org, RefusesARowWithTheCodeThatSalesforceGives) {
    SandboxClient client;
    const auto code = [&](const std::string& object, const Json& record) {
        return text(refused(client, object, record), "errorCode");
    };
    const Json missing = refused(client, "Contact", {{"FirstName", "Jo"}});
    EXPECT_EQ(missing.at("errorCode"), "REQUIRED_FIELD_MISSING");
    EXPECT_EQ(missing.at("message"), "Required fields are missing: [LastName]");
    EXPECT_EQ(missing.at("fields"), Json::array({"LastName"}));
    EXPECT_EQ(code("Contact", {{"LastName", std::string(81, 'x')}}), "STRING_TOO_LONG");
    EXPECT_EQ(code("Contact", {{"LastName", "Doe"}, {"Email", "not an address"}}), "INVALID_EMAIL_ADDRESS");
    EXPECT_EQ(code("Contact", {{"LastName", "Doe"}, {"Nonsense__c", 1}}), "INVALID_FIELD");
    EXPECT_EQ(code("Contact", {{"LastName", "Doe"}, {"CreatedDate", "2020-01-01T00:00:00Z"}}),
              "INVALID_FIELD_FOR_INSERT_UPDATE");
    EXPECT_EQ(code("Contact", {{"LastName", 5}}), "JSON_PARSER_ERROR");
    EXPECT_EQ(code("Contact", {{"LastName", "Doe"}, {"AccountId", "001"}}), "MALFORMED_ID");
    EXPECT_EQ(code("Contact", {{"LastName", "Doe"}, {"AccountId", "001xx000003DGb1AAG"}}),
              "INVALID_CROSS_REFERENCE_KEY");
    EXPECT_EQ(code("Contact", {{"LastName", "Doe"}, {"AccountId", "003xx000003DGb1"}}), "FIELD_INTEGRITY_EXCEPTION");
    const Json opportunity = {{"Name", "A"}, {"StageName", "Prospecting"}, {"CloseDate", "2026-03-31"}};
    Json bad = opportunity;
    bad["CloseDate"] = "31.03.2026";
    EXPECT_EQ(code("Opportunity", bad), "JSON_PARSER_ERROR");
    bad = opportunity;
    bad["ForecastCategoryName"] = "Surely";
    EXPECT_EQ(code("Opportunity", bad), "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
    bad = opportunity;
    bad["Amount"] = 1e17;
    EXPECT_EQ(code("Opportunity", bad), "NUMBER_OUTSIDE_VALID_RANGE");
    bad = opportunity;
    bad["Refunded__c"] = "yes";
    EXPECT_EQ(code("Opportunity", bad), "JSON_PARSER_ERROR");
    EXPECT_TRUE(client.sandbox.records("Contact").empty());
    EXPECT_TRUE(client.sandbox.records("Opportunity").empty());
}

TEST(Org, CountsLengthInUtf16Units) {
    SandboxClient client;
    std::string faces;
    for (int i = 0; i < 20; ++i) faces += "\xF0\x9F\x98\x80"; // two units each
    EXPECT_EQ(stored(client, "Contact", {{"LastName", "Doe"}, {"FirstName", faces}}).at("FirstName"), faces);
    EXPECT_EQ(text(refused(client, "Contact", {{"LastName", "Doe"}, {"FirstName", faces + "x"}}), "errorCode"),
              "STRING_TOO_LONG");
}

TEST(Org, RoundsAmountsToTheScale) {
    SandboxClient client;
    const Json made =
        stored(client, "Opportunity",
               {{"Name", "A"}, {"StageName", "Prospecting"}, {"CloseDate", "2026-03-31"}, {"Amount", 12.346}});
    EXPECT_EQ(made.at("Amount"), 12.35);
}

TEST(Org, ComparesAnExternalIdWithItsCase) {
    SandboxClient client;
    client.seed("Contact", {{"LastName", "Doe"}, {"Checkout_Customer_Id__c", "cus_a"}});
    client.json(201, "POST", "sobjects/Contact", {{"LastName", "Roe"}, {"Checkout_Customer_Id__c", "cus_A"}});
    const Json again = refused(client, "Contact", {{"LastName", "Roe"}, {"Checkout_Customer_Id__c", "cus_a"}});
    EXPECT_EQ(again.at("errorCode"), "DUPLICATE_VALUE");
    EXPECT_TRUE(
        text(again, "message")
            .starts_with("duplicate value found: Checkout_Customer_Id__c duplicates value on record with id: 003"));
}

TEST(Org, FreesAnExternalIdWhenItsRecordIsDeleted) {
    SandboxClient client;
    const std::string id = client.seed("Contact", {{"LastName", "Doe"}, {"Checkout_Customer_Id__c", "cus_a"}});
    client.json(204, "DELETE", "sobjects/Contact/" + id);
    client.json(201, "POST", "sobjects/Contact", {{"LastName", "Roe"}, {"Checkout_Customer_Id__c", "cus_a"}});
    const Json gone = client.json(404, "PATCH", "sobjects/Contact/" + id, {{"LastName", "Doe"}});
    EXPECT_EQ(gone.at(0).at("errorCode"), "ENTITY_IS_DELETED");
}

TEST(Org, DeletesContactsAndOpportunitiesWithTheirAccount) {
    SandboxClient client;
    const std::string account = client.seed("Account", {{"Name", "Acme"}});
    client.seed("Contact", {{"LastName", "Doe"}, {"AccountId", account}});
    client.seed("Task", {{"Subject", "Call"}, {"WhatId", account}});
    client.json(204, "DELETE", "sobjects/Account/" + account);
    EXPECT_TRUE(client.sandbox.records("Contact").empty());
    EXPECT_EQ(client.sandbox.records("Task").at(0).at("WhatId"), nullptr);
}

TEST(Org, NamesAParentByItsExternalId) {
    SandboxClient client;
    const std::string account = client.seed("Account", {{"Name", "Acme"}, {"Checkout_Customer_Id__c", "cus_a"}});
    const Json made =
        stored(client, "Contact", {{"LastName", "Doe"}, {"Account", {{"Checkout_Customer_Id__c", "cus_a"}}}});
    EXPECT_EQ(made.at("AccountId"), account);
    const Json orphan =
        refused(client, "Contact", {{"LastName", "Roe"}, {"Account", {{"Checkout_Customer_Id__c", "cus_b"}}}});
    EXPECT_EQ(orphan.at("errorCode"), "INVALID_FIELD");
    EXPECT_EQ(orphan.at("message"),
              "Foreign key external ID: cus_b not found for field Checkout_Customer_Id__c in entity Account");
    EXPECT_EQ(orphan.at("fields"), Json::array());
}

TEST(Org, NeedsTheTypeOfAPolymorphicParent) {
    SandboxClient client;
    client.seed("Account", {{"Name", "Acme"}, {"Checkout_Customer_Id__c", "cus_a"}});
    EXPECT_EQ(text(refused(client, "Task", {{"What", {{"Checkout_Customer_Id__c", "cus_a"}}}}), "errorCode"),
              "INVALID_FIELD");
    const Json task = stored(
        client, "Task", {{"What", {{"attributes", {{"type", "Account"}}}, {"Checkout_Customer_Id__c", "cus_a"}}}});
    EXPECT_EQ(task.at("AccountId"), task.at("WhatId"));
    EXPECT_EQ(task.at("Priority"), "Normal");
}

TEST(Org, HasCurrenciesOnlyWhereThereAreSeveral) {
    SandboxClient single;
    EXPECT_EQ(text(refused(single, "Account", {{"Name", "A"}, {"CurrencyIsoCode", "EUR"}}), "errorCode"),
              "INVALID_FIELD");
    EXPECT_EQ(single.refused_query("SELECT Id FROM CurrencyType").first, "INVALID_TYPE");
    SandboxSettings settings;
    settings.multi_currency = true;
    SandboxClient several{settings};
    EXPECT_EQ(stored(several, "Account", {{"Name", "A"}}).at("CurrencyIsoCode"), "EUR");
    EXPECT_EQ(stored(several, "Account", {{"Name", "B"}, {"CurrencyIsoCode", "GBP"}}).at("CurrencyIsoCode"), "GBP");
    EXPECT_EQ(text(refused(several, "Account", {{"Name", "C"}, {"CurrencyIsoCode", "XXX"}}), "errorCode"),
              "INVALID_CURRENCY_ISO");
    EXPECT_EQ(several.query("SELECT IsoCode FROM CurrencyType WHERE IsActive = true").size(), 3U);
}

TEST(Org, TakesFurtherFieldsAndObjects) {
    SandboxSettings settings;
    settings.objects.push_back(
        base::parse_json(R"({"name": "Contact", "fields": [{"name": "Tier__c", "type": "picklist",
        "restrictedPicklist": true, "picklistValues": ["Gold", "Silver"]}]})")
            .value());
    settings.objects.push_back(base::parse_json(R"({"name": "Invoice__c", "keyPrefix": "a00", "fields": [
        {"name": "Name", "type": "string", "length": 80, "nameField": true},
        {"name": "Payer__c", "type": "reference", "referenceTo": ["Contact"], "relationshipName": "Payer__r"}]})")
                                   .value());
    SandboxClient client{settings};
    client.seed("Contact", {{"LastName", "Doe"}, {"Tier__c", "Gold"}, {"Checkout_Customer_Id__c", "cus_a"}});
    EXPECT_EQ(text(refused(client, "Contact", {{"LastName", "Doe"}, {"Tier__c", "Tin"}}), "errorCode"),
              "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
    stored(client, "Invoice__c", {{"Name", "I-1"}, {"Payer__r", {{"Checkout_Customer_Id__c", "cus_a"}}}});
    const Json row = only(client.query("SELECT Payer__r.Tier__c FROM Invoice__c"));
    EXPECT_EQ(row.at("Payer__r").at("Tier__c"), "Gold");
}

TEST(Org, DescribesItsObjects) {
    SandboxClient client;
    const Json described = client.json(200, "GET", "sobjects/contact/describe");
    EXPECT_EQ(described.at("name"), "Contact");
    bool found = false;
    for (const Json& field : described.at("fields")) {
        if (field.at("name") != "Checkout_Customer_Id__c") continue;
        found = true;
        EXPECT_EQ(field.at("length"), 255);
        for (const char* flag : {"externalId", "unique", "caseSensitive", "idLookup", "custom", "nillable"})
            EXPECT_EQ(field.at(flag), true) << flag;
    }
    EXPECT_TRUE(found);
    EXPECT_EQ(client.json(404, "GET", "sobjects/Nonsense/describe").at(0).at("errorCode"), "NOT_FOUND");
}

} // namespace
} // namespace paysync::sandbox
