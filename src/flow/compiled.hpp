// Flow files after loading: what the evaluator walks. Immutable.
#pragma once

#include "paysync/flow/flow_set.hpp"
#include "paysync/flow/plan.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace paysync::flow {

/// One `${ }`.
struct Expression {
    std::string text;
    yaml::Place place;
    std::string where; ///< key path within the step, `set.Amount`
};

/// A value in a flow file: a literal, one expression alone, text with expressions in it, or a list or map of values.
struct Value {
    enum class Kind { literal, expression, text, list, map };
    struct Part {
        std::string text;
        std::optional<std::size_t> expression; ///< set: its result stands here
    };

    Kind kind = Kind::literal;
    Json literal;
    std::size_t expression = 0;
    std::vector<Part> parts;
    std::vector<Value> items;
    std::vector<std::pair<std::string, Value>> members;
    std::set<std::string> uses; ///< names ($contact, $with) without which it cannot be evaluated
};

struct FieldValue {
    std::string field;
    Value value;
    yaml::Place place;
};

struct ConditionTemplate {
    std::string field;
    Op op = Op::equal;
    Value value;
    double likeness = 0;
};

struct Rule {
    std::string title; ///< "find 2 (Email)"
    std::vector<ConditionTemplate> conditions;
};

enum class Taken { skip, take, hold };
enum class Several { hold, newest, oldest, skip, all };

struct RecordStep {
    std::string object;
    std::vector<FieldValue> key;
    std::vector<Rule> find;
    Taken taken = Taken::skip;
    Several several = Several::hold;
    Value none; ///< gives "create", "skip", "stop" or "hold"
    std::vector<FieldValue> set;
    std::vector<FieldValue> fill;
    std::vector<FieldValue> create;
    std::set<std::string> optional;
    OnDuplicate on_duplicate = OnDuplicate::hold;
    OnDeleted on_deleted = OnDeleted::leave;
};

struct Step;
struct Fragment;

struct EachStep {
    Value list;
    std::string item; ///< the name of one of them
    std::vector<Step> steps;
};

struct AtStep {
    Value time;
    Value key;
    std::optional<Value> while_;
    bool late_runs = true; ///< when its time is over before it was ever planned
    std::vector<Step> steps;
};

struct CallStep {
    OutboundCall::Kind kind = OutboundCall::Kind::invoke;
    Value target; ///< null or empty: no call
    Value key;
    Value body;
};

struct HoldStep {
    Value reason;
    std::optional<Value> key;
    std::string by;
    std::optional<std::chrono::nanoseconds> lasts;
    Hold::Then then = Hold::Then::stop;
};

struct UseStep {
    std::string called; ///< the name in the file; the fragment may be another one (FlowSettings::fragments)
    const Fragment* fragment = nullptr;
    std::vector<std::pair<std::string, Value>> with;
};

struct Branch {
    std::optional<Value> when; ///< nothing: `otherwise`
    std::vector<Step> steps;
};

struct ChooseStep {
    std::vector<Branch> branches;
    std::set<std::string> names; ///< of all steps inside, whichever is chosen
};

struct Step {
    std::string label; ///< name or number, as effects record it
    std::string name;  ///< what later steps read it as; may be empty
    yaml::Place place;
    std::optional<Value> when;
    std::variant<RecordStep, UseStep, ChooseStep, EachStep, AtStep, CallStep, HoldStep> action;
};

/// What a loader knows of `$name`.
struct NameInfo {
    std::set<std::string> objects;
    bool unclear = false; ///< its step has errors of its own: say nothing more about it
};

using FieldsByObject = std::map<std::string, std::set<std::string>>;

struct Fragment {
    FieldsByObject fields_read; ///< with those of the fragments that it uses
    FieldsByObject fields_optional;
    std::string name;
    std::vector<std::pair<std::string, Value>> with; ///< inputs with their defaults
    std::vector<std::string> gives;
    std::map<std::string, NameInfo> given; ///< the names of `gives`
    bool has_timers = false;
    std::vector<Step> steps;
};

/// What a person says in a test.
struct Release {
    std::string what; ///< a part of the hold's key or reason
    bool go = true;
    std::string by;
};

struct TestEvent {
    std::optional<std::chrono::nanoseconds> wait; ///< no event: time goes by
    std::optional<Release> release;               ///< no event: a person decides
    Json body;                                    ///< inline; null when it comes from a file
    std::string file;
    std::vector<std::pair<std::string, Json>> changes; ///< `set`: path → value
    yaml::Place place;
};

struct Expectation {
    enum class Kind { create, update, none, hold, error, invoke, notify };
    Kind kind = Kind::none;
    std::string text;               ///< the object; part of the reason or of the error; the action or endpoint
    std::optional<Json> fields;     ///< of a record; of what a call carries
    std::optional<std::string> key; ///< of a call
    bool exactly = false;
    yaml::Place place;
};

struct ExpectedTimer {
    std::string key;
    std::optional<base::WallTime> at;
};

struct FlowTest {
    std::string name;
    yaml::Place place;
    std::optional<base::WallTime> now;
    Json vars = Json::object(); ///< over those of the flow and of the configuration
    std::map<std::string, std::vector<Json>> given;
    std::vector<TestEvent> events;
    std::vector<Expectation> expect;
    std::optional<std::vector<ExpectedTimer>> waits; ///< exactly these are left, in order of time
    std::optional<long long> calls;
    bool any_order = false;
};

struct FlowBody {
    std::optional<std::chrono::nanoseconds> max_age;
    std::vector<std::pair<std::string, Value>> vars; ///< in file order, overrides put in
    std::optional<Value> when;
    std::vector<Step> steps;
    std::vector<FlowTest> tests;
};

struct FlowSet::Compiled {
    std::vector<Flow> flows;
    std::vector<FlowBody> bodies; ///< beside flows
    std::map<std::string, std::unique_ptr<Fragment>> fragments;
    std::vector<std::string> group_names;
    std::vector<Value> groups;                         ///< beside group_names
    std::vector<std::pair<std::string, Value>> ignore; ///< rule → when
    std::vector<Expression> expressions;
    std::string program; ///< jq: all expressions, chosen by index
    OrgNames org_names;
    Json zone; ///< what $zone is
    std::chrono::milliseconds deadline{500};
    std::map<std::string, std::set<std::string>> fields_read;
    std::map<std::string, std::set<std::string>> fields_optional;
};

} // namespace paysync::flow
