// TLS from both sides: who is trusted, which versions, and new certificates while running.
#include "paysync/net/transport.hpp"
#include "raw_peer.hpp"
#include "running_lane.hpp"
#include "test_handler.hpp"
#include "test_identity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <openssl/ssl.h>

#include <fstream>

namespace paysync::net {
namespace {

using base::Errc;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;

class TlsTest : public testing::Test {
protected:
    static ServerSettings settings(const IdentityFiles& files) {
        ServerSettings made;
        made.address = "127.0.0.1";
        made.certificate_file = files.certificate_file;
        made.key_file = files.key_file;
        return made;
    }
    RunningServer started(ServerSettings with) { return RunningServer{lane_, std::move(with), handler_, clock_}; }

    std::unique_ptr<Transport> trusting(const std::string& ca_file) {
        TransportSettings made;
        made.ca_file = ca_file;
        return make_transport(made, clock_);
    }
    base::Result<Response> get(Transport& transport, const RunningServer& server,
                               const std::string& host = "127.0.0.1") {
        return lane_.run(
            transport.send({true, host, server.port()}, {"GET", "/echo", {}, ""}, clock_.steady() + seconds{5}));
    }

    runtime::SystemClock clock_;
    TestHandler handler_{clock_};
    TestIdentities identities_;
    RunningLane lane_; // last of these: its thread ends first
};

TEST_F(TlsTest, CarriesAThousandRequestsOverOneConnection) {
    const IdentityFiles files = identities_.made("server", {"localhost", "127.0.0.1"});
    RunningServer server = started(settings(files));
    const auto transport = trusting(files.certificate_file);

    auto all = [](Transport& over, unsigned short port, runtime::SteadyTime deadline) -> runtime::Task<int> {
        int right = 0;
        for (int i = 0; i < 1000; ++i) {
            Request request{"POST", "/echo", {}, std::to_string(i)};
            const Origin origin{true, "127.0.0.1", port};
            const auto got = co_await over.send(origin, std::move(request), deadline);
            if (got && got->status == 200 && got->body == "POST " + std::to_string(i)) ++right;
        }
        co_return right;
    };
    EXPECT_EQ(lane_.run(all(*transport, server.port(), clock_.steady() + seconds{60})), 1000);

    EXPECT_EQ(server.open(), 1);
}

TEST_F(TlsTest, VerifiesADnsName) {
    const IdentityFiles files = identities_.made("server", {"localhost"});
    RunningServer server = started(settings(files));
    const auto transport = trusting(files.certificate_file);

    EXPECT_TRUE(get(*transport, server, "localhost"));

    const auto by_address = get(*transport, server, "127.0.0.1");
    ASSERT_FALSE(by_address);
    EXPECT_EQ(by_address.error().code, Errc::not_sent);
    EXPECT_THAT(by_address.error().detail, HasSubstr("its certificate is for localhost, not for 127.0.0.1"));
    EXPECT_EQ(handler_.handled, 1);
}

TEST_F(TlsTest, SendsNothingToACertificateOfAnotherName) {
    const IdentityFiles files = identities_.made("server", {"other.example"});
    RunningServer server = started(settings(files));
    const auto transport = trusting(files.certificate_file);

    const auto got = get(*transport, server, "localhost");

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::not_sent);
    EXPECT_EQ(handler_.handled, 0);
}

TEST_F(TlsTest, SendsNothingToACertificateOfAnotherAuthority) {
    const IdentityFiles files = identities_.made("server", {"127.0.0.1"});
    const IdentityFiles trusted = identities_.made("trusted", {"127.0.0.1"});
    RunningServer server = started(settings(files));

    for (const std::string& ca_file : {trusted.certificate_file, std::string{}}) {
        const auto transport = trusting(ca_file);
        const auto got = get(*transport, server);
        ASSERT_FALSE(got);
        EXPECT_EQ(got.error().code, Errc::not_sent);
        EXPECT_THAT(got.error().detail, HasSubstr("was issued by CN=127.0.0.1, which is not trusted here"));
    }
    EXPECT_EQ(handler_.handled, 0);
}

TEST_F(TlsTest, SendsNothingToACertificateThatHasExpired) {
    const IdentityFiles files = identities_.made("server", {"127.0.0.1"}, 0);
    RunningServer server = started(settings(files));
    const auto transport = trusting(files.certificate_file);

    const auto got = get(*transport, server);

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::not_sent);
    EXPECT_THAT(got.error().detail, HasSubstr("expired"));
}

