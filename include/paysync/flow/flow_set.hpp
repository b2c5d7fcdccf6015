// The flow files, compiled once; and the evaluator that decides with them.
#pragma once

#include "paysync/base/time.hpp"
#include "paysync/flow/plan.hpp"
#include "paysync/yaml/document.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::flow {

enum class Priority { urgent, normal, low };

struct SourceFile {
    std::string name; ///< as shown in errors
    std::string text;
};

/// One `${ }` of paysync.yaml with its name.
struct NamedExpression {
    std::string name;
    std::string text; ///< as it stands there, with `${ }`
    yaml::Place place;
};

/// What paysync.yaml says about flows.
struct FlowSettings {
    std::map<std::string, bool> enabled;                ///< by flow name, over the file's own `enabled`
    std::map<std::string, Json> vars;                   ///< by flow name: an object that overrides the file's vars
    std::map<std::string, std::string> fragments;       ///< `payer` → `payer-person`: what `use: payer` takes
    std::vector<NamedExpression> groups;                ///< `order` → the id of the order that a payment is of
    std::vector<NamedExpression> ignore;                ///< no flow runs for an event that meets one
    std::optional<std::set<std::string>> endpoints;     ///< that `notify` may name; nothing: any
    std::string time_zone = "UTC";                      ///< IANA name; used by day()
    std::chrono::milliseconds expression_deadline{500}; ///< of one expression
};

struct Flow {
    std::string name;
    std::string description;
    bool enabled = true;
    std::vector<std::string> on; ///< event types or prefixes ending in `*`
    std::vector<std::string> needs;
    Priority priority = Priority::normal;
    bool converts = false;   ///< the flow's own expressions convert amounts into the org's currency
    bool has_timers = false; ///< an `at` stands somewhere in it
    std::string version;     ///< hash of what it was compiled from, recorded with each effect
    yaml::Place place;

    bool triggered_by(const std::string& event_type) const;
};

/// Of what the expressions speak by name: which parts of Input::org they look into.
struct OrgNames {
    bool queues = false;
    bool record_types = false;
    bool users = false;

    bool any() const { return queues || record_types || users; }
    bool covers(const OrgNames& other) const {
        return (queues || !other.queues) && (record_types || !other.record_types) && (users || !other.users);
    }
};

/// All flows and fragments of a configuration, checked against each other. Immutable; shared by threads.
class FlowSet {
public:
    /// Everything wrong goes to `problems`; null when an error is among it. `functions` is the user's own
    /// functions.jq (may be empty text).
    static std::shared_ptr<const FlowSet> load(const std::vector<SourceFile>& files, const SourceFile& functions,
                                               const FlowSettings& settings, yaml::Problems& problems);
    ~FlowSet();

    const std::vector<Flow>& flows() const;
    /// Positions in flows() of the enabled flows that this type triggers.
    std::vector<std::size_t> triggered_by(const std::string& event_type) const;
    std::optional<std::size_t> find(const std::string& name) const;
    /// All fields that any flow reads or writes, by object; relationship paths (`Account.OwnerId`) included.
    const std::map<std::string, std::set<std::string>>& fields_read() const;
    const OrgNames& org_names() const;
    /// Names of the groups of payments, as expressions see them: `order` for `.order`.
    const std::vector<std::string>& groups() const;
    /// Those that a step lists as `optional`, by object: an org without them is in order.
    const std::map<std::string, std::set<std::string>>& fields_optional() const;

    struct Compiled; ///< private to the room
    const Compiled& compiled() const { return *compiled_; }

private:
    FlowSet();
    std::unique_ptr<Compiled> compiled_;
};

/// One event as flows see it.
struct Input {
    Json event; ///< id, type, occurred_at, data, payment, customer, dispute: what `.` is in an expression
    base::WallTime occurred_at;
    base::WallTime now;
    /// When the flow first saw the event, if it is brought up again (by a timer, a retry, new knowledge): how old it
    /// was then is what max_age is about. Nothing: now.
    std::optional<base::WallTime> first_handled;
    /// queues {name: id}, record_types {object: {name: id}}, users {name: id}: what queue(), record_type() and user()
    /// look up. Null: the org has none.
    std::shared_ptr<const Json> org;
    Json vars = Json::object(); ///< over the flow's own, in its tests
};

/// Part of the message of a fault whose reason is a name that Input::org does not have.
inline constexpr std::string_view unknown_name = " in this org";

/// For Input::org where there is no org: every queue, record type and user exists, with an invented id.
std::shared_ptr<const Json> invented_org();

/// What is known so far; answers nothing when nobody asked yet.
class Knowledge {
public:
    virtual ~Knowledge() = default;
    virtual std::optional<Answer> answer(const Question& question) const = 0;
};

/// Holds the compiled jq program. One thread at a time; make one for each worker (compiling takes tens of
/// milliseconds). Total: it answers every input, and the same input and knowledge with the same decision.
class Evaluator {
public:
    explicit Evaluator(std::shared_ptr<const FlowSet> flows);
    ~Evaluator();
    Evaluator(const Evaluator&) = delete;
    Evaluator& operator=(const Evaluator&) = delete;

    Decision evaluate(std::size_t flow, const Input& input, const Knowledge& known);

    struct Groups {
        std::map<std::string, std::string> ids; ///< by group; a payment of no such group has no entry
        std::vector<std::string> problems;      ///< expressions that failed, for people
    };
    /// The groups that a payment is of. `payment` has members `payment` and `customer` (id, key, email, email_key).
    Groups groups_of(const Json& payment);
    /// Does a rule of FlowSettings::ignore meet the payment, whatever its event? The same `payment`. A rule that
    /// fails does not.
    bool ignores(const Json& payment);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The records that a batch has decided to write but has not written: a finder looks here before it believes the
/// org's answer, so that two events of one batch mean one record.
class Overlay {
public:
    void add(const RecordWrite& write);
    void clear() {
        records_.clear();
        by_value_.clear();
    }
    bool empty() const { return records_.empty(); }
    /// The org's answer with planned changes applied and planned records added.
    Answer over(const Question& question, const Answer& org) const;

private:
    struct Planned {
        std::string object;
        bool made = false; ///< planned to be created
        Json fields;       ///< with Id: the record's own or its token
        std::set<std::string> written;
    };
    std::vector<std::pair<std::string, Planned>> records_;  ///< by id or token, in the order of planning
    std::map<std::string, std::set<std::size_t>> by_value_; ///< object, field, value → positions that may have it

    std::size_t position_of(const std::string& object, const std::string& id) const;
    void index(std::size_t position, const std::string& field, const Json& value);
    std::set<std::size_t> candidates(const Question& question) const;
};

} // namespace paysync::flow
