// Certificates with OpenSSL's EVP interface.
#include "paysync/net/self_signed.hpp"

#include <boost/asio/ip/address.hpp>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <system_error>

namespace paysync::net {

namespace {

template <auto Free>
struct Freed {
    template <class Object>
    void operator()(Object* object) const {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;

void require(bool done, const char* step) {
    if (!done) throw std::runtime_error(std::string("cannot make a certificate: OpenSSL refused to ") + step);
}

std::string alternative_names(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        // Commas and line ends would let a name smuggle in another extension.
        require(name.find_first_of(",\r\n") == std::string::npos, "take a name with a comma");
        boost::system::error_code no_address;
        boost::asio::ip::make_address(name, no_address);
        text += (text.empty() ? "" : ",") + std::string(no_address ? "DNS:" : "IP:") + name;
    }
    return text;
}

/// Who signs; the certificate itself where there is nobody else.
struct Issuer {
    X509* certificate;
    EVP_PKEY* key;
};

void extend(X509* certificate, const Issuer& issuer, int kind, const std::string& value) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer.certificate, certificate, nullptr, nullptr, 0);
    const Extension extension{X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str())};
    require(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "add an extension");
}

void number(X509* certificate) {
    std::array<unsigned char, 16> serial{};
    require(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1, "draw a serial number");
    serial[0] &= 0x7fU; // a positive number
    BIGNUM* const big = BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr);
    const bool done = big != nullptr && BN_to_ASN1_INTEGER(big, X509_get_serialNumber(certificate)) != nullptr;
    BN_free(big);
    require(done, "number it");
}

void limit(X509* certificate, runtime::WallTime not_before, int days) {
    const std::time_t begin = std::chrono::duration_cast<std::chrono::seconds>(not_before.time_since_epoch()).count();
    require(ASN1_TIME_set(X509_getm_notBefore(certificate), begin) != nullptr &&
                ASN1_TIME_adj(X509_getm_notAfter(certificate), begin, days, 0) != nullptr,
            "set its time");
}

std::string text_of(BIO* bio) {
    char* data = nullptr;
    const long size = BIO_get_mem_data(bio, &data);
    return {data, static_cast<std::size_t>(size)};
}

void write_file(const std::string& path, const std::string& text, mode_t mode) {
    const auto fail = [&] {
        throw std::runtime_error(path + " cannot be written: " + std::generic_category().message(errno));
    };
    // Made anew: a file that exists keeps its old mode, and who has it open would read the key.
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) fail();
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (file < 0) fail();
    const ssize_t written = ::write(file, text.data(), text.size());
    const bool whole = ::close(file) == 0 && written == static_cast<ssize_t>(text.size());
    if (!whole) fail();
}

/// What a certificate is good for, in the words of x509v3_config(5).
struct Purpose {
    const char* constraints;
    const char* key_usage;
    const char* extended_key_usage; ///< null: none
};
constexpr Purpose itself{"critical,CA:TRUE", "critical,digitalSignature,keyCertSign", "serverAuth"};
constexpr Purpose authority_only{"critical,CA:TRUE", "critical,keyCertSign,cRLSign", nullptr};
constexpr Purpose peer_only{"critical,CA:FALSE", "critical,digitalSignature", "serverAuth,clientAuth"};

struct Subject {
    std::string common_name;
    std::string alternative_names; ///< empty: none
};

void inscribe(X509* certificate, const Subject& subject, const Issuer& issuer) {
    X509_NAME* const own = X509_get_subject_name(certificate);
    const std::string common_name = subject.common_name.substr(0, 64); // ub-common-name
    require(X509_NAME_add_entry_by_txt(own, "CN", MBSTRING_UTF8,
                                       reinterpret_cast<const unsigned char*>(common_name.c_str()), -1, -1, 0) == 1 &&
                X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate)) == 1,
            "name it");
}

void extend(X509* certificate, const Issuer& issuer, const Purpose& purpose, const Subject& subject) {
    extend(certificate, issuer, NID_basic_constraints, purpose.constraints);
    extend(certificate, issuer, NID_key_usage, purpose.key_usage);
    if (purpose.extended_key_usage != nullptr)
        extend(certificate, issuer, NID_ext_key_usage, purpose.extended_key_usage);
    extend(certificate, issuer, NID_subject_key_identifier, "hash");
    // Also of one that signs itself: it tells two of the same name apart (RFC 5280 4.2.1.1).
    extend(certificate, issuer, NID_authority_key_identifier, "keyid:always");
    if (!subject.alternative_names.empty())
        extend(certificate, issuer, NID_subject_alt_name, subject.alternative_names);
}

std::string pem_of(X509* certificate) {
    const Bio text{BIO_new(BIO_s_mem())};
    require(PEM_write_bio_X509(text.get(), certificate) == 1, "write it");
    return text_of(text.get());
}

std::string pem_of(EVP_PKEY* key) {
    const Bio text{BIO_new(BIO_s_mem())};
    require(PEM_write_bio_PrivateKey(text.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1, "write its key");
    return text_of(text.get());
}

struct Span {
    runtime::WallTime not_before;
    int days;
};

/// `signer` null: it signs itself.
Identity make(const Subject& subject, const Purpose& purpose, Span span, const Issuer* signer) {
    const Key key{EVP_EC_gen("P-256")};
    const Certificate certificate{X509_new()};
    require(key && certificate, "make a key");
    X509* const raw = certificate.get();
    const Issuer issuer = signer != nullptr ? *signer : Issuer{raw, key.get()};
    require(X509_set_version(raw, X509_VERSION_3) == 1, "set its version");
    number(raw);
    limit(raw, span.not_before, span.days);
    inscribe(raw, subject, issuer);
    require(X509_set_pubkey(raw, key.get()) == 1, "give it a key");
    extend(raw, issuer, purpose, subject);
    require(X509_sign(raw, issuer.key, EVP_sha256()) > 0, "sign it");
    return {pem_of(raw), pem_of(key.get())};
}

Subject subject_of(const std::vector<std::string>& names) {
    require(!names.empty(), "name nobody");
    return {names.front(), alternative_names(names)};
}

Bio reading(const std::string& text) {
    return Bio{BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))};
}

} // namespace

Identity make_self_signed(const std::vector<std::string>& names, runtime::WallTime not_before, int days) {
    return make(subject_of(names), itself, {not_before, days}, nullptr);
}

Identity make_authority(const std::string& name, runtime::WallTime not_before, int days) {
    return make({name, {}}, authority_only, {not_before, days}, nullptr);
}

Identity make_signed(const Identity& authority, const std::vector<std::string>& names, runtime::WallTime not_before,
                     int days) {
    const Certificate certificate{
        PEM_read_bio_X509(reading(authority.certificate_pem).get(), nullptr, nullptr, nullptr)};
    const Key key{PEM_read_bio_PrivateKey(reading(authority.key_pem).get(), nullptr, nullptr, nullptr)};
    require(certificate && key, "read the authority");
    const Issuer signer{certificate.get(), key.get()};
    return make(subject_of(names), peer_only, {not_before, days}, &signer);
}

IdentityFiles write_identity(const Identity& identity, const std::string& path_prefix) {
    IdentityFiles files{path_prefix + "-cert.pem", path_prefix + "-key.pem"};
    write_file(files.certificate_file, identity.certificate_pem, 0644);
    write_file(files.key_file, identity.key_pem, 0600);
    return files;
}

} // namespace paysync::net
