// The admin listener's pages.
#include "paysync/admin/admin_handler.hpp"

#include "paysync/base/metrics.hpp"

namespace paysync::admin {

namespace {

constexpr std::string_view pages = "/health/live, /health/ready, /metrics, /status, /wake";

net::Response json_page(unsigned status, const base::Json& body) {
    return net::json_response(status, base::to_text(body) + "\n");
}

double age_of_oldest(const store::Counts& counts, base::WallTime now) {
    if (!counts.oldest_unsettled) return 0;
    return std::chrono::duration<double>(now - *counts.oldest_unsettled).count();
}

} // namespace

base::Json to_json(const store::Counts& counts) {
    base::Json json{{"events", counts.events},
                    {"unsettled", counts.unsettled},
                    {"oldest_unsettled", nullptr},
                    {"waiting", counts.waiting},
                    {"looking_again", counts.looking_again},
                    {"held", counts.held},
                    {"dead", counts.dead},
                    {"timers", counts.timers},
                    {"calls_open", counts.calls_open},
                    {"created", counts.effects_created},
                    {"updated", counts.effects_updated},
                    {"unchanged", counts.effects_unchanged}};
    if (counts.oldest_unsettled) json["oldest_unsettled"] = base::format_utc(*counts.oldest_unsettled);
    return json;
}

AdminHandler::AdminHandler(AskCondition condition, store::Store& store, base::Metrics& metrics,
                           std::function<void()> wake)
    : condition_{std::move(condition)}, store_{store}, metrics_{metrics}, wake_{std::move(wake)} {}

runtime::Task<net::Response> AdminHandler::handle(net::Request request) {
    const std::string path{request.path()};
    const bool wakes = wake_ && path == "/wake";
    const bool known =
        wakes || path == "/health/live" || path == "/health/ready" || path == "/metrics" || path == "/status";
    if (!known) co_return net::json_error(404, "not_found", "there is " + std::string(pages));
    const std::string method = wakes ? "POST" : "GET";
    if (request.method != method) {
        net::Response refusal = net::json_error(405, "method_not_allowed", "this page answers " + method + " only");
        refusal.headers.set("Allow", method);
        co_return refusal;
    }
    if (wakes) {
        wake_();
        co_return net::json_response(200, "{\"status\":\"awake\"}\n");
    }
    if (path == "/health/ready") co_return co_await ready();
    if (path == "/metrics") co_return co_await metrics_text();
    if (path == "/status") co_return co_await status();
    co_return net::json_response(200, "{\"status\":\"live\"}\n");
}

runtime::Task<net::Response> AdminHandler::ready() {
    const Condition condition = condition_();
    base::Json body{{"salesforce", condition.salesforce}};
    std::string why;
    if (!condition.started)
        why = "starting";
    else if (condition.draining)
        why = "draining: the daemon is about to stop";
    else if (condition.store_failing)
        why = "the store refuses webhooks";
    else {
        const auto readable = co_await store_.next_due(); // the cheapest question
        if (!readable) why = "the store cannot be read: " + readable.error().detail;
    }
    body["ready"] = why.empty();
    if (!why.empty()) body["why"] = why;
    co_return json_page(why.empty() ? 200 : 503, body);
}

runtime::Task<net::Response> AdminHandler::metrics_text() {
    const auto counts = co_await store_.counts();
    if (counts) {
        metrics_.set("paysync_events_waiting", static_cast<double>(counts->unsettled));
        metrics_.set("paysync_oldest_event_seconds", age_of_oldest(*counts, condition_().now));
        metrics_.set("paysync_runs", static_cast<double>(counts->waiting), {{"state", "waiting"}});
        metrics_.set("paysync_runs", static_cast<double>(counts->held), {{"state", "held"}});
        metrics_.set("paysync_runs", static_cast<double>(counts->dead), {{"state", "dead"}});
    }
    net::Response response;
    response.headers.set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
    response.body = metrics_.text();
    co_return response;
}

runtime::Task<net::Response> AdminHandler::status() {
    const Condition condition = condition_();
    base::Json body = condition.details;
    body["started"] = condition.started;
    body["draining"] = condition.draining;
    body["salesforce"] = condition.salesforce;
    const auto counts = co_await store_.counts();
    if (counts)
        body["store"] = to_json(*counts);
    else
        body["store"] = base::Json{{"failure", counts.error().detail}};
    co_return json_page(200, body);
}

} // namespace paysync::admin
