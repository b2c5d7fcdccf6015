// The way from stored events to Salesforce: choose, merge, decide, write, settle.
#pragma once

#include "paysync/flow/flow_set.hpp"
#include "paysync/revenue/settings.hpp"
#include "paysync/runtime/chance.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/runtime/workers.hpp"
#include "paysync/salesforce/org.hpp"
#include "paysync/store/store.hpp"

#include <functional>
#include <memory>
#include <string>

namespace paysync::base {
class Metrics;
}

namespace paysync::sync {

class Notifier;

/// Exponential back-off with full jitter: the wait is drawn evenly from [0, min(first * 2^(attempt-1), most)].
struct RetrySettings {
    runtime::Duration first = std::chrono::seconds{30};
    runtime::Duration most = std::chrono::hours{1};
    int attempts_max = 12; ///< then it is dead; outages of Salesforce do not count
};

struct EngineSettings {
    std::size_t batch_events_max = 1000;     ///< events that one batch takes, of whole parties
    std::size_t buffered_events_max = 20000; ///< events held in memory to choose from; the rest waits on disk
    std::size_t batches_in_flight_max = 2;
    RetrySettings retry; ///< of one run, after a transient error
    RetrySettings outage{std::chrono::seconds{1}, std::chrono::minutes{1},
                         0};                                 ///< between probes while Salesforce is away
    runtime::Duration needs_wait = std::chrono::minutes{10}; ///< how long a run waits for parts that its flow needs
    /// A call without an answer may take effect as late as Salesforce ends calls (10 minutes), after newer writes.
    /// What was decided under such a shadow is decided once more when it is over; an unchanged record costs no write.
    runtime::Duration look_again_after = std::chrono::minutes{11};
    /// How long the answers that plans were made of are kept, for `paysync diff` and `explain`; 0: not at all.
    runtime::Duration keep_answers = std::chrono::hours{24 * 7};
    /// Where is noted what is being evaluated, so that an event which ends the process is found; empty: nowhere.
    std::string in_hand_file;
    revenue::Settings revenue;             ///< how payments are counted into days
    std::function<void()> figures_changed; ///< called after a settlement that changed daily figures; may be empty
    std::string org_currency; ///< of an org with one currency; empty: amounts are written whatever their currency
};

struct EngineStatus {
    bool salesforce_reachable = true;
    std::string why;          ///< it is not
    runtime::WallTime since;  ///< when that began
    std::size_t buffered = 0; ///< events and runs in memory
    std::size_t in_flight = 0;

    /// From a webhook's arrival to its settlement, over the last events of this process (at most 1,000).
    struct Latency {
        std::size_t events = 0;
        double median_seconds = 0;
        double p99_seconds = 0;
    };
    Latency latency;
};

/// Drives everything that is stored to its end. Lives on one lane.
class Engine {
public:
    virtual ~Engine() = default;

    /// Begins to work: what is unsettled in the store, then whatever comes.
    virtual void start() = 0;
    /// New events were stored. Cheap; may be called for each.
    virtual void wake() = 0;
    /// A person's command may have made something due.
    virtual void look_at_store() = 0;
    /// New rules from the next batch on.
    virtual void use_flows(std::shared_ptr<const flow::FlowSet> flows) = 0;
    /// New limits and waits from the next batch on; waits that began keep their end.
    virtual void use_settings(EngineSettings settings) = 0;
    /// Returns when the loop has come round once more; at once while it does not run or waits for Salesforce, whose
    /// calls have deadlines of their own. A loop that is stuck never lets it return. One caller at a time.
    virtual runtime::Task<> come_round() = 0;
    virtual EngineStatus status() const = 0;
    /// Chooses no more, finishes the batches in flight (their calls have deadlines of their own).
    virtual runtime::Task<> stop() = 0;
};

/// All references outlive the engine. `workers` evaluate flows; each of them compiles the flows once.
std::unique_ptr<Engine> make_engine(runtime::Lane lane, EngineSettings settings, store::Store& store,
                                    salesforce::Org& org, Notifier& notifier,
                                    std::shared_ptr<const flow::FlowSet> flows, runtime::Workers& workers,
                                    runtime::Clock& clock, runtime::Chance& chance, base::Metrics& metrics);

} // namespace paysync::sync
