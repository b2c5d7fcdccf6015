// One HTTP call to the org, from its first byte to its answer or its lack of one.
#include "sandbox/salesforce_handler.hpp"

#include "paysync/base/text.hpp"
#include "paysync/net/gzip.hpp"
#include "sandbox/control_handler.hpp"
#include "sandbox/record_id.hpp"

#include <algorithm>
#include <charconv>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr int version_first = 40;
constexpr int version_last = 67;
constexpr std::size_t head_max = 16'384;
constexpr std::size_t unpacked_bytes_max = 50U * 1024U * 1024U;
constexpr std::size_t packed_from = 512; ///< bytes; smaller answers are not worth it
constexpr std::string_view data_root = "/services/data";

net::Response response_of(Reply reply) {
    net::Response response;
    response.status = reply.status;
    response.headers = std::move(reply.headers);
    if (reply.status == 204 || reply.status == 304 || reply.body.is_null()) return response;
    response.headers.set("Content-Type", "application/json;charset=UTF-8");
    response.headers.set("Cache-Control", "no-cache,must-revalidate,max-age=0,no-store,private");
    response.body = base::to_text(reply.body);
    return response;
}

net::Response error_response(unsigned status, const char* code, const std::string& message) {
    return response_of(error_reply(status, code, message));
}

/// 62 is Winter '25, and three come a year.
std::string version_label(int number) {
    static constexpr const char* seasons[] = {"Winter", "Spring", "Summer"};
    const int since = number - 38; // Winter '17
    return std::string(seasons[since % 3]) + " '" + std::to_string(17 + since / 3);
}

net::Response versions() {
    Json list = Json::array();
    for (int number = version_first; number <= version_last; ++number) {
        const std::string version = std::to_string(number) + ".0";
        list.push_back(
            {{"label", version_label(number)}, {"url", "/services/data/v" + version}, {"version", version}});
    }
    return response_of({.status = 200, .body = std::move(list), .headers = {}});
}

bool known_version(std::string_view text) {
    int number = 0;
    if (text.size() < 2 || text.front() != 'v' || !text.ends_with(".0")) return false;
    const auto [end, failure] = std::from_chars(text.data() + 1, text.data() + text.size() - 2, number);
    return failure == std::errc{} && end == text.data() + text.size() - 2 && number >= version_first &&
           number <= version_last;
}

net::Response failure_response(const Faults::Failure& failure) {
    net::Response response;
    response.status = failure.status;
    const bool html = failure.html || (!failure.body && failure.status >= 502 && failure.status <= 504);
    if (failure.body) {
        response.body = *failure.body;
    } else if (html) {
        response.body = "<html><head><title>Service unavailable</title></head><body><h1>We are down for "
                        "maintenance.</h1></body></html>";
    } else {
        return error_response(failure.status, failure.status == 401 ? "INVALID_SESSION_ID" : "UNKNOWN_EXCEPTION",
                              "An unexpected error occurred.");
    }
    response.headers.set("Content-Type", html ? "text/html;charset=UTF-8" : "application/json;charset=UTF-8");
    return response;
}

net::Response cut() {
    net::Response response;
    response.status = 0;
    return response;
}

bool take(std::uint64_t& count, double chance_of_it, runtime::Chance& chance) {
    if (count > 0) {
        --count;
        return true;
    }
    return chance_of_it > 0 && chance.happens(chance_of_it);
}

/// "sobjects/Contact/003…" reads "sobjects/Contact/{id}".
std::string resource_name(const ResourceRequest& request) {
    std::vector<std::string> parts = request.parts();
    if (parts.empty()) return "/";
    if (parts.front() == "query" && parts.size() > 1) return "query/{cursor}";
    if (parts.front() == "queryAll" && parts.size() > 1) return "queryAll/{cursor}";
    if (parts.front() == "sobjects" && parts.size() == 3 && full_record_id(parts[2])) parts[2] = "{id}";
    if (parts.front() == "sobjects" && parts.size() == 4) {
        if (full_record_id(parts[2]))
            parts[2] = "{id}";
        else
            parts[3] = "{value}";
    }
    std::string name;
    for (const std::string& part : parts) name += (name.empty() ? "" : "/") + part;
    return name;
}

/// How often a call counts: a batch once for each of its requests, all else once.
std::uint64_t cost_of(const ResourceRequest& request) {
    if (!request.target.starts_with("composite/batch") || !request.body) return 1;
    const Json& list = base::member(*request.body, "batchRequests");
    return list.is_array() && !list.empty() ? list.size() : 1;
}

