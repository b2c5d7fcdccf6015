// The outbox and its neighbours: everything that must survive a power cut.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/result.hpp"
#include "paysync/base/time.hpp"
#include "paysync/runtime/awaitable.hpp"
#include "paysync/store/figure.hpp"
#include "paysync/store/waiting.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace paysync::store {

using base::Result;
using runtime::Task;

/// A webhook that was received and verified, as it is to be kept.
struct NewEvent {
    std::string id;       ///< unique: Checkout.com's event id, or one derived from the bytes
    std::string type;     ///< may be empty
    std::string subject;  ///< the payment (or other thing) that it speaks of; may be empty
    std::string endpoint; ///< name of the webhook endpoint that received it
    WallTime occurred_at; ///< as the body says, else received_at
    WallTime received_at;
    std::string body; ///< exactly the bytes received
};

/// `seq` counts up in the order of storing and is never used again.
struct StoredEvent : NewEvent {
    std::int64_t seq = 0;
    bool settled = false; ///< merged, and every flow that it triggers has ended or has a run
};

enum class Appended { stored, duplicate };

enum class RunState {
    waiting, ///< for ready_at: a retry, or knowledge that lacks
    held,    ///< for a person
    dead,    ///< given up; a person may replay it
};

/// The cause of a run that is done but for a last look (see sync::EngineSettings::look_again_after).
inline constexpr const char* cause_look_again = "look again";

/// The cause of a dead run whose evaluation ended the process again and again (see sync::Claims).
inline constexpr const char* cause_crash = "crash";

/// The cause of a waiting run of a flow that is on hold; it is due when the hold ends.
inline constexpr const char* cause_on_hold = "on hold";

/// The cause of a run that a person brought up again.
inline constexpr const char* cause_replay = "replay";

/// One flow for one event that is not done.
struct Run {
    std::int64_t event_seq = 0;
    std::string flow; ///< empty: the event itself cannot be read
    RunState state = RunState::waiting;
    std::string payment; ///< of the event; runs of one payment are found by it
    std::string step;
    std::string cause;  ///< a stable word to group by: an error code of Salesforce, "lacks", "expression", "several"
    std::string reason; ///< a sentence for people
    Json detail = Json::object(); ///< candidates of a held run, the failed row's fields, …
    int attempts = 0;
    WallTime since;                ///< when it came into this state
    WallTime ready_at;             ///< waiting only
    std::optional<WallTime> until; ///< held only: due then, though no person spoke
};

struct RunKey {
    std::int64_t event_seq = 0;
    std::string flow;
    auto operator<=>(const RunKey&) const = default;
};

struct DueRun {
    Run run;
    StoredEvent event;
};

/// Which runs; what is absent says nothing.
struct RunFilter {
    RunFilter() = default;
    RunFilter(RunState one) : state{one} {}

    std::optional<RunState> state;
    std::optional<std::string> flow;
    std::optional<std::string> cause;
    std::optional<WallTime> since; ///< in their state since then or later
};

/// One thing that was done, or found to need no doing.
struct Effect {
    std::int64_t event_seq = 0;
    std::string payment;
    std::string flow;
    std::string flow_version;
    std::string step;
    std::string object;
    std::string record_id;
    std::string rule;                 ///< which chose the record
    std::string outcome;              ///< "created", "updated", "unchanged"
    Json values = Json::object();     ///< as sent
    Json old_values = Json::object(); ///< of the same fields, before
    WallTime at;
};

/// What a batch must know of the past before it decides.
struct Surroundings {
    std::map<std::string, Json> payments;                           ///< states by payment id, those that exist
    std::map<std::string, Json> customers;                          ///< states by customer key, those that exist
    std::map<std::string, std::vector<StoredEvent>> settled_events; ///< by payment, in order of occurrence; with body
    std::vector<DueRun> runs;  ///< all waiting and held runs of these payments, due or not, with their events
    std::set<RunKey> given_up; ///< dead by cause_crash: not to be touched by anybody but a person
    std::map<std::string, std::vector<GroupKey>> memberships; ///< the groups of each payment, those that have some
};

/// Written in one transaction: a batch is settled whole or not at all.
struct Settlement {
    std::vector<std::int64_t> settled_events;
    std::map<std::string, Json> payments;
    std::map<std::string, Json> customers;
    std::vector<Run> put_runs; ///< made or replaced, by event and flow
    std::vector<RunKey> drop_runs;
    std::vector<Effect> effects;
    std::vector<RunKey> put_claims;  ///< its evaluation ended the process: once more than before
    std::vector<RunKey> drop_claims; ///< settled

    /// All that these flows, for these events, wait for by the clock ends. What fired is remembered.
    std::vector<RunKey> clear_timers;
    std::vector<Timer> put_timers; ///< after clear_timers; one with neither time is forgotten
    std::vector<OutboundCall> put_calls;
    std::vector<GroupMemberKey> drop_members;
    std::vector<GroupMember> put_members; ///< after drop_members
    std::vector<Approval> put_approvals;
    std::vector<KnownAnswers> put_known;
    std::optional<WallTime> forget_known_before;
    std::vector<AuditEntry> audit;         ///< id and hash are the store's
    std::optional<FigureBook> figure_book; ///< with other rules than before: all figures begin at 0
    std::vector<FigureChange> figures;     ///< what the payments above add to their days
    std::vector<ToldFigure> told_figures;
};

