// The server against raw sockets: what it answers, what it refuses, how it ends.
#include "raw_peer.hpp"
#include "running_lane.hpp"
#include "test_handler.hpp"

#include "paysync/base/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <thread>

namespace paysync::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

ServerSettings settings() {
    ServerSettings made;
    made.address = "127.0.0.1";
    made.body_bytes_max = 10'000;
    made.header_bytes_max = 2'000;
    return made;
}

bool eventually(const std::function<bool()>& condition) {
    for (int i = 0; i < 2000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(milliseconds{5});
    }
    return false;
}

class ServerTest : public testing::Test {
protected:
    RunningServer started(ServerSettings with) { return RunningServer{lane_, std::move(with), handler_, clock_}; }

    std::string answer_to(const RunningServer& server, std::string_view request) {
        RawSocket client = RawSocket::connected(server.port());
        client.send(request);
        std::string got = client.read_to_end();
        EXPECT_FALSE(client.reset());
        return got;
    }

    runtime::SystemClock clock_;
    TestHandler handler_{clock_};
    RunningLane lane_;
};

const std::string get = "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string last_get = "GET /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

TEST_F(ServerTest, AnswersAndClosesWhenAsked) {
    RunningServer server = started(settings());

    const std::string got =
        answer_to(server, "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");

    EXPECT_THAT(got, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(got, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(got, EndsWith("\r\n\r\nPOST hello"));
}

TEST_F(ServerTest, AnswersPipelinedRequestsInTheirOrder) {
    RunningServer server = started(settings());
    const std::string chunked =
        "PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\none\r\n0\r\n\r\n";

    const std::string got = answer_to(server, get + chunked + last_get);

    EXPECT_EQ(handler_.handled, 3);
    const auto put = got.find("PUT one");
    ASSERT_NE(put, std::string::npos) << got;
    EXPECT_THAT(got.substr(0, put), HasSubstr("GET "));
    EXPECT_THAT(got.substr(put), EndsWith("\r\n\r\nGET "));
}

TEST_F(ServerTest, ReadsAChunkedEndThatComesInSingleBytes) {
    RunningServer server = started(settings());
    RawSocket client = RawSocket::connected(server.port());

    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (const char c : std::string("0\r\n\r\n")) {
        client.send({&c, 1});
        std::this_thread::sleep_for(milliseconds{20});
    }

    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, AnswersHeadWithoutABody) {
    RunningServer server = started(settings());

    const std::string got = answer_to(server, "HEAD /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

    EXPECT_THAT(got, HasSubstr("\r\nContent-Length: 5\r\n"));
    EXPECT_THAT(got, EndsWith("\r\n\r\n"));
}

TEST_F(ServerTest, ClosesAfterAnAnswerToHttp10) {
    RunningServer server = started(settings());

    EXPECT_THAT(answer_to(server, "GET /echo HTTP/1.0\r\n\r\n"), EndsWith("\r\n\r\nGET "));
}

TEST_F(ServerTest, InvitesABodyThatWaitsForA100) {
    RunningServer server = started(settings());
    RawSocket client = RawSocket::connected(server.port());

    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");

    EXPECT_THAT(client.read_to_end(), EndsWith("POST ok"));
}

TEST_F(ServerTest, ScreensBeforeItInvitesTheBody) {
    RunningServer server = started(settings());

    const std::string got = answer_to(
        server, "POST /unknown HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 9000\r\n\r\n");

    EXPECT_THAT(got, StartsWith("HTTP/1.1 404 "));
    EXPECT_EQ(handler_.handled, 0);
}

TEST_F(ServerTest, RefusesWhatIsMalformed) {
    RunningServer server = started(settings());

    const std::string got = answer_to(server, "nonsense\r\n\r\n");

    EXPECT_THAT(got, StartsWith("HTTP/1.1 400 "));
    EXPECT_THAT(got, HasSubstr("\"error\":\"malformed\""));
    EXPECT_EQ(server.refused("malformed"), 1);
    EXPECT_EQ(handler_.handled, 0);
}

TEST_F(ServerTest, RefusesAHeadThatIsTooSlow) {
    ServerSettings hasty = settings();
    hasty.header_timeout = milliseconds{80};
    RunningServer server = started(hasty);

    EXPECT_THAT(answer_to(server, "GET /echo HTTP/1.1\r\nHost:"), StartsWith("HTTP/1.1 408 "));
    EXPECT_EQ(server.refused("head_too_slow"), 1);
}

TEST_F(ServerTest, DoesNotLetADrippingPeerRenewItsTime) {
    ServerSettings hasty = settings();
    hasty.header_timeout = milliseconds{100};
    RunningServer server = started(hasty);
    RawSocket client = RawSocket::connected(server.port());

    client.send("GET /echo HTTP/1.1\r\nX: ");
    int sent = 0;
    while (sent < 400 && server.refused("head_too_slow") == 0 && client.send("x")) {
        ++sent;
        std::this_thread::sleep_for(milliseconds{5});
    }

    EXPECT_LT(sent, 400);
    EXPECT_EQ(server.refused("head_too_slow"), 1);
}

TEST_F(ServerTest, RefusesABodyThatIsTooSlow) {
    ServerSettings hasty = settings();
    hasty.body_timeout = milliseconds{80};
    RunningServer server = started(hasty);

    const std::string got = answer_to(server, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhel");

    EXPECT_THAT(got, StartsWith("HTTP/1.1 408 "));
    EXPECT_EQ(server.refused("body_too_slow"), 1);
    EXPECT_EQ(handler_.handled, 0);
}

TEST_F(ServerTest, RefusesALongBodyBeforeReadingIt) {
    RunningServer server = started(settings());

    const std::string got = answer_to(server, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10001\r\n\r\n");

    EXPECT_THAT(got, StartsWith("HTTP/1.1 413 "));
    EXPECT_EQ(server.refused("body_too_large"), 1);
}

TEST_F(ServerTest, LetsAClientThatSendsOnReadTheRefusal) {
    RunningServer server = started(settings());
    RawSocket client = RawSocket::connected(server.port());

    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
    for (int i = 0; i < 20; ++i) {
        EXPECT_TRUE(client.send(std::string(10'000, 'x')));
        std::this_thread::sleep_for(milliseconds{2});
    }

    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 413 "));
    EXPECT_FALSE(client.reset());
}

TEST_F(ServerTest, RefusesAChunkedBodyThatGrowsTooLong) {
    RunningServer server = started(settings());
    RawSocket client = RawSocket::connected(server.port());
    const std::string chunk = "fa0\r\n" + std::string(4000, 'x') + "\r\n";

    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (int i = 0; i < 3; ++i) client.send(chunk);

    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 413 "));
    EXPECT_EQ(handler_.handled, 0);
}

TEST_F(ServerTest, RefusesALongHead) {
    RunningServer server = started(settings());

    const std::string got =
        answer_to(server, "GET /echo HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'x') + "\r\n\r\n");

    EXPECT_THAT(got, StartsWith("HTTP/1.1 431 "));
    EXPECT_EQ(server.refused("head_too_large"), 1);
}

TEST_F(ServerTest, ClosesAnIdleConnectionInSilence) {
    ServerSettings hasty = settings();
    hasty.idle_timeout = milliseconds{80};
    RunningServer server = started(hasty);

    EXPECT_THAT(answer_to(server, ""), IsEmpty());
    EXPECT_THAT(answer_to(server, get), EndsWith("GET "));
}

TEST_F(ServerTest, RefusesTheNewestConnectionOverTheLimit) {
    ServerSettings small = settings();
    small.connections_max = 2;
    RunningServer server = started(small);
    RawSocket one = RawSocket::connected(server.port());
    {
        const RawSocket two = RawSocket::connected(server.port());
        ASSERT_TRUE(eventually([&] { return server.open() == 2; }));

        RawSocket three = RawSocket::connected(server.port());
        EXPECT_THAT(three.read_to_end(), IsEmpty());
        EXPECT_EQ(server.metrics().value("paysync_connections_refused_total", {{"server", "http"}}), 1);
    }
    ASSERT_TRUE(eventually([&] { return server.open() == 1; }));
    EXPECT_THAT(answer_to(server, last_get), StartsWith("HTTP/1.1 200"));
    one.send(last_get);
    EXPECT_THAT(one.read_to_end(), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, GoesOnAcceptingWhenDescriptorsHadRunOut) {
    RunningServer server = started(settings());
    ASSERT_THAT(answer_to(server, last_get), StartsWith("HTTP/1.1 200"));
    ASSERT_TRUE(eventually([&] { return server.open() == 0; }));
    // The client takes the lowest free descriptor; the limit leaves the server none.
    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &before), 0);
    const int client_descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    rlimit none = before;
    none.rlim_cur = static_cast<rlim_t>(client_descriptor) + 1;
    ::close(client_descriptor);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &none), 0);

    RawSocket client = RawSocket::connected(server.port());
    client.send(last_get);
    std::this_thread::sleep_for(milliseconds{150});
    const double open_meanwhile = server.open();
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &before), 0);

    EXPECT_EQ(open_meanwhile, 0);
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, TurnsAnExceptionIntoA500WithoutItsText) {
    RunningServer server = started(settings());
    for (const char* path : {"/throw", "/throw-early"}) {
        const std::string got =
            answer_to(server, std::string("GET ") + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        EXPECT_THAT(got, StartsWith("HTTP/1.1 500 "));
        const auto body = base::Json::parse(got.substr(got.find("\r\n\r\n") + 4));
        EXPECT_THAT(body["correlation_id"].get<std::string>(), Not(IsEmpty()));
        EXPECT_THAT(got, Not(HasSubstr("secret")));
    }
}

TEST_F(ServerTest, ClosesWithoutAnAnswerAtStatusZero) {
    RunningServer server = started(settings());

    EXPECT_THAT(answer_to(server, "GET /silent HTTP/1.1\r\nHost: a\r\n\r\n"), IsEmpty());
    EXPECT_EQ(handler_.handled, 1);
}

TEST_F(ServerTest, CutsAPeerThatDoesNotReadItsAnswer) {
    ServerSettings hasty = settings();
    hasty.write_timeout = milliseconds{100};
    RunningServer server = started(hasty);
    RawSocket client = RawSocket::connected(server.port());

    std::string many;
    for (int i = 0; i < 20; ++i) many += "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send(many);

    EXPECT_TRUE(eventually([&] { return handler_.handled > 0 && server.open() == 0; }));
}

TEST_F(ServerTest, AnswersWhatIsInFlightWhenItStops) {
    RunningServer server = started(settings());
    RawSocket idle = RawSocket::connected(server.port());
    RawSocket busy = RawSocket::connected(server.port());
    busy.send("POST /slow HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok");
    ASSERT_TRUE(eventually([&] { return handler_.busy == 1 && server.open() == 2; }));

    server.begin_stop();
    EXPECT_THAT(idle.read_to_end(), IsEmpty());
    handler_.released = true;

    const std::string got = busy.read_to_end();
    EXPECT_THAT(got, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(got, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_THAT(got, EndsWith("POST ok"));
    const auto before = clock_.steady();
    server.stop(seconds{5});
    EXPECT_LT(clock_.steady() - before, seconds{3});
}

TEST_F(ServerTest, CutsWhatHasNotEndedAtTheDeadline) {
    RunningServer server = started(settings());
    RawSocket busy = RawSocket::connected(server.port());
    busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    RawSocket half = RawSocket::connected(server.port());
    half.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
    ASSERT_TRUE(eventually([&] { return handler_.busy == 1 && server.open() == 2; }));

    server.stop(milliseconds{100});

    EXPECT_THAT(busy.read_to_end(), IsEmpty());
    EXPECT_THAT(half.read_to_end(), IsEmpty());
    EXPECT_EQ(handler_.busy, 0);
}

TEST_F(ServerTest, ListensOnIpv6) {
    ServerSettings six = settings();
    six.address = "::1";
    if (::access("/proc/net/if_inet6", R_OK) != 0) GTEST_SKIP() << "this machine has no IPv6";
    RunningServer server = started(six);
    RawSocket client = RawSocket::connected(server.port(), "::1");

    client.send(last_get);

    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, ListensOnBothFamiliesAtTheUnspecifiedIpv6Address) {
    ServerSettings both = settings();
    both.address = "::";
    if (::access("/proc/net/if_inet6", R_OK) != 0) GTEST_SKIP() << "this machine has no IPv6";
    RunningServer server = started(both);

    EXPECT_THAT(answer_to(server, last_get), StartsWith("HTTP/1.1 200"));
}

TEST_F(ServerTest, SaysWhyItCannotListen) {
    RunningServer server = started(settings());
    ServerSettings taken = settings();
    taken.name = "webhooks";
    taken.port = server.port();
    base::Metrics metrics;
    try {
        start_server(lane_.lane(), taken, handler_, clock_, metrics);
        ADD_FAILURE() << "two servers on one port";
    } catch (const std::runtime_error& failure) {
        EXPECT_THAT(failure.what(), HasSubstr("the webhooks server cannot listen on 127.0.0.1 port "));
    }
    taken.address = "localhost";
    EXPECT_THROW(start_server(lane_.lane(), taken, handler_, clock_, metrics), std::runtime_error);
}

} // namespace
} // namespace paysync::net
