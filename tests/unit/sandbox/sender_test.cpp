// Webhooks on their way: signature, time limit, retries, and what the control resources and the API tell of them.
#include "paysync/base/text.hpp"
#include "paysync/sandbox/payments.hpp"
#include "sandbox_client.hpp"

#include <functional>

namespace paysync::sandbox {
namespace {

using base::Json;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// Answers each request as the script says and notes when it came.
class ScriptedReceiver final : public net::Transport {
public:
    explicit ScriptedReceiver(ManualClock& clock) : clock_{clock} {}

    runtime::Task<base::Result<net::Response>> send(net::Origin origin, net::Request request,
                                                    runtime::SteadyTime deadline) override {
        times.push_back(clock_.steady());
        limits.push_back(deadline - clock_.steady());
        origins.push_back(origin.text());
        requests.push_back(std::move(request));
        const unsigned status = times.size() <= statuses.size() ? statuses[times.size() - 1] : 200;
        ++under_way;
        most_under_way = std::max(most_under_way, under_way);
        co_await clock_.sleep_for(delay);
        --under_way;
        if (status == 0) co_return base::Error{base::Errc::unknown, "cut"};
        net::Response response;
        response.status = status;
        co_return response;
    }

    std::vector<unsigned> statuses; ///< then 200
    runtime::Duration delay{};
    std::vector<runtime::SteadyTime> times;
    std::vector<runtime::Duration> limits;
    std::vector<std::string> origins;
    std::vector<net::Request> requests;
    std::size_t under_way = 0;
    std::size_t most_under_way = 0;

private:
    ManualClock& clock_;
};

class Sender : public ::testing::Test {
protected:
    Sender() : receiver{client.clock} {
        SenderSettings settings;
        settings.url = "https://127.0.0.1:9443/webhooks/checkout";
        settings.signature_key = base::Secret{"cko_key"};
        client.sandbox.connect(receiver, settings);
    }

    runtime::Task<> send_all(std::vector<std::string> bodies) {
        co_await client.sandbox.sender().send(std::move(bodies));
    }
    runtime::Task<> settle() { co_await client.sandbox.sender().settle(); }

    Json control(unsigned status, std::string method, std::string target, Json body = {}) {
        net::Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        if (!body.is_null()) request.body = base::to_text(body);
        const net::Response answer = client.send(std::move(request));
        EXPECT_EQ(answer.status, status) << answer.body;
        return base::parse_json(answer.body).value();
    }

