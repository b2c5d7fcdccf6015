// What the org tells of itself.
#include "sandbox_client.hpp"

#include "paysync/net/gzip.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;

Json find(const Json& list, const char* name, const std::string& value) {
    for (const Json& item : list)
        if (item.at(name) == value) return item;
    ADD_FAILURE() << "no " << name << " " << value;
    return {};
}

TEST(Discovery, ListsResourcesAndLimits) {
    SandboxClient client;
    const Json resources = client.json(200, "GET", "");
    EXPECT_EQ(resources.at("composite"), "/services/data/v64.0/composite");
    const Json limits = client.json(200, "GET", "limits");
    EXPECT_EQ(limits.at("DailyApiRequests"), Json::parse(R"({"Max": 100000, "Remaining": 99998})"));
    for (const char* name : {"DataStorageMB", "DailyBulkApiBatches", "HourlyPublishedPlatformEvents", "SingleEmail",
                             "DailyBulkV2QueryJobs", "FileStorageMB"})
        EXPECT_TRUE(limits.at(name).at("Remaining").is_number()) << name;
    EXPECT_EQ(client.call("POST", "limits").headers.find("Allow"), "HEAD,GET");
    EXPECT_EQ(client.json(405, "POST", "limits").at(0).at("errorCode"), "METHOD_NOT_ALLOWED");
    EXPECT_EQ(client.json(200, "GET", "composite").at("tree"), "/services/data/v64.0/composite/tree");
    client.json(405, "GET", "composite/batch");
}

TEST(Discovery, DescribesObjectsWithEveryKeyThatClientsRead) {
    SandboxClient client;
    const Json account = client.json(200, "GET", "sobjects/Account/describe");
    for (const char* name : {"actionOverrides",
                             "activateable",
                             "childRelationships",
                             "compactLayoutable",
                             "createable",
                             "custom",
                             "customSetting",
                             "deletable",
                             "deprecatedAndHidden",
                             "feedEnabled",
                             "fields",
                             "hasSubtypes",
                             "isSubtype",
                             "keyPrefix",
                             "label",
                             "labelPlural",
                             "layoutable",
                             "listviewable",
                             "lookupLayoutable",
                             "mergeable",
                             "mruEnabled",
                             "name",
                             "namedLayoutInfos",
                             "networkScopeFieldName",
                             "queryable",
                             "recordTypeInfos",
                             "replicateable",
                             "retrieveable",
                             "searchLayoutable",
                             "searchable",
                             "sobjectDescribeOption",
                             "supportedScopes",
                             "triggerable",
                             "undeletable",
                             "updateable",
                             "urls"})
        EXPECT_TRUE(account.contains(name)) << name;
    const Json field = find(account.at("fields"), "name", "Name");
    for (const char* name : {"aggregatable",
                             "autoNumber",
                             "byteLength",
                             "calculated",
                             "caseSensitive",
                             "compoundFieldName",
                             "controllerName",
                             "createable",
                             "custom",
                             "defaultValue",
                             "defaultedOnCreate",
                             "dependentPicklist",
                             "deprecatedAndHidden",
                             "digits",
                             "encrypted",
                             "externalId",
                             "extraTypeInfo",
                             "filterable",
                             "filteredLookupInfo",
                             "groupable",
                             "htmlFormatted",
                             "idLookup",
                             "inlineHelpText",
                             "label",
                             "length",
                             "mask",
                             "nameField",
                             "namePointing",
                             "nillable",
                             "permissionable",
                             "picklistValues",
                             "polymorphicForeignKey",
                             "precision",
                             "queryByDistance",
                             "referenceTo",
                             "relationshipName",
                             "restrictedPicklist",
                             "scale",
                             "soapType",
                             "sortable",
                             "type",
                             "unique",
                             "updateable"})
        EXPECT_TRUE(field.contains(name)) << name;
    const Json contacts = find(account.at("childRelationships"), "relationshipName", "Contacts");
    EXPECT_EQ(contacts.at("childSObject"), "Contact");
    EXPECT_EQ(contacts.at("field"), "AccountId");
    EXPECT_EQ(account.at("urls").at("describe"), "/services/data/v64.0/sobjects/Account/describe");
}

TEST(Discovery, AnswersADescribeThatDidNotChangeWith304) {
    SandboxClient client;
    client.clock.advance(std::chrono::minutes{1});
    const auto first = client.call("GET", "sobjects/Contact/describe");
    const std::string modified = first.headers.find("Last-Modified").value_or("");
    EXPECT_EQ(modified, "Sun, 01 Mar 2026 09:00:00 GMT");
    const auto again = client.call_with({{"If-Modified-Since", modified}}, "GET", "sobjects/Contact/describe");
    EXPECT_EQ(again.status, 304U);
    EXPECT_TRUE(again.body.empty());
    client.control(200, "fields", Json::parse(R"({"object": "Contact", "fields": [
        {"name": "Tier__c", "type": "picklist", "picklistValues": ["Gold", {"value": "Old", "active": false}],
         "restrictedPicklist": true}]})"));
    const auto changed = client.call_with({{"If-Modified-Since", modified}}, "GET", "sobjects/Contact/describe");
    EXPECT_EQ(changed.status, 200U);
    const Json tier = find(base::parse_json(changed.body).value().at("fields"), "name", "Tier__c");
    EXPECT_EQ(tier.at("picklistValues").at(1).at("active"), false);
    client.json(201, "POST", "sobjects/Contact", {{"LastName", "A"}, {"Tier__c", "gold"}});
    EXPECT_EQ(
        client.json(400, "POST", "sobjects/Contact", {{"LastName", "A"}, {"Tier__c", "Old"}}).at(0).at("errorCode"),
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST");
}

