// Signing of assertions with OpenSSL's EVP interface.
#include "salesforce/assertion.hpp"

#include "paysync/base/json.hpp"
#include "paysync/salesforce/log_in.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <memory>
#include <vector>

namespace paysync::salesforce {

namespace {

using base::Errc;
using base::Error;
using base::Result;

constexpr int key_bits_min = 2048;

template <auto Free>
struct Freed {
    template <class Object>
    void operator()(Object* object) const {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

/// OpenSSL would ask the terminal for it. `asked` tells why the key could not be read.
int no_passphrase(char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
}

/// What the text is instead of a private key.
std::string other_kind(const std::string& text) {
    if (text.find("-----BEGIN CERTIFICATE-----") != std::string::npos)
        return "it is a certificate: that one is for Salesforce, the private key it was made with belongs here";
    if (text.find("-----BEGIN PUBLIC KEY-----") != std::string::npos)
        return "it is a public key: the private key belongs here";
    return "it is no private key in PEM form (-----BEGIN PRIVATE KEY-----)";
}

Result<Key> read_key(const base::Secret& pem) {
    const std::string& text = pem.reveal();
    const Bio bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
    bool passphrase = false;
    Key key{bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, &passphrase) : nullptr};
    ERR_clear_error(); // what it says of the text must not turn up in somebody else's message
    if (!key && passphrase)
        return Error{Errc::invalid,
                     "it is protected by a passphrase: write it out without one (openssl pkey -in KEY -out PLAIN) "
                     "and let only the daemon's user read it"};
    if (!key) return Error{Errc::invalid, other_kind(text)};
    if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA)
        return Error{Errc::invalid, "it is no RSA key: Salesforce takes signatures by RS256 only"};
    if (EVP_PKEY_get_bits(key.get()) < key_bits_min)
        return Error{Errc::invalid, "it has " + std::to_string(EVP_PKEY_get_bits(key.get())) +
                                        " bits: an RSA key of at least 2048 bits is needed"};
    return key;
}

/// RFC 7515: base64 with - and _, without padding.
std::string base64url(const unsigned char* bytes, std::size_t count) {
    std::string made(4 * ((count + 2) / 3) + 1, '\0'); // OpenSSL puts a terminator behind
    const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(made.data()), bytes, static_cast<int>(count));
    made.resize(static_cast<std::size_t>(length));
    while (!made.empty() && made.back() == '=') made.pop_back();
    for (char& c : made) {
        if (c == '+') c = '-';
        if (c == '/') c = '_';
    }
    return made;
}

std::string base64url(const std::string& text) {
    return base64url(reinterpret_cast<const unsigned char*>(text.data()), text.size());
}

/// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518 3.3).
Result<std::string> sign(EVP_PKEY* key, const std::string& text) {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(text.data());
    const Digest digest{EVP_MD_CTX_new()};
    std::size_t size = 0;
    if (digest && EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
        EVP_DigestSign(digest.get(), nullptr, &size, bytes, text.size()) == 1) {
        std::vector<unsigned char> signature(size);
        if (EVP_DigestSign(digest.get(), signature.data(), &size, bytes, text.size()) == 1)
            return base64url(signature.data(), size);
    }
    ERR_clear_error();
    return Error{Errc::internal, "OpenSSL could not sign the assertion"};
}

} // namespace

Result<void> check_private_key(const base::Secret& pem) {
    const auto key = read_key(pem);
    if (!key) return key.error();
    return {};
}

Result<base::Secret> sign_assertion(const Claims& claims, const base::Secret& private_key) {
    const auto key = read_key(private_key);
    if (!key) return key.error();
    const base::Json header{{"alg", "RS256"}};
    const base::Json body{
        {"iss", claims.issuer}, {"sub", claims.subject}, {"aud", claims.audience}, {"exp", claims.expires_at}};
    std::string assertion = base64url(base::to_text(header)) + "." + base64url(base::to_text(body));
    const auto signature = sign(key->get(), assertion);
    if (!signature) return signature.error();
    return base::Secret{assertion + "." + *signature};
}

} // namespace paysync::salesforce
