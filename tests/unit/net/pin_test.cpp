// Pins: their form, and that of a known certificate.
#include "paysync/net/pin.hpp"

#include "net/peer_certificate.hpp"

#include <gtest/gtest.h>

#include <openssl/pem.h>

#include <memory>
#include <string>

namespace paysync::net {
namespace {

TEST(Pin, OfACertificateIsWhatOpensslComputes) {
    // openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64
    const std::string pem = R"(-----BEGIN CERTIFICATE-----
MIIBmTCCAT+gAwIBAgIURqOs8IXxAokpIOxWa5w3L/yx4F4wCgYIKoZIzj0EAwIw
FjEUMBIGA1UEAwwLcGluLmV4YW1wbGUwHhcNMjYxMTI1MjE0MTIxWhcNMzYxMTIy
MjE0MTIxWjAWMRQwEgYDVQQDDAtwaW4uZXhhbXBsZTBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABBAMgovs+2H9CRaDQGYBs6ljG+l+KTFF7Rw2TKoLaAXm2I1f1ed3
pG1X0+uqkmUHLw67euDJPYNF0vzF423dN/6jazBpMB0GA1UdDgQWBBRp3ckxi8ls
97DNyrW9mTPCm/VP7TAfBgNVHSMEGDAWgBRp3ckxi8ls97DNyrW9mTPCm/VP7TAP
BgNVHRMBAf8EBTADAQH/MBYGA1UdEQQPMA2CC3Bpbi5leGFtcGxlMAoGCCqGSM49
BAMCA0gAMEUCIBZwD3thNIFceKQEPcLGTIQHqkMW+HzLofNvK7tMYzn1AiEAqau3
FOW2hAeDGHXOo/1F1Gb4uAVmvh68mXSwtSzTND8=
-----END CERTIFICATE-----
)";
    BIO* const bio = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{PEM_read_bio_X509(bio, nullptr, nullptr, nullptr),
                                                                  X509_free};
    BIO_free(bio);
    ASSERT_TRUE(certificate);
    EXPECT_EQ(pin_of(certificate.get()), "sha256/vxtVOsIeRo/XT4HPyjr/6dOpCmWgecuHiW1dlkRSQG4=");
    EXPECT_TRUE(is_pin(pin_of(certificate.get())));
}

TEST(Pin, HasOneForm) {
    // The examples of RFC 7469 2.1.5.
    EXPECT_TRUE(is_pin("sha256/d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM="));
    EXPECT_TRUE(is_pin("sha256/LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="));
    for (const char* wrong :
         {"", "sha256/", "d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM=",
          "sha1/d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM=", "sha256//d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM=",
          "sha256/d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM", "sha256/d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmN=",
          "sha256/d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZW-M=",
          "sha256/d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM= ",
          "sha256/                                           =",
          "sha256/d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWg=="})
        EXPECT_FALSE(is_pin(wrong)) << wrong;
}

} // namespace
} // namespace paysync::net
