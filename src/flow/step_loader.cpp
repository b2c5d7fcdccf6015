// Steps of flows and fragments.
#include "flow/loading.hpp"

#include "flow/jq_syntax.hpp"
#include "paysync/base/text.hpp"

#include <algorithm>
#include <array>

namespace paysync::flow {

namespace {

const std::vector<std::string> record_keys{"name",   "when",    "record",   "key",          "find",
                                           "taken",  "several", "none",     "set",          "fill",
                                           "create", "read",    "optional", "on_duplicate", "on_deleted"};
constexpr double usual_likeness = 0.9;

class StepLoader {
public:
    StepLoader(Loading& loading, Names& names) : loading_{loading}, names_{names}, values_{loading, names} {}

    std::optional<Step> load(const Node& node, std::size_t number) {
        if (!node.is_map()) {
            error(node.place, "a step is a map, not " + node.kind_name(),
                  "begin it with `- record: OBJECT` or `- use: FRAGMENT`");
            return std::nullopt;
        }
        Step step;
        step.place = node.place;
        step.label = std::to_string(number);
        load_name(node, step);
        if (const Node* when = node.find("when")) step.when = values_.load_when(*when, "when");
        return load_action(node, std::move(step));
    }

private:
    void error(const Place& place, std::string message, std::string advice = {}) {
        loading_.problems.error(place, std::move(message), std::move(advice));
    }

    void load_name(const Node& node, Step& step) {
        const Node* name = node.find("name");
        if (name == nullptr) return;
        const auto text = load_text(loading_.problems, *name, "'name'");
        if (!text) return;
        constexpr std::array<std::string_view, 6> taken{"vars", "with", "now", "org", "zone", "ENV"};
        if (!is_name(*text) || is_jq_keyword(*text) || std::find(taken.begin(), taken.end(), *text) != taken.end()) {
            error(name->place, "a step cannot be called '" + *text + "'",
                  "letters, digits and _, and no word of jq's or paysync's own");
            return;
        }
        step.name = step.label = *text;
        loading_.all_names.insert(*text);
    }

    std::optional<Step> load_action(const Node& node, Step step) {
        for (const char* later : {"each", "at", "invoke", "notify", "hold"}) {
            if (node.find(later) == nullptr) continue;
            error(node.place, "steps of kind '" + std::string{later} + "' are not in this version",
                  "this version knows record, use and choose");
            remember(step.name, NameInfo{{}, true});
            return std::nullopt;
        }
        if (node.find("record") != nullptr) {
            yaml::refuse_unknown_keys(node, record_keys, "a record step", loading_.problems);
            step.action = load_record(node, step.name);
        } else if (node.find("use") != nullptr) {
            yaml::refuse_unknown_keys(node, {"when", "use", "with"}, "a use step", loading_.problems);
            step.action = load_use(node, step);
        } else if (node.find("choose") != nullptr) {
            yaml::refuse_unknown_keys(node, {"when", "choose"}, "a choose step", loading_.problems);
            step.action = load_choose(*node.find("choose"));
        } else {
            yaml::refuse_unknown_keys(node, record_keys, "a step", loading_.problems);
            error(node.place, "a step needs one of record, use, choose");
            remember(step.name, NameInfo{{}, true});
            return std::nullopt;
        }
        return step;
    }

    void remember(const std::string& name, NameInfo info) {
        if (!name.empty()) names_.records[name] = std::move(info);
    }

    RecordStep load_record(const Node& node, const std::string& name) {
        RecordStep record;
        record.object = load_text(loading_.problems, *node.find("record"), "'record'").value_or("");
        record.key = load_fields(node, "key", record.object);
        record.set = load_fields(node, "set", record.object);
        record.fill = load_fields(node, "fill", record.object);
        record.create = load_fields(node, "create", record.object);
        if (const Node* find = node.find("find")) load_find(*find, record);
        load_policies(node, record);
        if (const Node* read = node.find("read"))
            for (const std::string& field : load_texts(loading_.problems, *read, "'read'"))
                reads(record.object, field);
        if (const Node* optional = node.find("optional"))
            for (const std::string& field : load_texts(loading_.problems, *optional, "'optional'"))
                record.optional.insert(field);
        loading_.compiled.fields_optional[record.object].insert(record.optional.begin(), record.optional.end());
        check_record(node, record);
        remember(name, NameInfo{{record.object}, record.object.empty()});
        return record;
    }