/// "…: bad at [line:1, column:7]", as Salesforce's parser places its errors.
std::string with_place(const std::string& sentence) {
    return sentence.find("[line") == std::string::npos ? sentence + " at [line:1, column:1]" : sentence;
}

bool takes_gzip(const net::Request& request) {
    return base::lower(request.headers.find("Accept-Encoding").value_or("")).find("gzip") != std::string::npos;
}

void pack(net::Response& response) {
    if (response.body.size() < packed_from) return;
    response.body = net::gzip(response.body);
    response.headers.set("Content-Encoding", "gzip");
    response.headers.set("Vary", "Accept-Encoding");
}

/// A call that has no answer yet.
class Running {
public:
    using All = std::list<runtime::SteadyTime>;

    Running(std::shared_ptr<All> all, runtime::SteadyTime now)
        : all_{std::move(all)}, place_{all_->insert(all_->end(), now)} {}
    ~Running() { all_->erase(place_); }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

private:
    std::shared_ptr<All> all_;
    All::iterator place_;
};

std::size_t head_size(const net::Request& request) {
    std::size_t size = request.target.size();
    for (const auto& [name, value] : request.headers.all()) size += name.size() + value.size() + 4;
    return size;
}

} // namespace

runtime::Duration SalesforceHandler::latency() {
    auto span = std::chrono::milliseconds{faults_.latency_ms};
    if (faults_.latency_jitter_ms > 0)
        span += std::chrono::milliseconds{chance_.below(static_cast<std::uint64_t>(faults_.latency_jitter_ms) + 1)};
    return span;
}

runtime::Task<net::Response> SalesforceHandler::handle(net::Request request) {
    const std::string path{request.path()};
    if (ControlHandler::serves(path)) co_return co_await control_.handle(std::move(request));
    if (OAuth::serves(path)) co_return co_await identify(std::move(request), path);
    if (!path.starts_with(data_root))
        co_return error_response(404, "NOT_FOUND", "The requested resource does not exist");
    if (path == data_root || path.size() == data_root.size() + 1) {
        usage_.count("versions", request.method, 0);
        const runtime::Duration span = latency();
        co_await clock_.sleep_for(span);
        co_return versions();
    }
    if (request.target.size() > head_max)
        co_return error_response(414, "URI_TOO_LONG", "The URI is longer than 16384 bytes.");
    if (head_size(request) > head_max)
        co_return error_response(431, "REQUEST_HEADER_FIELDS_TOO_LARGE",
                                 "URI and headers are longer than 16384 bytes.");
    const std::string rest = request.target.substr(data_root.size() + 1);
    const auto slash = rest.find_first_of("/?");
    std::string version = rest.substr(0, slash);
    std::string target = slash == std::string::npos ? std::string{} : rest.substr(slash + 1);
    if (!known_version(version)) co_return error_response(404, "NOT_FOUND", "The requested resource does not exist");
    co_return co_await data(std::move(request), std::move(version), std::move(target));
}

runtime::Task<net::Response> SalesforceHandler::identify(net::Request request, std::string path) {
    usage_.count(path.starts_with("/id/") ? "id" : path.substr(std::string_view("/services/").size()), request.method,
                 0);
    const runtime::Duration span = latency();
    co_await clock_.sleep_for(span);
    if (path == "/services/oauth2/token" && !faults_.fail_token_next.empty()) {
        const Faults::Failure failure = faults_.fail_token_next.front();
        faults_.fail_token_next.pop_front();
        co_return failure_response(failure);
    }
    co_return oauth_.answer(request);
}

std::optional<net::Response> SalesforceHandler::planned_failure() {
    if (!faults_.fail_next.empty()) {
        const Faults::Failure failure = faults_.fail_next.front();
        faults_.fail_next.pop_front();
        return failure_response(failure);
    }
    if (faults_.fail_chance > 0 && chance_.happens(faults_.fail_chance))
        return failure_response({.status = 503, .body = {}, .html = true});
    return std::nullopt;
}

std::string SalesforceHandler::limit_info() {
    return "api-usage=" + std::to_string(usage_.last_day()) + "/" + std::to_string(api_.daily_limit());
}

runtime::Task<net::Response> SalesforceHandler::data(net::Request request, std::string version, std::string target) {
    const runtime::Duration span = latency();
    if (take(faults_.drop_before, faults_.drop_before_chance, chance_)) {
        co_await clock_.sleep_for(span);
        co_return cut();
    }
    if (auto failure = planned_failure()) {
        co_await clock_.sleep_for(span);
        co_return std::move(*failure);
    }
    if (auto refused = refusal(request)) {
        co_await clock_.sleep_for(span);
        co_return std::move(*refused);
    }
    const Running running{running_, clock_.steady()};
    const bool packed = takes_gzip(request);
    const bool dropped = take(faults_.drop_after, faults_.drop_after_chance, chance_);
    const bool spoiled = faults_.result_fail_chance > 0 && chance_.happens(faults_.result_fail_chance);
    net::Response response = co_await call(std::move(request), std::move(version), std::move(target), span);
    if (dropped) co_return cut();
    if (spoiled) response = error_response(500, "UNKNOWN_EXCEPTION", "An unexpected error occurred.");
    response.headers.set("Sforce-Limit-Info", limit_info());
    if (packed) pack(response);
    co_return response;
}

