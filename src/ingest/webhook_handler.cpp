// From a request to a stored event and its answer.
#include "paysync/ingest/webhook_handler.hpp"

#include "paysync/base/log.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/checkout/event.hpp"
#include "paysync/checkout/signature.hpp"

namespace paysync::ingest {

namespace {

using namespace std::chrono_literals;

constexpr runtime::Duration log_window = 10s;
constexpr std::size_t log_lines_max = 5; ///< of one kind in one window: a flood must not fill the disk
constexpr runtime::Duration store_failure_lasts = 30s;
constexpr std::size_t logged_target_max = 120;

} // namespace

WebhookHandler::WebhookHandler(WebhookSettings settings, store::Store& store, runtime::Clock& clock,
                               base::Metrics& metrics, OnStored on_stored)
    : store_{store}, clock_{clock}, metrics_{metrics}, on_stored_{std::move(on_stored)} {
    use_settings(std::move(settings));
}

void WebhookHandler::use_settings(WebhookSettings settings) {
    PAYSYNC_ASSERT(!settings.endpoints.empty(), "a webhook handler without an endpoint");
    for (const Endpoint& endpoint : settings.endpoints)
        PAYSYNC_ASSERT(!endpoint.signature_keys.empty() || endpoint.authorization,
                       "a webhook endpoint that would believe anybody");
    settings_ = std::move(settings);
}

const Endpoint* WebhookHandler::find(std::string_view path) const {
    for (const Endpoint& endpoint : settings_.endpoints)
        if (endpoint.path == path) return &endpoint;
    return nullptr;
}

/// What the head alone shows.
std::optional<WebhookHandler::Refusal> WebhookHandler::objection(const Endpoint& endpoint,
                                                                 const net::Request& head) const {
    if (head.method != "POST") return Refusal{405, "wrong_method", "webhooks are POSTed", endpoint.name};
    if (!endpoint.signature_keys.empty() && !head.headers.find("Cko-Signature"))
        return Refusal{401, "missing_signature", "the header Cko-Signature is missing", endpoint.name};
    if (!endpoint.authorization) return std::nullopt;
    const auto given = head.headers.find("Authorization");
    if (!given) return Refusal{401, "missing_authorization", "the header Authorization is missing", endpoint.name};
    if (!checkout::authorization_matches(*given, *endpoint.authorization))
        return Refusal{401, "wrong_authorization", "the header Authorization is not ours", endpoint.name};
    return std::nullopt;
}

std::optional<net::Response> WebhookHandler::screen(const net::Request& head) {
    const Endpoint* endpoint = find(head.path());
    if (endpoint == nullptr) return refuse({404, "wrong_path", "there is nothing at this path", {}}, head);
    const auto refusal = objection(*endpoint, head);
    if (!refusal) return std::nullopt;
    return refuse(*refusal, head);
}

runtime::Task<net::Response> WebhookHandler::handle(net::Request request) {
    const runtime::SteadyTime received = clock_.steady();
    net::Response response = co_await answer(std::move(request));
    const std::chrono::duration<double> taken = clock_.steady() - received;
    metrics_.observe("paysync_webhook_seconds", taken.count());
    co_return response;
}

/// Judged before anything is awaited: a reload changes the keys between two requests, never within one.
runtime::Task<net::Response> WebhookHandler::answer(net::Request request) {
    if (auto refusal = screen(request)) co_return std::move(*refusal);
    const Endpoint& endpoint = *find(request.path());
    if (!endpoint.signature_keys.empty()) {
        const std::string signature = request.headers.find("Cko-Signature").value_or("");
        if (!checkout::signature_matches(signature, request.body, endpoint.signature_keys)) {
            const Refusal wrong{401, "wrong_signature", "Cko-Signature belongs to none of our keys and this body",
                                endpoint.name};
            co_return refuse(wrong, request);
        }
    }
    std::string name = endpoint.name;
    co_return co_await keep(std::move(request), std::move(name));
}

runtime::Task<net::Response> WebhookHandler::keep(net::Request request, std::string endpoint) {
    const base::WallTime received_at = clock_.wall();
    const checkout::Envelope envelope = checkout::read_envelope(request.body);
    store::NewEvent event;
    event.id = envelope.id;
    event.type = envelope.type;
    event.subject = envelope.subject;
    event.endpoint = endpoint;
    event.occurred_at = envelope.occurred_at.value_or(received_at);
    event.received_at = received_at;
    event.body = std::move(request.body);

    const auto appended = co_await store_.append(std::move(event));
    if (!appended) {
        store_failed_at_ = clock_.steady();
        const Refusal failed{503, "store_unavailable", "the webhook cannot be stored now", endpoint};
        net::Response refusal = refuse(failed, request);
        refusal.headers.set("Retry-After", "5");
        co_return refusal;
    }
    store_failed_at_.reset();
    if (*appended == store::Appended::duplicate) {
        count("duplicate", endpoint);
        co_return net::json_response(200, "{\"status\":\"duplicate\"}\n");
    }
    count(envelope.is_json ? "accepted" : "unreadable", endpoint);
    if (!envelope.is_json)
        base::log::warning("ingest", "a webhook with a valid signature is no JSON; it is kept for a person",
                           {{"endpoint", endpoint}, {"event", envelope.id}});
    on_stored_();
    co_return net::json_response(200, "{\"status\":\"stored\"}\n");
}

void WebhookHandler::count(const std::string& result, const std::string& endpoint) {
    metrics_.count("paysync_webhooks_total", {{"endpoint", endpoint}, {"result", result}});
}

net::Response WebhookHandler::refuse(const Refusal& refusal, const net::Request& request) {
    count(refusal.result, refusal.endpoint);
    log_refusal(refusal, request);
    net::Response response = net::json_error(refusal.status, refusal.result, refusal.sentence);
    if (refusal.status == 401) response.headers.set("WWW-Authenticate", "Cko-Signature"); // RFC 9110, 11.6.1
    if (refusal.status == 405) response.headers.set("Allow", "POST");
    return response;
}

void WebhookHandler::log_refusal(const Refusal& refusal, const net::Request& request) {
    const runtime::SteadyTime now = clock_.steady();
    Logged& logged = logged_[refusal.endpoint + " " + refusal.result];
    std::size_t left_out = 0;
    if (logged.lines == 0 || now - logged.window_start >= log_window) {
        left_out = logged.left_out;
        logged = Logged{now, 0, 0};
    }
    if (logged.lines == log_lines_max) {
        ++logged.left_out;
        return;
    }
    ++logged.lines;
    // The path without its query: a query may hold what somebody thought to be a secret.
    const std::string target{request.path().substr(0, logged_target_max)};
    std::string line = "webhook refused: " + std::string(refusal.sentence);
    if (left_out > 0) line += " (" + std::to_string(left_out) + " more of these were not logged)";
    base::log::warning("ingest", line,
                       {{"endpoint", refusal.endpoint},
                        {"result", refusal.result},
                        {"method", request.method.substr(0, 16)},
                        {"path", target}});
}

bool WebhookHandler::store_failing() const {
    return store_failed_at_ && clock_.steady() - *store_failed_at_ < store_failure_lasts;
}

} // namespace paysync::ingest
