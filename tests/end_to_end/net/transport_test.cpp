// The transport against servers that answer well, badly, late or not at all.
#include "paysync/net/transport.hpp"

#include "paysync/net/gzip.hpp"
#include "paysync/runtime/task_group.hpp"
#include "raw_peer.hpp"
#include "running_lane.hpp"
#include "test_handler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::net {
namespace {

using base::Errc;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

const std::string ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

ServerSettings loopback() {
    ServerSettings made;
    made.address = "127.0.0.1";
    return made;
}

class TransportTest : public testing::Test {
protected:
    std::future<base::Result<Response>> begin(Transport& transport, unsigned short port, Request request,
                                              runtime::Duration patience = seconds{5}) {
        return lane_.start(
            transport.send({false, "127.0.0.1", port}, std::move(request), clock_.steady() + patience));
    }
    base::Result<Response> send(Transport& transport, unsigned short port, Request request,
                                runtime::Duration patience = seconds{5}) {
        return begin(transport, port, std::move(request), patience).get();
    }
    /// The error of a POST to a server that plays `script`.
    base::Error error_of_post(const ScriptedPeer::Script& script, runtime::Duration patience = seconds{5}) {
        ScriptedPeer peer{{script}};
        const auto transport = make_transport({}, clock_);
        const auto got = send(*transport, peer.port(), {"POST", "/", {}, "body"}, patience);
        EXPECT_FALSE(got);
        return got ? base::Error{} : got.error();
    }

    runtime::SystemClock clock_;
    TestHandler handler_{clock_};
    RunningLane lane_;
};

TEST_F(TransportTest, ReturnsAnAnswerWhateverItsStatus) {
    ScriptedPeer peer{{[](RawSocket& from) {
        from.read_until("\r\n\r\n");
        from.send("HTTP/1.1 503 Busy\r\nRetry-After: 7\r\nContent-Length: 4\r\n\r\nlate");
    }}};
    const auto transport = make_transport({}, clock_);

    const auto got = send(*transport, peer.port(), {"GET", "/", {}, ""});

    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->status, 503U);
    EXPECT_EQ(got->headers.find("retry-after"), "7");
    EXPECT_EQ(got->body, "late");
}

TEST_F(TransportTest, UnpacksGzip) {
    handler_.answer_headers.set("Content-Encoding", "gzip");
    handler_.answer_body = gzip(std::string(5000, 'a'));
    RunningServer server{lane_, loopback(), handler_, clock_};
    const auto transport = make_transport({}, clock_);

    const auto got = send(*transport, server.port(), {"GET", "/echo", {}, ""});

    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->body, std::string(5000, 'a'));
    EXPECT_FALSE(got->headers.find("Content-Encoding"));
}

TEST_F(TransportTest, LimitsWhatAnAnswerUnpacksTo) {
    handler_.answer_headers.set("Content-Encoding", "gzip");
    handler_.answer_body = gzip(std::string(1'000'000, 'a'));
    RunningServer server{lane_, loopback(), handler_, clock_};
    TransportSettings small;
    small.response_bytes_max = 10'000;
    const auto transport = make_transport(small, clock_);

    const auto got = send(*transport, server.port(), {"GET", "/echo", {}, ""});

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::unknown);
    EXPECT_THAT(got.error().detail, HasSubstr("more than 10000"));
}

TEST_F(TransportTest, TakesNoPackedAnswerThatIsNotWhole) {
    const std::string packed = gzip(std::string(5000, 'a'));
    for (const std::string& body : {packed.substr(0, packed.size() - 1), packed + "more", std::string("no gzip")}) {
        handler_.answer_headers.set("Content-Encoding", "gzip");
        handler_.answer_body = body;
        RunningServer server{lane_, loopback(), handler_, clock_};
        const auto transport = make_transport({}, clock_);

        const auto got = send(*transport, server.port(), {"GET", "/echo", {}, ""});

        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().code, Errc::unknown);
    }
}

TEST_F(TransportTest, TakesNoAnswerInACodingThatItDidNotAskFor) {
    handler_.answer_headers.set("Content-Encoding", "br");
    handler_.answer_body = "packed in some way";
    RunningServer server{lane_, loopback(), handler_, clock_};
    const auto transport = make_transport({}, clock_);

    const auto got = send(*transport, server.port(), {"GET", "/echo", {}, ""});

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::unknown);
    EXPECT_THAT(got.error().detail, HasSubstr("other than gzip"));
}

