// What the webhook endpoint answers to whom, and what it keeps.
#include "paysync/ingest/webhook_handler.hpp"

#include "paysync/base/json.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/base/text.hpp"
#include "paysync/runtime/task_group.hpp"
#include "support/silent_store.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::ingest {
namespace {

using namespace std::chrono_literals;
using runtime::Task;
using store::Appended;
using ::testing::HasSubstr;

/// Keeps events in memory; refuses while `failing`.
class EventStore final : public tests::SilentStore {
public:
    std::map<std::string, store::NewEvent> events;
    bool failing = false;

    Answer<Appended> append(store::NewEvent event) override {
        if (failing) co_return base::Error{base::Errc::unavailable, "disk full"};
        const std::string id = event.id;
        const bool fresh = events.emplace(id, std::move(event)).second;
        co_return fresh ? Appended::stored : Appended::duplicate;
    }
};

class StillClock final : public runtime::Clock {
public:
    base::WallTime now = *base::parse_time("2026-11-23T10:00:00Z");
    runtime::SteadyTime steady_now{1h};
    base::WallTime wall() const override { return now; }
    runtime::SteadyTime steady() const override { return steady_now; }
    Task<> sleep_until(runtime::SteadyTime) override { co_return; }
};

const std::string captured = R"({"id":"evt_1","type":"payment_captured","created_on":"2026-11-23T09:59:58.5Z",)"
                             R"("data":{"id":"pay_1","action_id":"act_1","amount":1050,"currency":"EUR"}})";

class Webhooks : public ::testing::Test {
protected:
    WebhookHandler& handler() {
        if (!handler_)
            handler_ =
                std::make_unique<WebhookHandler>(WebhookSettings{{shop}}, store, clock, metrics, [this] { ++woken; });
        return *handler_;
    }

    net::Response send(net::Request request) {
        boost::asio::io_context io;
        std::optional<net::Response> response;
        runtime::TaskGroup tasks{io.get_executor()};
        tasks.spawn("request", [&]() -> Task<> { response = co_await handler().handle(request); });
        io.run();
        return *response;
    }

    static net::Request request(const std::string& body) {
        net::Request made;
        made.method = "POST";
        made.target = "/webhooks/checkout";
        made.body = body;
        return made;
    }

    static net::Request signed_request(const std::string& body, const std::string& key = "a key") {
        net::Request made = request(body);
        made.headers.set("Cko-Signature", base::to_hex(base::hmac_sha256(key, body)));
        return made;
    }

    static std::string error_of(const net::Response& response) {
        const auto body = base::parse_json(response.body);
        return body ? base::member_text(*body, "error").value_or("no error member") : "no JSON";
    }

    double count(const std::string& result, const std::string& endpoint = "shop") {
        return metrics.value("paysync_webhooks_total", {{"endpoint", endpoint}, {"result", result}});
    }

