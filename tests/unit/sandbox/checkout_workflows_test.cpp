// Workflows: definitions, deliveries to their actions, events, sending again.
#include "checkout_client.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;
using Types = std::vector<std::string>;

constexpr const char* other_url = "https://other.test/hooks";

class CheckoutWorkflows : public CheckoutClient {
protected:
    CheckoutWorkflows() { connect(); }

    static Json definition(Json types = {"payment_approved", "payment_captured"}) {
        Json made = {{"name", "Other"}, {"active", true}};
        made["conditions"] = Json::array();
        made["conditions"].push_back({{"type", "event"}, {"events", {{"gateway", std::move(types)}}}});
        made["actions"] = Json::array();
        made["actions"].push_back({{"type", "webhook"},
                                   {"url", other_url},
                                   {"headers", {{"Authorization", "as given"}, {"X-Shop", "7"}}},
                                   {"signature", {{"method", "HMACSHA256"}, {"key", "other key"}}}});
        return made;
    }
    std::string add() { return text(post(201, "/workflows", definition()), "id"); }
    Types sent_to_other() {
        client.clock.run(settle());
        return receiver.types(other_url);
    }
    std::string event_of(const std::string& payment) {
        return text(get("/workflows/events/subject/" + payment).at("data").at(0), "id");
    }
};

TEST_F(CheckoutWorkflows, AreListedWithoutTheirPartsAndToldWithThem) {
    const std::string id = add();
    const Json list = get("/workflows").at("data");
    ASSERT_EQ(list.size(), 2U) << "the configured URL is one too";
    for (const Json& row : list) EXPECT_FALSE(row.contains("actions"));
    const Json told = get("/workflows/" + id);
    EXPECT_EQ(told.at("name"), "Other");
    EXPECT_TRUE(text(told.at("actions").at(0), "id").starts_with("wfa_"));
    EXPECT_TRUE(text(told.at("conditions").at(0), "id").starts_with("wfc_"));
    EXPECT_EQ(get("/workflows/wf_configuredwebhookurlworkfl").at("actions").at(0).at("url"), own_url);
    EXPECT_EQ(json(200, "PATCH", "/workflows/" + id, {{"active", false}, {"name", "New"}}).at("active"), false);
    EXPECT_EQ(get("/workflows/" + id).at("name"), "New");
    json(204, "DELETE", "/workflows/" + id);
    EXPECT_EQ(call("GET", "/workflows/" + id).status, 404U);
}

TEST_F(CheckoutWorkflows, HaveTheirPartsChanged) {
    const std::string id = add();
    const std::string actions = "/workflows/" + id + "/actions";
    const std::string added = text(post(201, actions, {{"type", "webhook"}, {"url", "https://third.test/x"}}), "id");
    json(200, "PUT", actions + "/" + added, {{"type", "webhook"}, {"url", "https://fourth.test/x"}});
    EXPECT_EQ(get("/workflows/" + id).at("actions").at(1).at("url"), "https://fourth.test/x");
    json(204, "DELETE", actions + "/" + added);
    EXPECT_EQ(get("/workflows/" + id).at("actions").size(), 1U);
    post(422, actions, {{"type", "webhook"}, {"url", "mail me"}});
    post(422, "/workflows", {{"name", "empty"}});
    const std::string conditions = "/workflows/" + id + "/conditions";
    post(201, conditions, {{"type", "entity"}, {"entities", {"ent_somebodyelse"}}});
    pay();
    EXPECT_EQ(sent_to_other(), Types{}) << "all conditions must hold";
}

TEST_F(CheckoutWorkflows, DeliverWhatTheirConditionsNameAsTheirActionSays) {
    add();
    const std::string id = pay(1000, true);
    post(202, "/payments/" + id + "/refunds");
    EXPECT_EQ(sent_to_other(), (Types{"payment_approved", "payment_captured"}));
    EXPECT_EQ(receiver.types(own_url).size(), 3U);
    for (const WebhookReceiver::Received& one : receiver.received) {
        if (one.url != other_url) continue;
        EXPECT_EQ(one.request.headers.find("Authorization"), "as given");
        EXPECT_EQ(one.request.headers.find("X-Shop"), "7");
    }
    EXPECT_NE(receiver.received.at(0).request.headers.find("Cko-Signature"),
              receiver.received.at(1).request.headers.find("Cko-Signature"))
        << "each signs with its own key";
}

