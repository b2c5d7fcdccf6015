// Keys for tests, made once a process, and the other side's look at an assertion.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/secret.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace paysync::salesforce {

struct FreeKey {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using TestKey = std::unique_ptr<EVP_PKEY, FreeKey>;

inline EVP_PKEY* rsa_key() {
    static const TestKey key{EVP_RSA_gen(2048U)};
    return key.get();
}

/// With a passphrase when one is given.
inline std::string pem_of(EVP_PKEY* key, std::string passphrase = "") {
    BIO* const bio = BIO_new(BIO_s_mem());
    auto* const secret = passphrase.empty() ? nullptr : reinterpret_cast<unsigned char*>(passphrase.data());
    PEM_write_bio_PrivateKey(bio, key, secret == nullptr ? nullptr : EVP_aes_128_cbc(), secret,
                             static_cast<int>(passphrase.size()), nullptr, nullptr);
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    std::string text(data, static_cast<std::size_t>(size));
    BIO_free(bio);
    return text;
}

inline base::Secret rsa_pem() {
    return base::Secret{pem_of(rsa_key())};
}

inline std::vector<unsigned char> from_base64url(std::string text) {
    std::replace(text.begin(), text.end(), '-', '+');
    std::replace(text.begin(), text.end(), '_', '/');
    std::size_t padding = 0;
    for (; text.size() % 4 != 0; ++padding) text += '=';
    std::vector<unsigned char> bytes(text.size() / 4 * 3);
    const int size = EVP_DecodeBlock(bytes.data(), reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    if (size < 0) return {};
    bytes.resize(static_cast<std::size_t>(size) - padding);
    return bytes;
}

inline base::Json json_of(const std::string& part) {
    const auto bytes = from_base64url(part);
    return base::Json::parse(std::string(bytes.begin(), bytes.end()));
}

struct ReadAssertion {
    base::Json header;
    base::Json claims;
    bool signature_holds = false;
};

/// As an authorisation server reads it that has the key's certificate.
inline std::optional<ReadAssertion> read_assertion(const std::string& assertion, EVP_PKEY* key) {
    const auto first = assertion.find('.');
    const auto last = assertion.rfind('.');
    if (first == std::string::npos || first == last) return std::nullopt;
    ReadAssertion read;
    read.header = json_of(assertion.substr(0, first));
    read.claims = json_of(assertion.substr(first + 1, last - first - 1));
    const auto signature = from_base64url(assertion.substr(last + 1));
    EVP_MD_CTX* const digest = EVP_MD_CTX_new();
    read.signature_holds = EVP_DigestVerifyInit(digest, nullptr, EVP_sha256(), nullptr, key) == 1 &&
                           EVP_DigestVerify(digest, signature.data(), signature.size(),
                                            reinterpret_cast<const unsigned char*>(assertion.data()), last) == 1;
    EVP_MD_CTX_free(digest);
    return read;
}

} // namespace paysync::salesforce