TEST_F(TransportTest, LimitsTheAnswer) {
    RunningServer server{lane_, loopback(), handler_, clock_};
    TransportSettings small;
    small.response_bytes_max = 999'999;
    const auto transport = make_transport(small, clock_);

    EXPECT_EQ(send(*transport, server.port(), {"GET", "/large", {}, ""}).error().code, Errc::unknown);
    EXPECT_TRUE(send(*transport, server.port(), {"GET", "/echo", {}, ""}));
}

TEST_F(TransportTest, SaysNotSentWhenNobodyListens) {
    unsigned short port = 0;
    {
        RunningServer server{lane_, loopback(), handler_, clock_};
        port = server.port();
    }
    const auto transport = make_transport({}, clock_);

    const auto got = send(*transport, port, {"POST", "/", {}, "x"});

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::not_sent);
    EXPECT_THAT(got.error().detail, HasSubstr("cannot connect to http://127.0.0.1:"));
}

TEST_F(TransportTest, SaysNotSentWhenTheNameIsUnknown) {
    const auto transport = make_transport({}, clock_);

    const auto got = lane_.run(transport->send({false, "no-such-host.invalid", 80}, {"POST", "/", {}, "x"},
                                               clock_.steady() + milliseconds{500}));

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::not_sent);
}

TEST_F(TransportTest, SaysUnknownWhenTheServerDiesBeforeItsAnswer) {
    EXPECT_EQ(error_of_post([](RawSocket& from) { from.read_until("body"); }).code, Errc::unknown);
}

TEST_F(TransportTest, SaysUnknownWhenTheServerDiesWithinItsAnswer) {
    const auto error = error_of_post([](RawSocket& from) {
        from.read_until("body");
        from.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
    });
    EXPECT_EQ(error.code, Errc::unknown);
}

TEST_F(TransportTest, SaysUnknownWhenTheServerResets) {
    const auto error = error_of_post([](RawSocket& from) {
        from.read_until("body");
        from.close_rudely();
    });
    EXPECT_EQ(error.code, Errc::unknown);
}

TEST_F(TransportTest, SaysUnknownWhenTheAnswerIsNoHttp) {
    const auto error = error_of_post([](RawSocket& from) {
        from.read_until("body");
        from.send("what?\r\n\r\n");
    });
    EXPECT_EQ(error.code, Errc::unknown);
}

TEST_F(TransportTest, SaysUnknownAtTheDeadline) {
    const auto before = clock_.steady();
    const auto error = error_of_post([](RawSocket& from) { from.read_to_end(); }, milliseconds{100});

    EXPECT_EQ(error.code, Errc::unknown);
    EXPECT_THAT(error.detail, HasSubstr("deadline"));
    EXPECT_LT(clock_.steady() - before, seconds{3});
}

TEST_F(TransportTest, SendsNothingAfterTheDeadline) {
    RunningServer server{lane_, loopback(), handler_, clock_};
    const auto transport = make_transport({}, clock_);

    const auto got = send(*transport, server.port(), {"POST", "/echo", {}, "x"}, -seconds{1});

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::not_sent);
    EXPECT_EQ(handler_.handled, 0);
}

TEST_F(TransportTest, SeesThatAPooledConnectionWasClosed) {
    ServerSettings hasty;
    hasty.address = "127.0.0.1";
    hasty.idle_timeout = milliseconds{50};
    RunningServer server{lane_, hasty, handler_, clock_};
    const auto transport = make_transport({}, clock_);
    ASSERT_TRUE(send(*transport, server.port(), {"POST", "/echo", {}, "1"}));
    std::this_thread::sleep_for(milliseconds{300});

    const auto got = send(*transport, server.port(), {"POST", "/echo", {}, "2"});

    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->body, "POST 2");
}

/// Answers one request, and takes the next one without an answer.
void go_stale(RawSocket& from) {
    from.read_until("\r\n\r\n");
    from.send(ok);
    from.read_until("\r\n\r\n");
}

TEST_F(TransportTest, RepeatsAGetThatMetAStaleConnection) {
    ScriptedPeer peer{{go_stale, [](RawSocket& from) {
                           from.read_until("\r\n\r\n");
                           from.send(ok);
                       }}};
    const auto transport = make_transport({}, clock_);
    ASSERT_TRUE(send(*transport, peer.port(), {"GET", "/", {}, ""}));

    const auto got = send(*transport, peer.port(), {"GET", "/", {}, ""});

    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->body, "ok");
}

