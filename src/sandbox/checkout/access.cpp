// Keys, tokens, scopes.
#include "sandbox/checkout/access.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>
#include <array>
#include <sstream>

namespace paysync::sandbox {

namespace {

using base::Json;

/// As the official SDKs list them, as far as this account has the products.
constexpr std::array known_scopes = {"gateway",
                                     "gateway:payment",
                                     "gateway:payment-details",
                                     "gateway:payment-authorizations",
                                     "gateway:payment-voids",
                                     "gateway:payment-captures",
                                     "gateway:payment-refunds",
                                     "gateway:payment-cancellations",
                                     "payments:search",
                                     "flow",
                                     "flow:workflows",
                                     "flow:events",
                                     "flow:reflow",
                                     "disputes",
                                     "disputes:view",
                                     "disputes:provide-evidence",
                                     "disputes:accept",
                                     "disputes:scheme-files",
                                     "files",
                                     "financial-actions",
                                     "financial-actions:view",
                                     "reports",
                                     "reports:view",
                                     "balances",
                                     "balances:view",
                                     "vault",
                                     "vault:instruments",
                                     "vault:customers",
                                     "vault:tokenization"};

/// Any of these lets a token make the call.
std::vector<std::string> scopes_for(const ApiCall& call) {
    const std::string first = call.path.empty() ? "" : call.path[0];
    const bool reads = call.method == "GET";
    if (first == "payments" && call.path.size() > 1 && call.path[1] == "search")
        return {"gateway", "payments:search"};
    if (first == "payments" && reads) return {"gateway", "gateway:payment-details"};
    if (first == "payments" && call.path.size() == 3)
        return {"gateway", call.path[2] == "reversals" ? "gateway:payment-voids" : "gateway:payment-" + call.path[2]};
    if (first == "payments") return {"gateway", "gateway:payment"};
    if (first == "workflows" && call.path.size() > 1 && call.path[1] == "events")
        return {"flow", reads ? "flow:events" : "flow:reflow"};
    if (first == "workflows")
        return {"flow", "flow:workflows", call.path.size() > 1 && reads ? "flow:events" : "flow"};
    if (first == "disputes" && reads) return {"disputes", "disputes:view", "disputes:scheme-files"};
    if (first == "disputes")
        return {"disputes", call.path.back() == "accept" ? "disputes:accept" : "disputes:provide-evidence"};
    if (first == "financial-actions" || first == "reports" || first == "balances") return {first, first + ":view"};
    if (first == "customers") return {"vault", "vault:customers"};
    if (first == "instruments") return {"vault", "vault:instruments"};
    if (first == "files") return {"disputes", "files"};
    if (first == "tokens") return {"vault", "vault:tokenization"};
    return {};
}

std::optional<std::string> public_key_of(const std::string& secret_key) {
    if (!secret_key.starts_with("sk_")) return std::nullopt;
    return "pk_" + secret_key.substr(3);
}

ApiReply oauth_error(const char* code) {
    Json body = Json::object();
    body["error"] = code;
    return reply(400, std::move(body));
}

std::string random_text(runtime::Chance& chance, std::size_t length) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string made;
    for (std::size_t i = 0; i < length; ++i) made += digits[chance.below(digits.size())];
    return made;
}

} // namespace

ApiReply CheckoutAccess::token(const net::Request& request) {
    if (request.method != "POST") return reply(405);
    const std::string form = "?" + request.body;
    const auto grant = net::query_parameter(form, "grant_type");
    if (!grant) return oauth_error("invalid_request");
    if (grant != "client_credentials") return oauth_error("unsupported_grant_type");
    if (net::query_parameter(form, "client_id") != settings_.checkout_client_id ||
        net::query_parameter(form, "client_secret") != settings_.checkout_client_secret)
        return oauth_error("invalid_client");
    Token made;
    std::istringstream asked{net::query_parameter(form, "scope").value_or("")};
    for (std::string scope; asked >> scope;) made.scopes.insert(scope);
    if (made.scopes.empty()) made.scopes.insert(known_scopes.begin(), known_scopes.end());
    std::string granted;
    for (const std::string& scope : made.scopes) {
        if (std::find(known_scopes.begin(), known_scopes.end(), scope) == known_scopes.end())
            return oauth_error("invalid_scope");
        granted += (granted.empty() ? "" : " ") + scope;
    }
    made.dies_at = clock_.steady() + settings_.checkout_token_life;
    const std::string text =
        random_text(chance_, 36) + "." + random_text(chance_, 160) + "." + random_text(chance_, 86);
    tokens_[text] = std::move(made);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(settings_.checkout_token_life).count();
    ApiReply answer = reply(
        200,
        {{"access_token", text}, {"token_type", "Bearer"}, {"expires_in", seconds}, {"scope", std::move(granted)}});
    answer.headers.set("Cache-Control", "no-store");
    return answer;
}

unsigned CheckoutAccess::refusal(const ApiCall& call, const std::string& authorization) const {
    constexpr std::string_view scheme = "bearer ";
    if (!base::lower(authorization).starts_with(scheme)) return 401; // keys without it are of the previous platform
    const std::string given{base::trimmed(std::string_view(authorization).substr(scheme.size()))};
    const bool tokens = !call.path.empty() && call.path[0] == "tokens";
    if (base::equal_in_constant_time(given, settings_.checkout_key)) return tokens ? 401 : 0;
    if (public_key_of(settings_.checkout_key) == given) return tokens ? 0 : 401;
    const auto token = tokens_.find(given);
    if (token == tokens_.end() || token->second.dies_at <= clock_.steady()) return 401;
    const std::vector<std::string> wanted = scopes_for(call);
    const bool allowed = wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const std::string& scope) {
                             return token->second.scopes.contains(scope);
                         });
    return allowed ? 0 : 403;
}

} // namespace paysync::sandbox
