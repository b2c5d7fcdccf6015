// One HTTP call to Checkout.com's API, from its first byte to its answer or its lack of one.
#include "sandbox/checkout/checkout_handler.hpp"

#include "sandbox/checkout/reports.hpp"
#include "sandbox/checkout/resources.hpp"
#include "sandbox/control_handler.hpp"

#include <algorithm>
#include <array>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr const char* api_version = "3.0.0";
constexpr std::chrono::hours remembered_for{24};
constexpr std::size_t idempotency_key_max = 256; // characters

/// Without the decoding of `+`, which stands for itself in a path.
std::string decoded(std::string_view segment) {
    std::string kept;
    for (const char c : segment) kept += c == '+' ? std::string("%2B") : std::string(1, c);
    return net::percent_decoded(kept);
}

/// "/payments/pay_1/actions" as its decoded segments.
std::vector<std::string> segments(std::string_view path) {
    std::vector<std::string> parts;
    while (!path.empty()) {
        path.remove_prefix(1); // the slash
        const auto end = std::min(path.find('/'), path.size());
        std::string part = decoded(path.substr(0, end));
        if (!part.empty()) parts.push_back(std::move(part));
        path.remove_prefix(end);
    }
    return parts;
}

/// Idempotency-Key is listed for these (documentation: Idempotency).
bool is_idempotent(const ApiCall& call) {
    if (call.method != "POST" || call.path.empty() || call.path[0] != "payments") return false;
    return call.path.size() == 1 || call.path.size() == 3;
}

/// The official SDK for Node.js sends "patch", and its calls are taken: case is of no account there, whatever RFC
/// 9110 says of methods.
std::string method_of(const net::Request& request) {
    std::string method = request.method;
    for (char& c : method)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 0x20);
    return method;
}

net::Response cut() {
    net::Response response;
    response.status = 0;
    return response;
}

bool take(std::uint64_t& count) {
    if (count == 0) return false;
    --count;
    return true;
}

/// Whether any resource has this path under another method.
bool is_resource(const ApiCall& call) {
    constexpr std::array<std::string_view, 10> resources = {
        "payments", "customers", "instruments",       "tokens", "disputes", "workflows",
        "reports",  "balances",  "financial-actions", "files"};
    return !call.path.empty() && std::find(resources.begin(), resources.end(), call.path[0]) != resources.end();
}

} // namespace

void CheckoutHandler::forget() {
    remembered_.clear();
    reads_.clear();
    writes_.clear();
}

runtime::Task<net::Response> CheckoutHandler::handle(net::Request request) {
    if (ControlHandler::serves(request.path())) co_return co_await control_.handle(std::move(request));
    auto span = std::chrono::milliseconds{faults_.latency_ms};
    if (faults_.latency_jitter_ms > 0)
        span += std::chrono::milliseconds{chance_.below(static_cast<std::uint64_t>(faults_.latency_jitter_ms) + 1)};
    const bool dropped_before = take(faults_.drop_before);
    const bool dropped_after = !dropped_before && take(faults_.drop_after);
    co_await clock_.sleep_for(span);
    if (dropped_before) co_return cut();
    net::Response response = response_of(answer(request));
    co_await distributor_.deliver_outbox();
    if (dropped_after) co_return cut();
    if (!response.body.empty() && take(faults_.truncate_next)) response.body.resize(response.body.size() / 2);
    co_return response;
}

std::optional<ApiReply> CheckoutHandler::planned_failure() {
    if (faults_.fail_next.empty()) return std::nullopt;
    const CheckoutFaults::Failure failure = faults_.fail_next.front();
    faults_.fail_next.pop_front();
    ApiReply made = reply(failure.status);
    made.text = failure.body;
    if (!failure.body.empty()) made.headers.set("Content-Type", "application/json; charset=utf-8");
    return made;
}

bool CheckoutHandler::over_limit(const std::string& method) {
    const bool read = method == "GET";
    const auto& limit = read ? faults_.reads_per_second : faults_.writes_per_second;
    std::deque<runtime::SteadyTime>& calls = read ? reads_ : writes_;
    const runtime::SteadyTime now = clock_.steady();
    while (!calls.empty() && calls.front() <= now - std::chrono::seconds{1}) calls.pop_front();
    if (!limit) return false;
    if (calls.size() >= *limit) return true;
    calls.push_back(now);
    return false;
}

ApiReply CheckoutHandler::answer(const net::Request& request) {
    ApiCall call;
    call.method = method_of(request);
    call.target = request.target;
    call.path = segments(request.path());
    const auto authorization = request.headers.find("Authorization");
    if (!call.path.empty() && call.path[0] == "storage")
        return answer_storage(account_, call, authorization.has_value());
    if (auto failure = planned_failure()) return std::move(*failure);
    if (call.path == std::vector<std::string>{"connect", "token"}) return access_.token(request);
    if (faults_.expire_tokens) {
        faults_.expire_tokens = false;
        access_.expire_all();
    }
    if (const unsigned refused = access_.refusal(call, authorization.value_or("")); refused != 0)
        return reply(refused);
    if (over_limit(call.method)) return reply(429);
    call.content_type = request.headers.find("Content-Type").value_or("");
    const bool upload = !call.path.empty() && call.path[0] == "files";
    if (upload) call.raw = request.body;
    if (!request.body.empty() && call.method != "GET" && !upload) {
        auto body = base::parse_json(request.body);
        if (!body) return request_invalid({"request_body_malformed"});
        call.body = std::move(*body);
    }
    const std::string key = request.headers.find("Cko-Idempotency-Key").value_or("");
    if (key.size() > idempotency_key_max) return request_invalid({"idempotency_key_invalid"});
    return key.empty() || !is_idempotent(call) ? run(call) : once(call, key);
}

ApiReply CheckoutHandler::once(const ApiCall& call, const std::string& key) {
    std::string place;
    for (const std::string& part : call.path) place += "/" + part;
    place += " " + key;
    const runtime::SteadyTime now = clock_.steady();
    std::erase_if(remembered_, [now](const auto& entry) { return entry.second.until <= now; });
    if (const auto known = remembered_.find(place); known != remembered_.end()) return known->second.answer;
    ApiReply made = run(call);
    if (made.status >= 200 && made.status < 300) remembered_[place] = {made, now + remembered_for};
    return made;
}

ApiReply CheckoutHandler::run(const ApiCall& call) {
    for (const auto resource :
         {answer_payments, answer_vault, answer_disputes, answer_files, answer_workflows, answer_money})
        if (auto made = resource(account_, call)) return std::move(*made);
    return reply(is_resource(call) ? 405 : 404);
}

net::Response CheckoutHandler::response_of(ApiReply made) {
    net::Response response;
    response.status = made.status;
    response.headers = std::move(made.headers);
    const std::string id = request_id();
    if (made.body.is_object() && made.body.contains("error_type")) made.body["request_id"] = id;
    if (!made.text.empty()) {
        response.body = std::move(made.text);
    } else if (!made.body.is_null() && made.status != 204) {
        response.body = base::to_text(made.body);
        response.headers.set("Content-Type", "application/json; charset=utf-8");
    }
    response.headers.set("Cko-Request-Id", id);
    response.headers.set("Cko-Version", api_version);
    return response;
}

/// A random UUID (RFC 4122, version 4).
std::string CheckoutHandler::request_id() {
    std::string id = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
    for (char& c : id)
        if (c == 'x') c = "0123456789abcdef"[chance_.below(16)];
    return id;
}

} // namespace paysync::sandbox
