// Steps of flows and fragments.
#include "flow/step_loading.hpp"

#include "flow/file_keys.hpp"
#include "flow/jq_syntax.hpp"
#include "paysync/base/text.hpp"

#include <algorithm>
#include <array>

namespace paysync::flow {

namespace {

/// What a step is known by, and what it is called.
struct Kind {
    const char* word;
    const char* what;
};
constexpr std::array<Kind, 8> kinds{{
    {"record", "a record step"},
    {"use", "a use step"},
    {"choose", "a choose step"},
    {"each", "an each step"},
    {"at", "an at step"},
    {"invoke", "an invoke step"},
    {"notify", "a notify step"},
    {"hold", "a hold step"},
}};

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
        if (!may_be_name(*text)) return refuse_name(*name, *text);
        step.name = step.label = *text;
        loading_.all_names.insert(*text);
    }

    static bool may_be_name(const std::string& text) {
        constexpr std::array<std::string_view, 7> taken{"vars", "with", "now", "org", "zone", "codes", "ENV"};
        return is_name(text) && !is_jq_keyword(text) && std::find(taken.begin(), taken.end(), text) == taken.end();
    }

    void refuse_name(const Node& node, const std::string& text) {
        error(node.place, "a step cannot be called '" + text + "'",
              "letters, digits and _, and no word of jq's or paysync's own");
    }

    std::optional<Step> load_action(const Node& node, Step step) {
        const auto kind =
            std::find_if(kinds.begin(), kinds.end(), [&](const Kind& one) { return node.find(one.word) != nullptr; });
        if (kind == kinds.end()) {
            std::vector<std::string> known;
            for (const Kind& one : kinds) known.emplace_back(one.word);
            for (const Kind& one : kinds)
                for (const std::string& key : keys_of(one.word))
                    if (std::find(known.begin(), known.end(), key) == known.end()) known.push_back(key);
            yaml::refuse_unknown_keys(node, known, "a step", loading_.problems);
            error(node.place, "a step needs one of record, use, choose, each, at, invoke, notify, hold");
            remember(step.name, NameInfo{{}, true});
            return std::nullopt;
        }
        const std::string_view word = kind->word;
        yaml::refuse_unknown_keys(node, keys_of(kind->word), kind->what, loading_.problems);
        if (word == "record") {
            RecordStep record = load_record(loading_, names_, node);
            remember(step.name, NameInfo{{record.object}, record.object.empty()});
            step.action = std::move(record);
        } else if (word == "use") {
            step.action = load_use(node, step);
        } else if (word == "choose") {
            step.action = load_choose(*node.find("choose"));
        } else if (word == "each") {
            step.action = load_each(node);
        } else if (word == "at") {
            step.action = load_at(node);
        } else if (word == "hold") {
            step.action = load_hold(loading_, names_, node);
        } else {
            step.action = load_call(loading_, names_, node);
        }
        return step;
    }

    void remember(const std::string& name, NameInfo info) {
        if (name.empty()) return;
        names_.records[name] = std::move(info);
        if (!names_.item.empty()) names_.of_item.insert(name);
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
        loading_.has_timers = loading_.has_timers || use.fragment->has_timers;
        add_fields(loading_.fields_read, use.fragment->fields_read);
        add_fields(loading_.fields_optional, use.fragment->fields_optional);
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

    /// Steps whose names nobody sees from outside.
    std::vector<Step> load_inner(const Node& node, const std::string& what) {
        const Node* list = node.find("steps");
        if (list == nullptr) {
            error(node.place, what + " needs `steps`");
            return {};
        }
        const auto outside = names_.records;
        std::vector<Step> steps = load_steps(loading_, names_, *list, "'steps'");
        names_.records = outside;
        return steps;
    }

    EachStep load_each(const Node& node) {
        EachStep each;
        const Node& list = *node.find("each");
        each.list = values_.load(list, "each", Literals::typed);
        if (!list.is_list() && (each.list.kind == Value::Kind::literal || each.list.kind == Value::Kind::text))
            error(list.place, "'each' is ${ } that gives a list, or a list",
                  "write: each: ${ .payment.items // [] }");
        const Node* as = node.find("as");
        const auto name = as == nullptr ? std::nullopt : load_text(loading_.problems, *as, "'as'");
        if (as == nullptr) error(node.place, "'each' needs `as`: the name of one item", "write: as: item");
        if (name && !may_be_name(*name)) refuse_name(*as, *name);
        each.item = name && may_be_name(*name) ? *name : "";
        if (!each.item.empty()) loading_.all_names.insert(each.item);
        const auto outside = names_;
        if (!each.item.empty()) {
            names_.records[each.item] = NameInfo{{}, true};
            names_.item = each.item;
            names_.of_item = {each.item};
        }
        each.steps = load_inner(node, "'each'");
        names_ = outside;
        return each;
    }

    AtStep load_at(const Node& node) {
        AtStep at;
        loading_.has_timers = true;
        at.time = values_.load_scalar(*node.find("at"), "at");
        at.key = load_own_key(loading_, names_, node, "at");
        if (const Node* condition = node.find("while")) at.while_ = values_.load_when(*condition, "while");
        at.late_runs =
            load_word<bool>(loading_.problems, node.find("late"), "late", {{"run", true}, {"skip", false}});
        at.steps = load_inner(node, "'at'");
        return at;
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
            yaml::refuse_unknown_keys(node, keys_of("otherwise"), "the last branch", loading_.problems);
            if (!last) error(node.place, "`otherwise` is the last branch: those behind it are never reached");
            branch.steps = load_steps(loading_, names_, *otherwise, "'otherwise'");
            return branch;
        }
        yaml::refuse_unknown_keys(node, keys_of("branch"), "a branch", loading_.problems);
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
