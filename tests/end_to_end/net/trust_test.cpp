// Who is believed: private authorities, pins, client certificates; and what is said when somebody is not.
#include "net_bench.hpp"
#include "raw_peer.hpp"

#include "net/peer_certificate.hpp"

#include <gmock/gmock.h>

#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cstdio>
#include <memory>

namespace paysync::net {
namespace {

using base::Errc;
using testing::AllOf;
using testing::HasSubstr;

const std::string other_pin = "sha256/d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM=";

std::string pin_of_file(const std::string& certificate_file) {
    FILE* const file = std::fopen(certificate_file.c_str(), "r");
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{PEM_read_X509(file, nullptr, nullptr, nullptr),
                                                                  X509_free};
    std::fclose(file);
    return pin_of(certificate.get());
}

class TrustTest : public NetTest {
protected:
    static Origin at(const RunningServer& server, const std::string& host = "127.0.0.1") {
        return {true, host, server.port()};
    }
};

TEST_F(TrustTest, BelievesAPrivateAuthorityInPlaceOfTheSystems) {
    RunningServer server = started(secure({"127.0.0.1"}));
    EXPECT_TRUE(get(*make_transport(trusting(), clock_), at(server)));
}

TEST_F(TrustTest, BelievesAPrivateAuthorityBesideTheSystems) {
    RunningServer server = started(secure({"127.0.0.1"}));
    TransportSettings settings;
    settings.extra_ca_file = identities_.authority_file();
    EXPECT_TRUE(get(*make_transport(settings, clock_), at(server)));
}

TEST_F(TrustTest, AnAuthorityBesideTheSystemsIsNotOneBesideThoseOfAnOrigin) {
    RunningServer server = started(secure({"127.0.0.1"}));
    TransportSettings settings;
    settings.ca_file = identities_.made("other", {"other.test"}).certificate_file;
    settings.extra_ca_file = identities_.authority_file();

    const base::Error error = error_of_post(settings, at(server));

    EXPECT_EQ(error.code, Errc::not_sent);
    EXPECT_THAT(error.detail, HasSubstr("was issued by CN=Test authority, which is not trusted here"));
}

TEST_F(TrustTest, SaysWhenACertificateExpired) {
    RunningServer server = started(secure({"127.0.0.1"}, "127.0.0.1", 0));

    const base::Error error = error_of_post(trusting(), at(server));

    EXPECT_EQ(error.code, Errc::not_sent);
    EXPECT_THAT(error.detail,
                AllOf(HasSubstr("no TLS with https://127.0.0.1:"), HasSubstr("its certificate expired on "),
                      HasSubstr(base::format_utc(clock_.wall() - std::chrono::hours{24}).substr(0, 10))));
}

TEST_F(TrustTest, SaysForWhomACertificateIs) {
    RunningServer server = started(secure({"a.test", "*.b.test", "10.1.2.3", "fd00::1"}));

    EXPECT_THAT(error_of_post(trusting(), at(server)).detail,
                HasSubstr("its certificate is for a.test, *.b.test, 10.1.2.3, fd00::1, not for 127.0.0.1"));
}

TEST_F(TrustTest, TakesAPinOfAnyKeyOfTheChain) {
    const ServerSettings with = secure({"127.0.0.1"});
    RunningServer server = started(with);
    for (const std::string& file : {with.certificate_file, identities_.authority_file()}) {
        TransportSettings settings = trusting();
        settings.pins = {other_pin, pin_of_file(file)};
        const auto got = get(*make_transport(settings, clock_), at(server));
        EXPECT_TRUE(got) << got.error().detail;
    }
}

TEST_F(TrustTest, SendsNothingToAKeyThatIsNotPinnedAndNamesIt) {
    const ServerSettings with = secure({"127.0.0.1"});
    RunningServer server = started(with);
    TransportSettings settings = trusting();
    settings.pins = {other_pin};

    const base::Error error = error_of_post(settings, at(server));

    EXPECT_EQ(error.code, Errc::not_sent);
    EXPECT_THAT(error.detail, AllOf(HasSubstr("no TLS with https://127.0.0.1:"),
                                    HasSubstr(pin_of_file(with.certificate_file)), HasSubstr("none of the pins")));
}

TEST_F(TrustTest, APinDoesNotReplaceTheOtherChecks) {
    const ServerSettings with = secure({"other.test"});
    RunningServer server = started(with);
    TransportSettings settings = trusting();
    settings.pins = {pin_of_file(with.certificate_file)};
    EXPECT_THAT(error_of_post(settings, at(server)).detail, HasSubstr("is for other.test"));

    settings.ca_file.clear();
    EXPECT_THAT(error_of_post(settings, at(server)).detail, HasSubstr("is not trusted here"));
}

TEST_F(TrustTest, DoesNotStartWithWhatItCannotUse) {
    TransportSettings settings;
    settings.pins = {"sha256/short"};
    EXPECT_THROW(make_transport(settings, clock_), std::runtime_error);
    settings = {};
    settings.extra_ca_file = "/no/such/ca.pem";
    EXPECT_THROW(make_transport(settings, clock_), std::runtime_error);
    settings = {};
    settings.client_certificate_file = identities_.made("one", {"one"}).certificate_file;
    settings.client_key_file = identities_.made("two", {"two"}).key_file;
    EXPECT_THROW(make_transport(settings, clock_), std::runtime_error);
}

/// Serves one request over TLS to who shows a certificate of the authority; gives the shown common name.
std::string serve_client_with_certificate(const RawSocket& from, const ServerSettings& own,
                                          const std::string& ca_file) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
    SSL_CTX_use_certificate_chain_file(context.get(), own.certificate_file.c_str());
    SSL_CTX_use_PrivateKey_file(context.get(), own.key_file.c_str(), SSL_FILETYPE_PEM);
    SSL_CTX_load_verify_locations(context.get(), ca_file.c_str(), nullptr);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl{SSL_new(context.get()), SSL_free};
    SSL_set_fd(ssl.get(), from.descriptor());
    if (SSL_accept(ssl.get()) != 1) return "nobody";
    char request[4096];
    SSL_read(ssl.get(), request, sizeof request);
    const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
    const std::unique_ptr<X509, decltype(&X509_free)> shown{SSL_get1_peer_certificate(ssl.get()), X509_free};
    char name[256] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(shown.get()), NID_commonName, name, sizeof name);
    return name;
}

