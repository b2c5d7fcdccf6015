// The way out through an HTTP proxy.
#include "net_bench.hpp"
#include "paysync/runtime/task_group.hpp"
#include "raw_peer.hpp"
#include "support/connect_proxy.hpp"

#include <gmock/gmock.h>

namespace paysync::net {
namespace {

using base::Errc;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using tests::ConnectProxy;
using tests::ConnectProxySettings;

// printf 'us:pass word' | base64
constexpr const char* authorization = "Basic dXM6cGFzcyB3b3Jk";

class ProxyTest : public NetTest {
protected:
    TransportSettings through(const ConnectProxy& proxy) {
        TransportSettings made = trusting();
        made.proxy = parse_proxy(proxy.url()).value();
        return made;
    }
    /// The error of a POST whose CONNECT is answered with `answer`.
    base::Error error_of_answer(const std::string& answer) {
        ConnectProxy proxy;
        proxy.answer_with(answer);
        const base::Error error = error_of_post(through(proxy), acme_);
        EXPECT_THAT(error.detail, HasSubstr(proxy.url())) << "who refused";
        EXPECT_THAT(error.detail, HasSubstr("acme.test:443"));
        return error;
    }

    const Origin acme_{true, "acme.test", 443};
};

TEST_F(ProxyTest, CarriesManyRequestsThroughOneTunnel) {
    RunningServer server = started(secure({"127.0.0.1"}));
    ConnectProxy proxy;
    const auto transport = make_transport(through(proxy), clock_);

    for (int i = 0; i < 20; ++i) ASSERT_TRUE(get(*transport, {true, "127.0.0.1", server.port()}));

    EXPECT_THAT(proxy.targets(), ElementsAre("127.0.0.1:" + std::to_string(server.port())));
    EXPECT_EQ(proxy.connections(), 1U);
    EXPECT_EQ(server.open(), 1);
}

TEST_F(ProxyTest, LeavesTheLookUpOfTheHostToTheProxy) {
    RunningServer server = started(secure({"acme.test"}));
    ConnectProxy proxy{{{}, {}, {}, {{"acme.test:443", server.port()}}}};
    const auto transport = make_transport(through(proxy), clock_);

    const auto got = get(*transport, acme_);

    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_THAT(proxy.heads(),
                ElementsAre(AllOf(HasSubstr("CONNECT acme.test:443 HTTP/1.1\r\n"),
                                  HasSubstr("Host: acme.test:443\r\n"), Not(HasSubstr("Proxy-Authorization")))));
}

TEST_F(ProxyTest, OpensATunnelForEachOriginAndKeepsBoth) {
    RunningServer one = started(secure({"127.0.0.1"}));
    RunningServer other = started(secure({"127.0.0.1"}));
    ConnectProxy proxy;
    const auto transport = make_transport(through(proxy), clock_);

    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(get(*transport, {true, "127.0.0.1", one.port()}));
        ASSERT_TRUE(get(*transport, {true, "127.0.0.1", other.port()}));
    }

