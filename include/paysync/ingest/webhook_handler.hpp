// The webhook endpoints: verify, append, 200.
#pragma once

#include "paysync/base/secret.hpp"
#include "paysync/net/handler.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/store/store.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace paysync::base {
class Metrics;
}

namespace paysync::ingest {

/// One webhook of one Checkout.com entity, with what it must show.
struct Endpoint {
    std::string name = "checkout";            ///< kept with each event, and a label in logs and metrics
    std::string path = "/webhooks/checkout";  ///< compared exactly
    std::vector<base::Secret> signature_keys; ///< any of them may have signed; more than one while keys are rotated
    std::optional<base::Secret>
        authorization; ///< the static Authorization value of Checkout.com's settings, verbatim
};

/// Names and paths are unique; each endpoint has at least one of signature_keys and authorization.
struct WebhookSettings {
    std::vector<Endpoint> endpoints;
};

/// Answers, each refusal with a short JSON error, a count in paysync_webhooks_total and a log line:
///   200 stored and on disk; also for an event id that is there already (at whichever endpoint: Checkout.com's ids
///   are
///       unique), for types nobody knows, for test events and for signed bodies that are no JSON (refusing one would
///       lose it);
///   401 Cko-Signature or Authorization missing or wrong: each is checked when it is configured for that endpoint;
///   404 another path, 405 another method; both before the body is read, as is a missing header;
///   503 with Retry-After when the store cannot take it: Checkout.com sends it again.
/// Order and content are never a reason to refuse.
class WebhookHandler final : public net::Handler {
public:
    /// Called on the lane after an event was stored; cheap.
    using OnStored = std::function<void()>;

    /// At least one endpoint. The references outlive the handler.
    WebhookHandler(WebhookSettings settings, store::Store& store, runtime::Clock& clock, base::Metrics& metrics,
                   OnStored on_stored);

    std::optional<net::Response> screen(const net::Request& head) override;
    runtime::Task<net::Response> handle(net::Request request) override;

    /// Other endpoints and keys, for requests that are looked at from now on.
    void use_settings(WebhookSettings settings);

    /// The store refused an append and took none since, in the last half minute. (It forgets, so that a daemon taken
    /// out of a load balancer is given webhooks again.)
    bool store_failing() const;

private:
    /// How often one kind of refusal was logged lately.
    struct Logged {
        runtime::SteadyTime window_start;
        std::size_t lines = 0;
        std::size_t left_out = 0;
    };

    /// What is said of one refusal; `endpoint` is empty where the path is none of ours.
    struct Refusal {
        unsigned status;
        std::string result;
        std::string_view sentence;
        std::string endpoint;
    };

    const Endpoint* find(std::string_view path) const;
    std::optional<Refusal> objection(const Endpoint& endpoint, const net::Request& head) const;
    runtime::Task<net::Response> answer(net::Request request);
    runtime::Task<net::Response> keep(net::Request request, std::string endpoint);
    void count(const std::string& result, const std::string& endpoint);
    net::Response refuse(const Refusal& refusal, const net::Request& request);
    void log_refusal(const Refusal& refusal, const net::Request& request);

    WebhookSettings settings_;
    store::Store& store_;
    runtime::Clock& clock_;
    base::Metrics& metrics_;
    OnStored on_stored_;
    std::map<std::string, Logged> logged_; ///< by endpoint and result
    std::optional<runtime::SteadyTime> store_failed_at_;
};

} // namespace paysync::ingest
