// What a log-in needs beside its settings: the key of a JWT assertion and whom it is meant for.
#pragma once

#include "paysync/base/result.hpp"
#include "paysync/base/secret.hpp"

#include <string>
#include <string_view>

namespace paysync::salesforce {

/// How paysync proves who it is. Either way Salesforce gives an access token, no refresh token, and tells no
/// lifetime.
enum class Auth {
    client_credentials, ///< OAuth 2.0, RFC 6749 4.4: the app's secret; only the org's My Domain takes it
    jwt,                ///< OAuth 2.0 JWT bearer, RFC 7523: an assertion signed by the app's private key
};

/// The audience that Salesforce wants in an assertion, by where it is sent (Salesforce help:
/// remoteaccess_oauth_jwt_flow): `https://test.salesforce.com` for a sandbox or scratch org,
/// `https://login.salesforce.com` for every other address of Salesforce's, and the address itself for all else (an
/// Experience site, a simulated org). Empty when `login_url` is no http or https address.
std::string default_audience(std::string_view login_url);

/// Is it a key that can sign an assertion: PEM, RSA of at least 2,048 bits, without a passphrase? Errc::invalid with
/// a sentence that does not repeat a character of the key.
base::Result<void> check_private_key(const base::Secret& pem);

} // namespace paysync::salesforce
