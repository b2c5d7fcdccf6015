// Wiring of org, engine and handlers.
#include "paysync/app/core.hpp"

#include "version.hpp"

namespace paysync::app {

Core::Core(const Configuration& configuration, std::shared_ptr<const flow::FlowSet> flows, Seams seams)
    : clock_{seams.clock},
      org_{salesforce::make_org(configuration.org, seams.transport, seams.clock, seams.metrics)},
      notifier_{sync::make_notifier(configuration.notify, seams.connect, seams.clock)},
      engine_{sync::make_engine(seams.lane, configuration.sync, seams.store, *org_, *notifier_, flows, seams.workers,
                                seams.clock, seams.chance, seams.metrics)},
      webhooks_{configuration.webhooks, seams.store, seams.clock, seams.metrics, [this] { engine_->wake(); }},
      admin_{[this] { return condition(); }, seams.store, seams.metrics, [this] { engine_->wake(); }},
      flows_{flows->flows().size()} {}

void Core::start() {
    engine_->start();
    started_ = true;
}

void Core::use(const Configuration& configuration, std::shared_ptr<const flow::FlowSet> flows) {
    flows_ = flows->flows().size();
    engine_->use_settings(configuration.sync);
    notifier_->use(configuration.notify);
    engine_->use_flows(std::move(flows));
    webhooks_.use_settings(configuration.webhooks);
}

runtime::Task<> Core::stop() {
    draining_ = true;
    co_await engine_->stop();
}

admin::Condition Core::condition() const {
    const sync::EngineStatus engine = engine_->status();
    const salesforce::Usage usage = org_->usage();
    admin::Condition condition;
    condition.now = clock_.wall();
    condition.started = started_;
    condition.draining = draining_;
    condition.store_failing = webhooks_.store_failing();
    condition.salesforce = base::Json{{"reachable", engine.salesforce_reachable},
                                      {"calls_made", org_->calls_made()},
                                      {"calls_used_today", usage.used},
                                      {"calls_allowed_a_day", usage.limit}};
    if (const auto identity = org_->identity()) {
        condition.salesforce["instance"] = identity->instance_url;
        condition.salesforce["org"] = identity->org_id;
        condition.salesforce["user"] = identity->user_id;
        condition.salesforce["scopes"] = identity->scopes;
    }
    if (!engine.salesforce_reachable) {
        condition.salesforce["why"] = engine.why;
        condition.salesforce["since"] = base::format_utc(engine.since);
    }
    base::Json latency{{"of", engine.latency.events}};
    if (engine.latency.events > 0) {
        latency["median"] = engine.latency.median_seconds;
        latency["p99"] = engine.latency.p99_seconds;
    }
    condition.details = base::Json{{"sync_seconds", latency},
                                   {"version", version()},
                                   {"flows", flows_},
                                   {"engine", {{"buffered", engine.buffered}, {"in_flight", engine.in_flight}}}};
    condition.details.update(told_);
    return condition;
}

} // namespace paysync::app
