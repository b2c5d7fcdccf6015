// What one flow wants for one event.
#pragma once

#include "paysync/base/time.hpp"
#include "paysync/flow/question.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace paysync::flow {

/// When Salesforce's duplicate rule fires: a person chooses; the one record that it names; save all the same. A
/// record that it names is always taken if it meets one of RecordWrite::finders.
enum class OnDuplicate { hold, take, allow };
/// When a record that paysync made was deleted by a person.
enum class OnDeleted { leave, create };

/// One record to make or change. Values are as the expressions gave them, before coercion. A value that is exactly
/// the token of another write (see new_record_token) stands for the Id of a record that is not written yet.
struct RecordWrite {
    std::string step; ///< name of the step, or its number
    std::string object;
    std::string id;                ///< of the record to change; empty: make it
    std::string token;             ///< what stands for its Id until it has one; empty for a change
    Json key = Json::object();     ///< the fields that name it for ever, with their values; a change of an adopted
                                   ///< record carries them only if they were empty
    Json fields = Json::object();  ///< all other fields to write; null means empty it. On a change still with those
                                   ///< that are as they should be: only types can tell
    Json current = Json::object(); ///< the record as read (a change), to leave out what is unchanged
    std::set<std::string> optional_fields;
    std::string rule; ///< what chose the record, for people: "key", "find 2 (Email)", "created"
    OnDuplicate on_duplicate = OnDuplicate::hold;
    OnDeleted on_deleted = OnDeleted::leave;
    std::vector<Question>
        finders; ///< of a record to make: the rules of `find` that could be asked, none of which met
};

/// What `at` makes of its timer. One timer for each flow and key.
struct TimerWrite {
    enum class Kind {
        set,    ///< wait until `at`, instead of whatever it waited for
        remove, ///< wait no more
        fired,  ///< its steps belong to this plan: do not fire for `at` or earlier again
    };
    Kind kind = Kind::set;
    std::string step;
    std::string key;
    base::WallTime at;                       ///< set and fired
    std::optional<base::WallTime> fired_for; ///< the latest time for which it went off, this one included
};

/// An effect that is no record: done once for each kind, target and key, after the plan's writes.
struct OutboundCall {
    enum class Kind {
        invoke, ///< an invocable action of the org; body is its one input
        notify, ///< a POST to an endpoint of the configuration; body is what is sent
    };
    Kind kind = Kind::invoke;
    std::string step;
    std::string target; ///< the action's or endpoint's name
    std::string key;
    Json body; ///< a member may be the token of a record that is not written yet
};

/// What a step did, for `explain`: outcome is "found", "create", "skip", "stop", "hold", "passed by", "waits",
/// "fired", "invoke", "notify".
struct StepTrace {
    std::string step;
    std::string object;
    std::string outcome;
    std::string rule;
    std::string id; ///< or token
    struct PassedOver {
        std::string rule;
        std::string why;
    };
    std::vector<PassedOver> passed_over;
};

struct Hold {
    std::string step;
    std::string reason;
    Json candidates = Json::array(); ///< the records among which a person must choose
    // Of a `hold` step only:
    enum class Then { stop, go };
    std::string key; ///< what an approval_question() asks for; empty: nobody can simply say go
    std::string by;  ///< the role that decides; may be empty
    std::optional<std::chrono::nanoseconds> lasts; ///< then `then` is done; nothing: it waits for ever
    Then then = Then::stop;
};

/// Questions whose answers are needed before the plan is known. Asked together, whatever their order.
struct Asks {
    std::vector<Question> questions;
};

struct Plan {
    enum class Outcome {
        acted,      ///< all steps were gone through
        passed_by,  ///< `when` was not true, or a `stop`
        ignored,    ///< a rule of `flows.ignore` met; see ignored_by
        too_old,    ///< older than max_age
        lacks,      ///< the view lacks parts that the flow needs
        held,       ///< a person must decide; the writes of the steps before stand
        unfinished, ///< the writes must be done first, then evaluate again (an Id is used inside text)
    };
    Outcome outcome = Outcome::acted;
    std::vector<RecordWrite> writes; ///< in the order of the steps; parents before those that use their token
    std::vector<TimerWrite> timers;
    std::vector<OutboundCall> calls;
    std::optional<Hold> hold;
    std::string ignored_by;           ///< the rule's name
    std::vector<std::string> lacking; ///< outcome lacks: "customer", "payment_type", "source", "metadata"
    std::vector<StepTrace> trace;
};

/// An expression that failed, gave the wrong type or passed its deadline; a key with an empty part.
struct Fault {
    std::string step;
    std::string where;   ///< key path within the step, `set.Amount`
    std::string place;   ///< `flows/x.yaml:12:5`
    std::string message; ///< with the expression printed
};

using Decision = std::variant<Asks, Plan, Fault>;

/// What stands for the Id of the record of `object` with this key until it is written. The same key gives the same
/// token, so that two events of one batch mean one record.
std::string new_record_token(const std::string& object, const Json& key);
bool is_token(const Json& value);
/// Any token inside a longer text?
bool contains_token(const Json& value);

} // namespace paysync::flow
