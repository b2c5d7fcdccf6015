// The endpoints of OAuth 2.0 and of identity: /services/oauth2/… and /id/{organization}/{user}.
#pragma once

#include "paysync/net/message.hpp"
#include "sandbox/jwt_assertion.hpp"
#include "sandbox/org.hpp"
#include "sandbox/sessions.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace paysync::sandbox {

/// Salesforce help: remoteaccess_oauth_client_credentials_flow, remoteaccess_oauth_jwt_flow,
/// remoteaccess_revoke_token, remoteaccess_oidc_token_introspection, remoteaccess_using_userinfo_endpoint.
class OAuth {
public:
    /// `settings` may change: a rotated secret, another instance. Throws std::runtime_error when its certificate
    /// cannot be used.
    OAuth(SandboxSettings& settings, Org& org, Sessions& sessions, runtime::Clock& clock, runtime::Chance& chance);

    /// Whether a path belongs to it.
    static bool serves(std::string_view path);
    net::Response answer(const net::Request& request);
    /// Whether the call came to the host of the instance on which the org lives now.
    bool at_home(const net::Request& request) const;

    /// POST /control/tokens: `expire` and `revoke` (true: all, or one token), `rotate_secret` (true, or the new
    /// one), `move_instance` (the URL that new tokens name). Errc::invalid with a sentence.
    base::Result<void> control(const base::Json& changes);
    base::Json state() const;

private:
    net::Response token(const net::Request& request);
    net::Response client_credentials(const net::Request& request);
    net::Response jwt_bearer(const std::string& form);
    net::Response granted(bool signed_answer);
    net::Response revoke(const net::Request& request);
    net::Response introspect(const net::Request& request);
    net::Response userinfo(const net::Request& request);
    net::Response identity(const net::Request& request);
    std::optional<net::Response> wrong_client(const net::Request& request) const;
    std::string identity_url() const;
    const base::Json& user() const;

    SandboxSettings& settings_;
    Org& org_;
    Sessions& sessions_;
    runtime::Clock& clock_;
    runtime::Chance& chance_;
    std::optional<JwtCertificate> certificate_;
    bool moved_ = false;
};

} // namespace paysync::sandbox
