// Assertions of the JWT bearer flow (RFC 7519, RFC 7523).
#pragma once

#include "paysync/base/result.hpp"
#include "paysync/base/secret.hpp"

#include <cstdint>
#include <string>

namespace paysync::salesforce {

/// Salesforce help: remoteaccess_oauth_jwt_flow.
struct Claims {
    std::string issuer;          ///< the app's consumer key
    std::string subject;         ///< the user's name
    std::string audience;        ///< the authorisation server
    std::int64_t expires_at = 0; ///< seconds since 1970, UTC
};

/// `header.claims.signature`, signed by RS256, which is all that Salesforce takes. Whoever has it can log in until
/// it expires. Errc::invalid when the key is none (see check_private_key).
base::Result<base::Secret> sign_assertion(const Claims& claims, const base::Secret& private_key);

} // namespace paysync::salesforce
