// Evaluates twice, and compares what comes out.
#include "flow_diff.hpp"

#include <algorithm>

namespace paysync::app {

namespace {

constexpr std::size_t parts_of_a_call = 5; // composite requests: see dry_run.cpp

std::string title(const flow::Question& question) {
    std::string text = question.object + " by ";
    bool first = true;
    for (const flow::Condition& condition : question.where) {
        text += (first ? "" : ", ") + condition.field;
        first = false;
    }
    return text;
}

bool is_same(const base::Json& before, const base::Json& value) {
    if (flow::is_blank(before) && flow::is_blank(value)) return true;
    return flow::meets(base::Json{{"v", before}}, {"v", flow::Op::equal, value, 0});
}

/// `what` without the record or the reason: the line of the totals.
std::string kind_of(const std::string& what) {
    if (what.starts_with("create ")) return what;
    if (what.starts_with("update ")) return what.substr(0, what.find(' ', std::string_view{"update "}.size()));
    return what.substr(0, what.find(": "));
}

std::size_t calls_for(std::size_t objects) {
    return (objects + parts_of_a_call - 1) / parts_of_a_call;
}

} // namespace

std::optional<flow::Answer> KnownThen::answer(const flow::Question& question) const {
    if (question.only_planned()) return flow::Answer{};
    const auto found = answers_.find(question.key());
    if (question.is_own()) return found == answers_.end() ? flow::Answer{} : found->second; // nobody answered, then
    asked_.insert(question.object);
    if (found == answers_.end()) {
        unknown_.insert(title(question));
        return std::nullopt;
    }
    const auto fields = new_fields_->find(question.object);
    if (fields != new_fields_->end())
        for (const base::Json& record : found->second.records)
            for (const std::string& field : fields->second)
                if (!record.contains(field.substr(0, field.find('.')))) unread_.insert(question.object + "." + field);
    return found->second;
}

void KnownThen::forget_asked(const std::map<std::string, std::set<std::string>>& new_fields) const {
    new_fields_ = &new_fields;
    asked_.clear();
    unknown_.clear();
    unread_.clear();
}

/// One set of flows, and what it has written so far.
class FlowDiff::Side {
public:
    /// `other`: the flows whose fields were read at the time; null for those flows themselves.
    explicit Side(std::shared_ptr<const flow::FlowSet> flows, const flow::FlowSet* other)
        : flows_{std::move(flows)}, evaluator_{flows_} {
        if (other == nullptr) return;
        for (const auto& [object, fields] : flows_->fields_read()) {
            const auto old = other->fields_read().find(object);
            for (const std::string& field : fields)
                if (old == other->fields_read().end() || !old->second.contains(field))
                    new_fields_[object].insert(field);
        }
    }

    const flow::FlowSet& flows() const { return *flows_; }

    bool triggered(std::optional<std::size_t> flow, const std::string& type) const {
        return flow && flows_->flows()[*flow].enabled && flows_->flows()[*flow].triggered_by(type);
    }

    Doing decide(std::size_t flow, const flow::Input& input, const KnownThen& known) {
        known.forget_asked(new_fields_);
        Doing doing;
        const flow::Decision decision = evaluator_.evaluate(flow, input, known);
        doing.unread = known.unread();
        doing.calls = calls_for(known.asked().size());
        if (std::holds_alternative<flow::Asks>(decision)) {
            doing.not_known = known.unknown();
        } else if (const auto* fault = std::get_if<flow::Fault>(&decision)) {
            doing.acts.push_back({"fails: " + fault->step + " " + fault->where + ": " + fault->message});
        } else {
            add(std::get<flow::Plan>(decision), doing);
        }
        return doing;
    }

private:
    void add(const flow::Plan& plan, Doing& doing) {
        std::set<std::string> collections;
        for (const flow::RecordWrite& write : plan.writes) {
            Act act = act_of(write);
            if (act.fields.empty() && !act.what.starts_with("create ")) continue;
            collections.insert(kind_of(act.what));
            doing.acts.push_back(std::move(act));
        }
        doing.calls += calls_for(collections.size());
        for (const flow::TimerWrite& timer : plan.timers) doing.acts.push_back(act_of(timer));
        for (const flow::OutboundCall& call : plan.calls)
            if (Act act = act_of(call); done_.insert(act.what).second) {
                if (call.kind == flow::OutboundCall::Kind::invoke) ++doing.calls;
                doing.acts.push_back(std::move(act));
            }
        if (plan.hold) doing.acts.push_back({"hold: " + plan.hold->reason});
        for (const std::string& part : plan.lacking) doing.acts.push_back({"waits: lacks " + part});
        if (plan.outcome == flow::Plan::Outcome::too_old) doing.acts.push_back({"passes by: too old"});
        if (plan.outcome == flow::Plan::Outcome::ignored) doing.acts.push_back({"ignored: " + plan.ignored_by});
    }

