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
    : settings_{std::move(settings)},
      store_{store},
      clock_{clock},
      metrics_{metrics},
      on_stored_{std::move(on_stored)} {
    PAYSYNC_ASSERT(!settings_.signature_keys.empty() || settings_.authorization,
                   "a webhook endpoint that would believe anybody");
}

bool WebhookHandler::authorized(const net::Request& head) const {
    if (!settings_.authorization) return true;
    const auto given = head.headers.find("Authorization");
    return given && checkout::authorization_matches(*given, *settings_.authorization);
}

std::optional<net::Response> WebhookHandler::screen(const net::Request& head) {
    if (head.path() != settings_.path) return refuse(404, "wrong_path", "there is nothing at this path", head);
    if (head.method != "POST") {
        net::Response refusal = refuse(405, "wrong_method", "webhooks are POSTed", head);
        refusal.headers.set("Allow", "POST");
        return refusal;
    }
    if (!settings_.signature_keys.empty() && !head.headers.find("Cko-Signature"))
        return refuse(401, "missing_signature", "the header Cko-Signature is missing", head);
    if (settings_.authorization && !head.headers.find("Authorization"))
        return refuse(401, "missing_authorization", "the header Authorization is missing", head);
    if (!authorized(head)) return refuse(401, "wrong_authorization", "the header Authorization is not ours", head);
    return std::nullopt;
}

runtime::Task<net::Response> WebhookHandler::handle(net::Request request) {
    const runtime::SteadyTime received = clock_.steady();
    net::Response response = co_await answer(std::move(request));
    const std::chrono::duration<double> taken = clock_.steady() - received;
    metrics_.observe("paysync_webhook_seconds", taken.count());
    co_return response;
}

runtime::Task<net::Response> WebhookHandler::answer(net::Request request) {
    if (auto refusal = screen(request)) co_return std::move(*refusal);
    if (!settings_.signature_keys.empty()) {
        const std::string signature = request.headers.find("Cko-Signature").value_or("");
        if (!checkout::signature_matches(signature, request.body, settings_.signature_keys))
            co_return refuse(401, "wrong_signature", "Cko-Signature belongs to none of our keys and this body",
                             request);
    }
    co_return co_await keep(std::move(request));
}

runtime::Task<net::Response> WebhookHandler::keep(net::Request request) {
    const base::WallTime received_at = clock_.wall();
    const checkout::Envelope envelope = checkout::read_envelope(request.body);
    store::NewEvent event;
    event.id = envelope.id;
    event.type = envelope.type;
    event.subject = envelope.subject;
    event.endpoint = settings_.endpoint;
    event.occurred_at = envelope.occurred_at.value_or(received_at);
    event.received_at = received_at;
    event.body = std::move(request.body);

    const auto appended = co_await store_.append(std::move(event));
    if (!appended) {
        store_failed_at_ = clock_.steady();
        net::Response refusal = refuse(503, "store_unavailable", "the webhook cannot be stored now", request);
        refusal.headers.set("Retry-After", "5");
        co_return refusal;
    }
    store_failed_at_.reset();
    if (*appended == store::Appended::duplicate) {
        metrics_.count("paysync_webhooks_total", {{"result", "duplicate"}});
        co_return net::json_response(200, "{\"status\":\"duplicate\"}\n");
    }
    metrics_.count("paysync_webhooks_total", {{"result", envelope.is_json ? "accepted" : "unreadable"}});
    if (!envelope.is_json)
        base::log::warning("ingest", "a webhook with a valid signature is no JSON; it is kept for a person",
                           {{"event", envelope.id}});
    on_stored_();
    co_return net::json_response(200, "{\"status\":\"stored\"}\n");
}

net::Response WebhookHandler::refuse(unsigned status, const std::string& result, std::string_view sentence,
                                     const net::Request& request) {
    metrics_.count("paysync_webhooks_total", {{"result", result}});
    log_refusal(result, sentence, request);
    net::Response response = net::json_error(status, result, sentence);
    if (status == 401) response.headers.set("WWW-Authenticate", "Cko-Signature"); // RFC 9110, 11.6.1
    return response;
}

void WebhookHandler::log_refusal(const std::string& result, std::string_view sentence, const net::Request& request) {
    const runtime::SteadyTime now = clock_.steady();
    Logged& logged = logged_[result];
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
    std::string line = "webhook refused: " + std::string(sentence);
    if (left_out > 0) line += " (" + std::to_string(left_out) + " more of these were not logged)";
    base::log::warning("ingest", line,
                       {{"result", result}, {"method", request.method.substr(0, 16)}, {"path", target}});
}

bool WebhookHandler::store_failing() const {
    return store_failed_at_ && clock_.steady() - *store_failed_at_ < store_failure_lasts;
}

} // namespace paysync::ingest
