// The table of all metrics, over prometheus-cpp.
#include "paysync/base/metrics.hpp"

#include "paysync/base/result.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>

namespace paysync::base {

namespace {

enum class Kind { counter, gauge, histogram };

struct Entry {
    std::string_view name;
    Kind kind;
    std::string_view help;
};

constexpr std::array<Entry, 25> table{{
    {"paysync_webhooks_total", Kind::counter, "Webhook requests by result (accepted, duplicate, or why refused)"},
    {"paysync_webhook_seconds", Kind::histogram, "From a webhook's last byte to its answer"},
    {"paysync_connections", Kind::gauge, "Open connections by listener"},
    {"paysync_connections_refused_total", Kind::counter, "Connections refused because the limit was reached"},
    {"paysync_http_refused_total", Kind::counter, "Requests refused before a handler saw them, by reason"},
    {"paysync_commit_seconds", Kind::histogram, "One group commit of the store"},
    {"paysync_commit_rows", Kind::histogram, "Operations that shared one group commit"},
    {"paysync_events_waiting", Kind::gauge, "Stored events that are not settled"},
    {"paysync_oldest_event_seconds", Kind::gauge, "Age of the oldest event that is not settled"},
    {"paysync_runs", Kind::gauge, "Runs by state (waiting, held, dead)"},
    {"paysync_runs_settled_total", Kind::counter, "Runs by flow and outcome"},
    {"paysync_batches_total", Kind::counter, "Batches sent to Salesforce"},
    {"paysync_batch_events", Kind::histogram, "Events in one batch"},
    {"paysync_records_total", Kind::counter, "Rows by object and outcome (created, updated, unchanged, failed)"},
    {"paysync_sync_seconds", Kind::histogram, "From a webhook's arrival to its settlement in Salesforce"},
    {"paysync_outbound_calls_total", Kind::counter,
     "Actions invoked and notifications sent, by kind, target and outcome"},
    {"paysync_salesforce_calls_total", Kind::counter, "Salesforce API calls by kind and result"},
    {"paysync_salesforce_call_seconds", Kind::histogram, "One Salesforce API call"},
    {"paysync_salesforce_usage", Kind::gauge, "API calls used in the rolling day, by whoever, as Salesforce says"},
    {"paysync_salesforce_limit", Kind::gauge, "API calls allowed in the rolling day"},
    {"paysync_salesforce_reachable", Kind::gauge, "1 while Salesforce answers"},
    {"paysync_token_renewals_total", Kind::counter, "Access tokens fetched"},
    {"paysync_revenue_events_total", Kind::counter, "Daily figures told by kind (first, correction)"},
    {"paysync_store_failures_total", Kind::counter, "Commits that the disk or SQLite refused"},
    {"paysync_start_time_seconds", Kind::gauge, "When the daemon started, seconds since 1970"},
}};

const Entry& entry(std::string_view name, Kind kind) {
    const auto found = std::find_if(table.begin(), table.end(), [&](const Entry& e) { return e.name == name; });
    PAYSYNC_ASSERT(found != table.end() && found->kind == kind, "a metric that the table does not name");
    return *found;
}

const prometheus::Histogram::BucketBoundaries& buckets(std::string_view name) {
    static const prometheus::Histogram::BucketBoundaries seconds{
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300};
    static const prometheus::Histogram::BucketBoundaries counts{1,   2,   5,    10,   20,   50,   100,
                                                                200, 500, 1000, 2000, 5000, 10000};
    return name.ends_with("_seconds") ? seconds : counts;
}

} // namespace

struct Metrics::State {
    prometheus::Registry registry;

    prometheus::Family<prometheus::Counter>& counters(std::string_view name) {
        return prometheus::BuildCounter()
            .Name(std::string(name))
            .Help(std::string(entry(name, Kind::counter).help))
            .Register(registry);
    }
    prometheus::Family<prometheus::Gauge>& gauges(std::string_view name) {
        return prometheus::BuildGauge()
            .Name(std::string(name))
            .Help(std::string(entry(name, Kind::gauge).help))
            .Register(registry);
    }
    prometheus::Family<prometheus::Histogram>& histograms(std::string_view name) {
        return prometheus::BuildHistogram()
            .Name(std::string(name))
            .Help(std::string(entry(name, Kind::histogram).help))
            .Register(registry);
    }
};

Metrics::Metrics() : state_{std::make_unique<State>()} {}
Metrics::~Metrics() = default;

void Metrics::count(std::string_view name, const Labels& labels, double by) {
    state_->counters(name).Add(labels).Increment(by);
}

void Metrics::set(std::string_view name, double value, const Labels& labels) {
    state_->gauges(name).Add(labels).Set(value);
}

void Metrics::observe(std::string_view name, double value, const Labels& labels) {
    state_->histograms(name).Add(labels, buckets(name)).Observe(value);
}

double Metrics::value(std::string_view name, const Labels& labels) const {
    const auto known = std::find_if(table.begin(), table.end(), [&](const Entry& e) { return e.name == name; });
    PAYSYNC_ASSERT(known != table.end(), "a metric that the table does not name");
    switch (known->kind) {
    case Kind::counter: return state_->counters(name).Add(labels).Value();
    case Kind::gauge: return state_->gauges(name).Add(labels).Value();
    case Kind::histogram:
        return static_cast<double>(
            state_->histograms(name).Add(labels, buckets(name)).Collect().histogram.sample_count);
    }
    return 0;
}

std::string Metrics::text() const {
    return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

} // namespace paysync::base