    /// With the fields that change, seen from what this side has written before.
    Act act_of(const flow::RecordWrite& write) {
        const std::string record = write.id.empty() ? write.token : write.id;
        const bool made_before = write.id.empty() && written_.contains(record);
        base::Json& ours = written_.try_emplace(record, base::Json::object()).first->second;
        Act act{write.id.empty() && !made_before ? "create " + write.object
                                                 : "update " + write.object + " " + name(write)};
        for (const base::Json* part : {&write.key, &write.fields})
            for (const auto& [field, value] : part->items()) {
                const base::Json& before = ours.contains(field) ? ours.at(field) : base::member(write.current, field);
                if (is_same(before, value)) continue;
                act.fields[field] = value;
                ours[field] = value;
            }
        return act;
    }

    static Act act_of(const flow::TimerWrite& timer) {
        switch (timer.kind) {
        case flow::TimerWrite::Kind::set: return {"timer: " + timer.key + " at " + base::format_utc(timer.at)};
        case flow::TimerWrite::Kind::remove: return {"no timer: " + timer.key};
        case flow::TimerWrite::Kind::fired: break;
        }
        return {"fired: " + timer.key + " of " + base::format_utc(timer.at)};
    }

    static Act act_of(const flow::OutboundCall& call) {
        const bool invoke = call.kind == flow::OutboundCall::Kind::invoke;
        return {(invoke ? "invoke " : "notify ") + call.target + ": " + call.key,
                call.body.is_object() ? call.body : base::Json{{"body", call.body}}};
    }

    static std::string name(const flow::RecordWrite& write) {
        if (!write.id.empty()) return flow::is_token(base::Json(write.id)) ? "that is new" : write.id;
        std::string text = "with";
        for (const auto& [field, value] : write.key.items()) text += " " + field + " " + base::to_text(value);
        return text;
    }

    std::shared_ptr<const flow::FlowSet> flows_;
    flow::Evaluator evaluator_;
    std::map<std::string, std::set<std::string>> new_fields_;
    std::unordered_map<std::string, base::Json> written_; ///< by id or token
    std::set<std::string> done_;                          ///< calls, which happen once
};

FlowDiff::FlowDiff(std::shared_ptr<const flow::FlowSet> before, std::shared_ptr<const flow::FlowSet> after)
    : before_{std::make_unique<Side>(std::move(before), nullptr)},
      after_{std::make_unique<Side>(std::move(after), &before_->flows())} {
    const auto& old_flows = before_->flows().flows();
    const auto& new_flows = after_->flows().flows();
    for (std::size_t i = 0; i < new_flows.size(); ++i) {
        const auto old = before_->flows().find(new_flows[i].name);
        if (!old)
            changes_.push_back(new_flows[i].name + " added");
        else if (old_flows[*old].version != new_flows[i].version)
            changes_.push_back(new_flows[i].name + " changed");
        else if (old_flows[*old].enabled != new_flows[i].enabled)
            changes_.push_back(new_flows[i].name + (new_flows[i].enabled ? " switched on" : " switched off"));
        else
            continue;
        pairs_.push_back({new_flows[i].name, old, i});
    }
    for (std::size_t i = 0; i < old_flows.size(); ++i) {
        if (after_->flows().find(old_flows[i].name)) continue;
        changes_.push_back(old_flows[i].name + " removed");
        pairs_.push_back({old_flows[i].name, i, std::nullopt});
    }
}

FlowDiff::~FlowDiff() = default;

bool FlowDiff::concerns(const std::string& type) const {
    return std::any_of(pairs_.begin(), pairs_.end(), [&](const Pair& pair) {
        return before_->triggered(pair.before, type) || after_->triggered(pair.after, type);
    });
}

std::vector<FlowChange> FlowDiff::compare(const flow::Input& input, const KnownThen& known) {
    ++totals_.events;
    ++totals_.triggering;
    const std::string type = base::member_text(input.event, "type").value_or("");
    std::vector<FlowChange> changes;
    bool not_known = false;
    for (const Pair& pair : pairs_) {
        FlowChange change{pair.flow, {}, {}};
        if (before_->triggered(pair.before, type)) change.before = before_->decide(*pair.before, input, known);
        if (after_->triggered(pair.after, type)) change.after = after_->decide(*pair.after, input, known);
        std::set<std::string> questions = change.before.not_known;
        questions.insert(change.after.not_known.begin(), change.after.not_known.end());
        for (const std::string& question : questions) ++totals_.unknown_questions[question];
        for (const std::string& field : change.after.unread) ++totals_.unread_fields[field];
        not_known = not_known || !questions.empty();
        // Where one side is not known, counting the other would show a difference that nobody knows of.
        if (questions.empty())
            for (auto& [doing, side] :
                 {std::pair{&change.before, &totals_.before}, {&change.after, &totals_.after}}) {
                side->calls += doing->calls;
                for (const Act& act : doing->acts) ++side->acts[kind_of(act.what)];
            }
        if (change.before.acts != change.after.acts || !questions.empty()) changes.push_back(std::move(change));
    }
    if (not_known) ++totals_.not_known;
    const bool differs = std::any_of(changes.begin(), changes.end(), [](const FlowChange& change) {
        return change.before.not_known.empty() && change.after.not_known.empty();
    });
    if (differs) ++totals_.differing;
    return changes;
}

} // namespace paysync::app
