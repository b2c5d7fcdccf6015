// Names, dates and pins out of OpenSSL's certificates.
#include "peer_certificate.hpp"

#include "paysync/base/time.hpp"
#include "paysync/net/pin.hpp"

#include <boost/asio/ip/address.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <memory>
#include <string_view>

namespace paysync::net {

namespace {

constexpr std::size_t shown_bytes_max = 120;
constexpr int shown_names_max = 4;

std::string printable(std::string_view text) {
    std::string made{text.substr(0, shown_bytes_max)};
    for (char& c : made)
        if (c < ' ' || c > '~') c = '?';
    return made;
}

std::string name_text(const X509_NAME* name) {
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> text{BIO_new(BIO_s_mem()), BIO_free_all};
    if (!text || name == nullptr || X509_NAME_print_ex(text.get(), name, 0, XN_FLAG_RFC2253) < 0) return "?";
    char* data = nullptr;
    const long size = BIO_get_mem_data(text.get(), &data);
    return printable({data, static_cast<std::size_t>(size)});
}

std::string time_text(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return "an unreadable time";
    return base::format_utc(base::WallTime{std::chrono::seconds{::timegm(&parts)}});
}

std::string address_text(const ASN1_OCTET_STRING* address) {
    const unsigned char* const bytes = ASN1_STRING_get0_data(address);
    boost::asio::ip::address_v4::bytes_type four{};
    boost::asio::ip::address_v6::bytes_type sixteen{};
    const auto size = static_cast<std::size_t>(ASN1_STRING_length(address));
    if (size == four.size()) {
        std::copy_n(bytes, size, four.begin());
        return boost::asio::ip::make_address_v4(four).to_string();
    }
    if (size != sixteen.size()) return "?";
    std::copy_n(bytes, size, sixteen.begin());
    return boost::asio::ip::make_address_v6(sixteen).to_string();
}

/// The names that a certificate is for, the first few of them.
std::string subject_names(const X509* certificate) {
    const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> names{
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        GENERAL_NAMES_free};
    std::string text;
    const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
    for (int i = 0; i < std::min(count, shown_names_max); ++i) {
        int kind = 0;
        const void* const value = GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &kind);
        if (kind != GEN_DNS && kind != GEN_IPADD) continue;
        if (!text.empty()) text += ", ";
        const auto* const written = static_cast<const ASN1_STRING*>(value);
        text += kind == GEN_IPADD ? address_text(written)
                                  : printable({reinterpret_cast<const char*>(ASN1_STRING_get0_data(written)),
                                               static_cast<std::size_t>(ASN1_STRING_length(written))});
    }
    if (count > shown_names_max) text += ", …";
    return text.empty() ? "no host at all" : text;
}

} // namespace

std::string certificate_mistake(X509_STORE_CTX* verification, const std::string& host) {
    const int error = X509_STORE_CTX_get_error(verification);
    const X509* const certificate = X509_STORE_CTX_get_current_cert(verification);
    if (certificate == nullptr) return std::string("was refused: ") + X509_verify_cert_error_string(error);
    const bool of_authority = X509_STORE_CTX_get_error_depth(verification) > 0;
    const std::string whose =
        of_authority ? "hangs on the authority " + name_text(X509_get_subject_name(certificate)) + ", which " : "";
    switch (error) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return whose + "expired on " + time_text(X509_get0_notAfter(certificate));
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return whose + "is not valid before " + time_text(X509_get0_notBefore(certificate)) +
               " (is this machine's clock right?)";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return "is for " + subject_names(certificate) + ", not for " + host;
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        return "was issued by " + name_text(X509_get_issuer_name(certificate)) +
               ", which is not trusted here: if it is the right one, name its certificate as ca_file";
    default: return "was refused: " + std::string(X509_verify_cert_error_string(error));
    }
}

std::string pin_of(const X509* certificate) {
    unsigned char* der = nullptr;
    const int size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &der);
    std::array<unsigned char, 32> digest{};
    const bool digested = size > 0 && EVP_Digest(der, static_cast<std::size_t>(size), digest.data(), nullptr,
                                                 EVP_sha256(), nullptr) == 1;
    OPENSSL_free(der);
    if (!digested) return {};
    std::array<unsigned char, 45> text{}; // 4 characters for 3 bytes, and a zero
    EVP_EncodeBlock(text.data(), digest.data(), static_cast<int>(digest.size()));
    return "sha256/" + std::string(reinterpret_cast<const char*>(text.data()));
}

std::vector<std::string> pins_of_peer(SSL* connection) {
    std::vector<std::string> pins;
    const STACK_OF(X509)* const chain = SSL_get0_verified_chain(connection);
    for (int i = 0; i < sk_X509_num(chain); ++i) pins.push_back(pin_of(sk_X509_value(chain, i)));
    return pins;
}

} // namespace paysync::net
