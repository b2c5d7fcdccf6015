// Assertions as their receiver reads them, and keys that cannot sign one.
#include "salesforce/assertion.hpp"

#include "paysync/salesforce/log_in.hpp"

#include "rsa_key.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce {
namespace {

Claims some_claims() {
    return {"3MVG9.key", "paysync@acme.com", "https://login.salesforce.com", 1'800'000'000};
}

TEST(Assertion, CarriesTheFourClaimsAndASignatureThatTheCertificatesKeyConfirms) {
    const auto made = sign_assertion(some_claims(), rsa_pem());
    ASSERT_TRUE(made) << made.error().detail;
    const auto read = read_assertion(made->reveal(), rsa_key());
    ASSERT_TRUE(read);
    EXPECT_EQ(read->header, (base::Json{{"alg", "RS256"}}));
    EXPECT_EQ(read->claims, (base::Json{{"iss", "3MVG9.key"},
                                        {"sub", "paysync@acme.com"},
                                        {"aud", "https://login.salesforce.com"},
                                        {"exp", 1'800'000'000}}));
    EXPECT_TRUE(read->signature_holds);
    const TestKey another{EVP_RSA_gen(2048U)};
    EXPECT_FALSE(read_assertion(made->reveal(), another.get())->signature_holds);
}

TEST(Assertion, HasNoCharacterThatAFormWouldChange) {
    for (int i = 0; i < 8; ++i) {
        Claims claims = some_claims();
        claims.expires_at += i;
        const auto made = sign_assertion(claims, rsa_pem());
        ASSERT_TRUE(made);
        EXPECT_EQ(made->reveal().find_first_of("+/= "), std::string::npos);
    }
}

std::string why(const std::string& pem) {
    const auto checked = check_private_key(base::Secret{pem});
    EXPECT_FALSE(checked);
    return checked ? "" : checked.error().detail;
}

TEST(PrivateKey, IsTakenInBothFormsOfPem) {
    EXPECT_TRUE(check_private_key(rsa_pem()));
    BIO* const bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey_traditional(bio, rsa_key(), nullptr, nullptr, 0, nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    const std::string traditional(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    EXPECT_NE(traditional.find("BEGIN RSA PRIVATE KEY"), std::string::npos);
    EXPECT_TRUE(check_private_key(base::Secret{traditional}));
    EXPECT_TRUE(check_private_key(base::Secret{"a comment\n" + rsa_pem().reveal()}));
}

TEST(PrivateKey, ThatCannotSignIsRefusedWithWhatItIs) {
    EXPECT_NE(why("").find("no private key"), std::string::npos);
    EXPECT_NE(why("hunter2").find("no private key"), std::string::npos);
    EXPECT_EQ(why("hunter2").find("hunter2"), std::string::npos);
    EXPECT_NE(why("-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n").find("a certificate"),
              std::string::npos);
    EXPECT_NE(why(pem_of(rsa_key(), "open sesame")).find("passphrase"), std::string::npos);
    const TestKey elliptic{EVP_EC_gen("P-256")};
    EXPECT_NE(why(pem_of(elliptic.get())).find("no RSA key"), std::string::npos);
    const TestKey small{EVP_RSA_gen(1024U)};
    EXPECT_NE(why(pem_of(small.get())).find("1024 bits"), std::string::npos);
    EXPECT_FALSE(sign_assertion(some_claims(), base::Secret{"x"}));
}

TEST(Audience, FollowsFromWhereTheAssertionIsSent) {
    const std::pair<const char*, const char*> cases[] = {
        {"https://login.salesforce.com", "https://login.salesforce.com"},
        {"https://test.salesforce.com", "https://test.salesforce.com"},
        {"https://acme.my.salesforce.com", "https://login.salesforce.com"},
        {"https://ACME.my.salesforce.com/", "https://login.salesforce.com"},
        {"https://acme-dev-ed.develop.my.salesforce.com", "https://login.salesforce.com"},
        {"https://acme--uat.sandbox.my.salesforce.com", "https://test.salesforce.com"},
        {"https://acme--uat.my.salesforce.com", "https://test.salesforce.com"},
        {"https://site-app-42.scratch.my.salesforce.com", "https://test.salesforce.com"},
        {"https://acme.my.site.com", "https://acme.my.site.com"},
        {"https://notsalesforce.com", "https://notsalesforce.com"},
        {"http://127.0.0.1:9000", "http://127.0.0.1:9000"},
        {"acme", ""},
    };
    for (const auto& [login_url, audience] : cases) EXPECT_EQ(default_audience(login_url), audience) << login_url;
}

} // namespace
} // namespace paysync::salesforce
