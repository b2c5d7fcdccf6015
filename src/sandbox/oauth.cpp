// OAuth as Salesforce answers it.
#include "sandbox/oauth.hpp"

#include "paysync/base/text.hpp"
#include "paysync/base/time.hpp"
#include "sandbox/base64.hpp"

#include <algorithm>
#include <charconv>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::string_view root = "/services/oauth2/";
constexpr std::string_view identity_root = "/id/";
constexpr const char* jwt_grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
constexpr double skew_seconds = 180; ///< so long after its expiry an assertion is still taken

net::Response no_store(net::Response response) {
    response.headers.set("Cache-Control", "no-store");
    response.headers.set("Pragma", "no-cache");
    return response;
}

net::Response refused(unsigned status, const char* error, const std::string& description) {
    return no_store(
        net::json_response(status, base::to_text({{"error", error}, {"error_description", description}})));
}

net::Response invalid_grant(const char* description) {
    return refused(400, "invalid_grant", description);
}

net::Response text_response(unsigned status, const char* text) {
    net::Response response;
    response.status = status;
    response.headers.set("Content-Type", "text/html;charset=UTF-8");
    response.body = text;
    return response;
}

struct Credentials {
    std::string id;
    std::string secret;
    bool basic = false;
};

/// From the form, or from a Basic header (RFC 6749, section 2.3.1: both parts are form-encoded there).
Credentials credentials_of(const net::Request& request) {
    Credentials found;
    const std::string form = "?" + request.body;
    found.id = net::query_parameter(form, "client_id").value_or("");
    found.secret = net::query_parameter(form, "client_secret").value_or("");
    const std::string header = request.headers.find("Authorization").value_or("");
    if (!base::lower(header).starts_with("basic ")) return found;
    found.basic = true;
    const std::string pair = from_base64(base::trimmed(std::string_view(header).substr(6))).value_or("");
    const auto colon = pair.find(':');
    if (colon == std::string::npos) return found;
    found.id = pair.substr(0, colon);
    found.secret = pair.substr(colon + 1);
    return found;
}

