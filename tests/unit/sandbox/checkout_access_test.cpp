// Who may call Checkout.com's API, how often, and what can be made to go wrong.
#include "checkout_client.hpp"

namespace paysync::sandbox {
namespace {

using base::Json;

class CheckoutAccessTest : public CheckoutClient {
protected:
    Json token(unsigned status, const std::string& form) {
        net::Request request;
        request.method = "POST";
        request.target = "/connect/token";
        request.headers.set("Content-Type", "application/x-www-form-urlencoded");
        request.body = form;
        const net::Response answer = send(std::move(request));
        EXPECT_EQ(answer.status, status) << answer.body;
        return base::parse_json(answer.body).value();
    }
    std::string credentials(const std::string& scope) const {
        return net::form_encoded({{"grant_type", "client_credentials"},
                                  {"client_id", client.sandbox.settings().checkout_client_id},
                                  {"client_secret", client.sandbox.settings().checkout_client_secret},
                                  {"scope", scope}});
    }
};

TEST_F(CheckoutAccessTest, RefusesWithoutABody) {
    for (const std::string& wrong :
         {std::string(), std::string("Bearer wrong"), client.sandbox.settings().checkout_key}) {
        authorization = wrong;
        const net::Response answer = call("GET", "/payments/pay_x");
        EXPECT_EQ(answer.status, 401U) << wrong;
        EXPECT_EQ(answer.body, "");
        EXPECT_TRUE(answer.headers.find("Cko-Request-Id").has_value());
    }
}

TEST_F(CheckoutAccessTest, NamesEveryAnswer) {
    const net::Response answer = call("GET", "/payments/pay_x");
    EXPECT_EQ(answer.status, 404U);
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(answer.headers.find("Cko-Request-Id")->size(), 36U);
    EXPECT_TRUE(answer.headers.find("Cko-Version").has_value());
    EXPECT_EQ(call("GET", "/nonsense").status, 404U);
    EXPECT_EQ(call("DELETE", "/payments/pay_x").status, 405U);
}

TEST_F(CheckoutAccessTest, GivesTokensThatDie) {
    const Json given = token(200, credentials("gateway flow"));
    EXPECT_EQ(given.at("token_type"), "Bearer");
    EXPECT_EQ(given.at("expires_in"), 3600);
    EXPECT_EQ(given.at("scope"), "flow gateway");
    authorization = "Bearer " + text(given, "access_token");
    pay();
    client.clock.advance(std::chrono::minutes{59});
    EXPECT_EQ(call("GET", "/workflows").status, 200U);
    client.clock.advance(std::chrono::minutes{1});
    EXPECT_EQ(call("GET", "/workflows").status, 401U);
}

TEST_F(CheckoutAccessTest, ChecksTheScopesOfATokenOnly) {
    authorization = "Bearer " + text(token(200, credentials("disputes:view payments:search")), "access_token");
    EXPECT_EQ(call("GET", "/disputes").status, 200U);
    EXPECT_EQ(call("POST", "/payments/search", Json::object()).status, 200U);
    const net::Response refused = call("POST", "/payments", payment_request());
    EXPECT_EQ(refused.status, 403U);
    EXPECT_EQ(refused.body, "");
}

TEST_F(CheckoutAccessTest, SaysWhyThereIsNoToken) {
    EXPECT_EQ(token(400, credentials("gateway") + "x=").at("error"), "invalid_scope");
    EXPECT_EQ(token(400, "grant_type=client_credentials&client_id=a&client_secret=b").at("error"), "invalid_client");
    EXPECT_EQ(token(400, "grant_type=password").at("error"), "unsupported_grant_type");
    EXPECT_EQ(token(400, "").at("error"), "invalid_request");
}

TEST_F(CheckoutAccessTest, KeepsTheRatesApart) {
    post(200, "/control/checkout_faults", {{"reads_per_second", 2}, {"writes_per_second", 1}});
    EXPECT_EQ(call("GET", "/workflows").status, 200U);
    EXPECT_EQ(call("GET", "/workflows").status, 200U);
    EXPECT_EQ(call("GET", "/workflows").status, 429U);
    pay();
    EXPECT_EQ(call("POST", "/payments", payment_request()).status, 429U);
    client.clock.advance(std::chrono::seconds{1});
    EXPECT_EQ(call("GET", "/workflows").status, 200U);
    post(200, "/control/checkout_faults", {{"reads_per_second", nullptr}});
    for (int i = 0; i < 5; ++i) EXPECT_EQ(call("GET", "/workflows").status, 200U);
}

TEST_F(CheckoutAccessTest, GoesWrongAsTold) {
    post(200, "/control/checkout_faults",
         {{"fail_next", {{{"status", 503}, {"body", "down"}}, {{"status", 500}}}}, {"latency_ms", 250}});
    net::Response answer = call("GET", "/workflows");
    EXPECT_EQ(answer.status, 503U);
    EXPECT_EQ(answer.body, "down");
    EXPECT_EQ(call("GET", "/workflows").status, 500U);
    const auto before = client.clock.steady();
    EXPECT_EQ(call("GET", "/workflows").status, 200U);
    EXPECT_EQ(client.clock.steady() - before, std::chrono::milliseconds{250});
    post(200, "/control/checkout_faults", {{"latency_ms", 0}, {"drop_before", 1}});
    EXPECT_EQ(call("POST", "/payments", payment_request()).status, 0U);
    EXPECT_EQ(get("/payments?reference=ORD-1").at("total_count"), 0) << "it had no effect";
    post(200, "/control/checkout_faults", {{"drop_after", 1}});
    EXPECT_EQ(call("POST", "/payments", payment_request()).status, 0U);
    EXPECT_EQ(get("/payments?reference=ORD-1").at("total_count"), 1) << "it had its effect";
    post(200, "/control/checkout_faults", {{"truncate_next", 1}});
    answer = call("GET", "/workflows/event-types");
    EXPECT_FALSE(base::parse_json(answer.body).has_value());
    post(400, "/control/checkout_faults", {{"explode", 1}});
    post(400, "/control/checkout_faults", {{"drop_after", "many"}});
}

TEST_F(CheckoutAccessTest, DeclinesTheNextPaymentsAsTold) {
    post(200, "/control/checkout_faults", {{"decline_next", {"30041"}}});
    EXPECT_EQ(post(201, "/payments", payment_request()).at("response_code"), "30041");
    EXPECT_EQ(post(201, "/payments", payment_request()).at("response_code"), "10000");
}

TEST_F(CheckoutAccessTest, KillsTokensAsTold) {
    authorization = "Bearer " + text(token(200, credentials("")), "access_token");
    EXPECT_EQ(call("GET", "/workflows").status, 200U);
    client.sandbox.checkout_faults().expire_tokens = true;
    EXPECT_EQ(call("GET", "/workflows").status, 401U);
}

TEST_F(CheckoutAccessTest, ForgetsEverythingOnReset) {
    const std::string id = pay();
    client.sandbox.checkout_faults().latency_ms = 5;
    client.sandbox.reset();
    EXPECT_EQ(call("GET", "/payments/" + id).status, 404U);
    EXPECT_EQ(client.sandbox.checkout_faults().latency_ms, 0);
}

} // namespace
} // namespace paysync::sandbox