    void reads(const std::string& object, const std::string& field) {
        if (!object.empty() && field != "Id") loading_.compiled.fields_read[object].insert(field);
    }

    std::vector<FieldValue> load_fields(const Node& step, const std::string& key, const std::string& object) {
        std::vector<FieldValue> fields;
        const Node* node = step.find(key);
        if (node == nullptr) return fields;
        if (!node->is_map() || node->members.empty()) {
            error(node->place,
                  "'" + key + "' is a map of fields, not " + (node->is_map() ? "empty" : node->kind_name()));
            return fields;
        }
        for (const Node::Member& member : node->members) {
            if (member.key == "Id" || member.key.find('.') != std::string::npos)
                error(member.place, "'" + member.key + "' cannot be written",
                      member.key == "Id" ? "to find a record by its Id use `find`" : "");
            fields.push_back({member.key, values_.load_scalar(member.value, key + "." + member.key), member.place});
            reads(object, member.key);
        }
        return fields;
    }

    void load_find(const Node& node, RecordStep& record) {
        if (!node.is_list()) {
            error(node.place, "'find' is a list of rules, not " + node.kind_name(), "begin each rule with '- '");
            return;
        }
        for (const Node& item : node.items) {
            const std::string number = std::to_string(record.find.size() + 1);
            if (!item.is_map() || item.members.empty()) {
                error(item.place,
                      "a rule is a map of conditions, not " + (item.is_map() ? "empty" : item.kind_name()));
                continue;
            }
            Rule rule;
            std::string fields;
            for (const Node::Member& member : item.members) {
                fields += (fields.empty() ? "" : ", ") + member.key;
                reads(record.object, member.key);
                load_condition(member, "find." + number + "." + member.key, rule);
            }
            rule.title = "find " + number + " (" + fields + ")";
            const auto is_loose = [](const ConditionTemplate& condition) { return condition.op == Op::about; };
            if (!rule.conditions.empty() && std::all_of(rule.conditions.begin(), rule.conditions.end(), is_loose))
                error(item.place, "a rule with `about` needs an exact condition beside it",
                      "the exact one makes the query; `about` is compared after reading");
            record.find.push_back(std::move(rule));
        }
    }

    void load_condition(const Node::Member& member, const std::string& where, Rule& rule) {
        const Node& node = member.value;
        if (!node.is_map()) {
            ConditionTemplate condition{member.key, node.is_list() ? Op::in : Op::equal, {}, 0};
            condition.value =
                node.is_list() ? values_.load(node, where, Literals::text) : values_.load_scalar(node, where);
            rule.conditions.push_back(std::move(condition));
            return;
        }
        static const std::vector<std::pair<std::string, Op>> operators{
            {"not", Op::differs}, {"gt", Op::greater}, {"gte", Op::at_least},   {"lt", Op::less},
            {"lte", Op::at_most}, {"like", Op::like},  {"empty", Op::is_empty}, {"about", Op::about}};
        yaml::refuse_unknown_keys(node, {"not", "gt", "gte", "lt", "lte", "like", "empty", "about", "at_least"},
                                  "a condition", loading_.problems);
        for (const auto& [word, op] : operators) {
            const Node* operand = node.find(word);
            if (operand == nullptr) continue;
            ConditionTemplate condition{member.key, op, {}, 0};
            if (const auto truth = operand->as_bool(); op == Op::is_empty && truth)
                condition.value.literal = *truth;
            else
                condition.value = values_.load_scalar(*operand, where + "." + word);
            if (op == Op::about) condition.likeness = load_likeness(node);
            rule.conditions.push_back(std::move(condition));
        }
        if (node.find("at_least") != nullptr && node.find("about") == nullptr)
            error(node.place, "`at_least` belongs to `about`", "for numbers and dates write `gte`");
    }