/// Seconds since 1970, as a number or as text.
std::optional<double> expiry_of(const Json& claims) {
    const Json& exp = base::member(claims, "exp");
    if (exp.is_number()) return exp.get<double>();
    if (!exp.is_string()) return std::nullopt;
    const std::string text = exp.get<std::string>();
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool names_audience(const Json& aud, const std::string& instance_url) {
    const auto fits = [&instance_url](const Json& one) {
        if (!one.is_string()) return false;
        std::string text = one.get<std::string>();
        if (text.ends_with('/')) text.pop_back();
        return text == "https://login.salesforce.com" || text == "https://test.salesforce.com" ||
               text == instance_url;
    };
    return aud.is_array() ? std::any_of(aud.begin(), aud.end(), fits) : fits(aud);
}

std::string bearer_of(const net::Request& request) {
    const std::string header = request.headers.find("Authorization").value_or("");
    const auto blank = header.find(' ');
    if (blank != std::string::npos) return header.substr(blank + 1);
    return net::query_parameter(request.target, "oauth_token").value_or("");
}

std::string parameter(const net::Request& request, const char* name) {
    if (const auto in_query = net::query_parameter(request.target, name)) return *in_query;
    return net::query_parameter("?" + request.body, name).value_or("");
}

std::string host_of(std::string_view url) {
    const auto scheme = url.find("://");
    if (scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
    return base::lower(url.substr(0, url.find('/')));
}

} // namespace

OAuth::OAuth(SandboxSettings& settings, Org& org, Sessions& sessions, runtime::Clock& clock, runtime::Chance& chance)
    : settings_{settings}, org_{org}, sessions_{sessions}, clock_{clock}, chance_{chance} {
    if (!settings.jwt_certificate.empty()) certificate_.emplace(settings.jwt_certificate);
}

bool OAuth::serves(std::string_view path) {
    return path.starts_with(root) || path.starts_with(identity_root);
}

bool OAuth::at_home(const net::Request& request) const {
    const auto host = request.headers.find("Host");
    return !moved_ || !host || base::lower(*host) == host_of(settings_.instance_url);
}

const Json& OAuth::user() const {
    return org_.find(org_.running_user())->fields;
}

std::string OAuth::identity_url() const {
    return settings_.instance_url + "/id/" + org_.organization() + "/" + org_.running_user();
}

net::Response OAuth::answer(const net::Request& request) {
    const std::string path{request.path()};
    if (path.starts_with(identity_root)) return identity(request);
    const std::string name = path.substr(root.size());
    if (name == "token") return token(request);
    if (name == "revoke") return revoke(request);
    if (name == "introspect") return introspect(request);
    if (name == "userinfo") return userinfo(request);
    return text_response(404, "URL No Longer Exists");
}

net::Response OAuth::token(const net::Request& request) {
    if (request.method != "POST") return refused(400, "invalid_request", "must use HTTP POST");
    const std::string form = "?" + request.body;
    const auto grant = net::query_parameter(form, "grant_type");
    if (!grant) return refused(400, "invalid_request", "missing required parameter: grant_type");
    if (*grant == "client_credentials") return client_credentials(request);
    if (*grant == jwt_grant) return jwt_bearer(form);
    if (*grant == "refresh_token") {
        if (auto wrong = wrong_client(request)) return std::move(*wrong);
        return invalid_grant("expired access/refresh token");
    }
    return refused(400, "unsupported_grant_type", "grant type not supported");
}

std::optional<net::Response> OAuth::wrong_client(const net::Request& request) const {
    const Credentials given = credentials_of(request);
    if (given.id != settings_.client_id) return refused(400, "invalid_client_id", "client identifier invalid");
    if (given.secret != settings_.client_secret)
        return refused(given.basic ? 401 : 400, "invalid_client", "invalid client credentials");
    return std::nullopt;
}

net::Response OAuth::client_credentials(const net::Request& request) {
    const std::string host = base::lower(request.headers.find("Host").value_or(""));
    if (host == "login.salesforce.com" || host == "test.salesforce.com")
        return invalid_grant("request not supported on this domain");
    if (auto wrong = wrong_client(request)) return std::move(*wrong);
    if (user().at("IsActive") == Json(false)) return invalid_grant("no client credentials user enabled");
    return granted(true);
}

/// The claims are checked in the order in which they can be believed: who signed, for whom, until when.
net::Response OAuth::jwt_bearer(const std::string& form) {
    const auto assertion = net::query_parameter(form, "assertion");
    if (!assertion) return refused(400, "invalid_request", "missing required parameter: assertion");
    if (!certificate_) return refused(400, "invalid_client", "invalid client credentials");
    const auto claims = certificate_->claims(*assertion);
    if (!claims) return invalid_grant("invalid assertion");
    if (base::member(*claims, "iss") != Json(settings_.client_id))
        return refused(400, "invalid_client_id", "client identifier invalid");
    if (!names_audience(base::member(*claims, "aud"), settings_.instance_url))
        return invalid_grant("audience is invalid");
    const auto expiry = expiry_of(*claims);
    if (!expiry) return invalid_grant("invalid assertion");
    const auto now = std::chrono::duration<double>(clock_.wall().time_since_epoch()).count();
    if (*expiry + skew_seconds < now) return invalid_grant("expired authorization code");
    const Json& subject =
        base::member(*claims, "sub").is_null() ? base::member(*claims, "prn") : base::member(*claims, "sub");
    const auto name = subject.is_string() ? base::lower(subject.get<std::string>()) : std::string{};
    if (name != base::lower(user().at("Username").get<std::string>()))
        return invalid_grant("user hasn't approved this consumer");
    if (user().at("IsActive") == Json(false)) return refused(400, "inactive_user", "user is inactive");
    return granted(false);
}

/// The JWT flow's answer has neither `issued_at` nor `signature`.
net::Response OAuth::granted(bool signed_answer) {
    Json answer = {{"access_token", sessions_.issue(org_.organization())},
                   {"scope", "api"},
                   {"instance_url", settings_.instance_url},
                   {"id", identity_url()},
                   {"token_type", "Bearer"}};
    if (signed_answer) {
        const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.wall().time_since_epoch());
        answer["issued_at"] = std::to_string(now.count());
        answer["signature"] = random_text(chance_, 43) + "=";
        answer["api_instance_url"] = settings_.instance_url;
    }
    return no_store(net::json_response(200, base::to_text(answer)));
}

net::Response OAuth::revoke(const net::Request& request) {
    const std::string token = parameter(request, "token");
    if (token.empty()) return refused(400, "unsupported_token_type", "this token type is not supported");
    if (!sessions_.end(token)) return refused(400, "invalid_token", "invalid token: token");
    return text_response(200, "");
}

net::Response OAuth::introspect(const net::Request& request) {
    if (request.method != "POST") return refused(400, "invalid_request", "must use HTTP POST");
    if (auto wrong = wrong_client(request)) {
        wrong->status = 401;
        return std::move(*wrong);
    }
    const auto session = sessions_.find(parameter(request, "token"));
    if (!session) return no_store(net::json_response(200, R"({"active":false})"));
    const auto issued = std::chrono::duration_cast<std::chrono::seconds>(session->issued.time_since_epoch()).count();
    const auto life = std::chrono::duration_cast<std::chrono::seconds>(settings_.token_life).count();
    const Json answer = {{"active", true},
                         {"scope", "api"},
                         {"client_id", settings_.client_id},
                         {"sub", identity_url()},
                         {"iat", issued},
                         {"nbf", issued},
                         {"exp", issued + life},
                         {"token_type", "access_token"},
                         {"username", user().at("Username")}};
    return no_store(net::json_response(200, base::to_text(answer)));
}

