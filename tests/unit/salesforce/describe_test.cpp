// Reading descriptions.
#include "paysync/salesforce/describe.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce {
namespace {

Json field(const std::string& name, const std::string& type) {
    return Json{{"name", name},       {"type", type},       {"nillable", true},
                {"createable", true}, {"updateable", true}, {"defaultedOnCreate", false}};
}

Json contact() {
    Json last_name = field("LastName", "string");
    last_name["nillable"] = false;
    last_name["length"] = 80;
    Json account = field("AccountId", "reference");
    account["referenceTo"] = {"Account"};
    account["relationshipName"] = "Account";
    Json key = field("Cko_Id__c", "string");
    key.update({{"externalId", true}, {"unique", true}, {"caseSensitive", true}, {"length", 255}});
    Json level = field("Level__c", "picklist");
    level["restrictedPicklist"] = true;
    level["picklistValues"] = Json::parse(R"([{"value":"Gold","active":true,"label":"Gold"},
        {"value":"Lead","active":false},{"value":"Silver"},{"value":null,"active":true}])");
    Json amount = field("Amount__c", "currency");
    amount.update({{"precision", 18}, {"scale", 2}});
    Json count = field("Count__c", "int");
    count["digits"] = 8;
    return Json{{"name", "Contact"},
                {"createable", true},
                {"updateable", false},
                {"queryable", true},
                {"somethingNew", {1, 2}},
                {"fields", {last_name, account, key, level, amount, count, field("MailingAddress", "address")}}};
}

TEST(Description, IsReadWithWhatWritingNeeds) {
    const auto read = read_description(contact());
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->name, "Contact");
    EXPECT_TRUE(read->createable);
    EXPECT_FALSE(read->updateable);
    EXPECT_EQ(read->fields.size(), 7U);

    EXPECT_TRUE(read->find("LastName")->required_on_create());
    EXPECT_EQ(read->find("LastName")->length, 80);
    EXPECT_FALSE(read->find("AccountId")->required_on_create());
    EXPECT_EQ(read->find("AccountId")->reference_to, std::vector<std::string>{"Account"});
    EXPECT_EQ(read->find("Amount__c")->type, FieldType::currency);
    EXPECT_EQ(read->find("Amount__c")->precision, 18);
    EXPECT_EQ(read->find("Amount__c")->scale, 2);
    EXPECT_EQ(read->find("Count__c")->type, FieldType::integer);
    EXPECT_EQ(read->find("Count__c")->precision, 8);
    EXPECT_EQ(read->find("MailingAddress")->type, FieldType::other);
    const Field& key = *read->find("Cko_Id__c");
    EXPECT_TRUE(key.external_id && key.unique && key.case_sensitive && key.filterable);
    EXPECT_EQ(read->find("Level__c")->picklist, (std::vector<std::string>{"Gold", "Silver"}));
    EXPECT_TRUE(read->find("Level__c")->restricted_picklist);
}

TEST(Description, FindsNamesWithoutRegardToCase) {
    const auto read = read_description(contact());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->find("LASTNAME"), read->find("lastname"));
    EXPECT_EQ(read->find("cko_id__C")->name, "Cko_Id__c");
    EXPECT_EQ(read->find("Nope"), nullptr);
    EXPECT_EQ(read->find_relationship("account")->name, "AccountId");
    EXPECT_EQ(read->find_relationship("Payer__r"), nullptr);
    EXPECT_EQ(read->find_relationship(""), nullptr);
}

TEST(Description, IsRefusedWhenWhatWritingNeedsIsNotSaid) {
    for (const char* gone : {"name", "type", "nillable", "createable", "updateable", "defaultedOnCreate"}) {
        Json body = contact();
        body["fields"][0].erase(gone);
        EXPECT_FALSE(read_description(body)) << gone;
    }
    EXPECT_FALSE(read_description(Json{}));
    EXPECT_FALSE(read_description(Json{{"name", "Contact"}}));
    EXPECT_FALSE(read_description(Json{{"name", "Contact"}, {"fields", Json::array()}}));
    EXPECT_FALSE(read_description(Json::parse(R"([{"errorCode":"NOT_FOUND","message":"x"}])")));
}

TEST(Description, ToleratesStrangeValuesOfWhatItDoesNotNeed) {
    Json body = contact();
    body["fields"][0]["length"] = "long";
    body["fields"][0]["picklistValues"] = nullptr;
    body["fields"][1]["relationshipName"] = nullptr;
    body["fields"][1]["referenceTo"] = "Account";
    const auto read = read_description(body);
    ASSERT_TRUE(read) << read.error().detail;
    EXPECT_EQ(read->find("LastName")->length, 0);
    EXPECT_EQ(read->find("AccountId")->relationship, "");
}

TEST(Description, TellsOneLineFieldsAndSuchThatCannotBeCut) {
    Json body = contact();
    body["fields"].push_back(field("Phone", "phone"));
    body["fields"].push_back(field("Website", "url"));
    body["fields"].push_back(field("Street", "textarea"));
    body["fields"].back()["byteLength"] = 765;
    const auto read = read_description(body);
    ASSERT_TRUE(read);
    EXPECT_FALSE(read->find("LastName")->multiline);
    EXPECT_FALSE(read->find("LastName")->indivisible);
    EXPECT_TRUE(read->find("Phone")->indivisible && read->find("Website")->indivisible);
    EXPECT_TRUE(read->find("Street")->multiline);
    EXPECT_EQ(read->find("Street")->byte_length, 765);
}

TEST(Description, TellsTheRecordTypes) {
    Json body = contact();
    body["recordTypeInfos"] = Json::parse(R"([
        {"active":true,"available":true,"defaultRecordTypeMapping":true,"developerName":"Payer","master":false,
         "name":"Payer","recordTypeId":"0125g000000Q1a1","urls":{}},
        {"available":false,"defaultRecordTypeMapping":false,"master":true,"name":"Master",
         "recordTypeId":"012000000000000AAA"},
        {"name":"no id"}])");
    const auto read = read_description(body);
    ASSERT_TRUE(read);
    ASSERT_EQ(read->record_types.size(), 2U);
    EXPECT_EQ(read->record_types[0].developer_name, "Payer");
    EXPECT_EQ(read->record_types[0].id.size(), 18U);
    EXPECT_TRUE(read->record_types[0].is_default && read->record_types[0].active);
    EXPECT_TRUE(read->record_types[1].master);
    EXPECT_FALSE(read->record_types[1].available);
}

TEST(Description, IsEqualToItselfAndToNothingElse) {
    const auto once = read_description(contact());
    EXPECT_EQ(*once, *read_description(contact()));
    Json body = contact();
    body["fields"][3]["picklistValues"].push_back(Json{{"value", "Bronze"}, {"active", true}});
    EXPECT_FALSE(*once == *read_description(body));
}

} // namespace
} // namespace paysync::salesforce
