// What is to be said of the certificate that a server showed.
#pragma once

#include <string>
#include <vector>

struct ssl_st;
struct x509_st;
struct x509_store_ctx_st;

namespace paysync::net {

/// Why the certificate at which the verification stands is not accepted, as a part of a sentence: "expired on …",
/// "is for other.example, not for acme.example". What the peer wrote is shortened and made printable.
std::string certificate_mistake(x509_store_ctx_st* verification, const std::string& host);

/// RFC 7469 2.4: `sha256/` and the base64 of the SHA-256 of the certificate's SubjectPublicKeyInfo (DER).
std::string pin_of(const x509_st* certificate);

/// Of each certificate of the verified chain, the peer's own first.
std::vector<std::string> pins_of_peer(ssl_st* connection);

} // namespace paysync::net
