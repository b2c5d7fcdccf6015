// Log-in and renewal.
#include "salesforce/token.hpp"

#include "paysync/base/log.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/base/text.hpp"
#include "salesforce/answer.hpp"
#include "salesforce/grant.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

namespace paysync::salesforce {

namespace {

/// Between log-ins when there were too many (Salesforce: 3,600 an hour for a user).
constexpr runtime::Duration rate_wait_first = std::chrono::minutes{1};
constexpr runtime::Duration rate_wait_most = std::chrono::minutes{15};

/// Nothing but a person can mend this. `status`: of the token endpoint's answer, 0 where it was not even asked.
CallFailure misconfigured(int status, std::string message) {
    CallFailure failure;
    failure.remedy = Remedy::pause;
    failure.reached = status != 0;
    failure.status = status;
    failure.error.message = std::move(message);
    return failure;
}

/// `…/id/00Dxx0000001gPLEAY/005xx000001SwiUAAS`: the last two parts.
std::pair<std::string, std::string> org_and_user(const std::string& identity) {
    const auto user = identity.rfind('/');
    if (user == std::string::npos || user == 0) return {};
    const auto org = identity.rfind('/', user - 1);
    if (org == std::string::npos) return {};
    return {identity.substr(org + 1, user - org - 1), identity.substr(user + 1)};
}

bool same_org(const std::string& expected, const std::string& told) {
    const auto left = long_id(expected);
    const auto right = long_id(told);
    return left && right && *left == *right;
}

/// Without one of these a token opens no door of the REST API. Nothing told: nothing to complain of.
bool reaches_data(const std::string& scopes) {
    std::istringstream words{scopes};
    bool any = false;
    for (std::string scope; words >> scope; any = true)
        if (scope == "api" || scope == "full") return true;
    return !any;
}

/// A log-in page, a proxy, a My Domain that was renamed: where we were sent instead.
void name_redirection(const net::Response& response, CallFailure& failure) {
    const auto location = response.headers.find("Location");
    if (response.status < 300 || response.status >= 400 || !location) return;
    const auto url = net::parse_url(*location);
    if (url) failure.error.message = "a redirection to " + url->origin.text();
}

CallFailure refused_log_in(const net::Response& response) {
    CallFailure failure = refused(response, Effect::reads);
    // There is no row here to give up on, and no session that could be renewed instead.
    if (failure.remedy == Remedy::give_up || failure.remedy == Remedy::renew_token) failure.remedy = Remedy::pause;
    name_redirection(response, failure);
    return failure;
}

} // namespace

Called<Session> read_token(const net::Response& response, const OrgSettings& settings, const net::Origin& login) {
    if (response.status >= 300) return refused_log_in(response);
    const auto body = base::parse_json(response.body);
    if (!body) return unreadable("the token endpoint's answer is not JSON", Effect::reads);
    const auto token = base::member_text(*body, "access_token");
    const auto instance = base::member_text(*body, "instance_url");
    if (!token || !instance) return misconfigured(200, "the token answer has no access_token or no instance_url");
    const auto url = net::parse_url(*instance);
    if (!url || (login.tls && !url->origin.tls))
        return misconfigured(200, "the token answer names an instance that is not an https address");
    const auto [org, user] = org_and_user(base::member_text(*body, "id").value_or(""));
    if (!settings.expected_org_id.empty() && !same_org(settings.expected_org_id, org))
        return misconfigured(200, "the token belongs to the org " + (org.empty() ? "(not told)" : org) +
                                      " and not to " + settings.expected_org_id +
                                      ", which the configuration expects");
    Session session;
    session.token = base::Secret{*token};
    session.origin = url->origin;
    session.identity.instance_url = url->origin.text();
    session.identity.org_id = long_id(org).value_or(org);
    session.identity.user_id = long_id(user).value_or(user);
    session.identity.scopes = base::member_text(*body, "scope").value_or("");
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
    if (rate_failure_ && clock_.steady() < not_before_) {
        CallFailure failure = *rate_failure_;
        const auto left = std::chrono::ceil<std::chrono::seconds>(not_before_ - clock_.steady());
        failure.retry_after_seconds = static_cast<int>(left.count());
        co_return failure;
    }
    std::function<Task<Called<SessionPtr>>()> start = [this] { return renew(); };
    co_return co_await flight_.share(std::move(start));
}

Task<Called<SessionPtr>> TokenKeeper::renew() {
    const auto login = net::parse_url(settings_.login_url);
    if (!login) co_return misconfigured(0, "the login URL is not an http or https address");
    Asked asked = co_await ask(*login);
    const bool again = set_clock_by(asked);
    if (again) asked = co_await ask(*login);
    if (!asked.session) {
        CallFailure failure = asked.session.error();
        note_refusal(failure);
        co_return failure;
    }
    take(std::move(*asked.session));
    co_return current_;
}

Task<TokenKeeper::Asked> TokenKeeper::ask(net::Url login) {
    Asked asked{misconfigured(0, ""), std::nullopt};
    base::Result<net::Request> request = token_request(settings_, login, clock_.wall() + ahead_);
    if (!request) {
        asked.session = misconfigured(0, request.error().detail);
        co_return asked;
    }
    const auto begun = clock_.steady();
    const auto deadline = begun + settings_.token_timeout;
    const base::Result<net::Response> response =
        co_await transport_.send(login.origin, std::move(*request), deadline);

    if (response) {
        asked.session = read_token(*response, settings_, login.origin);
        asked.server_time = server_time(*response);
    } else {
        asked.session = unreached(response.error(), Effect::reads);
    }
    const std::string result = asked.session ? "ok" : std::string{name(asked.session.error().remedy)};
    const double seconds = std::chrono::duration<double>(clock_.steady() - begun).count();
    metrics_.count("paysync_salesforce_calls_total", {{"kind", "token"}, {"result", result}});
    metrics_.observe("paysync_salesforce_call_seconds", seconds, {{"kind", "token"}});
    co_return asked;
}

/// True when a fresh assertion is worth one more request.
bool TokenKeeper::set_clock_by(const Asked& refused) {
    if (settings_.auth != Auth::jwt || refused.session || !is_refusal_of_time(refused.session.error())) return false;
    if (refused.server_time) ahead_ = *refused.server_time - clock_.wall();
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(ahead_).count();
    base::log::warning("salesforce",
                       "an assertion was refused for its time; trying once more by Salesforce's clock: is this "
                       "machine's clock right?",
                       {{"salesforce_is_ahead_by_seconds", seconds}});
    return true;
}

void TokenKeeper::note_refusal(CallFailure& failure) {
    if (!is_refusal_of_rate(failure)) return;
    const runtime::Duration doubled = rate_wait_first * (1 << std::min(rate_refusals_++, 8));
    runtime::Duration wait = std::min(doubled, rate_wait_most);
    if (failure.retry_after_seconds)
        wait = std::max<runtime::Duration>(wait, std::chrono::seconds{*failure.retry_after_seconds});
    not_before_ = clock_.steady() + wait;
    failure.retry_after_seconds = static_cast<int>(std::chrono::ceil<std::chrono::seconds>(wait).count());
    rate_failure_ = failure;
}

void TokenKeeper::take(Session session) {
    metrics_.count("paysync_token_renewals_total");
    rate_refusals_ = 0;
    rate_failure_.reset();
    session.generation = ++renewals_;
    const Identity& now = session.identity;
    const bool moved = identity_ && identity_->instance_url != now.instance_url;
    if (!identity_ || moved)
        base::log::info(
            "salesforce", moved ? "the org has moved" : "logged in",
            {{"instance", now.instance_url}, {"org", now.org_id}, {"user", now.user_id}, {"scopes", now.scopes}});
    if (!reaches_data(now.scopes) && (!identity_ || identity_->scopes != now.scopes))
        base::log::warning("salesforce",
                           "the token lacks the scope 'api': add \"Manage user data via APIs (api)\" to the app",
                           {{"scopes", now.scopes}});
    identity_ = now;
    current_ = std::make_shared<const Session>(std::move(session));
}

} // namespace paysync::salesforce
