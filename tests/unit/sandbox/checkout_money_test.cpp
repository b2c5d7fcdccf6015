// Financial actions, reports and balances: what the account's payments moved.
#include "checkout_client.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;
using std::chrono::hours;

class CheckoutMoney : public CheckoutClient {
protected:
    /// GET of an absolute URL of the sandbox, with or without the key.
    net::Response fetch(const std::string& url, bool with_key) {
        net::Request request;
        request.target = net::parse_url(url).value().target;
        if (with_key) request.headers.set("Authorization", authorization);
        return send(std::move(request));
    }
};

TEST_F(CheckoutMoney, MovesWithItsFeesInSignedMajorUnits) {
    const std::string id = pay(1050, true);
    client.clock.advance(hours{1});
    post(202, "/payments/" + id + "/refunds", {{"amount", 250}});
    const Json list = get("/financial-actions?payment_id=" + id);
    ASSERT_EQ(list.at("count"), 3);
    const Json& capture = list.at("data").at(1);
    EXPECT_EQ(capture.at("action_type"), "Capture");
    EXPECT_EQ(capture.at("breakdown").at(0).at("processing_currency_amount"), 10.5);
    EXPECT_EQ(capture.at("breakdown").at(1).at("holding_currency_amount"), -0.01365);
    EXPECT_EQ(text(capture, "processed_on").back() == 'Z', false) << "no zone here";
    const Json& refund = list.at("data").at(2);
    EXPECT_EQ(refund.at("breakdown").at(0).at("holding_currency_amount"), -2.5);
    EXPECT_EQ(get("/financial-actions?action_id=" + text(refund, "action_id")).at("count"), 1);
}

TEST_F(CheckoutMoney, IsPagedByToken) {
    for (int i = 0; i < 3; ++i) pay(1000, true);
    std::size_t seen = 0;
    Json page = get("/financial-actions?reference=ORD-1&limit=4");
    for (int i = 0; i < 5; ++i) {
        seen += page.at("data").size();
        if (!page.at("_links").contains("next")) break;
        page = get(net::parse_url(text(page.at("_links").at("next"), "href")).value().target);
    }
    EXPECT_EQ(seen, 6U);
    json(422, "GET", "/financial-actions?limit=0");
    json(422, "GET", "/financial-actions?pagination_token=x");
}

TEST_F(CheckoutMoney, IsReportedForEveryDayThatIsOver) {
    const std::string id = pay(1050, true);
    EXPECT_EQ(get("/reports").at("count"), 0);
    client.clock.advance(hours{24});
    const Json list = get("/reports");
    ASSERT_EQ(list.at("count"), 1);
    const Json& report = list.at("data").at(0);
    EXPECT_EQ(report.at("from"), "2026-03-01T00:00:00Z");
    EXPECT_EQ(report.at("created_on"), "2026-03-02T03:00:00.0000000Z");
    EXPECT_EQ(get("/reports/" + text(report, "id")), report);
    EXPECT_EQ(get("/reports?created_after=2026-03-02T04:00:00Z").at("count"), 0);
    const std::string file = text(report.at("files").at(0).at("_links").at("self"), "href");
    const net::Response redirect = fetch(file, true);
    EXPECT_EQ(redirect.status, 302U);
    const std::string stored = redirect.headers.find("Location").value();
    EXPECT_EQ(fetch(stored, true).status, 400U) << "the key belongs to the API alone";
    const net::Response csv = fetch(stored, false);
    EXPECT_EQ(csv.status, 200U);
    EXPECT_TRUE(csv.headers.find("Content-Type")->starts_with("text/csv"));
    EXPECT_NE(csv.body.find(id + ","), std::string::npos);
    EXPECT_NE(csv.body.find(",Capture,EUR,10.5,"), std::string::npos) << csv.body;
    EXPECT_EQ(fetch(stored + "0", false).status, 403U);
    EXPECT_EQ(call("GET", "/reports/rpt_nobody").status, 404U);
}

TEST_F(CheckoutMoney, IsReportedWhenOrderedAndTheWebhookSaysSo) {
    connect();
    pay();
    const std::string id = text(post(200, "/control/reports"), "id");
    EXPECT_EQ(get("/reports/" + id).at("from"), "2026-03-01T00:00:00Z");
    client.clock.run(settle());
    const Json& event = receiver.received.back().body;
    EXPECT_EQ(event.at("type"), "report_generated");
    EXPECT_EQ(event.at("data").at("report_id"), id);
    EXPECT_FALSE(event.at("data").contains("id"));
    EXPECT_FALSE(event.at("_links").contains("subject"));
    post(400, "/control/reports", {{"from", "2026-03-02T00:00:00Z"}, {"to", "2026-03-01T00:00:00Z"}});
}

TEST_F(CheckoutMoney, KeepsItsStorageUnderAnotherName) {
    client.sandbox.set_checkout_url("http://127.0.0.1:8080");
    pay();
    const std::string id = text(post(200, "/control/reports"), "id");
    const Json report = get("/reports/" + id);
    const net::Response redirect = fetch(text(report.at("files").at(0).at("_links").at("self"), "href"), true);
    EXPECT_TRUE(redirect.headers.find("Location")->starts_with("http://localhost:8080/storage/"))
        << "clients drop their key on the way to another origin";
}

TEST_F(CheckoutMoney, BalancesWhatCameAndWent) {
    const std::string id = pay(1000, true);
    const std::string entity = "/balances/ent_paysyncsandboxmerchantaaaa";
    EXPECT_EQ(get(entity).at("data").at(0).at("balances").at("pending"), 1000);
    client.clock.advance(hours{25});
    post(202, "/payments/" + id + "/refunds", {{"amount", 300}});
    const Json told = get(entity + "?query=currency:EUR").at("data").at(0);
    EXPECT_EQ(told.at("balances").at("available"), 700);
    EXPECT_EQ(told.at("holding_currency"), "EUR");
    EXPECT_EQ(get(entity + "?query=currency:GBP").at("data"), Json::array());
    EXPECT_EQ(call("GET", "/balances/ent_other").status, 404U);
}

} // namespace
} // namespace paysync::sandbox
