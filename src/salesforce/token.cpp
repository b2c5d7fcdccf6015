// OAuth 2.0, client credentials.
#include "salesforce/token.hpp"

#include "paysync/base/metrics.hpp"
#include "salesforce/answer.hpp"

#include <utility>

namespace paysync::salesforce {

namespace {

/// Nothing but a person can mend this. `status`: of the token endpoint's answer, 0 where it was not even asked.
CallFailure misconfigured(int status, std::string message) {
    CallFailure failure;
    failure.remedy = Remedy::pause;
    failure.reached = status != 0;
    failure.status = status;
    failure.error.message = std::move(message);
    return failure;
}

/// `…/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS`: the org's id is the last but one.
std::string org_of(const std::string& identity) {
    const auto user = identity.rfind('/');
    if (user == std::string::npos || user == 0) return {};
    const auto org = identity.rfind('/', user - 1);
    if (org == std::string::npos) return {};
    return identity.substr(org + 1, user - org - 1);
}

bool same_org(const std::string& expected, const std::string& told) {
    const auto left = long_id(expected);
    const auto right = long_id(told);
    return left && right && *left == *right;
}

std::string token_target(std::string path) {
    while (!path.empty() && path.back() == '/') path.pop_back();
    return path + "/services/oauth2/token";
}

net::Request token_request(const OrgSettings& settings, const net::Url& login) {
    net::Request request;
    request.method = "POST";
    request.target = token_target(login.target);
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.headers.set("Accept", "application/json");
    request.body = net::form_encoded({{"grant_type", "client_credentials"},
                                      {"client_id", settings.client_id},
                                      {"client_secret", settings.client_secret.reveal()}});
    return request;
}

} // namespace

Called<Session> read_token(const net::Response& response, const OrgSettings& settings, const net::Origin& login) {
    if (response.status >= 300) {
        CallFailure failure = refused(response, Effect::reads);
        // There is no row here to give up on, and no session that could be renewed instead.
        if (failure.remedy == Remedy::give_up || failure.remedy == Remedy::renew_token)
            failure.remedy = Remedy::pause;
        return failure;
    }
    const auto body = base::parse_json(response.body);
    if (!body) return unreadable("the token endpoint's answer is not JSON", Effect::reads);
    const auto token = base::member_text(*body, "access_token");
    const auto instance = base::member_text(*body, "instance_url");
    if (!token || !instance) return misconfigured(200, "the token answer has no access_token or no instance_url");
    const auto url = net::parse_url(*instance);
    if (!url || (login.tls && !url->origin.tls))
        return misconfigured(200, "the token answer names an instance that is not an https address");
    const std::string org = org_of(base::member_text(*body, "id").value_or(""));
    if (!settings.expected_org_id.empty() && !same_org(settings.expected_org_id, org))
        return misconfigured(200, "the token belongs to the org " + (org.empty() ? "(not told)" : org) +
                                      " and not to " + settings.expected_org_id +
                                      ", which the configuration expects");
    Session session;
    session.token = base::Secret{*token};
    session.origin = url->origin;
    return session;
}

TokenKeeper::TokenKeeper(const OrgSettings& settings, net::Transport& transport, runtime::Clock& clock,
                         base::Metrics& metrics)
    : settings_{settings}, transport_{transport}, clock_{clock}, metrics_{metrics} {}

void TokenKeeper::drop(std::uint64_t generation) {
    if (current_ && current_->generation == generation) current_.reset();
}

Task<Called<SessionPtr>> TokenKeeper::session() {
    if (current_) co_return current_;
    std::function<Task<Called<SessionPtr>>()> start = [this] { return renew(); };
    co_return co_await flight_.share(std::move(start));
}

Task<Called<SessionPtr>> TokenKeeper::renew() {
    const auto login = net::parse_url(settings_.login_url);
    if (!login) co_return misconfigured(0, "the login URL is not an http or https address");
    const auto begun = clock_.steady();
    const auto deadline = begun + settings_.token_timeout;
    net::Request request = token_request(settings_, *login);
    const base::Result<net::Response> response =
        co_await transport_.send(login->origin, std::move(request), deadline);

    Called<Session> read = response ? read_token(*response, settings_, login->origin)
                                    : Called<Session>{unreached(response.error(), Effect::reads)};
    const std::string result = read ? "ok" : std::string{name(read.error().remedy)};
    const double seconds = std::chrono::duration<double>(clock_.steady() - begun).count();
    metrics_.count("paysync_salesforce_calls_total", {{"kind", "token"}, {"result", result}});
    metrics_.observe("paysync_salesforce_call_seconds", seconds, {{"kind", "token"}});
    if (!read) co_return read.error();
    metrics_.count("paysync_token_renewals_total");
    read->generation = ++renewals_;
    current_ = std::make_shared<const Session>(std::move(*read));
    co_return current_;
}

} // namespace paysync::salesforce
