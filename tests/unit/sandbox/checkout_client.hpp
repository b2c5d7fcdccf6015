// A client of the sandbox's Checkout.com side, and receivers of its webhooks.
#pragma once

#include "sandbox_client.hpp"

#include <map>

namespace paysync::sandbox {

/// Answers every webhook as its URL's status says and keeps what came.
class WebhookReceiver final : public net::Transport {
public:
    struct Received {
        std::string url;
        net::Request request;
        base::Json body;
    };

    runtime::Task<base::Result<net::Response>> send(net::Origin origin, net::Request request,
                                                    runtime::SteadyTime) override {
        Received one;
        one.url = origin.text() + request.target;
        one.body = base::parse_json(request.body).value();
        one.request = std::move(request);
        net::Response response;
        const auto status = statuses.find(one.url);
        response.status = status == statuses.end() ? 200 : status->second;
        received.push_back(std::move(one));
        co_return response;
    }

    std::vector<std::string> types(const std::string& url) const {
        std::vector<std::string> found;
        for (const Received& one : received)
            if (one.url == url) found.push_back(text(one.body, "type"));
        return found;
    }

    std::map<std::string, unsigned> statuses; ///< by URL; 200 for others
    std::vector<Received> received;
};

class CheckoutClient : public ::testing::Test {
protected:
    CheckoutClient() { authorization = "Bearer " + client.sandbox.settings().checkout_key; }

    static constexpr const char* own_url = "https://daemon.test/webhooks/checkout";

    void connect() {
        SenderSettings settings;
        settings.url = own_url;
        settings.signature_key = base::Secret{"cko_key"};
        client.sandbox.connect(receiver, settings);
    }

    runtime::Task<> send_into(net::Response& answer, net::Request request) {
        answer = co_await client.sandbox.checkout().handle(std::move(request));
    }
    net::Response send(net::Request request) {
        net::Response answer;
        client.clock.run(send_into(answer, std::move(request)));
        return answer;
    }
    net::Response call(std::string method, std::string target, base::Json body = {}) {
        net::Request request;
        request.method = std::move(method);
        request.target = std::move(target);
        request.headers = headers;
        if (!authorization.empty()) request.headers.set("Authorization", authorization);
        if (!body.is_null()) {
            request.headers.set("Content-Type", "application/json");
            request.body = base::to_text(body);
        }
        return send(std::move(request));
    }
    /// The body of an answer whose status must be as said.
    base::Json json(unsigned status, std::string method, std::string target, base::Json body = {}) {
        const net::Response answer = call(std::move(method), std::move(target), std::move(body));
        EXPECT_EQ(answer.status, status) << answer.body;
        return answer.body.empty() ? base::Json() : base::parse_json(answer.body).value();
    }
    base::Json get(std::string target) { return json(200, "GET", std::move(target)); }
    base::Json post(unsigned status, std::string target, base::Json body = base::Json::object()) {
        return json(status, "POST", std::move(target), std::move(body));
    }
    std::vector<std::string> error_codes(std::string target, base::Json body) {
        const base::Json answer = post(422, std::move(target), std::move(body));
        EXPECT_TRUE(answer.contains("request_id"));
        return answer.at("error_codes").get<std::vector<std::string>>();
    }

    static base::Json card(const std::string& number = "4242424242424242") {
        return {{"type", "card"}, {"number", number}, {"expiry_month", 12}, {"expiry_year", 2030}, {"cvv", "100"}};
    }
    static base::Json payment_request(std::int64_t amount = 1000, bool capture = false) {
        return {{"source", card()},   {"amount", amount},
                {"currency", "EUR"},  {"reference", "ORD-1"},
                {"capture", capture}, {"customer", {{"email", "ada@shopper.example"}, {"name", "Ada"}}}};
    }
    /// A payment that is authorized; its id.
    std::string pay(std::int64_t amount = 1000, bool capture = false) {
        return text(post(201, "/payments", payment_request(amount, capture)), "id");
    }
    std::string status_of(const std::string& payment) { return text(get("/payments/" + payment), "status"); }
    runtime::Task<> settle() { co_await client.sandbox.sender().settle(); }

    SandboxClient client;
    WebhookReceiver receiver;
    std::string authorization;
    net::Headers headers;
};

} // namespace paysync::sandbox