    Endpoint shop{"shop", "/webhooks/checkout", {base::Secret{"a key"}}, std::nullopt};
    EventStore store;
    StillClock clock;
    base::Metrics metrics;
    int woken = 0;

private:
    std::unique_ptr<WebhookHandler> handler_;
};

TEST_F(Webhooks, KeepsASignedBodyAsReceivedAndAnswers200) {
    const auto response = send(signed_request(captured));

    EXPECT_EQ(response.status, 200U);
    ASSERT_EQ(store.events.count("evt_1"), 1U);
    const store::NewEvent& event = store.events.at("evt_1");
    EXPECT_EQ(event.body, captured);
    EXPECT_EQ(event.type, "payment_captured");
    EXPECT_EQ(event.subject, "pay_1");
    EXPECT_EQ(event.endpoint, "shop");
    EXPECT_EQ(event.occurred_at, *base::parse_time("2026-11-23T09:59:58.5Z"));
    EXPECT_EQ(event.received_at, clock.now);
    EXPECT_EQ(woken, 1);
    EXPECT_EQ(count("accepted"), 1);
    EXPECT_EQ(metrics.value("paysync_webhook_seconds"), 1);
}

TEST_F(Webhooks, StoresADuplicateOnceAndAnswers200) {
    send(signed_request(captured));
    const auto again = send(signed_request(captured));

    EXPECT_EQ(again.status, 200U);
    EXPECT_THAT(again.body, HasSubstr("duplicate"));
    EXPECT_EQ(store.events.size(), 1U);
    EXPECT_EQ(woken, 1);
    EXPECT_EQ(count("duplicate"), 1);
}

TEST_F(Webhooks, RefusesAnotherPathBeforeTheBody) {
    for (const char* target :
         {"/", "/webhooks/checkout/", "/Webhooks/checkout", "/webhooks/checkout%2f", "//webhooks/checkout"}) {
        net::Request head = signed_request(captured);
        head.target = target;
        head.body.clear();
        const auto answer = handler().screen(head);
        ASSERT_TRUE(answer) << target;
        EXPECT_EQ(answer->status, 404U) << target;
        EXPECT_EQ(error_of(*answer), "wrong_path");
    }
    net::Request with_query = signed_request(captured);
    with_query.target += "?from=checkout";
    EXPECT_FALSE(handler().screen(with_query)) << "a query does not change the path";
    EXPECT_EQ(count("wrong_path", ""), 5);
}

TEST_F(Webhooks, RefusesAnotherMethodAndNamesTheRightOne) {
    for (const char* method : {"GET", "PUT", "HEAD", "OPTIONS"}) {
        net::Request head = request("");
        head.method = method;
        const auto answer = handler().screen(head);
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 405U);
        EXPECT_EQ(answer->headers.find("Allow"), "POST");
    }
}

TEST_F(Webhooks, RefusesAMissingSignatureBeforeTheBody) {
    const auto answer = handler().screen(request(""));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 401U);
    EXPECT_EQ(error_of(*answer), "missing_signature");
    EXPECT_EQ(count("missing_signature"), 1);
}

TEST_F(Webhooks, RefusesASignatureOfAnotherKeyBodyOrShape) {
    net::Request changed = signed_request(captured);
    changed.body[10] = 'X';
    net::Request cut = signed_request(captured);
    cut.headers.set("Cko-Signature", cut.headers.find("Cko-Signature")->substr(0, 62));
    net::Request prefixed = signed_request(captured);
    prefixed.headers.set("Cko-Signature", "sha256=" + *prefixed.headers.find("Cko-Signature"));
    net::Request empty = request(captured);
    empty.headers.set("Cko-Signature", "");
    for (const net::Request& wrong : {changed, cut, prefixed, empty, signed_request(captured, "another key")}) {
        const auto response = send(wrong);
        EXPECT_EQ(response.status, 401U);
        EXPECT_EQ(error_of(response), "wrong_signature");
    }
    EXPECT_TRUE(store.events.empty());
    EXPECT_EQ(woken, 0);
}

TEST_F(Webhooks, AcceptsTheSignatureInEitherCase) {
    net::Request upper = signed_request(captured);
    std::string hex = *upper.headers.find("Cko-Signature");
    for (char& c : hex) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    upper.headers.set("cko-signature", hex);
    EXPECT_EQ(send(upper).status, 200U);
}

TEST_F(Webhooks, AcceptsAnyOfSeveralKeys) {
    shop.signature_keys = {base::Secret{"new"}, base::Secret{"old"}};
    EXPECT_EQ(send(signed_request(R"({"id":"a"})", "old")).status, 200U);
    EXPECT_EQ(send(signed_request(R"({"id":"b"})", "new")).status, 200U);
    EXPECT_EQ(send(signed_request(R"({"id":"c"})", "older")).status, 401U);
}

TEST_F(Webhooks, TakesAKeyOfAnyCharactersAsItIs) {
    for (const std::string key :
         {"Bearer sk_sbox_abc", "sk_abc#", "sk_abc$", "sk_abc=", " blank at both ends ", "schlüssel"}) {
        const WebhookSettings settings{{{"shop", "/webhooks/checkout", {base::Secret{key}}, {}}}};
        WebhookHandler one{settings, store, clock, metrics, [] {}};
        boost::asio::io_context io;
        runtime::TaskGroup tasks{io.get_executor()};
        unsigned status = 0;
        tasks.spawn("request",
                    [&]() -> Task<> { status = (co_await one.handle(signed_request(captured, key))).status; });
        io.run();
        EXPECT_EQ(status, 200U) << key;
    }
}

