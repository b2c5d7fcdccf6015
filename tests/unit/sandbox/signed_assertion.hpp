// An app's key pair, and JWT bearer assertions that it signs.
#pragma once

#include "paysync/base/json.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <memory>
#include <string>

namespace paysync::sandbox {

class SigningKey {
public:
    SigningKey() : key_{EVP_RSA_gen(2048), &EVP_PKEY_free} {}

    std::string public_pem() const {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out{BIO_new(BIO_s_mem()), &BIO_free};
        PEM_write_bio_PUBKEY(out.get(), key_.get());
        char* text = nullptr;
        const long size = BIO_get_mem_data(out.get(), &text);
        return {text, static_cast<std::size_t>(size)};
    }

    /// header.claims.signature, the signature RS256 whatever the header says.
    std::string sign(const base::Json& claims, const base::Json& header = {{"alg", "RS256"}}) const {
        const std::string text = encoded(base::to_text(header)) + "." + encoded(base::to_text(claims));
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
        EVP_DigestSignInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get());
        std::string signature(512, '\0');
        std::size_t size = signature.size();
        EVP_DigestSign(digest.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                       reinterpret_cast<const unsigned char*>(text.data()), text.size());
        signature.resize(size);
        return text + "." + encoded(signature);
    }

private:
    /// Base64url without padding, RFC 7515.
    static std::string encoded(const std::string& bytes) {
        std::string made(4 * ((bytes.size() + 2) / 3), '\0');
        std::string terminated(made.size() + 1, '\0');
        const int size =
            EVP_EncodeBlock(reinterpret_cast<unsigned char*>(terminated.data()),
                            reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
        made = terminated.substr(0, static_cast<std::size_t>(size));
        while (made.ends_with('=')) made.pop_back();
        for (char& c : made) c = c == '+' ? '-' : c == '/' ? '_' : c;
        return made;
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

} // namespace paysync::sandbox