    double load_likeness(const Node& node) {
        const Node* least = node.find("at_least");
        if (least == nullptr) return usual_likeness;
        const auto number = least->as_number();
        if (number && *number > 0 && *number <= 1) return *number;
        error(least->place, "'at_least' is a number above 0 and up to 1");
        return usual_likeness;
    }

    void load_policies(const Node& node, RecordStep& record) {
        Problems& problems = loading_.problems;
        record.taken = load_word<Taken>(problems, node.find("taken"), "taken",
                                        {{"skip", Taken::skip}, {"take", Taken::take}, {"hold", Taken::hold}});
        record.several = load_word<Several>(problems, node.find("several"), "several",
                                            {{"hold", Several::hold},
                                             {"newest", Several::newest},
                                             {"oldest", Several::oldest},
                                             {"skip", Several::skip},
                                             {"all", Several::all}});
        record.on_duplicate = load_word<OnDuplicate>(
            problems, node.find("on_duplicate"), "on_duplicate",
            {{"hold", OnDuplicate::hold}, {"take", OnDuplicate::take}, {"allow", OnDuplicate::allow}});
        record.on_deleted = load_word<OnDeleted>(problems, node.find("on_deleted"), "on_deleted",
                                                 {{"leave", OnDeleted::leave}, {"create", OnDeleted::create}});
        record.none.literal = node.find("create") != nullptr ? "create" : "skip";
        const Node* none = node.find("none");
        if (none == nullptr) return;
        if (none->is_scalar() && none->scalar.find("${") != std::string::npos) {
            record.none = values_.load_scalar(*none, "none");
            return;
        }
        record.none.literal = load_word<std::string>(
            problems, none, "none", {{"create", "create"}, {"skip", "skip"}, {"stop", "stop"}, {"hold", "hold"}});
    }

    void check_record(const Node& node, const RecordStep& record) {
        const bool can_create = record.none.kind != Value::Kind::literal || record.none.literal == "create";
        if (can_create && node.find("key") == nullptr)
            error(node.place, "a step that can create needs `key`",
                  "the fields that name this record for ever, else a retry would create it twice");
        if (node.find("key") == nullptr && node.find("find") == nullptr && !can_create)
            error(node.place, "a record step needs `key` or `find`");
        const bool writes = !record.set.empty() || !record.fill.empty() || !record.create.empty();
        if (record.several == Several::all && (writes || can_create))
            error(node.find("several")->place, "with `several: all` the records can only be read");
        if (node.find("taken") != nullptr && record.key.empty())
            error(node.find("taken")->place, "`taken` needs `key`: without one nothing can be taken");
        for (const FieldValue& key : record.key)
            for (const auto* others : {&record.set, &record.fill, &record.create})
                for (const FieldValue& other : *others)
                    if (other.field == key.field)
                        error(other.place, "'" + key.field + "' is a field of `key`: it is written by itself");
    }

    UseStep load_use(const Node& node, Step& step) {
        UseStep use;
        const Node& called = *node.find("use");
        use.called = load_text(loading_.problems, called, "'use'").value_or("");
        step.label = use.called;
        const auto& renamed = loading_.settings.fragments;
        const auto other = renamed.find(use.called);
        const std::string& name = other == renamed.end() ? use.called : other->second;
        const auto found = loading_.compiled.fragments.find(name);
        if (found == loading_.compiled.fragments.end()) {
            std::vector<std::string> known;
            for (const auto& [fragment, body] : loading_.compiled.fragments) known.push_back(fragment);
            if (!use.called.empty())
                error(called.place, "unknown fragment '" + name + "'", nearest_advice(name, known));
            return use;
        }
        use.fragment = found->second.get();
        if (const Node* with = node.find("with")) load_with(*with, use);
        for (const auto& [given, info] : use.fragment->given) remember(given, info);
        return use;
    }

