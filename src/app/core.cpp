// Wiring of org, engine and handlers.
#include "paysync/app/core.hpp"

#include "paysync/base/log.hpp"
#include "paysync/revenue/day_event.hpp"
#include "paysync/sync/input.hpp"

#include "version.hpp"

namespace paysync::app {

namespace {

/// What flows are to ignore is no revenue either.
revenue::Settings revenue_settings(const Configuration& configuration,
                                   const std::shared_ptr<const flow::FlowSet>& flows) {
    revenue::Settings settings = configuration.revenue;
    const auto& rules = configuration.flows.settings.ignore;
    if (rules.empty()) return settings;
    for (const flow::NamedExpression& rule : rules) settings.left_out_rules += rule.text + "\n";
    const auto evaluator = std::make_shared<flow::Evaluator>(flows);
    settings.left_out = [evaluator](const checkout::PaymentState& payment) {
        return evaluator->ignores(sync::payment_input(payment));
    };
    return settings;
}

} // namespace

Core::Core(const Configuration& configuration, std::shared_ptr<const flow::FlowSet> flows, Seams seams)
    : clock_{seams.clock},
      org_{salesforce::make_org(configuration.org, seams.transport, seams.clock, seams.metrics)},
      notifier_{sync::make_notifier(configuration.notify, seams.connect, seams.clock)},
      publisher_{revenue_settings(configuration, flows),
                 {seams.store, seams.clock, seams.metrics},
                 [this] { engine_->wake(); }},
      engine_{sync::make_engine(seams.lane, engine_settings(configuration), seams.store, *org_, *notifier_, flows,
                                seams.workers, seams.clock, seams.chance, seams.metrics)},
      webhooks_{configuration.webhooks, seams.store, seams.clock, seams.metrics, [this] { engine_->wake(); }},
      admin_{[this] { return condition(); }, seams.store, seams.metrics, [this] { engine_->look_at_store(); }},
      flows_{flows->flows().size()},
      tasks_{seams.lane} {
    publisher_.listen(!flows->triggered_by(revenue::day_event_type).empty());
}

void Core::start() {
    tasks_.spawn("start", [this] { return begin(); });
    started_ = true;
}

/// A payment that is settled is counted by the difference that it makes: the figures must stand by today's rules.
runtime::Task<> Core::begin() {
    const bool counted = co_await publisher_.open_book();
    if (!counted || draining_) co_return;
    tasks_.spawn("revenue", [this] { return publisher_.run(); });
    engine_->start();
}

sync::EngineSettings Core::engine_settings(const Configuration& configuration) {
    sync::EngineSettings settings = configuration.sync;
    settings.revenue = publisher_.settings();
    settings.figures_changed = [this] { publisher_.wake(); };
    return settings;
}

void Core::use(const Configuration& configuration, std::shared_ptr<const flow::FlowSet> flows) {
    flows_ = flows->flows().size();
    notifier_->use(configuration.notify);
    if (configuration.revenue.zone.name() != publisher_.settings().zone.name())
        base::log::warning("app", "the daily figures keep their time zone until the next start",
                           {{"time_zone", publisher_.settings().zone.name()}});
    publisher_.use_settings(configuration.revenue);
    publisher_.listen(!flows->triggered_by(revenue::day_event_type).empty());
    engine_->use_settings(engine_settings(configuration));
    engine_->use_flows(std::move(flows));
    webhooks_.use_settings(configuration.webhooks);
}

runtime::Task<> Core::stop() {
    draining_ = true;
    publisher_.stop();
    co_await engine_->stop();
    co_await tasks_.join();
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