TEST_F(TrustTest, ShowsItsOwnCertificateToWhoAsks) {
    const ServerSettings own = secure({"127.0.0.1"});
    const IdentityFiles client = identities_.issued("client", {"paysync.test"});
    TransportSettings settings = trusting();
    std::string shown;
    ScriptedPeer peer{
        {[&](RawSocket& from) { shown = serve_client_with_certificate(from, own, settings.ca_file); },
         [&](RawSocket& from) { EXPECT_EQ(serve_client_with_certificate(from, own, settings.ca_file), "nobody"); }}};
    TransportSettings showing = settings;
    showing.client_certificate_file = client.certificate_file;
    showing.client_key_file = client.key_file;

    EXPECT_TRUE(get(*make_transport(showing, clock_), {true, "127.0.0.1", peer.port()}));
    EXPECT_FALSE(get(*make_transport(settings, clock_), {true, "127.0.0.1", peer.port()}));

    EXPECT_EQ(shown, "paysync.test");
}

TEST_F(TrustTest, VerifiesAnIpv6Address) {
    if (!has_ipv6_loopback()) GTEST_SKIP() << "this machine has no ::1";
    RunningServer right = started(secure({"::1"}, "::1"));
    const auto transport = make_transport(trusting(), clock_);
    const auto got = get(*transport, parse_url("https://[0::1]:" + std::to_string(right.port())).value().origin);
    EXPECT_TRUE(got) << got.error().detail;

    handler_.handled = 0;
    RunningServer wrong = started(secure({"127.0.0.1"}, "::1"));
    EXPECT_THAT(error_of_post(trusting(), at(wrong, "::1")).detail, HasSubstr("is for 127.0.0.1, not for ::1"));
}

} // namespace
} // namespace paysync::net