TEST_F(Webhooks, AcceptsTheAuthorizationValueAloneWhenOnlyThatIsConfigured) {
    shop.signature_keys.clear();
    shop.authorization = base::Secret{"Bearer my own word"};
    net::Request right = request(captured);
    right.headers.set("Authorization", "Bearer my own word");
    EXPECT_FALSE(handler().screen(right));
    EXPECT_EQ(send(right).status, 200U);

    EXPECT_EQ(error_of(*handler().screen(request(""))), "missing_authorization");
    for (const char* wrong : {"my own word", "bearer my own word", "Bearer my own word ", ""}) {
        net::Request other = request("");
        other.headers.set("Authorization", wrong);
        const auto answer = handler().screen(other);
        ASSERT_TRUE(answer) << wrong;
        EXPECT_EQ(answer->status, 401U);
    }
}

TEST_F(Webhooks, RequiresBothChecksWhenBothAreConfigured) {
    shop.authorization = base::Secret{"word"};
    net::Request only_signed = signed_request(captured);
    EXPECT_EQ(error_of(send(only_signed)), "missing_authorization");
    net::Request only_word = request(captured);
    only_word.headers.set("Authorization", "word");
    EXPECT_EQ(error_of(send(only_word)), "missing_signature");
    net::Request wrong_signature = signed_request(captured, "another");
    wrong_signature.headers.set("Authorization", "word");
    EXPECT_EQ(error_of(send(wrong_signature)), "wrong_signature");
    net::Request both = signed_request(captured);
    both.headers.set("Authorization", "word");
    EXPECT_EQ(send(both).status, 200U);
}

TEST_F(Webhooks, KeepsASignedBodyThatIsNoJson) {
    const std::string broken = "{\"id\":\"evt_9\", \"created_on\":\"2026\xff";
    EXPECT_EQ(send(signed_request(broken)).status, 200U);
    EXPECT_EQ(send(signed_request(broken)).status, 200U) << "the same bytes are the same event";
    ASSERT_EQ(store.events.size(), 1U);
    const store::NewEvent& event = store.events.begin()->second;
    EXPECT_EQ(event.type, "");
    EXPECT_EQ(event.body, broken);
    EXPECT_EQ(event.occurred_at, clock.now);
    EXPECT_EQ(count("unreadable"), 1);
    EXPECT_EQ(woken, 1);
}

TEST_F(Webhooks, KeepsUnknownTypesTestEventsAndBodiesWithoutId) {
    for (const char* body :
         {R"({"id":"u","type":"moon_landing","data":{}})", R"({"id":"t","type":"payment_captured","isTest":true})",
          R"({"type":"card_updated","data":{"client_id":"cli_1"}})", R"([1,2,3])", ""}) {
        EXPECT_EQ(send(signed_request(body)).status, 200U) << body;
    }
    EXPECT_EQ(store.events.size(), 5U);
    EXPECT_EQ(store.events.at("u").type, "moon_landing");
}

TEST_F(Webhooks, Answers503WithRetryAfterWhileTheStoreCannotTakeIt) {
    store.failing = true;
    const auto refused = send(signed_request(captured));
    EXPECT_EQ(refused.status, 503U);
    EXPECT_EQ(refused.headers.find("Retry-After"), "5");
    EXPECT_EQ(error_of(refused), "store_unavailable");
    EXPECT_THAT(refused.body, ::testing::Not(HasSubstr("disk"))) << "what is wrong inside is not for senders";
    EXPECT_EQ(woken, 0);
    EXPECT_TRUE(handler().store_failing());

    store.failing = false;
    EXPECT_EQ(send(signed_request(captured)).status, 200U);
    EXPECT_FALSE(handler().store_failing());
}

