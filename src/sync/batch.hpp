// One batch: some parties' ready work, from the past that must be known to the settlement. The steps are functions of
// their own (gather, decide, write, settle); this is what they hand on.
#pragma once

#include "paysync/base/metrics.hpp"
#include "paysync/sync/directory.hpp"
#include "paysync/sync/engine.hpp"
#include "paysync/sync/input.hpp"
#include "paysync/sync/look_up.hpp"
#include "paysync/sync/notifier.hpp"
#include "sync/in_hand.hpp"
#include "sync/parties.hpp"
#include "sync/rows.hpp"
#include "sync/write_keys.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace paysync::sync {

/// Of a held run's detail: what its flow wants when nobody decides in time, "stop" or "go".
inline constexpr const char* detail_then = "then";

/// One flow for one event.
struct FlowTask {
    std::size_t party = 0; ///< position in Batch::parties
    store::StoredEvent stored;
    checkout::Event event;
    std::size_t flow = 0;          ///< position in the flow set
    std::optional<store::Run> run; ///< it was tried before
    bool again = false;            ///< it had ended well; new knowledge, or a timer that it set, brings it up again
    bool outcome_unknown = false;  ///< see Work
    bool given_up = false;         ///< its evaluation ended the process too often (see Claims)
    bool on_hold = false;          ///< a person stopped the flow: nothing is decided
    flow::Input input;

    // Made by decide() and write(), in this order of precedence:
    std::optional<Refusal> refusal;                          ///< it cannot be done as it is
    salesforce::Remedy remedy = salesforce::Remedy::give_up; ///< of the refusal
    flow::Plan plan;
    bool later = false; ///< a part is done; the rest needs what was written
    std::vector<store::Effect> effects;
    flow::Json answers = flow::Json::object(); ///< question → records: what the plan was made of
};

struct PartyBatch {
    Parties::PartyId id = 0;
    std::vector<Work> work;
    std::vector<TaskIndex> tasks; ///< in order of occurrence
    std::set<std::string> payments;
    std::set<std::string> customers;
    std::vector<std::string> write_keys; ///< taken, to be given back
    std::vector<flow::Question> asked;
    bool returned = false; ///< not settled by this batch: its work comes back as it was
};

struct Batch {
    std::vector<PartyBatch> parties;
    std::vector<FlowTask> tasks;
    std::map<std::int64_t, std::string> unreadable; ///< stored events that are no JSON object: why
    std::vector<store::Run> orphans;                ///< runs whose flow is gone or switched off
    Views views;
    Descriptions descriptions;
    std::uint64_t asked_at = 0; ///< in the order of write keys
    runtime::WallTime now;      ///< one moment for the whole batch
    std::size_t calls = 0;
    std::map<std::string, std::string> ids;                        ///< token → Id of records that were written
    std::vector<store::OutboundCall> sent_calls;                   ///< with their outcomes
    std::map<store::ApprovalKey, store::Approval> decided_by_time; ///< holds whose time is over
    std::set<std::string> flows_on_hold;
    std::vector<store::RunKey>
        stray_timers;     ///< due, but their flow is gone, switched off, or waits for nothing any more
    std::size_t slot = 0; ///< of InHand
};

/// What every step needs; all of it outlives the batch.
struct Surround {
    const EngineSettings& settings;
    store::Store& store;
    salesforce::Org& org;
    std::shared_ptr<const flow::FlowSet> flows;
    runtime::Workers& workers;
    runtime::Clock& clock;
    runtime::Chance& chance;
    base::Metrics& metrics;
    WriteKeys& write_keys;
    InHand& in_hand;
    Notifier& notifier;
    Directory& directory;
};

/// Why a batch could not be brought to its end; its parties are returned.
struct Outage {
    bool salesforce = true; ///< false: our own store
    std::string why;
    bool reached = false;
    std::optional<int> retry_after_seconds;
    bool may_have_happened = false; ///< a write was sent and nobody knows what became of it
};
template <class T>
using Stepped = boost::system::result<T, Outage>;
[[noreturn]] void throw_exception_from_error(const Outage& outage, const boost::source_location& where);

Outage outage_of(const base::Error& error);
Outage outage_of(const salesforce::CallFailure& failure);
/// One row or statement was told what is true of the whole org: its storage is full, its limit spent.
Outage outage_of(const salesforce::ApiError& error);

/// Does the failure speak of the org as a whole (pause all) rather than of what was asked?
bool is_outage(const salesforce::CallFailure& failure);

/// Reads the past of the taken parties, hears the new events, and lists what is to be decided.
runtime::Task<Stepped<void>> gather(Batch& batch, const Surround& around,
                                    std::unique_ptr<flow::Evaluator>& evaluator);

/// Rounds of questions until every task has a plan or a refusal.
runtime::Task<Stepped<void>> decide(Batch& batch, const Surround& around,
                                    std::unique_ptr<flow::Evaluator>& evaluator);

/// Takes the write keys, sends the rows, notes what became of each task. Keys are given back before it returns.
runtime::Task<Stepped<void>> write(Batch& batch, const Surround& around);

/// Makes the calls of the plans whose records are written, each once. An intent is stored before it is sent.
runtime::Task<Stepped<void>> send_calls(Batch& batch, const Surround& around);

/// An effect of the task with what all effects say: event, payment, flow and its version.
store::Effect begin_effect(const FlowTask& task, const Surround& around);

/// What to store of a batch that was decided and written. Pure but for the jitter.
store::Settlement settlement_of(const Batch& batch, const Surround& around);

} // namespace paysync::sync