TEST(Discovery, GivesOldRecordsAFieldThatWasAdded) {
    SandboxClient client;
    const std::string id = client.seed("Contact", {{"LastName", "Old"}});
    client.control(200, "fields", Json::parse(R"({"object": "Contact", "fields": [
        {"name": "Code__c", "type": "string", "length": 20, "externalId": true, "unique": true}]})"));
    EXPECT_EQ(client.json(200, "GET", "sobjects/Contact/" + id).at("Code__c"), nullptr);
    client.json(204, "PATCH", "sobjects/Contact/" + id, {{"Code__c", "x1"}});
    EXPECT_EQ(client.json(200, "GET", "sobjects/Contact/Code__c/x1").at("Id"), id);
    client.control(400, "fields",
                   Json::parse(R"({"object": "Contact", "fields": [{"name": "X__c", "type": "blob"}]})"));
}

TEST(Discovery, TellsWhatWasChangedAndDeletedInASpan) {
    SandboxClient client;
    const std::string kept = client.seed("Contact", {{"LastName", "Kept"}});
    const std::string lost = client.seed("Contact", {{"LastName", "Lost"}});
    client.json(204, "DELETE", "sobjects/Contact/" + lost);
    const std::string span = "?start=2026-03-01T08:00:00%2B00:00&end=2026-03-01T10:00:00%2B00:00";
    EXPECT_EQ(client.json(200, "GET", "sobjects/Contact/updated/" + span).at("ids"), Json::array({kept}));
    EXPECT_EQ(client.json(200, "GET", "sobjects/Contact/deleted/" + span).at("deletedRecords").at(0).at("id"), lost);
    client.json(400, "GET", "sobjects/Contact/deleted/?start=yesterday&end=today");
}

TEST(Discovery, AnswersHeadWithoutABody) {
    SandboxClient client;
    const auto head = client.call("HEAD", "limits");
    EXPECT_EQ(head.status, 200U);
    EXPECT_TRUE(head.body.empty());
}

TEST(Bodies, AreUnpackedAndPacked) {
    SandboxClient client;
    net::Request request;
    request.method = "POST";
    request.target = "/services/data/v64.0/sobjects/Contact";
    request.headers = {{"Authorization", "Bearer " + client.token},
                       {"Content-Type", "application/json"},
                       {"Content-Encoding", "gzip"}};
    request.body = net::gzip(R"({"LastName": "Packed"})");
    EXPECT_EQ(client.send(request).status, 201U);
    request.body = "no gzip";
    EXPECT_EQ(client.send(request).status, 400U);
    request.headers.set("Content-Encoding", "br");
    EXPECT_EQ(client.send(request).status, 415U);
    const auto packed = client.call_with({{"Accept-Encoding", "deflate, gzip"}}, "GET", "limits");
    EXPECT_EQ(packed.headers.find("Content-Encoding"), "gzip");
    const auto plain = net::gunzip(packed.body, 100'000);
    ASSERT_TRUE(plain.has_value());
    EXPECT_TRUE(base::parse_json(*plain).value().contains("DailyApiRequests"));
    EXPECT_FALSE(client.call("GET", "limits").headers.find("Content-Encoding").has_value());
}

TEST(ConcurrentCalls, AreRefusedWhenTooManyRunLong) {
    SandboxClient client;
    client.sandbox.faults().latency_ms = 60'000;
    client.sandbox.faults().concurrent_limit = 2;
    net::Response first;
    net::Response second;
    net::Response early;
    net::Response late;
    const auto after = [&client](net::Response& answer, std::chrono::seconds wait) -> runtime::Task<> {
        co_await client.clock.sleep_for(wait);
        co_await client.call_into(answer, "GET", "limits");
    };
    client.clock.run(client.call_into(first, "GET", "limits"), client.call_into(second, "GET", "limits"),
                     after(early, std::chrono::seconds{19}), after(late, std::chrono::seconds{21}));
    EXPECT_EQ(first.status, 200U);
    EXPECT_EQ(early.status, 200U) << "nobody had run for 20 s yet";
    EXPECT_EQ(late.status, 403U);
    const Json told = base::parse_json(late.body).value().at(0);
    EXPECT_EQ(told.at("errorCode"), "REQUEST_LIMIT_EXCEEDED");
    EXPECT_EQ(told.at("message"), "ConcurrentRequests (Concurrent API Requests) Limit exceeded.");
}

} // namespace
} // namespace paysync::sandbox
