// The signature of a JWT bearer assertion (RFC 7523; Salesforce help: remoteaccess_oauth_jwt_flow).
#pragma once

#include "paysync/base/json.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace paysync::sandbox {

/// The certificate that an administrator uploaded for the app.
class JwtCertificate {
public:
    /// `source`: PEM text (a certificate, or a public key), or the path of a file that holds it. Throws
    /// std::runtime_error when it cannot be read or is no RSA key.
    explicit JwtCertificate(const std::string& source);

    /// The claims of an assertion that the certificate's key signed with RS256, the only algorithm that Salesforce
    /// takes; nothing when it is no such assertion.
    std::optional<base::Json> claims(std::string_view assertion) const;

private:
    bool signed_by_key(std::string_view text, std::string_view signature) const;

    std::shared_ptr<evp_pkey_st> key_;
};

} // namespace paysync::sandbox
