// Who may call Checkout.com's API: keys, OAuth tokens and their scopes.
#pragma once

#include "paysync/runtime/chance.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/sandbox/sandbox.hpp"
#include "sandbox/checkout/wire.hpp"

#include <map>
#include <set>
#include <string>

namespace paysync::sandbox {

class CheckoutAccess {
public:
    CheckoutAccess(const SandboxSettings& settings, runtime::Clock& clock, runtime::Chance& chance)
        : settings_{settings}, clock_{clock}, chance_{chance} {}

    /// POST /connect/token: OAuth 2.0 client credentials (RFC 6749) in a form. 200 with access_token, token_type,
    /// expires_in in seconds and scope; 400 {"error": "invalid_client" | "invalid_scope" | "unsupported_grant_type" |
    /// "invalid_request"}.
    ApiReply token(const net::Request& request);

    /// 0: the call may go on; 401: nobody we know; 403: a token without the scope. The secret key may do everything
    /// but request tokens, which takes the public key.
    unsigned refusal(const ApiCall& call, const std::string& authorization) const;
    void expire_all() { tokens_.clear(); }

private:
    struct Token {
        std::set<std::string> scopes;
        runtime::SteadyTime dies_at;
    };
    const SandboxSettings& settings_;
    runtime::Clock& clock_;
    runtime::Chance& chance_;
    std::map<std::string, Token> tokens_;
};

} // namespace paysync::sandbox
