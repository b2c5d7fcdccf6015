// What waits for a time or a person, what was sent out, and what is known of groups of payments.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace paysync::store {

using base::Json;
using base::WallTime;

struct TimerKey {
    std::string flow;
    std::string key;
    auto operator<=>(const TimerKey&) const = default;
};

/// When `due_at` has come, its flow is evaluated again for the event that set it. One that fired keeps `fired_for`,
/// so that it does not fire twice for the same time.
struct Timer {
    std::string flow;
    std::string key;
    std::int64_t event_seq = 0; ///< that set it
    std::string payment;        ///< of the event
    std::optional<WallTime> due_at;
    std::optional<WallTime> fired_for; ///< the latest time for which it has fired
    std::string about;                 ///< for people: the step, and when it is removed; may be empty
};

/// The cause of a run that stands for due timers.
inline constexpr const char* cause_timer = "timer";

enum class Decision { go, stop };

struct ApprovalKey {
    std::string flow;
    std::string key;
    auto operator<=>(const ApprovalKey&) const = default;
};

/// What became of a `hold:`. A person's word, or what stands in the flow for the end of its time.
struct Approval {
    std::string flow;
    std::string key;
    std::string payment; ///< of the held run; `explain` finds it by it
    Decision decision = Decision::go;
    std::string by;
    WallTime at;
};

enum class CallKind { invoke, notify };

enum class CallState {
    intent, ///< committed before sending: whether it took effect is not known
    done,
    failed,
};

struct CallKey {
    CallKind kind = CallKind::notify;
    std::string target;
    std::string key;
    auto operator<=>(const CallKey&) const = default;
};

/// An effect without a key of its own at the other side: it happens once per kind, target and key.
struct OutboundCall {
    CallKind kind = CallKind::notify;
    std::string target;
    std::string key;
    std::string flow;
    std::int64_t event_seq = 0;
    std::string payment;
    std::string step;
    CallState state = CallState::intent;
    int attempts = 0;
    Json body = Json::object();   ///< as sent
    Json detail = Json::object(); ///< what was answered
    WallTime at;                  ///< when it came into this state
};

/// What the engine asks of paysync's own tables before it decides.
struct OwnQuestions {
    std::vector<TimerKey> timers;
    std::vector<ApprovalKey> approvals;
    std::vector<CallKey> calls;
};

/// Those that exist.
struct OwnAnswers {
    std::map<TimerKey, Timer> timers;
    std::map<ApprovalKey, Approval> approvals;
    std::map<CallKey, OutboundCall> calls;
};

// Members of a held run's detail by which a person's word finds its way.
inline constexpr const char* detail_approval = "approval"; ///< text: the key of the approval that it asks for
inline constexpr const char* detail_call = "call";         ///< {kind, target, key} of a call whose outcome is unknown

struct GroupKey {
    std::string group; ///< the name under which the configuration declares it
    std::string id;
    auto operator<=>(const GroupKey&) const = default;
};

struct GroupMemberKey {
    GroupKey group;
    std::string payment;
    auto operator<=>(const GroupMemberKey&) const = default;
};

/// What one payment contributes to the view of a group.
struct GroupMember {
    GroupKey group;
    std::string payment;
    Json state;
};

/// Members by payment.
using GroupMembers = std::map<std::string, Json>;

/// Nothing of this flow is due until a person ends the hold.
struct FlowHold {
    std::string flow;
    WallTime since;
    std::string by;
    std::string reason;
};

/// The answers on which the newest evaluation of (event, flow) was decided.
struct KnownAnswers {
    std::int64_t event_seq = 0;
    std::string flow;
    WallTime at;
    std::string answers; ///< bytes; the writer compresses them
};

/// Who did what.
struct AuditEntry {
    std::int64_t id = 0; ///< given by the store
    WallTime at;
    std::string by;
    std::string what; ///< a stable word: "replay", "release", "hold", …
    Json detail = Json::object();
    std::string hash; ///< given by the store: audit_hash() with the entry before
};

/// Covers what the entry says (not its id and hash) and, through `previous`, all that was before; empty for the
/// first.
std::string audit_hash(const std::string& previous, const AuditEntry& entry);

} // namespace paysync::store