    void load_with(const Node& node, UseStep& use) {
        if (!node.is_map()) {
            error(node.place, "'with' is a map of inputs, not " + node.kind_name());
            return;
        }
        std::vector<std::string> known;
        for (const auto& [input, value] : use.fragment->with) known.push_back(input);
        yaml::refuse_unknown_keys(node, known, "the inputs of fragment '" + use.fragment->name + "'",
                                  loading_.problems);
        for (const Node::Member& member : node.members)
            use.with.emplace_back(member.key, values_.load(member.value, "with." + member.key, Literals::typed));
    }

    ChooseStep load_choose(const Node& node) {
        ChooseStep choose;
        if (!node.is_list() || node.items.empty()) {
            error(node.place, "'choose' is a list of branches, not " + (node.is_list() ? "empty" : node.kind_name()));
            return choose;
        }
        const auto before = names_.records;
        std::map<std::string, NameInfo> after = before;
        for (const Node& item : node.items) {
            names_.records = before;
            if (auto branch = load_branch(item, &item == &node.items.back()))
                choose.branches.push_back(std::move(*branch));
            for (const auto& [name, info] : names_.records) {
                NameInfo& merged = after[name];
                merged.objects.insert(info.objects.begin(), info.objects.end());
                merged.unclear = merged.unclear || info.unclear;
            }
        }
        names_.records = std::move(after);
        for (const Branch& branch : choose.branches) collect_names(branch.steps, choose.names);
        return choose;
    }

    static void collect_names(const std::vector<Step>& steps, std::set<std::string>& names) {
        for (const Step& step : steps) {
            if (!step.name.empty()) names.insert(step.name);
            if (const auto* use = std::get_if<UseStep>(&step.action); use != nullptr && use->fragment != nullptr)
                names.insert(use->fragment->gives.begin(), use->fragment->gives.end());
            if (const auto* choose = std::get_if<ChooseStep>(&step.action))
                names.insert(choose->names.begin(), choose->names.end());
        }
    }

    std::optional<Branch> load_branch(const Node& node, bool last) {
        const Node* otherwise = node.find("otherwise");
        if (!node.is_map() ||
            (otherwise == nullptr && (node.find("when") == nullptr || node.find("steps") == nullptr))) {
            error(node.place, "a branch is `when` with `steps`, or `otherwise`");
            return std::nullopt;
        }
        Branch branch;
        if (otherwise != nullptr) {
            yaml::refuse_unknown_keys(node, {"otherwise"}, "the last branch", loading_.problems);
            if (!last) error(node.place, "`otherwise` is the last branch: those behind it are never reached");
            branch.steps = load_steps(loading_, names_, *otherwise, "'otherwise'");
            return branch;
        }
        yaml::refuse_unknown_keys(node, {"when", "steps"}, "a branch", loading_.problems);
        branch.when = values_.load_when(*node.find("when"), "when");
        branch.steps = load_steps(loading_, names_, *node.find("steps"), "'steps'");
        return branch;
    }

    Loading& loading_;
    Names& names_;
    ValueLoader values_;
};

} // namespace

std::vector<Step> load_steps(Loading& loading, Names& names, const Node& list, const std::string& what) {
    std::vector<Step> steps;
    if (!list.is_list() || list.items.empty()) {
        loading.problems.error(list.place,
                               what + " is a list of steps, not " + (list.is_list() ? "empty" : list.kind_name()));
        return steps;
    }
    StepLoader loader{loading, names};
    for (std::size_t i = 0; i < list.items.size(); ++i)
        if (auto step = loader.load(list.items[i], i + 1)) steps.push_back(std::move(*step));
    return steps;
}

} // namespace paysync::flow
