// Certificates made on the spot.
#include "paysync/net/self_signed.hpp"

#include "net/tls_context.hpp"
#include "paysync/base/time.hpp"

#include <gtest/gtest.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>

namespace paysync::net {
namespace {

runtime::WallTime start() {
    return *base::parse_time("2026-01-02T03:04:05Z");
}

std::shared_ptr<X509> certificate_of(const Identity& identity) {
    BIO* const bio =
        BIO_new_mem_buf(identity.certificate_pem.data(), static_cast<int>(identity.certificate_pem.size()));
    std::shared_ptr<X509> made{PEM_read_bio_X509(bio, nullptr, nullptr, nullptr), X509_free};
    BIO_free(bio);
    return made;
}

class SelfSigned : public testing::Test {
protected:
    SelfSigned() {
        std::string pattern = testing::TempDir() + "identityXXXXXX";
        folder_ = ::mkdtemp(pattern.data());
    }
    ~SelfSigned() override { std::filesystem::remove_all(folder_); }

    std::string folder_;
};

TEST_F(SelfSigned, IsForItsNamesAndNoOthers) {
    const auto certificate = certificate_of(make_self_signed({"pay.example", "127.0.0.1", "::1"}, start(), 30));

    ASSERT_TRUE(certificate);
    EXPECT_EQ(X509_check_host(certificate.get(), "pay.example", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_host(certificate.get(), "other.example", 0, 0, nullptr), 0);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "127.0.0.1", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "::1", 0), 1);
    EXPECT_EQ(X509_check_ip_asc(certificate.get(), "127.0.0.2", 0), 0);
}

TEST_F(SelfSigned, IsNotTakenForAnotherOfTheSameName) {
    const auto one = certificate_of(make_self_signed({"localhost"}, start(), 30));
    const auto other = certificate_of(make_self_signed({"localhost"}, start(), 30));

    EXPECT_EQ(X509_check_issued(one.get(), one.get()), X509_V_OK);
    EXPECT_NE(X509_check_issued(one.get(), other.get()), X509_V_OK);
}

TEST_F(SelfSigned, AnAuthoritySignsOthersAndIsNoServerItself) {
    const Identity authority = make_authority("Authority", start(), 30);
    const auto signer = certificate_of(authority);
    const auto leaf = certificate_of(make_signed(authority, {"pay.example", "::1"}, start(), 10));

    ASSERT_TRUE(signer && leaf);
    EXPECT_EQ(X509_check_issued(signer.get(), leaf.get()), X509_V_OK);
    EXPECT_EQ(X509_verify(leaf.get(), X509_get0_pubkey(signer.get())), 1);
    EXPECT_EQ(X509_check_ca(signer.get()), 1);
    EXPECT_EQ(X509_check_ca(leaf.get()), 0) << "it must not sign others";
    EXPECT_EQ(X509_check_host(leaf.get(), "pay.example", 0, 0, nullptr), 1);
    EXPECT_EQ(X509_check_ip_asc(leaf.get(), "::1", 0), 1);
    EXPECT_EQ(X509_check_purpose(leaf.get(), X509_PURPOSE_SSL_SERVER, 0), 1);
    EXPECT_EQ(X509_check_purpose(leaf.get(), X509_PURPOSE_SSL_CLIENT, 0), 1);
    EXPECT_THROW(make_signed({"no certificate", "no key"}, {"a"}, start(), 1), std::runtime_error);
}

TEST_F(SelfSigned, IsValidForItsDays) {
    const auto certificate = certificate_of(make_self_signed({"a"}, start(), 30));

    std::time_t begin = std::chrono::duration_cast<std::chrono::seconds>(start().time_since_epoch()).count();
    std::time_t end = begin + 30 * 86400;
    EXPECT_EQ(ASN1_TIME_cmp_time_t(X509_get0_notBefore(certificate.get()), begin), 0);
    EXPECT_EQ(ASN1_TIME_cmp_time_t(X509_get0_notAfter(certificate.get()), end), 0);
}

TEST_F(SelfSigned, HasItsOwnKeyAndNumberEachTime) {
    const Identity one = make_self_signed({"a"}, start(), 1);
    const Identity two = make_self_signed({"a"}, start(), 1);

    EXPECT_NE(one.key_pem, two.key_pem);
    EXPECT_NE(ASN1_INTEGER_cmp(X509_get0_serialNumber(certificate_of(one).get()),
                               X509_get0_serialNumber(certificate_of(two).get())),
              0);
}

TEST_F(SelfSigned, RefusesNamesThatCannotBe) {
    EXPECT_THROW(make_self_signed({}, start(), 1), std::runtime_error);
    EXPECT_THROW(make_self_signed({"a,IP:10.0.0.1"}, start(), 1), std::runtime_error);
}

TEST_F(SelfSigned, IsWrittenWithAKeyForItsOwnerAlone) {
    const std::string prefix = folder_ + "/server";
    std::ofstream(prefix + "-key.pem") << "an old file that all may read";
    ASSERT_EQ(::chmod((prefix + "-key.pem").c_str(), 0644), 0);

    const IdentityFiles files = write_identity(make_self_signed({"a"}, start(), 1), prefix);

    struct stat key {};
    ASSERT_EQ(::stat(files.key_file.c_str(), &key), 0);
    EXPECT_EQ(key.st_mode & 0777U, 0600U);
    EXPECT_TRUE(server_tls_context(files.certificate_file, files.key_file));
    EXPECT_THROW(write_identity(make_self_signed({"a"}, start(), 1), folder_ + "/no/such"), std::runtime_error);
}

TEST_F(SelfSigned, FilesThatDoNotFitAreNamed) {
    const IdentityFiles one = write_identity(make_self_signed({"a"}, start(), 1), folder_ + "/one");
    const IdentityFiles two = write_identity(make_self_signed({"a"}, start(), 1), folder_ + "/two");

    const auto mixed = server_tls_context(one.certificate_file, two.key_file);
    ASSERT_FALSE(mixed);
    EXPECT_NE(mixed.error().detail.find("does not belong"), std::string::npos) << mixed.error().detail;

    const auto missing = server_tls_context(folder_ + "/none.pem", two.key_file);
    ASSERT_FALSE(missing);
    EXPECT_NE(missing.error().detail.find("/none.pem"), std::string::npos) << missing.error().detail;

    const auto no_key = server_tls_context(one.certificate_file, one.certificate_file);
    ASSERT_FALSE(no_key);
    EXPECT_NE(no_key.error().detail.find("the key file"), std::string::npos) << no_key.error().detail;
}

} // namespace
} // namespace paysync::net
