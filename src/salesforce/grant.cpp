// OAuth 2.0: client credentials (RFC 6749 4.4) and JWT bearer (RFC 7523).
#include "salesforce/grant.hpp"

#include "paysync/base/text.hpp"
#include "salesforce/assertion.hpp"

#include <date/date.h>

#include <sstream>

namespace paysync::salesforce {

namespace {

using Form = std::vector<std::pair<std::string, std::string>>;

std::string token_target(std::string path) {
    while (!path.empty() && path.back() == '/') path.pop_back();
    return path + "/services/oauth2/token";
}

Form client_credentials(const OrgSettings& settings) {
    return {{"grant_type", "client_credentials"},
            {"client_id", settings.client_id},
            {"client_secret", settings.client_secret.reveal()}};
}

base::Result<Form> jwt_bearer(const OrgSettings& settings, base::WallTime now) {
    Claims claims;
    claims.issuer = settings.client_id;
    claims.subject = settings.username;
    claims.audience = settings.audience.empty() ? default_audience(settings.login_url) : settings.audience;
    claims.expires_at =
        std::chrono::duration_cast<std::chrono::seconds>((now + assertion_life).time_since_epoch()).count();
    const auto assertion = sign_assertion(claims, settings.private_key);
    if (!assertion) return base::Error{assertion.error().code, "salesforce.private_key: " + assertion.error().detail};
    return Form{{"grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"}, {"assertion", assertion->reveal()}};
}

bool ends_with_domain(const std::string& host, std::string_view domain) {
    return host == domain ||
           (host.size() > domain.size() && host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

/// `test.salesforce.com`, `acme--dev.sandbox.my.salesforce.com`, and the older `acme--dev.my.salesforce.com`.
bool is_sandbox(const std::string& host) {
    const std::string first = host.substr(0, host.find('.'));
    return host == "test.salesforce.com" || first.find("--") != std::string::npos ||
           host.find(".sandbox.") != std::string::npos || host.find(".scratch.") != std::string::npos;
}

bool says(const CallFailure& failure, std::string_view text) {
    return base::lower(failure.error.message).find(text) != std::string::npos;
}

} // namespace

std::string default_audience(std::string_view login_url) {
    const auto url = net::parse_url(login_url);
    if (!url) return {};
    const std::string host = base::lower(url->origin.host);
    if (!ends_with_domain(host, "salesforce.com")) return url->origin.text();
    return is_sandbox(host) ? "https://test.salesforce.com" : "https://login.salesforce.com";
}

base::Result<net::Request> token_request(const OrgSettings& settings, const net::Url& login, base::WallTime now) {
    base::Result<Form> form = client_credentials(settings);
    if (settings.auth == Auth::jwt) form = jwt_bearer(settings, now);
    if (!form) return form.error();
    net::Request request;
    request.method = "POST";
    request.target = token_target(login.target);
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.headers.set("Accept", "application/json");
    request.body = net::form_encoded(*form);
    return request;
}

bool is_refusal_of_time(const CallFailure& failure) {
    if (failure.error.code != "invalid_grant") return false;
    if (says(failure, "access/refresh token")) return false;
    return says(failure, "expired") || says(failure, "expiration");
}

bool is_refusal_of_rate(const CallFailure& failure) {
    const std::string code = base::lower(failure.error.code);
    return code == "rate_limit_exceeded" || code == "login_rate_exceeded" || failure.status == 429 ||
           says(failure, "login rate exceeded");
}

std::optional<base::WallTime> server_time(const net::Response& response) {
    const auto header = response.headers.find("Date");
    if (!header) return std::nullopt;
    std::istringstream in{*header};
    in.imbue(std::locale::classic());
    date::sys_seconds time;
    in >> date::parse("%a, %d %b %Y %T GMT", time);
    if (in.fail()) return std::nullopt;
    return time;
}

} // namespace paysync::salesforce
