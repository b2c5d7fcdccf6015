// From compiled flows back to what people wrote.
#include "paysync/flow/portrait.hpp"

#include "flow/compiled.hpp"
#include "flow/value_text.hpp"

#include <utility>

namespace paysync::flow {

namespace {

using Kind = PortraitStep::Kind;

std::string listed(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

class Portraitist {
public:
    explicit Portraitist(const FlowSet::Compiled& compiled) : compiled_{compiled} {}

    Portrait portray(std::size_t index) const {
        const Flow& flow = compiled_.flows.at(index);
        const FlowBody& body = compiled_.bodies.at(index);
        Portrait portrait;
        portrait.flow = flow.name;
        portrait.description = flow.description;
        portrait.enabled = flow.enabled;
        portrait.on = flow.on;
        portrait.needs = flow.needs;
        if (body.max_age) portrait.max_age = length_text(*body.max_age);
        if (body.when) portrait.when = text(*body.when);
        for (const auto& [name, value] : body.vars) portrait.vars.emplace_back(name, text(value));
        portrait.steps = portray(body.steps);
        return portrait;
    }

private:
    std::string text(const Value& value) const { return value_text(compiled_, value); }

    std::vector<PortraitStep> portray(const std::vector<Step>& steps) const {
        std::vector<PortraitStep> portrayed;
        for (const Step& step : steps) {
            PortraitStep made;
            made.name = step.name;
            if (step.when) made.when = text(*step.when);
            std::visit([&](const auto& action) { portray(action, made); }, step.action);
            portrayed.push_back(std::move(made));
        }
        return portrayed;
    }

    void portray(const RecordStep& record, PortraitStep& made) const {
        made.kind = Kind::record;
        made.subject = record.object;
        add_fields("key", record.key, made);
        for (std::size_t i = 0; i < record.find.size(); ++i) {
            PortraitStep::Part rule{"find " + std::to_string(i + 1), {}};
            for (const ConditionTemplate& condition : record.find[i].conditions)
                rule.items.emplace_back(condition.field, comparison(condition));
            made.parts.push_back(std::move(rule));
        }
        add_policies(record, made);
        add_fields("set", record.set, made);
        add_fields("fill", record.fill, made);
        add_fields("create", record.create, made);
        if (!record.optional.empty()) add("optional", listed({record.optional.begin(), record.optional.end()}), made);
    }

    std::string comparison(const ConditionTemplate& condition) const {
        const std::string value = text(condition.value);
        switch (condition.op) {
        case Op::equal: return "= " + value;
        case Op::in: return "one of " + value;
        case Op::differs: return "other than " + value;
        case Op::greater: return "> " + value;
        case Op::at_least: return "≥ " + value;
        case Op::less: return "< " + value;
        case Op::at_most: return "≤ " + value;
        case Op::like: return "like " + value;
        case Op::is_empty: return value == "true" ? "empty" : value == "false" ? "not empty" : "empty is " + value;
        case Op::about: return "nearly " + value;
        }
        return value;
    }

    void add_policies(const RecordStep& record, PortraitStep& made) const {
        PortraitStep::Part part{"policies", {}};
        constexpr const char* several[] = {"a person decides", "the newest", "the oldest", "passed over",
                                           "all, to read"};
        constexpr const char* taken[] = {"passed over", "taken, its key stays", "a person decides"};
        constexpr const char* duplicate[] = {"a person decides", "the one that it names", "saved all the same"};
        if (!record.find.empty()) {
            part.items.emplace_back("several", several[static_cast<std::size_t>(record.several)]);
            if (!record.key.empty()) part.items.emplace_back("taken", taken[static_cast<std::size_t>(record.taken)]);
        }
        part.items.emplace_back("none", none_text(record.none));
        if (record.on_duplicate != OnDuplicate::hold)
            part.items.emplace_back("on_duplicate", duplicate[static_cast<std::size_t>(record.on_duplicate)]);
        if (record.on_deleted == OnDeleted::create) part.items.emplace_back("on_deleted", "made again");
        made.parts.push_back(std::move(part));
    }

    std::string none_text(const Value& none) const {
        if (none.kind != Value::Kind::literal) return "as says " + text(none);
        const std::string word = none.literal.get<std::string>();
        if (word == "create") return "make it";
        if (word == "skip") return "go on without it";
        return word == "stop" ? "stop here" : "hold for a person";
    }

    void portray(const UseStep& use, PortraitStep& made) const {
        made.kind = Kind::use;
        made.subject = use.fragment != nullptr && use.fragment->name != use.called
                           ? use.called + " (here: " + use.fragment->name + ")"
                           : use.called;
        add_values("with", use.with, made);
        if (use.fragment == nullptr) return;
        std::vector<std::string> names;
        for (const std::string& name : use.fragment->gives) names.push_back("$" + name);
        if (!names.empty()) add("gives", listed(names), made);
        made.steps = portray(use.fragment->steps);
    }

    void portray(const ChooseStep& choose, PortraitStep& made) const {
        made.kind = Kind::choose;
        for (const Branch& branch : choose.branches) {
            PortraitStep one;
            one.kind = branch.when ? Kind::branch : Kind::otherwise;
            if (branch.when) one.when = text(*branch.when);
            one.steps = portray(branch.steps);
            made.steps.push_back(std::move(one));
        }
    }

    void portray(const EachStep& each, PortraitStep& made) const {
        made.kind = Kind::each;
        made.name = each.item;
        made.subject = text(each.list);
        made.steps = portray(each.steps);
    }

    void portray(const AtStep& at, PortraitStep& made) const {
        made.kind = Kind::at;
        made.subject = text(at.time);
        add("key", text(at.key), made);
        if (at.while_) add("while", text(*at.while_), made);
        if (!at.late_runs) add("late", "nothing is done", made);
        made.steps = portray(at.steps);
    }

    void portray(const CallStep& call, PortraitStep& made) const {
        const bool invoke = call.kind == OutboundCall::Kind::invoke;
        made.kind = invoke ? Kind::invoke : Kind::notify;
        made.subject = plain(call.target);
        add("key", text(call.key), made);
        if (call.body.kind == Value::Kind::map)
            add_values(invoke ? "with" : "body", call.body.members, made);
        else if (call.body.kind != Value::Kind::literal || !call.body.literal.empty())
            add(invoke ? "with" : "body", text(call.body), made);
    }

    void portray(const HoldStep& hold, PortraitStep& made) const {
        made.kind = Kind::hold;
        made.subject = plain(hold.reason);
        if (hold.key) add("key", text(*hold.key), made);
        if (!hold.by.empty()) add("by", hold.by, made);
        if (hold.lasts) {
            add("for", length_text(*hold.lasts), made);
            add("then", hold.then == Hold::Then::go ? "goes on" : "stops here", made);
        }
    }

    /// A name or a sentence as it stands, without quotes.
    std::string plain(const Value& value) const {
        const std::string shown = text(value);
        const bool quoted = shown.size() >= 2 && shown.front() == '"' && value.kind != Value::Kind::expression;
        return quoted ? shown.substr(1, shown.size() - 2) : shown;
    }

    static void add(const std::string& what, std::string value, PortraitStep& made) {
        made.parts.push_back({what, {{"", std::move(value)}}});
    }

    void add_fields(const std::string& what, const std::vector<FieldValue>& fields, PortraitStep& made) const {
        if (fields.empty()) return;
        PortraitStep::Part part{what, {}};
        for (const FieldValue& field : fields) part.items.emplace_back(field.field, text(field.value));
        made.parts.push_back(std::move(part));
    }

    void add_values(const std::string& what, const std::vector<std::pair<std::string, Value>>& values,
                    PortraitStep& made) const {
        if (values.empty()) return;
        PortraitStep::Part part{what, {}};
        for (const auto& [name, value] : values) part.items.emplace_back(name, text(value));
        made.parts.push_back(std::move(part));
    }

    const FlowSet::Compiled& compiled_;
};

} // namespace

Portrait portrait_of(const FlowSet& flows, std::size_t flow) {
    return Portraitist{flows.compiled()}.portray(flow);
}

} // namespace paysync::flow