TEST_F(TransportTest, DoesNotRepeatAPost) {
    ScriptedPeer peer{{go_stale}};
    const auto transport = make_transport({}, clock_);
    ASSERT_TRUE(send(*transport, peer.port(), {"GET", "/", {}, ""}));

    EXPECT_EQ(send(*transport, peer.port(), {"POST", "/", {}, ""}).error().code, Errc::unknown);
}

TEST_F(TransportTest, DoesNotRepeatAGetOnAFreshConnection) {
    ScriptedPeer peer{{[](RawSocket& from) { from.read_until("\r\n\r\n"); }}};
    const auto transport = make_transport({}, clock_);

    EXPECT_EQ(send(*transport, peer.port(), {"GET", "/", {}, ""}).error().code, Errc::unknown);
}

TEST_F(TransportTest, ReadsAnAnswerThatEndsWithTheConnectionAndPassesOverInterimOnes) {
    ScriptedPeer peer{{[](RawSocket& from) {
        from.read_until("\r\n\r\n");
        from.send("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n\r\nto the ");
        from.send("end");
    }}};
    const auto transport = make_transport({}, clock_);

    const auto got = send(*transport, peer.port(), {"GET", "/", {}, ""});

    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->body, "to the end");
}

TEST_F(TransportTest, KeepsToItsConnectionsPerOrigin) {
    RunningServer server{lane_, loopback(), handler_, clock_};
    TransportSettings two;
    two.connections_per_origin_max = 2;
    const auto transport = make_transport(two, clock_);
    auto first = begin(*transport, server.port(), {"GET", "/slow", {}, ""});
    auto second = begin(*transport, server.port(), {"GET", "/slow", {}, ""});
    while (handler_.busy < 2) std::this_thread::sleep_for(milliseconds{1});

    const auto impatient = send(*transport, server.port(), {"GET", "/echo", {}, ""}, milliseconds{50});
    auto patient = begin(*transport, server.port(), {"GET", "/echo", {}, ""});
    ASSERT_FALSE(impatient);
    EXPECT_EQ(impatient.error().code, Errc::not_sent);
    EXPECT_EQ(handler_.handled, 2);
    handler_.released = true;

    EXPECT_TRUE(first.get());
    EXPECT_TRUE(second.get());
    EXPECT_TRUE(patient.get());
    EXPECT_EQ(server.open(), 2);
}

TEST_F(TransportTest, ACancelledRequestSaysSoAndGivesItsPlaceBack) {
    RunningServer server{lane_, loopback(), handler_, clock_};
    TransportSettings one;
    one.connections_per_origin_max = 1;
    const auto transport = make_transport(one, clock_);
    std::vector<Errc> ended;
    runtime::TaskGroup tasks{lane_.lane()};
    auto ask = [](Transport& over, unsigned short port, runtime::SteadyTime deadline,
                  std::vector<Errc>& to) -> runtime::Task<> {
        Request request{"POST", "/slow", {}, ""};
        const Origin origin{false, "127.0.0.1", port};
        const auto got = co_await over.send(origin, std::move(request), deadline);
        to.push_back(got ? Errc::internal : got.error().code);
    };
    const auto deadline = clock_.steady() + seconds{5};
    auto start = [&] { return ask(*transport, server.port(), deadline, ended); };
    lane_.call([&] {
        tasks.spawn("sent", start);
        tasks.spawn("waiting in line", start);
    });
    while (handler_.busy < 1) std::this_thread::sleep_for(milliseconds{1});

    lane_.call([&] { tasks.cancel(); });
    lane_.run(tasks.join());

    EXPECT_EQ(ended, (std::vector{Errc::canceled, Errc::canceled}));
    EXPECT_TRUE(send(*transport, server.port(), {"GET", "/echo", {}, ""}));
    handler_.released = true;
}

TEST_F(TransportTest, MayDieWhileARequestIsUnderWay) {
    RunningServer server{lane_, loopback(), handler_, clock_};
    auto transport = make_transport({}, clock_);
    auto slow = begin(*transport, server.port(), {"GET", "/slow", {}, ""});
    while (handler_.busy < 1) std::this_thread::sleep_for(milliseconds{1});

    lane_.call([&] { transport.reset(); });
    handler_.released = true;

    EXPECT_TRUE(slow.get());
}

} // namespace
} // namespace paysync::net