TEST_F(CheckoutWorkflows, AlsoHearWhatIsSentThroughControl) {
    add();
    Json bodies = Json::array();
    bodies.push_back({{"id", "evt_1"}, {"type", "payment_approved"}, {"data", {{"id", "pay_1"}}}});
    post(200, "/control/webhooks", std::move(bodies));
    EXPECT_EQ(sent_to_other(), Types{"payment_approved"});
    EXPECT_EQ(receiver.types(own_url), Types{"payment_approved"});
}

TEST_F(CheckoutWorkflows, ListTheEventTypes) {
    const Json catalog = get("/workflows/event-types");
    ASSERT_TRUE(catalog.is_array());
    EXPECT_EQ(catalog.at(0).at("id"), "gateway");
    EXPECT_EQ(catalog.at(1).at("id"), "dispute");
    EXPECT_TRUE(catalog.at(0).at("events").at(0).contains("display_name"));
}

TEST_F(CheckoutWorkflows, TellWhatBecameOfADelivery) {
    receiver.statuses[own_url] = 503;
    const std::string event = event_of(pay());
    const std::string own_action = "/workflows/events/" + event + "/actions/wfa_configuredwebhookurlaction";
    EXPECT_EQ(get(own_action).at("status"), "pending");
    EXPECT_EQ(get(own_action).at("action_invocations").at(0).at("result_details").at("status_code"), 503);
    receiver.statuses.clear();
    client.clock.run(settle());
    const Json told = get(own_action);
    EXPECT_EQ(told.at("status"), "successful");
    ASSERT_EQ(told.at("action_invocations").size(), 2U);
    EXPECT_EQ(told.at("action_invocations").at(1).at("retry"), true);
    EXPECT_EQ(get("/workflows/events/" + event).at("action_invocations").at(0).at("status"), "successful");
    EXPECT_EQ(call("GET", "/workflows/events/" + event + "/actions/wfa_nobody").status, 404U);
    EXPECT_EQ(call("GET", "/workflows/events/evt_nobody").status, 404U);
    EXPECT_EQ(call("GET", "/workflows/events/subject/pay_nobody").status, 404U);
}

TEST_F(CheckoutWorkflows, SendTheSameEventAgainOnlyWhereAsked) {
    const std::string workflow = add();
    const std::string payment = pay();
    const std::string event = event_of(payment);
    client.clock.run(settle());
    receiver.received.clear();
    post(202, "/workflows/events/" + event + "/workflow/" + workflow + "/reflow");
    post(202, "/workflows/events/subject/" + payment + "/workflow/" + workflow + "/reflow");
    post(202, "/workflows/events/reflow", {{"events", {event}}, {"workflows", {workflow}}});
    post(202, "/workflows/events/reflow", {{"subjects", {payment}}, {"workflows", {workflow}}});
    EXPECT_EQ(sent_to_other().size(), 4U);
    EXPECT_EQ(receiver.types(own_url), Types{}) << "other consumers hear nothing";
    for (const WebhookReceiver::Received& one : receiver.received) EXPECT_EQ(one.body.at("id"), event);
    post(202, "/workflows/events/" + event + "/reflow");
    post(202, "/workflows/events/subject/" + payment + "/reflow");
    EXPECT_EQ(sent_to_other().size(), 6U);
    EXPECT_EQ(receiver.types(own_url).size(), 2U);
    EXPECT_EQ(call("POST", "/workflows/events/evt_nobody/reflow").status, 404U);
    EXPECT_EQ(call("POST", "/workflows/events/" + event + "/workflow/wf_nobody/reflow").status, 404U);
    post(422, "/workflows/events/reflow", {{"workflows", {workflow}}});
}

TEST_F(CheckoutWorkflows, SendExamplesThatSayTheyAreTests) {
    const std::string workflow = add();
    json(204, "POST", "/workflows/" + workflow + "/test", {{"event_types", {"payment_approved", "dispute_won"}}});
    EXPECT_EQ(sent_to_other(), (Types{"payment_approved", "dispute_won"}));
    EXPECT_EQ(receiver.received.at(0).body.at("isTest"), true);
    const std::string payment = text(receiver.received.at(0).body.at("data"), "id");
    EXPECT_EQ(call("GET", "/payments/" + payment).status, 404U) << "there is no such payment";
    post(422, "/workflows/" + workflow + "/test");
}

TEST_F(CheckoutWorkflows, AreQuietWhileInactive) {
    const std::string workflow = add();
    json(200, "PATCH", "/workflows/" + workflow, {{"active", false}});
    pay();
    EXPECT_EQ(sent_to_other(), Types{});
}

} // namespace
} // namespace paysync::sandbox
