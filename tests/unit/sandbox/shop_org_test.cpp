// What the org has from the start for flows about payments, and the endpoint of notifications.
#include "sandbox_client.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;

net::Request notification(const std::string& name, const std::string& key, const std::string& body) {
    net::Request request;
    request.method = "POST";
    request.target = "/notify/" + name;
    request.headers.set("Idempotency-Key", key);
    request.headers.set("X-Paysync-Signature", "abc");
    request.body = body;
    return request;
}

TEST(ShopOrg, HasQueuesRecordTypesAndPeople) {
    SandboxClient client;
    const Json queues = client.query("SELECT DeveloperName FROM Group WHERE Type = 'Queue' AND Id IN "
                                     "(SELECT QueueId FROM QueueSobject WHERE SobjectType = 'Case') "
                                     "ORDER BY DeveloperName");
    ASSERT_EQ(queues.size(), 5U);
    EXPECT_EQ(text(queues.at(0), "DeveloperName"), "Disputes");
    EXPECT_EQ(client.query("SELECT Id FROM RecordType WHERE SobjectType = 'Case'").size(), 3U);
    EXPECT_EQ(client.query("SELECT Id FROM User WHERE Username = 'ops@example.com' AND IsActive = true").size(), 1U);
}

TEST(ShopOrg, UpsertsASubscriptionByItsExternalId) {
    SandboxClient client;
    const Json fields = {{"Status__c", "Active"}, {"MRR__c", 12.34}, {"Term_Ends__c", "2026-12-31"}};
    client.json(201, "PATCH", "sobjects/Subscription__c/External_Id__c/sub_1", fields);
    client.json(200, "PATCH", "sobjects/Subscription__c/External_Id__c/sub_1", {{"Status__c", "At Risk"}});
    const Json rows = client.sandbox.records("Subscription__c");
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_EQ(text(rows.at(0), "Status__c"), "At Risk");
    EXPECT_EQ(rows.at(0).at("MRR__c"), 12.34);
}

TEST(ShopOrg, NumbersOrdersAndAddsUpTheirLines) {
    SandboxClient client;
    const std::string order = client.seed("Order", {{"EffectiveDate", "2026-03-01"}});
    client.seed("OrderItem", {{"OrderId", order}, {"Quantity", 3}, {"UnitPrice", 1.15}});
    EXPECT_EQ(text(client.sandbox.records("Order").at(0), "OrderNumber"), "00000100");
    EXPECT_EQ(text(client.sandbox.records("Order").at(0), "Status"), "Draft");
    EXPECT_EQ(client.sandbox.records("OrderItem").at(0).at("TotalPrice"), 3.45);
}

TEST(ShopOrg, NotesWhenATaskWasCompleted) {
    SandboxClient client;
    const std::string task = client.seed("Task", {{"Subject", "Call"}});
    client.json(204, "PATCH", "sobjects/Task/" + task, {{"Status", "Completed"}});
    EXPECT_NE(text(client.sandbox.records("Task").at(0), "CompletedDateTime"), "(none)");
    client.json(204, "PATCH", "sobjects/Task/" + task, {{"Status", "Not Started"}});
    EXPECT_TRUE(client.sandbox.records("Task").at(0).at("CompletedDateTime").is_null());
}

TEST(ShopOrg, HasFlowsToInvoke) {
    SandboxClient client;
    client.json(200, "POST", "actions/custom/flow/Recover_Payment", {{"inputs", {{{"orderId", "o1"}}}}});
    ASSERT_EQ(client.sandbox.invocations().size(), 1U);
    EXPECT_EQ(text(client.sandbox.invocations().at(0), "name"), "Recover_Payment");
}

TEST(Notifications, AreRememberedWithTheirKeys) {
    SandboxClient client;
    EXPECT_EQ(client.send(notification("chat", "k1", R"({"text":"hello"})")).status, 200U);
    EXPECT_EQ(client.send(notification("chat", "k1", R"({"text":"hello"})")).status, 200U);
    const Json taken = client.control(200, "notifications");
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_EQ(text(taken.at(0), "name"), "chat");
    EXPECT_EQ(text(taken.at(0), "key"), "k1");
    EXPECT_EQ(text(taken.at(0), "signature"), "abc");
    EXPECT_EQ(text(taken.at(0).at("body"), "text"), "hello");
    EXPECT_EQ(taken.at(0).at("repeat"), false);
    EXPECT_EQ(taken.at(1).at("repeat"), true);
}

TEST(Notifications, AreRefusedWhenTheyMustBe) {
    SandboxClient client;
    EXPECT_EQ(client.send(notification("", "k", "{}")).status, 404U);
    EXPECT_EQ(client.send(notification("chat", "k", "{")).status, 400U);
    net::Request get = notification("chat", "k", "");
    get.method = "GET";
    EXPECT_EQ(client.send(get).status, 405U);
    EXPECT_TRUE(client.sandbox.notifications().empty());
}

TEST(Notifications, FailAsTold) {
    SandboxClient client;
    client.control(200, "notifications", {{"fail_next", {503}}, {"drop_after", 1}});
    EXPECT_EQ(client.send(notification("chat", "k", "{}")).status, 503U);
    EXPECT_EQ(client.send(notification("chat", "k", "{}")).status, 0U);
    EXPECT_EQ(client.send(notification("chat", "k", "{}")).status, 200U);
    ASSERT_EQ(client.sandbox.notifications().size(), 2U);
    EXPECT_EQ(client.sandbox.notifications().at(1).at("repeat"), true);
    client.control(400, "notifications", {{"fail_next", {200}}});
    client.control(400, "notifications", {{"unheard_of", 1}});
    client.sandbox.reset();
    EXPECT_TRUE(client.sandbox.notifications().empty());
}

} // namespace
} // namespace paysync::sandbox