struct Counts {
    std::int64_t events = 0;
    std::int64_t unsettled = 0;
    std::optional<WallTime> oldest_unsettled; ///< received_at
    std::int64_t waiting = 0;
    std::int64_t looking_again = 0; ///< done but for a last look; not among the waiting
    std::int64_t held = 0;
    std::int64_t dead = 0;
    std::int64_t timers = 0;     ///< that wait for their time
    std::int64_t calls_open = 0; ///< outbound calls whose outcome is not known
    std::int64_t effects_created = 0;
    std::int64_t effects_updated = 0;
    std::int64_t effects_unchanged = 0;
};

/// All that is known about one payment, event or record: for `explain`.
struct Story {
    std::vector<StoredEvent> events; ///< in order of occurrence
    std::vector<Effect> effects;     ///< in order of doing
    std::vector<Run> runs;
    std::vector<Timer> timers;
    std::vector<OutboundCall> calls;
    std::vector<Approval> approvals;
};

/// Every operation may be awaited from the one lane that owns the store. Errors: Errc::unavailable (disk full, I/O
/// error: the daemon stays up, answers 503 and tries again), Errc::corrupt, Errc::canceled (stopping). Operations are
/// free of conflicts by construction: a duplicate is a result, not an error.
class Store {
public:
    virtual ~Store() = default;

    /// Returns once the event would survive a power cut. Concurrent appends share one commit; no timer waits for
    /// more. A known id is a duplicate: the first body stays.
    virtual Task<Result<Appended>> append(NewEvent event) = 0;

    /// Events that are not settled, with seq above `after`, in order of seq.
    virtual Task<Result<std::vector<StoredEvent>>> unsettled(std::int64_t after, std::size_t limit) = 0;

    /// What is to be worked on now, the longest ready first, each (event, flow) once: waiting runs whose ready_at has
    /// come, held runs whose `until` has come (still held), and due timers as waiting runs of cause_timer that are
    /// not stored (where a run is stored, that one takes the timer along). Nothing of a flow that is on hold.
    virtual Task<Result<std::vector<DueRun>>> due_runs(WallTime now, std::size_t limit) = 0;

    /// When due_runs() has something next; nothing when nothing waits for a time.
    virtual Task<Result<std::optional<WallTime>>> next_due() = 0;

    /// The states of these payments, by id; those that exist. Cheaper than surroundings().
    virtual Task<Result<std::map<std::string, Json>>> payments(std::vector<std::string> ids) = 0;

    virtual Task<Result<Surroundings>> surroundings(std::vector<std::string> payments,
                                                    std::vector<std::string> customers) = 0;

    /// The states of payments whose id is above `after`, in order of id: to walk through all of them.
    virtual Task<Result<std::map<std::string, Json>>> payments_above(std::string after, std::size_t limit) = 0;

    /// An empty one goes the same way and writes nothing: its answer shows that the writer is not stuck.
    virtual Task<Result<void>> settle(Settlement settlement) = 0;

    /// What was evaluated when earlier processes died, and how often in a row.
    virtual Task<Result<std::map<RunKey, int>>> claims() = 0;

    virtual Task<Result<Counts>> counts() = 0;

    /// `id`: a payment, an event or a Salesforce record.
    virtual Task<Result<Story>> story(std::string id) = 0;

    /// Runs, the newest in their state first.
    virtual Task<Result<std::vector<DueRun>>> runs(RunFilter filter, std::size_t limit) = 0;

    /// The run of one flow for one event, when it is not done.
    virtual Task<Result<std::optional<DueRun>>> run_of(RunKey key) = 0;

    /// Timers, approvals and calls by their keys, those that exist, all as of one moment.
    virtual Task<Result<OwnAnswers>> own(OwnQuestions questions) = 0;

    /// All members of these groups; a group without members is absent.
    virtual Task<Result<std::map<GroupKey, GroupMembers>>> group_members(std::vector<GroupKey> groups) = 0;

    virtual Task<Result<std::vector<FlowHold>>> flow_holds() = 0;

    /// What the flows were decided on for these events, as far as it is kept; in order of event and flow.
    virtual Task<Result<std::vector<KnownAnswers>>> known(std::vector<std::int64_t> event_seqs) = 0;

    /// Events received then or later with seq above `after`, in order of seq.
    virtual Task<Result<std::vector<StoredEvent>>> events_since(WallTime received, std::int64_t after,
                                                                std::size_t limit) = 0;

    /// Timers that wait, the next first; for people.
    virtual Task<Result<std::vector<Timer>>> timers(std::size_t limit) = 0;

    /// Who did what, with ids above `after`, in order.
    virtual Task<Result<std::vector<AuditEntry>>> audit(std::int64_t after, std::size_t limit) = 0;

    /// The newest events, the newest first; for `paysync events`.
    virtual Task<Result<std::vector<StoredEvent>>> recent(std::size_t limit) = 0;

    /// Figures that are to be told, the longest ready first.
    virtual Task<Result<std::vector<Figure>>> due_figures(WallTime now, std::size_t limit) = 0;

    /// When the next figure is to be told; nothing when all are.
    virtual Task<Result<std::optional<WallTime>>> next_figure() = 0;

    /// These figures as they are now, those that exist.
    virtual Task<Result<std::vector<Figure>>> figures(std::vector<FigureKey> keys) = 0;

    /// All figures of a day, in order of currency and dimensions.
    virtual Task<Result<std::vector<Figure>>> figures_of(std::string day) = 0;

    virtual Task<Result<FigureBook>> figure_book() = 0;

    /// Refuses new operations, finishes those accepted, writes the log back into the database.
    virtual Task<> stop() = 0;
};

} // namespace paysync::store