    SandboxClient client;
    ScriptedReceiver receiver;
};

TEST_F(Sender, SignsTheRawBody) {
    const std::string body =
        R"({"id":"evt_az5sblvku4ge3dwpztvyizgcau","type":"payment_approved","created_on":"2024-01-01T00:00:00Z","data":{"id":"pay_1"}})";
    client.clock.run(send_all({body}));
    ASSERT_EQ(receiver.requests.size(), 1U);
    const net::Request& request = receiver.requests.front();
    // Checked with OpenSSL.
    EXPECT_EQ(request.headers.find("Cko-Signature"),
              "c60edad3a800d421eb5b1a8231fea3069d4a3ea9cf33c7898a6b57b4f338427e");
    EXPECT_EQ(request.body, body);
    EXPECT_EQ(request.target, "/webhooks/checkout");
    EXPECT_EQ(receiver.origins.front(), "https://127.0.0.1:9443");
    EXPECT_EQ(receiver.limits.front(), seconds{10});
    EXPECT_EQ(request.headers.find("Authorization"), std::nullopt);
}

TEST_F(Sender, SendsTheStaticAuthorizationVerbatim) {
    client.sandbox.sender().settings().authorization = base::Secret{"no Bearer here"};
    client.clock.run(send_all({"not even JSON"}));
    EXPECT_EQ(receiver.requests.front().headers.find("Authorization"), "no Bearer here");
    EXPECT_TRUE(client.sandbox.sender().deliveries().front()->delivered);
}

TEST_F(Sender, TriesAgainAtTheDocumentedTimesAndThenGivesUp) {
    receiver.statuses = std::vector<unsigned>(20, 503);
    client.clock.run(send_all({"{}"}));
    client.clock.run(settle());
    ASSERT_EQ(receiver.times.size(), 9U);
    const std::vector<minutes> waits = {minutes{5}, minutes{10}, minutes{15}, minutes{30},
                                        hours{1},   hours{4},    hours{12},   hours{12}};
    for (std::size_t i = 0; i < waits.size(); ++i)
        EXPECT_EQ(receiver.times[i + 1] - receiver.times[i], waits[i]) << i;
    const Delivery& delivery = *client.sandbox.sender().deliveries().front();
    EXPECT_TRUE(delivery.given_up);
    EXPECT_FALSE(delivery.delivered);
    EXPECT_EQ(delivery.attempts, 9U);
}

TEST_F(Sender, StopsAtTheFirstSuccess) {
    receiver.statuses = {0, 302, 201};
    client.clock.run(send_all({"{}"}));
    EXPECT_EQ(receiver.times.size(), 1U) << "send waits for the first attempt only";
    client.clock.run(settle());
    EXPECT_EQ(receiver.times.size(), 3U);
    const Delivery& delivery = *client.sandbox.sender().deliveries().front();
    EXPECT_TRUE(delivery.delivered);
    EXPECT_EQ(delivery.first_status, 0U);
    EXPECT_EQ(delivery.last_status, 201U);
}

TEST_F(Sender, CompressesItsWaitsForADemo) {
    client.sandbox.sender().settings().time_scale = 300;
    receiver.statuses = {500};
    client.clock.run(send_all({"{}"}));
    EXPECT_EQ(client.clock.run(settle()), seconds{1});
}

TEST_F(Sender, SendsOnlySoManyAtOnce) {
    receiver.delay = seconds{1};
    client.sandbox.sender().settings().parallel = 4;
    const auto took = client.clock.run(send_all(std::vector<std::string>(10, "{}")));
    EXPECT_EQ(receiver.most_under_way, 4U);
    EXPECT_EQ(took, seconds{3});
}

TEST_F(Sender, IsDrivenThroughControl) {
    receiver.statuses = {200, 401};
    const Json answers =
        control(200, "POST", "/control/webhooks",
                {{"bodies", {{{"type", "t"}, {"id", "evt_1"}}, "{ \"id\":\"evt_2\" }"}}, {"parallel", 1}});
    ASSERT_EQ(answers.size(), 2U);
    EXPECT_EQ(answers.at(0).at("status"), 200);
    EXPECT_EQ(answers.at(0).at("id"), "evt_1");
    EXPECT_EQ(answers.at(1).at("status"), 401);
    EXPECT_EQ(answers.at(1).at("delivered"), false);
    EXPECT_EQ(receiver.requests.at(0).body, R"({"id":"evt_1","type":"t"})");
    EXPECT_EQ(receiver.requests.at(1).body, "{ \"id\":\"evt_2\" }") << "text is sent byte for byte";
    client.clock.run(settle());
    EXPECT_EQ(control(200, "GET", "/control/webhooks").at(1).at("attempts"), 2);
    control(400, "POST", "/control/webhooks", {{"bodies", 5}});
}

TEST_F(Sender, LeavesTheOrgToControl) {
    control(200, "POST", "/control/records",
            {{"object", "Account"}, {"records", {{{"Name", "Acme"}, {"CreatedDate", "2020-01-01T00:00:00Z"}}}}});
    const Json records = control(200, "GET", "/control/records?object=Account");
    EXPECT_EQ(records.at(0).at("Name"), "Acme");
    EXPECT_EQ(records.at(0).at("CreatedDate"), "2020-01-01T00:00:00.000+0000");
    EXPECT_EQ(records.at(0).at("Website"), nullptr) << "every field is there";
    control(400, "POST", "/control/records",
            {{"object", "Account"}, {"records", {{{"Name", "B"}}, {{"Phone", "1"}}}}});
    EXPECT_EQ(control(200, "GET", "/control/records?object=Account").size(), 1U) << "all records or none";
    EXPECT_EQ(control(200, "POST", "/control/faults", {{"latency_ms", 5}}).at("latency_ms"), 5);
    EXPECT_EQ(control(200, "GET", "/control/calls"), Json::array());
    control(200, "POST", "/control/reset", Json::object());
    EXPECT_EQ(control(200, "GET", "/control/records?object=Account"), Json::array());
    EXPECT_EQ(control(200, "GET", "/control/faults").at("latency_ms"), 0);
    EXPECT_EQ(control(200, "GET", "/control/records?object=User").size(), 5U) << "those of a new org";
    control(404, "GET", "/control/nonsense");
}

class CheckoutApi : public Sender {
protected:
    runtime::Task<> ask(net::Response& answer, std::string target, std::string key) {
        net::Request request;
        request.target = std::move(target);
        request.headers.set("Authorization", "Bearer " + key);
        answer = co_await client.sandbox.checkout().handle(std::move(request));
    }
    net::Response get(std::string target) {
        net::Response answer;
        client.clock.run(ask(answer, std::move(target), client.sandbox.settings().checkout_key));
        return answer;
    }
};

TEST_F(CheckoutApi, TellsAPaymentFromItsWebhooks) {
    runtime::SeededChance chance{3};
    Payment payment{make_shopper(chance), 1050, "EUR", "ORD-1", chance};
    const Json approved = payment.approved(client.clock.wall());
    const Json captured = payment.captured(client.clock.wall() + minutes{1});
    client.sandbox.know({base::to_text(captured), base::to_text(approved)});
    const Json told = base::parse_json(get("/payments/" + payment.id()).body).value();
    EXPECT_EQ(told.at("status"), "Captured");
    EXPECT_EQ(told.at("customer").at("id"), payment.shopper().customer_id);
    EXPECT_EQ(told.at("source").at("last4"), payment.shopper().last_4);
    EXPECT_FALSE(told.at("source").contains("last_4"));
    const Json actions = base::parse_json(get("/payments/" + payment.id() + "/actions").body).value();
    EXPECT_EQ(actions.at(0).at("type"), "Capture") << "latest first";
    EXPECT_EQ(actions.at(1).at("type"), "Authorization");
    const Json event = base::parse_json(get("/workflows/events/" + text(approved, "id")).body).value();
    EXPECT_EQ(event.at("timestamp"), approved.at("created_on"));
    EXPECT_FALSE(event.contains("created_on"));
    EXPECT_EQ(base::parse_json(get("/workflows/events/subject/" + payment.id()).body).value().at("data").size(), 2U);
}

TEST_F(CheckoutApi, AnswersWithoutABodyWhatItRefuses) {
    EXPECT_EQ(get("/payments/pay_x").status, 404U);
    EXPECT_EQ(get("/payments/pay_x").body, "");
    net::Response answer;
    client.clock.run(ask(answer, "/payments/pay_x", "wrong"));
    EXPECT_EQ(answer.status, 401U);
    EXPECT_EQ(answer.body, "");
}

} // namespace
} // namespace paysync::sandbox
