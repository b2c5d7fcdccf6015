// Health, metrics and status over HTTP, for this machine only.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"
#include "paysync/net/handler.hpp"
#include "paysync/store/store.hpp"

#include <functional>

namespace paysync::base {
class Metrics;
}

namespace paysync::admin {

/// What the daemon knows of itself, asked at each request on the server's lane.
struct Condition {
    base::WallTime now;
    bool started = false;
    bool draining = false;
    bool store_failing = false;      ///< the last appends were refused
    base::Json salesforce = nullptr; ///< for people; Salesforce being away leaves the daemon ready: webhooks are kept
    base::Json details = base::Json::object(); ///< further members of /status
};

/// GET /health/live   200 while the process answers at all.
/// GET /health/ready  200 when webhooks are welcome: started, not draining, the store takes and gives; else 503.
/// GET /metrics       Prometheus' text format.
/// GET /status        counts of the store and the condition, as JSON.
/// POST /wake         the engine looks at the store: somebody put work there. As often as anybody likes.
/// Everything else 404, other methods 405.
class AdminHandler final : public net::Handler {
public:
    using AskCondition = std::function<Condition()>;

    /// `store` and `metrics` outlive the handler. Without `wake` there is no such page.
    AdminHandler(AskCondition condition, store::Store& store, base::Metrics& metrics,
                 std::function<void()> wake = {});

    runtime::Task<net::Response> handle(net::Request request) override;

private:
    runtime::Task<net::Response> ready();
    runtime::Task<net::Response> metrics_text();
    runtime::Task<net::Response> status();

    AskCondition condition_;
    store::Store& store_;
    base::Metrics& metrics_;
    std::function<void()> wake_;
};

/// The members of `counts` as JSON; times as text.
base::Json to_json(const store::Counts& counts);

} // namespace paysync::admin
