// OAuth client credentials as Salesforce answers them, and the usage of the API.
#include "sandbox/sessions.hpp"

#include "paysync/base/text.hpp"
#include "paysync/base/time.hpp"

#include <optional>

namespace paysync::sandbox {

namespace {

using base::Json;

net::Response no_store(net::Response response) {
    response.headers.set("Cache-Control", "no-store");
    return response;
}

net::Response refused(unsigned status, const char* error, const char* description) {
    return no_store(
        net::json_response(status, base::to_text({{"error", error}, {"error_description", description}})));
}

std::string random_text(runtime::Chance& chance, std::size_t length) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";
    std::string made;
    for (std::size_t i = 0; i < length; ++i) made += digits[chance.below(digits.size())];
    return made;
}

std::optional<std::string> from_base64(std::string_view text) {
    constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    while (!text.empty() && text.back() == '=') text.remove_suffix(1);
    std::string bytes;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char c : text) {
        const auto digit = digits.find(c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = (bits << 6U) | static_cast<std::uint32_t>(digit);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        bytes += static_cast<char>(static_cast<unsigned char>((bits >> static_cast<unsigned>(held)) & 0xFFU));
    }
    return bytes;
}

struct Credentials {
    std::string id;
    std::string secret;
    bool basic = false;
};

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

} // namespace

std::string Sessions::issue(const std::string& organization) {
    std::string token = organization.substr(0, 15) + "!AQ" + random_text(chance_, 86);
    last_use_[token] = clock_.steady();
    return token;
}

bool Sessions::accept(const std::string& token) {
    const auto session = last_use_.find(token);
    if (session == last_use_.end()) return false;
    if (clock_.steady() - session->second > settings_.token_life) {
        last_use_.erase(session);
        return false;
    }
    session->second = clock_.steady();
    return true;
}

net::Response Sessions::token(const net::Request& request, const std::string& organization, const std::string& user) {
    if (request.method != "POST") return refused(400, "invalid_request", "must use HTTP POST");
    const std::string form = "?" + request.body;
    const std::string grant = net::query_parameter(form, "grant_type").value_or("");
    if (grant != "client_credentials") return refused(400, "unsupported_grant_type", "grant type not supported");
    const Credentials given = credentials_of(request);
    if (given.id != settings_.client_id) return refused(400, "invalid_client_id", "client identifier invalid");
    if (given.secret != settings_.client_secret)
        return refused(given.basic ? 401 : 400, "invalid_client", "invalid client credentials");
    const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(clock_.wall().time_since_epoch());
    const Json answer = {{"access_token", issue(organization)},
                         {"signature", random_text(chance_, 43) + "="},
                         {"scope", "api"},
                         {"instance_url", settings_.instance_url},
                         {"id", settings_.instance_url + "/id/" + organization + "/" + user},
                         {"token_type", "Bearer"},
                         {"issued_at", std::to_string(now.count())},
                         {"api_instance_url", settings_.instance_url}};
    return no_store(net::json_response(200, base::to_text(answer)));
}

void ApiUsage::count(const std::string& resource, const std::string& method, bool towards_limit) {
    Count& found = counts_[{resource, method}];
    ++found.calls;
    found.towards_limit = towards_limit;
    if (!towards_limit) return;
    ++total_;
    ++day_;
    ++by_minute_[std::chrono::floor<std::chrono::minutes>(clock_.steady()).time_since_epoch().count()];
}

std::uint64_t ApiUsage::last_day() {
    const auto first =
        std::chrono::floor<std::chrono::minutes>(clock_.steady() - std::chrono::hours{24}).time_since_epoch().count();
    while (!by_minute_.empty() && by_minute_.begin()->first <= first) {
        day_ -= by_minute_.begin()->second;
        by_minute_.erase(by_minute_.begin());
    }
    return day_;
}

Json ApiUsage::rows(bool all) const {
    Json list = Json::array();
    for (const auto& [key, count] : counts_)
        if (all || count.towards_limit)
            list.push_back({{"resource", key.first}, {"method", key.second}, {"count", count.calls}});
    return list;
}

void ApiUsage::reset() {
    counts_.clear();
    by_minute_.clear();
    day_ = total_ = 0;
}

} // namespace paysync::sandbox