TEST_F(Webhooks, ForgetsAFailureOfTheStoreSoThatWebhooksAreOfferedAgain) {
    store.failing = true;
    send(signed_request(captured));
    clock.steady_now += 29s;
    EXPECT_TRUE(handler().store_failing());
    clock.steady_now += 1s;
    EXPECT_FALSE(handler().store_failing());
}

TEST_F(Webhooks, LogsAFloodOfRefusalsInAFewLinesWithoutSecrets) {
    ::testing::internal::CaptureStderr();
    for (int i = 0; i < 1000; ++i) {
        net::Request wrong = signed_request(R"({"id":"evt_1","data":{"source":{"last_4":"4242"}}})", "wrong");
        wrong.target += "?token=hush";
        send(wrong);
    }
    clock.steady_now += 10s;
    send(signed_request(captured, "wrong"));
    const std::string lines = ::testing::internal::GetCapturedStderr();

    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 6);
    EXPECT_THAT(lines, HasSubstr("wrong_signature"));
    EXPECT_THAT(lines, HasSubstr("(995 more of these were not logged)"));
    for (const char* secret : {"a key", "4242", "hush", "evt_1"})
        EXPECT_THAT(lines, ::testing::Not(HasSubstr(secret)));
    EXPECT_EQ(count("wrong_signature"), 1001);
}

/// Two entities of one company, each with a key of its own.
class TwoEndpoints : public Webhooks {
protected:
    void SetUp() override {
        handler().use_settings({{shop, {"outlet", "/webhooks/outlet", {base::Secret{"its key"}}, std::nullopt}}});
    }

    static net::Request at_outlet(net::Request request) {
        request.target = "/webhooks/outlet";
        return request;
    }
};

TEST_F(TwoEndpoints, EachTakeTheirOwnKeyOnly) {
    EXPECT_EQ(send(signed_request(R"({"id":"a"})")).status, 200U);
    EXPECT_EQ(send(at_outlet(signed_request(R"({"id":"b"})", "its key"))).status, 200U);
    EXPECT_EQ(send(at_outlet(signed_request(R"({"id":"c"})"))).status, 401U);
    EXPECT_EQ(send(signed_request(R"({"id":"d"})", "its key")).status, 401U);

    EXPECT_EQ(store.events.at("a").endpoint, "shop");
    EXPECT_EQ(store.events.at("b").endpoint, "outlet");
    EXPECT_EQ(count("accepted", "shop"), 1);
    EXPECT_EQ(count("accepted", "outlet"), 1);
    EXPECT_EQ(count("wrong_signature", "shop"), 1);
    EXPECT_EQ(count("wrong_signature", "outlet"), 1);
}

TEST_F(TwoEndpoints, TakeOneEventOnceWhicheverOfThemItComesBy) {
    EXPECT_EQ(send(signed_request(captured)).status, 200U);
    const auto again = send(at_outlet(signed_request(captured, "its key")));

    EXPECT_EQ(again.status, 200U);
    EXPECT_EQ(store.events.size(), 1U);
    EXPECT_EQ(store.events.at("evt_1").endpoint, "shop");
    EXPECT_EQ(count("duplicate", "outlet"), 1);
}

TEST_F(TwoEndpoints, ChangeTheirKeysBetweenTwoRequests) {
    shop.signature_keys = {base::Secret{"a newer key"}};
    handler().use_settings({{shop}});

    EXPECT_EQ(send(signed_request(captured)).status, 401U);
    EXPECT_EQ(send(signed_request(captured, "a newer key")).status, 200U);
    EXPECT_EQ(send(at_outlet(signed_request(captured, "its key"))).status, 404U);
}

TEST(WebhooksDeathTest, AnEndpointThatWouldBelieveAnybodyDoesNotStart) {
    EventStore store;
    StillClock clock;
    base::Metrics metrics;
    const WebhookSettings open{{{"shop", "/", {}, {}}}};
    EXPECT_DEATH(WebhookHandler(open, store, clock, metrics, [] {}), "believe anybody");
}

} // namespace
} // namespace paysync::ingest
