// What a daemon is without its sockets, threads and clocks: the daemon and the simulation both build on it.
#pragma once

#include "paysync/admin/admin_handler.hpp"
#include "paysync/app/configuration.hpp"
#include "paysync/flow/flow_set.hpp"
#include "paysync/ingest/webhook_handler.hpp"
#include "paysync/revenue/publisher.hpp"
#include "paysync/runtime/chance.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/runtime/task_group.hpp"
#include "paysync/runtime/workers.hpp"
#include "paysync/salesforce/org.hpp"
#include "paysync/store/store.hpp"
#include "paysync/sync/engine.hpp"
#include "paysync/sync/notifier.hpp"

#include <memory>

namespace paysync::app {

/// What the core is given; all of it outlives the core.
struct Seams {
    runtime::Lane lane;
    runtime::Clock& clock;
    runtime::Chance& chance;
    runtime::Workers& workers;     ///< evaluate flows
    net::Transport& transport;     ///< to Salesforce
    sync::ConnectEndpoint connect; ///< to the endpoints of `notify`
    store::Store& store;
    base::Metrics& metrics;
};

/// The way from a webhook's request to Salesforce, on one lane. Members are born in the order in which they use each
/// other. May be destroyed without stop(): that is what a crash does.
class Core {
public:
    Core(const Configuration& configuration, std::shared_ptr<const flow::FlowSet> flows, Seams seams);

    net::Handler& webhooks() { return webhooks_; }
    net::Handler& admin() { return admin_; }
    salesforce::Org& org() { return *org_; }
    sync::Engine& engine() { return *engine_; }

    /// Begins to work on what the store holds; first, where the rules of the daily figures changed, by counting them.
    void start();
    /// Other rules, limits and keys, from the next batch and the next request on. What a running daemon cannot change
    /// (the org's login, sockets, the store) is not looked at.
    void use(const Configuration& configuration, std::shared_ptr<const flow::FlowSet> flows);
    /// A further member of /status.
    void tell(const std::string& name, base::Json value) { told_[name] = std::move(value); }
    /// From now on the daemon is not ready.
    void drain() { draining_ = true; }
    /// Finishes the batches in flight; the rest stays in the store.
    runtime::Task<> stop();

private:
    admin::Condition condition() const;
    sync::EngineSettings engine_settings(const Configuration& configuration);
    runtime::Task<> begin();

    runtime::Clock& clock_;
    std::unique_ptr<salesforce::Org> org_;
    std::unique_ptr<sync::Notifier> notifier_;
    revenue::Publisher publisher_;
    std::unique_ptr<sync::Engine> engine_;
    ingest::WebhookHandler webhooks_;
    admin::AdminHandler admin_;
    std::size_t flows_ = 0;
    base::Json told_ = base::Json::object();
    bool started_ = false;
    bool draining_ = false;
    runtime::TaskGroup tasks_; ///< last: its tasks use all of the above
};

} // namespace paysync::app
