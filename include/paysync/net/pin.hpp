// Pins of public keys, as RFC 7469 2.4 writes them.
#pragma once

#include <string_view>

namespace paysync::net {

/// `sha256/` and 44 characters of base64: the SHA-256 of a certificate's SubjectPublicKeyInfo. One is made by
/// `openssl x509 -in cert.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary |
/// base64`.
bool is_pin(std::string_view text);

} // namespace paysync::net