TEST_F(TlsTest, SpeaksTls12And13AndNothingOlder) {
    RunningServer server = started(settings(identities_.made("server", {"127.0.0.1"})));

    EXPECT_TRUE(tls_handshake_succeeds(server.port(), TLS1_3_VERSION));
    EXPECT_TRUE(tls_handshake_succeeds(server.port(), TLS1_2_VERSION));
    EXPECT_FALSE(tls_handshake_succeeds(server.port(), TLS1_1_VERSION));
}

TEST_F(TlsTest, CutsAPeerThatDoesNotShakeHands) {
    ServerSettings hasty = settings(identities_.made("server", {"127.0.0.1"}));
    hasty.handshake_timeout = milliseconds{80};
    RunningServer server = started(hasty);

    RawSocket silent = RawSocket::connected(server.port());
    EXPECT_THAT(silent.read_to_end(), IsEmpty());
    RawSocket plain = RawSocket::connected(server.port());
    plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    plain.read_to_end();

    EXPECT_EQ(server.refused("handshake"), 2);
}

TEST_F(TlsTest, GivesUpOnAServerThatDoesNotShakeHands) {
    ScriptedPeer peer{{[](RawSocket& from) { from.read_to_end(); }}};
    TransportSettings hasty;
    hasty.tls_timeout = milliseconds{80};
    const auto transport = make_transport(hasty, clock_);

    const auto got = lane_.run(
        transport->send({true, "127.0.0.1", peer.port()}, {"POST", "/", {}, "x"}, clock_.steady() + seconds{5}));

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::not_sent);
}

TEST_F(TlsTest, RefusesALargeBodySoThatTheClientCanReadWhy) {
    const IdentityFiles files = identities_.made("server", {"127.0.0.1"});
    ServerSettings small = settings(files);
    small.body_bytes_max = 1000;
    RunningServer server = started(small);
    const auto transport = trusting(files.certificate_file);

    const auto got =
        lane_.run(transport->send({true, "127.0.0.1", server.port()},
                                  {"POST", "/echo", {}, std::string(150'000, 'x')}, clock_.steady() + seconds{5}));

    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_EQ(got->status, 413U);
}

TEST_F(TlsTest, UsesANewCertificateAfterAReload) {
    const IdentityFiles old_files = identities_.made("server", {"127.0.0.1"});
    RunningServer server = started(settings(old_files));
    const auto trusting_old = trusting(old_files.certificate_file);
    ASSERT_TRUE(get(*trusting_old, server));

    const IdentityFiles new_files = identities_.made("server", {"127.0.0.1"}); // the same paths
    EXPECT_TRUE(lane_.call([&] { return (*server).reload_certificate(); }));

    EXPECT_TRUE(get(*trusting_old, server)) << "the connection that is open goes on";
    EXPECT_TRUE(get(*trusting(new_files.certificate_file), server));
    EXPECT_EQ(server.open() >= 1, true);
}

TEST_F(TlsTest, KeepsTheOldCertificateWhenTheNewOneCannotBeUsed) {
    const IdentityFiles files = identities_.made("server", {"127.0.0.1"});
    RunningServer server = started(settings(files));
    const auto transport = trusting(files.certificate_file);
    std::ofstream(files.certificate_file) << "half a certif";

    const auto reloaded = lane_.call([&] { return (*server).reload_certificate(); });

    ASSERT_FALSE(reloaded);
    EXPECT_THAT(reloaded.error().detail, HasSubstr(files.certificate_file));
    EXPECT_TRUE(get(*transport, server));
}

TEST_F(TlsTest, DoesNotStartWithoutItsFiles) {
    ServerSettings missing = settings(identities_.made("server", {"127.0.0.1"}));
    missing.key_file = "/no/such/key.pem";
    base::Metrics metrics;
    EXPECT_THROW(start_server(lane_.lane(), missing, handler_, clock_, metrics), std::runtime_error);
    EXPECT_THROW(trusting("/no/such/ca.pem"), std::runtime_error);
}

} // namespace
} // namespace paysync::net