std::optional<net::Response> SalesforceHandler::refusal(const net::Request& request) {
    if (faults_.expire_tokens) {
        faults_.expire_tokens = false;
        sessions_.end_all();
    }
    if (!oauth_.at_home(request))
        return error_response(401, "ORG_NOT_OWNED_BY_INSTANCE", "The organization does not live on this instance");
    const std::string header = request.headers.find("Authorization").value_or("");
    const auto blank = header.find(' ');
    const std::string scheme = base::lower(std::string_view(header).substr(0, blank));
    if (!header.empty() && (blank == std::string::npos || (scheme != "bearer" && scheme != "oauth")))
        return error_response(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE");
    if (header.empty() || !sessions_.accept(header.substr(blank + 1)))
        return error_response(401, "INVALID_SESSION_ID", "Session expired or invalid");
    return over_limit();
}

/// The same code for both limits: only the text tells them apart.
std::optional<net::Response> SalesforceHandler::over_limit() {
    const runtime::SteadyTime long_since = clock_.steady() - std::chrono::milliseconds{faults_.long_call_ms};
    const auto is_long = [long_since](runtime::SteadyTime came) { return came <= long_since; };
    const auto long_calls = std::count_if(running_->begin(), running_->end(), is_long);
    std::optional<net::Response> refused;
    if (usage_.last_day() >= api_.daily_limit())
        refused = error_response(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
    else if (static_cast<std::uint64_t>(long_calls) >= faults_.concurrent_limit)
        refused = error_response(403, "REQUEST_LIMIT_EXCEEDED",
                                 "ConcurrentRequests (Concurrent API Requests) Limit exceeded.");
    if (refused) refused->headers.set("Sforce-Limit-Info", limit_info());
    return refused;
}

std::optional<net::Response> SalesforceHandler::read_body(const net::Request& request,
                                                          ResourceRequest& resource) const {
    if (request.body.empty()) return std::nullopt;
    const std::string type = base::lower(request.headers.find("Content-Type").value_or(""));
    if (!type.starts_with("application/json"))
        return error_response(415, "UNSUPPORTED_MEDIA_TYPE",
                              "Content-Type header specified in HTTP request is not supported: " + type);
    const std::string coding = base::lower(request.headers.find("Content-Encoding").value_or("identity"));
    if (coding != "identity" && coding != "gzip")
        return error_response(415, "UNSUPPORTED_MEDIA_TYPE",
                              "Content-Encoding header specified in HTTP request is not supported: " + coding);
    std::string unpacked;
    if (coding == "gzip") {
        auto plain = net::gunzip(request.body, unpacked_bytes_max);
        if (!plain) return error_response(400, "JSON_PARSER_ERROR", with_place(plain.error().detail));
        unpacked = std::move(*plain);
    }
    auto body = base::parse_json(coding == "gzip" ? unpacked : request.body);
    if (!body) return error_response(400, "JSON_PARSER_ERROR", with_place(body.error().detail));
    resource.body = std::move(*body);
    return std::nullopt;
}

runtime::Task<net::Response> SalesforceHandler::call(net::Request request, std::string version, std::string target,
                                                     runtime::Duration span) {
    ResourceRequest resource;
    resource.method = std::move(request.method);
    resource.version = std::move(version);
    resource.target = std::move(target);
    // For clients that know no PATCH.
    if (const auto method = net::query_parameter(resource.target, "_HttpMethod"); method && resource.method == "POST")
        resource.method = *method;
    auto unreadable = read_body(request, resource);
    usage_.count(resource_name(resource), resource.method, cost_of(resource));
    api_.set_usage(usage_.last_day());
    if (unreadable) {
        co_await clock_.sleep_for(span);
        co_return std::move(*unreadable);
    }
    const bool head = resource.method == "HEAD";
    if (head) resource.method = "GET";
    resource.headers = std::move(request.headers);
    Reply reply = co_await api_.call(std::move(resource), span);
    net::Response response = response_of(std::move(reply));
    if (head) response.body.clear();
    co_return response;
}

} // namespace paysync::sandbox