net::Response OAuth::userinfo(const net::Request& request) {
    if (!sessions_.accept(bearer_of(request))) return text_response(403, "Bad_OAuth_Token");
    const Json& who = user();
    const Json answer = {{"sub", identity_url()},
                         {"user_id", org_.running_user()},
                         {"organization_id", org_.organization()},
                         {"preferred_username", who.at("Username")},
                         {"nickname", "integration"},
                         {"name", who.at("Name")},
                         {"email", who.at("Email")},
                         {"email_verified", true},
                         {"given_name", who.at("FirstName")},
                         {"family_name", who.at("LastName")},
                         {"zoneinfo", who.at("TimeZoneSidKey")},
                         {"locale", "en_GB"},
                         {"language", "en_US"},
                         {"active", who.at("IsActive")},
                         {"user_type", "STANDARD"},
                         {"utcOffset", 3'600'000},
                         {"updated_at", who.at("LastModifiedDate")}};
    return net::json_response(200, base::to_text(answer));
}

net::Response OAuth::identity(const net::Request& request) {
    if (!sessions_.accept(bearer_of(request))) return text_response(403, "Bad_OAuth_Token");
    const std::string wanted{request.path()};
    if (wanted != "/id/" + org_.organization() + "/" + org_.running_user()) return text_response(404, "Bad_Id");
    const Json& who = user();
    const std::string services = settings_.instance_url + "/services/";
    const std::string rest = services + "data/v{version}/";
    const Json answer = {{"id", identity_url()},
                         {"asserted_user", true},
                         {"user_id", org_.running_user()},
                         {"organization_id", org_.organization()},
                         {"username", who.at("Username")},
                         {"nick_name", "integration"},
                         {"display_name", who.at("Name")},
                         {"email", who.at("Email")},
                         {"email_verified", true},
                         {"first_name", who.at("FirstName")},
                         {"last_name", who.at("LastName")},
                         {"timezone", who.at("TimeZoneSidKey")},
                         {"active", who.at("IsActive")},
                         {"user_type", "STANDARD"},
                         {"language", "en_US"},
                         {"locale", "en_GB"},
                         {"utcOffset", 3'600'000},
                         {"last_modified_date", who.at("LastModifiedDate")},
                         {"is_app_installed", true},
                         {"urls",
                          {{"rest", rest},
                           {"sobjects", rest + "sobjects/"},
                           {"query", rest + "query/"},
                           {"search", rest + "search/"},
                           {"recent", rest + "recent/"},
                           {"tooling_rest", rest + "tooling/"},
                           {"profile", settings_.instance_url + "/" + org_.running_user()},
                           {"enterprise", services + "Soap/c/{version}/" + org_.organization().substr(0, 15)},
                           {"partner", services + "Soap/u/{version}/" + org_.organization().substr(0, 15)},
                           {"metadata", services + "Soap/m/{version}/" + org_.organization().substr(0, 15)}}}};
    return net::json_response(200, base::to_text(answer));
}

base::Result<void> OAuth::control(const Json& changes) {
    const auto wrong = [](const std::string& sentence) { return base::Error{base::Errc::invalid, sentence}; };
    if (!changes.is_object()) return wrong("give an object such as {\"expire\": true}");
    for (const auto& [name, value] : changes.items()) {
        const bool text = value.is_string() && !value.get_ref<const std::string&>().empty();
        const bool flag = value == Json(true) && name != "move_instance";
        if (name != "expire" && name != "revoke" && name != "rotate_secret" && name != "move_instance")
            return wrong("there is no \"" + name + "\": expire, revoke, rotate_secret or move_instance");
        if (!text && !flag)
            return wrong("\"" + name + "\" must be text" + (name == "move_instance" ? "" : " or true"));
        if (name == "rotate_secret") {
            settings_.client_secret = text ? value.get<std::string>() : random_text(chance_, 64);
        } else if (name == "move_instance") {
            settings_.instance_url = value.get<std::string>();
            moved_ = true;
            sessions_.end_all();
        } else if (flag) {
            sessions_.end_all();
        } else if (!sessions_.end(value.get<std::string>())) {
            return wrong("there is no such token");
        }
    }
    return {};
}

Json OAuth::state() const {
    return {{"active", sessions_.count()},
            {"client_id", settings_.client_id},
            {"client_secret", settings_.client_secret},
            {"instance_url", settings_.instance_url},
            {"username", user().at("Username")},
            {"jwt", certificate_.has_value()}};
}

} // namespace paysync::sandbox
