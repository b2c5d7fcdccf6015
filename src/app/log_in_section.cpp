// Client credentials or JWT bearer.
#include "log_in_section.hpp"

#include "loopback.hpp"

namespace paysync::app {

namespace {

void check_login_url(Section& section, const std::string& login_url) {
    if (!section.has("login_url")) return;
    const auto url = net::parse_url(login_url);
    if (!url) return section.error("login_url", "must be an https URL", "such as https://acme.my.salesforce.com");
    if (!url->origin.tls && !loopback(url->origin.host))
        section.error("login_url", "must begin with https://: the log-in would cross the network in the open");
    if (url->target != "/") section.error("login_url", "must have no path", url->origin.text());
}

void require_client_credentials(Section& section, const std::string& login_url) {
    section.require("client_secret", "the consumer secret of that app: { file: PATH }, { env: NAME } or "
                                     "{ credential: NAME }; or private_key and username for the JWT bearer flow");
    for (const char* key : {"private_key", "username", "audience"})
        if (section.has(key))
            section.error(key, "belongs to the JWT bearer flow, and this is client credentials",
                          "leave it out, or leave client_secret out and give private_key and username");
    const auto url = net::parse_url(login_url);
    if (url && (url->origin.host == "login.salesforce.com" || url->origin.host == "test.salesforce.com"))
        section.error("login_url", "is " + url->origin.host + ", which refuses client credentials",
                      "write the org's My Domain, such as https://acme.my.salesforce.com");
}

void require_jwt(Section& section, const salesforce::OrgSettings& org, const Reading& reading) {
    section.require("private_key", "the key whose certificate the app has, in PEM form: { file: PATH }, "
                                   "{ env: NAME } or { credential: NAME }");
    section.require("username", "the full user name of the integration user, such as paysync@acme.com");
    if (section.has("client_secret"))
        section.error("client_secret", "belongs to client credentials, and this is the JWT bearer flow",
                      "leave it out: this flow sends no secret");
    if (section.has("audience") && !net::parse_url(org.audience))
        section.error("audience", "must be an https URL, not '" + org.audience + "'",
                      "https://login.salesforce.com, or https://test.salesforce.com for a sandbox");
    if (reading.secrets == Secrets::skip || org.private_key.empty()) return;
    if (const auto key = salesforce::check_private_key(org.private_key); !key)
        section.error("private_key", "does not work: " + key.error().detail,
                      "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem");
}

} // namespace

void read_log_in(Section& section, salesforce::OrgSettings& org) {
    section.text("login_url", org.login_url);
    std::string auth;
    section.choice("auth", auth, {"client_credentials", "jwt"});
    section.text("client_id", org.client_id);
    section.secret("client_secret", org.client_secret);
    section.secret("private_key", org.private_key);
    section.text("username", org.username);
    section.text("audience", org.audience);
    const bool looks_like_jwt = section.has("private_key") || section.has("username") || section.has("audience");
    if (auth.empty()) auth = looks_like_jwt && !section.has("client_secret") ? "jwt" : "client_credentials";
    org.auth = auth == "jwt" ? salesforce::Auth::jwt : salesforce::Auth::client_credentials;
}

void check_log_in(Section& section, const salesforce::OrgSettings& org, const Reading& reading) {
    const bool jwt = org.auth == salesforce::Auth::jwt;
    section.require("login_url", jwt ? "https://login.salesforce.com, https://test.salesforce.com or the org's My "
                                       "Domain, such as https://acme.my.salesforce.com"
                                     : "the org's My Domain, such as https://acme.my.salesforce.com");
    section.require("client_id", "the consumer key of the org's external client app");
    check_login_url(section, org.login_url);
    if (jwt)
        require_jwt(section, org, reading);
    else
        require_client_credentials(section, org.login_url);
}

} // namespace paysync::app
