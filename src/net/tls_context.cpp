// TLS settings over OpenSSL.
#include "tls_context.hpp"

#include <boost/asio/ssl/context.hpp>

#include <openssl/ssl.h>

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

} // namespace

base::Result<TlsContext> server_tls_context(const std::string& certificate_file, const std::string& key_file) {
    TlsContext made = modern_context(ssl::context::tls_server);
    error_code failure;
    made->set_password_callback(no_pass_phrase, failure);
    made->use_certificate_chain_file(certificate_file, failure);
    if (failure)
        return unusable("the certificate file " + certificate_file + " cannot be used: " + failure.message());
    made->use_private_key_file(key_file, ssl::context::pem, failure);
    if (!failure && SSL_CTX_check_private_key(made->native_handle()) == 1) return made;
    if (SSL_CTX_get0_privatekey(made->native_handle()) == nullptr && failure) {
        // OpenSSL says "key values mismatch" already when it loads a key that is readable but of another certificate.
        if (failure.message().find("mismatch") == std::string::npos)
            return unusable("the key file " + key_file + " cannot be used: " + failure.message());
    }
    return unusable("the key in " + key_file + " does not belong to the certificate in " + certificate_file);
}

base::Result<TlsContext> client_tls_context(const std::string& ca_file) {
    TlsContext made = modern_context(ssl::context::tls_client);
    error_code failure;
    if (ca_file.empty())
        made->set_default_verify_paths(failure);
    else
        made->load_verify_file(ca_file, failure);
    if (failure) {
        const std::string where = ca_file.empty() ? std::string{"of the system"} : "in " + ca_file;
        return unusable("the certificate authorities " + where + " cannot be read: " + failure.message());
    }
    made->set_verify_mode(ssl::verify_peer, failure);
    return made;
}

} // namespace paysync::net
