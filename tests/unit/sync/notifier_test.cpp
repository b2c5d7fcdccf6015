// What goes out to an endpoint of `notify`, and what its answer means.
#include "paysync/sync/notifier.hpp"

#include "paysync/base/text.hpp"
#include "unit/salesforce/org_bench.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace paysync::sync {
namespace {

/// Answers everything in one way, and keeps what it was sent.
class OneAnswer final : public net::Transport {
public:
    explicit OneAnswer(base::Result<net::Response> answer) : answer_{std::move(answer)} {}
    std::vector<net::Request> sent;

    runtime::Task<base::Result<net::Response>> send(net::Origin, net::Request request, runtime::SteadyTime) override {
        sent.push_back(std::move(request));
        co_return answer_;
    }

private:
    base::Result<net::Response> answer_;
};

net::Response status(unsigned code) {
    net::Response response;
    response.status = code;
    return response;
}

NotifyEndpoints chat() {
    NotifyEndpoint endpoint;
    endpoint.url = base::Secret{"https://chat.example.com/hook?room=1"};
    endpoint.origin = {true, "chat.example.com", 443};
    endpoint.headers.emplace("x-team", base::Secret{"sales"});
    endpoint.secret = base::Secret{"key"};
    return {{"chat", endpoint}};
}

Delivery notify(const std::shared_ptr<OneAnswer>& transport, const std::string& endpoint = "chat") {
    boost::asio::io_context io{1};
    salesforce::ManualClock clock;
    const auto notifier = make_notifier(
        chat(), [&](const NotifyEndpoint&) { return transport; }, clock);
    Delivery delivery;
    boost::asio::co_spawn(io, notifier->notify(endpoint, "k/1", base::Json{{"text", "hello"}}),
                          [&](std::exception_ptr failure, Delivery made) {
                              EXPECT_FALSE(failure);
                              delivery = std::move(made);
                          });
    io.run();
    return delivery;
}

TEST(Notifier, PostsTheBodyWithItsKeyItsHeadersAndItsSignature) {
    const auto transport = std::make_shared<OneAnswer>(status(204));
    EXPECT_EQ(notify(transport).kind, Delivery::Kind::taken);
    ASSERT_EQ(transport->sent.size(), 1U);
    const net::Request& request = transport->sent[0];
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/hook?room=1");
    EXPECT_EQ(request.body, R"({"text":"hello"})");
    EXPECT_EQ(request.headers.find("Idempotency-Key"), "k/1");
    EXPECT_EQ(request.headers.find("X-Team"), "sales");
    EXPECT_EQ(request.headers.find("Paysync-Signature"), base::to_hex(base::hmac_sha256("key", request.body)));
}

TEST(Notifier, AnAnswerSaysWhetherItIsTakenRefusedOrToBeTriedAgain) {
    const auto kind = [](unsigned code) { return notify(std::make_shared<OneAnswer>(status(code))).kind; };
    EXPECT_EQ(kind(200), Delivery::Kind::taken);
    EXPECT_EQ(kind(404), Delivery::Kind::refused);
    EXPECT_EQ(kind(302), Delivery::Kind::refused);
    EXPECT_EQ(kind(429), Delivery::Kind::not_sent);
    EXPECT_EQ(kind(503), Delivery::Kind::not_sent);
    EXPECT_EQ(kind(500), Delivery::Kind::unknown) << "it may have had its effect";
}

TEST(Notifier, WithoutAnAnswerTheTransportKnowsWhetherItWasSent) {
    const auto kind = [](base::Errc code) {
        return notify(std::make_shared<OneAnswer>(base::Error{code, "no answer"})).kind;
    };
    EXPECT_EQ(kind(base::Errc::not_sent), Delivery::Kind::not_sent);
    EXPECT_EQ(kind(base::Errc::unknown), Delivery::Kind::unknown);
}

TEST(Notifier, AnEndpointThatIsNotThereRefuses) {
    const auto transport = std::make_shared<OneAnswer>(status(200));
    EXPECT_EQ(notify(transport, "mail").kind, Delivery::Kind::refused);
    EXPECT_TRUE(transport->sent.empty());
}

} // namespace
} // namespace paysync::sync
