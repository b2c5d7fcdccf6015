// TLS settings over OpenSSL.
#include "tls_context.hpp"

#include <boost/asio/ssl/context.hpp>

#include <openssl/ssl.h>

#include <optional>

namespace paysync::net {

namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

TlsContext modern_context(ssl::context::method method) {
    auto made = std::make_shared<ssl::context>(method);
    made->set_options(ssl::context::default_workarounds | ssl::context::no_compression);
    SSL_CTX* const raw = made->native_handle();
    SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
    SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_cipher_list(raw, "ECDHE+AESGCM:ECDHE+CHACHA20"); // 1.2 only; those of 1.3 are all sound
    return made;
}

base::Error unusable(std::string sentence) {
    return {base::Errc::invalid, std::move(sentence)};
}

/// A key with a pass phrase must fail, not ask on the terminal.
std::string no_pass_phrase(std::size_t, ssl::context::password_purpose) {
    return {};
}

/// Nothing when both are loaded and belong together. `whose` is a word in front of "certificate file".
std::optional<base::Error> use_identity(ssl::context& context, const std::string& certificate_file,
                                        const std::string& key_file, const std::string& whose) {
    error_code failure;
    context.set_password_callback(no_pass_phrase, failure);
    context.use_certificate_chain_file(certificate_file, failure);
    if (failure)
        return unusable("the " + whose + "certificate file " + certificate_file +
                        " cannot be used: " + failure.message());
    context.use_private_key_file(key_file, ssl::context::pem, failure);
    if (!failure && SSL_CTX_check_private_key(context.native_handle()) == 1) return std::nullopt;
    if (SSL_CTX_get0_privatekey(context.native_handle()) == nullptr && failure) {
        // OpenSSL says "key values mismatch" already when it loads a key that is readable but of another certificate.
        if (failure.message().find("mismatch") == std::string::npos)
            return unusable("the " + whose + "key file " + key_file + " cannot be used: " + failure.message());
    }
    return unusable("the key in " + key_file + " does not belong to the certificate in " + certificate_file);
}

std::optional<base::Error> trust(ssl::context& context, const std::string& ca_file) {
    error_code failure;
    context.load_verify_file(ca_file, failure);
    if (!failure) return std::nullopt;
    return unusable("the certificate authorities in " + ca_file + " cannot be read: " + failure.message());
}

} // namespace

base::Result<TlsContext> server_tls_context(const std::string& certificate_file, const std::string& key_file) {
    TlsContext made = modern_context(ssl::context::tls_server);
    const auto wrong = use_identity(*made, certificate_file, key_file, "");
    if (wrong) return *wrong;
    return made;
}

base::Result<TlsContext> client_tls_context(const ClientTls& wanted) {
    TlsContext made = modern_context(ssl::context::tls_client);
    error_code failure;
    made->set_verify_mode(ssl::verify_peer, failure);
    std::optional<base::Error> wrong;
    if (!wanted.ca_file.empty()) {
        wrong = trust(*made, wanted.ca_file);
    } else {
        made->set_default_verify_paths(failure);
        if (failure)
            wrong = unusable("the certificate authorities of the system cannot be read: " + failure.message());
        else if (!wanted.extra_ca_file.empty())
            wrong = trust(*made, wanted.extra_ca_file);
    }
    if (!wrong && !wanted.certificate_file.empty())
        wrong = use_identity(*made, wanted.certificate_file, wanted.key_file, "client ");
    if (wrong) return *wrong;
    return made;
}

} // namespace paysync::net
