// RS256 over OpenSSL.
#include "sandbox/jwt_assertion.hpp"

#include "sandbox/base64.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

namespace paysync::sandbox {

namespace {

using base::Json;

std::string pem_of(const std::string& source) {
    if (source.find("-----BEGIN") != std::string::npos) return source;
    std::ifstream file{source, std::ios::binary};
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) throw std::runtime_error("JWT certificate: cannot read the file " + source);
    return text.str();
}

EVP_PKEY* read_key(const std::string& pem) {
    const auto open = [&pem] {
        return std::unique_ptr<BIO, decltype(&BIO_free)>{BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())),
                                                         &BIO_free};
    };
    const auto certificate_text = open();
    const std::unique_ptr<X509, decltype(&X509_free)> certificate{
        PEM_read_bio_X509(certificate_text.get(), nullptr, nullptr, nullptr), &X509_free};
    if (certificate) return X509_get_pubkey(certificate.get());
    return PEM_read_bio_PUBKEY(open().get(), nullptr, nullptr, nullptr);
}

std::optional<Json> object_of(std::string_view encoded) {
    const auto text = from_base64(encoded);
    if (!text) return std::nullopt;
    auto parsed = base::parse_json(*text);
    if (!parsed || !parsed->is_object()) return std::nullopt;
    return std::move(*parsed);
}

} // namespace

JwtCertificate::JwtCertificate(const std::string& source) {
    key_ = {read_key(pem_of(source)), &EVP_PKEY_free};
    if (!key_ || EVP_PKEY_get_base_id(key_.get()) != EVP_PKEY_RSA)
        throw std::runtime_error("JWT certificate: it must be a PEM certificate, or public key, of an RSA key");
}

bool JwtCertificate::signed_by_key(std::string_view text, std::string_view signature) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    const auto bytes = [](std::string_view view) { return reinterpret_cast<const unsigned char*>(view.data()); };
    return digest && EVP_DigestVerifyInit(digest.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
           EVP_DigestVerify(digest.get(), bytes(signature), signature.size(), bytes(text), text.size()) == 1;
}

std::optional<Json> JwtCertificate::claims(std::string_view assertion) const {
    const auto first = assertion.find('.');
    const auto second = first == std::string_view::npos ? first : assertion.find('.', first + 1);
    if (second == std::string_view::npos) return std::nullopt;
    const auto header = object_of(assertion.substr(0, first));
    if (!header || base::member(*header, "alg") != Json("RS256")) return std::nullopt;
    const auto signature = from_base64(assertion.substr(second + 1));
    if (!signature || !signed_by_key(assertion.substr(0, second), *signature)) return std::nullopt;
    return object_of(assertion.substr(first + 1, second - first - 1));
}

} // namespace paysync::sandbox