    EXPECT_EQ(proxy.tunnels(), 2U);
}

TEST_F(ProxyTest, ShowsItsCredentialsToTheProxyAndToNobodyElse) {
    RunningServer server = started(secure({"127.0.0.1"}));
    ConnectProxy proxy{{{}, {}, authorization, {}}};
    TransportSettings settings = through(proxy);
    settings.proxy->username = "us";
    settings.proxy->password = base::Secret{"pass word"};
    const auto transport = make_transport(settings, clock_);

    const auto got = get(*transport, {true, "127.0.0.1", server.port()});

    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(proxy.tunnels(), 1U);
}

TEST_F(ProxyTest, SaysNotSentWhenTheProxyWantsOtherCredentials) {
    ConnectProxy proxy{{{}, {}, authorization, {}}};
    TransportSettings settings = through(proxy);
    const base::Error none = error_of_post(settings, acme_);
    EXPECT_EQ(none.code, Errc::not_sent);
    EXPECT_THAT(none.detail, AllOf(HasSubstr(proxy.url()), HasSubstr("407"), HasSubstr("give the proxy's username")));

    settings.proxy->username = "us";
    settings.proxy->password = base::Secret{"hunter2"};
    const base::Error wrong = error_of_post(settings, acme_);
    EXPECT_EQ(wrong.code, Errc::not_sent);
    EXPECT_THAT(wrong.detail, AllOf(HasSubstr("407"), HasSubstr("does not accept"), Not(HasSubstr("hunter2"))));
}

TEST_F(ProxyTest, SaysNotSentWhateverTheProxyRefusesWith) {
    for (const std::string status : {"403 Forbidden", "502 Bad Gateway", "503 Busy", "405 What?", "302 Found"}) {
        const base::Error error = error_of_answer("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n");
        EXPECT_EQ(error.code, Errc::not_sent) << status;
        EXPECT_THAT(error.detail, HasSubstr("with " + status.substr(0, 3)));
    }
}

TEST_F(ProxyTest, SaysNotSentWhenTheAnswerIsNoneOfAProxy) {
    for (const std::string& answer :
         {std::string("SSH-2.0-OpenSSH\r\n\r\n"), "HTTP/1.1 200 OK\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n",
          std::string("HTTP/1.1 200 OK\r\n\r\nand more"), std::string("HTTP/1.1 200 O")}) {
        const base::Error error = error_of_answer(answer);
        EXPECT_EQ(error.code, Errc::not_sent) << answer.substr(0, 30);
        EXPECT_THAT(error.detail, HasSubstr("opened no tunnel"));
    }
}

TEST_F(ProxyTest, GivesUpOnAProxyThatStalls) {
    ConnectProxy proxy;
    proxy.stall();
    TransportSettings hasty = through(proxy);
    hasty.connect_timeout = milliseconds{100};
    const auto before = clock_.steady();

    const base::Error by_phase = error_of_post(hasty, acme_);
    const base::Error by_deadline = error_of_post(through(proxy), acme_, milliseconds{100});

    for (const base::Error& error : {by_phase, by_deadline}) {
        EXPECT_EQ(error.code, Errc::not_sent);
        EXPECT_THAT(error.detail, AllOf(HasSubstr(proxy.url()), HasSubstr("did not answer in time")));
    }
    EXPECT_LT(clock_.steady() - before, seconds{5});
}

TEST_F(ProxyTest, SaysNotSentWhenNoProxyListens) {
    TransportSettings settings = trusting();
    {
        const ConnectProxy gone;
        settings = through(gone);
    }
    const base::Error error = error_of_post(settings, acme_);

    EXPECT_EQ(error.code, Errc::not_sent);
    EXPECT_THAT(error.detail,
                AllOf(HasSubstr("cannot connect to the proxy http://127.0.0.1:"), HasSubstr("refused")));
}

TEST_F(ProxyTest, GoesPastTheProxyWhereItIsTold) {
    RunningServer server = started(secure({"127.0.0.1"}));
    ConnectProxy proxy;
    TransportSettings settings = through(proxy);
    settings.proxy->no_proxy = {"127.0.0.0/8"};
    const auto transport = make_transport(settings, clock_);

    ASSERT_TRUE(get(*transport, {true, "127.0.0.1", server.port()}));

    EXPECT_EQ(proxy.connections(), 0U);
}

TEST_F(ProxyTest, VerifiesTheOriginThroughTheTunnel) {
    RunningServer server = started(secure({"other.test"}));
    ConnectProxy proxy{{{}, {}, {}, {{"acme.test:443", server.port()}}}};

    const base::Error error = error_of_post(through(proxy), acme_);

    EXPECT_EQ(error.code, Errc::not_sent);
    EXPECT_THAT(error.detail, HasSubstr("no TLS with https://acme.test: its certificate is for other.test"));
    EXPECT_EQ(proxy.tunnels(), 1U);
}

TEST_F(ProxyTest, SpeaksTlsToAProxyThatWantsIt) {
    RunningServer server = started(secure({"acme.test"}));
    const IdentityFiles own = identities_.made("proxy", {"127.0.0.1"});
    ConnectProxy proxy{{own.certificate_file, own.key_file, authorization, {{"acme.test:443", server.port()}}}};
    TransportSettings settings = through(proxy);
    settings.proxy->username = "us";
    settings.proxy->password = base::Secret{"pass word"};

    const base::Error untrusted = error_of_post(settings, acme_);
    EXPECT_EQ(untrusted.code, Errc::not_sent);
    EXPECT_THAT(untrusted.detail, HasSubstr("no TLS with the proxy " + proxy.url() + ": its certificate was issued"));
    EXPECT_EQ(proxy.heads().size(), 0U) << "no credentials to who may be anybody";

    settings.extra_ca_file = own.certificate_file;
    const auto transport = make_transport(settings, clock_);
    for (int i = 0; i < 3; ++i) {
        const auto got = begin(*transport, acme_, {"POST", "/echo", {}, std::string(200'000, 'x')}).get();
        ASSERT_TRUE(got) << got.error().detail;
        EXPECT_EQ(got->body.size(), 200'005U);
    }
    EXPECT_EQ(proxy.tunnels(), 1U);
}

TEST_F(ProxyTest, OpensANewTunnelWhenTheProxyCutTheOld) {
    RunningServer server = started(secure({"127.0.0.1"}));
    ConnectProxy proxy;
    const auto transport = make_transport(through(proxy), clock_);
    const Origin origin{true, "127.0.0.1", server.port()};
    ASSERT_TRUE(get(*transport, origin));

    proxy.cut();
    while (server.open() > 0) std::this_thread::sleep_for(milliseconds{1});
    const auto got = get(*transport, origin);

    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(proxy.tunnels(), 2U);
}

TEST_F(ProxyTest, SaysUnknownWhenTheTunnelBreaksDuringARequest) {
    RunningServer server = started(secure({"127.0.0.1"}));
    ConnectProxy proxy;
    const auto transport = make_transport(through(proxy), clock_);
    auto slow = begin(*transport, {true, "127.0.0.1", server.port()}, {"POST", "/slow", {}, "x"});
    while (handler_.busy < 1) std::this_thread::sleep_for(milliseconds{1});

    proxy.cut();
    const auto got = slow.get();
    handler_.released = true;

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::unknown);
}

TEST_F(ProxyTest, StopsWhileItWaitsForTheProxyWhenTold) {
    ConnectProxy proxy;
    proxy.stall();
    const auto transport = make_transport(through(proxy), clock_);
    std::vector<Errc> ended;
    runtime::TaskGroup tasks{lane_.lane()};
    auto ask = [](Transport& over, Origin origin, runtime::SteadyTime deadline,
                  std::vector<Errc>& to) -> runtime::Task<> {
        Request request{"POST", "/", {}, "x"};
        const auto got = co_await over.send(origin, std::move(request), deadline);
        to.push_back(got ? Errc::internal : got.error().code);
    };
    const auto deadline = clock_.steady() + seconds{10};
    auto start = [&] { return ask(*transport, acme_, deadline, ended); };
    lane_.call([&] { tasks.spawn("stalled", start); });
    while (proxy.targets().empty()) std::this_thread::sleep_for(milliseconds{1});

    lane_.call([&] { tasks.cancel(); });
    lane_.run(tasks.join());

    EXPECT_THAT(ended, ElementsAre(Errc::canceled));
}

TEST_F(ProxyTest, AsksTheProxyForPlainOriginsInAbsoluteForm) {
    std::string head;
    ScriptedPeer peer{{[&](RawSocket& from) {
        head = from.read_until("\r\n\r\n");
        from.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    }}};
    TransportSettings settings;
    settings.proxy = parse_proxy("http://us:pass%20word@127.0.0.1:" + std::to_string(peer.port())).value();
    const auto transport = make_transport(settings, clock_);

    const auto got = get(*transport, {false, "plain.test", 80});

    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->body, "ok");
    EXPECT_THAT(head, AllOf(HasSubstr("GET http://plain.test/echo HTTP/1.1\r\n"), HasSubstr("Host: plain.test\r\n"),
                            HasSubstr(std::string("Proxy-Authorization: ") + authorization + "\r\n")));
}

TEST_F(ProxyTest, SaysNotSentWhenTheProxyWantsCredentialsForAPlainOrigin) {
    ScriptedPeer peer{{[&](RawSocket& from) {
        from.read_until("\r\n\r\nx");
        from.send("HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno");
    }}};
    TransportSettings settings;
    settings.proxy = parse_proxy("http://127.0.0.1:" + std::to_string(peer.port())).value();

    const base::Error error = error_of_post(settings, {false, "plain.test", 80});

    EXPECT_EQ(error.code, Errc::not_sent);
    EXPECT_THAT(error.detail, AllOf(HasSubstr("407"), HasSubstr("give the proxy's username")));
}

} // namespace
} // namespace paysync::net
