// Flow and fragment files, and what they must agree on.
#include "flow/flow_loader.hpp"

#include "flow/conflicts.hpp"
#include "flow/file_keys.hpp"
#include "flow/jq_syntax.hpp"
#include "flow/program.hpp"
#include "flow/zone.hpp"
#include "paysync/base/text.hpp"

#include <algorithm>
#include <cctype>
#include <sstream>

namespace paysync::flow {

namespace {

const std::vector<std::string> view_parts{"customer", "payment_type", "source", "metadata"};

struct File {
    const SourceFile* source;
    Node root;
};

std::vector<std::string> split_lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) {
        if (line.ends_with('\r')) line.pop_back();
        lines.push_back(std::move(line));
    }
    return lines;
}

bool is_flow_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    });
}

void collect_uses(const Node& steps, std::vector<const Node*>& uses) {
    for (const Node& step : steps.items) {
        if (const Node* use = step.find("use"); use != nullptr && use->is_scalar()) uses.push_back(use);
        for (const char* nested : {"choose", "steps", "otherwise"})
            if (const Node* inner = step.find(nested)) collect_uses(*inner, uses);
    }
}

class FileLoader {
public:
    FileLoader(Loading& loading, const SourceFile& functions) : loading_{loading}, functions_{functions} {}

    void run(const std::vector<SourceFile>& files) {
        for (const SourceFile& source : files) sort_file(source);
        for (const auto& [name, file] : fragment_files_) load_fragment(name, nullptr);
        for (const File& file : flow_files_) load_flow(file);
        load_groups();
        load_ignore();
        check_settings();
    }

private:
    void error(const Place& place, std::string message, std::string advice = {}) {
        loading_.problems.error(place, std::move(message), std::move(advice));
    }

    void sort_file(const SourceFile& source) {
        loading_.lines[source.name] = split_lines(source.text);
        auto root = yaml::read(source.text, source.name, loading_.problems);
        if (!root) return;
        const Node* flow = root->find("flow");
        const Node* fragment = root->find("fragment");
        if (!root->is_map() || (flow == nullptr) == (fragment == nullptr)) {
            error(root->place, "a file is one flow or one fragment",
                  "begin it with `flow: NAME` or `fragment: NAME`");
            return;
        }
        const Node& named = flow != nullptr ? *flow : *fragment;
        const auto name = load_text(loading_.problems, named, flow != nullptr ? "'flow'" : "'fragment'");
        if (!name) return;
        if (!is_flow_name(*name)) error(named.place, "'" + *name + "' cannot be a name", "letters, digits, - and _");
        auto& places = flow != nullptr ? flow_places_ : fragment_places_;
        const auto [first, fresh] = places.emplace(*name, named.place);
        if (!fresh) {
            error(named.place, "'" + *name + "' is the name of another file too",
                  "it first stands at " + first->second.text());
            return;
        }
        if (flow != nullptr)
            flow_files_.push_back({&source, std::move(*root)});
        else
            fragment_files_.emplace(*name, File{&source, std::move(*root)});
    }

    /// The fragment that `use: called` takes.
    std::string actual(const std::string& called) const {
        const auto renamed = loading_.settings.fragments.find(called);
        return renamed == loading_.settings.fragments.end() ? called : renamed->second;
    }

    void load_used(const Node& root) {
        std::vector<const Node*> uses;
        if (const Node* steps = root.find("steps")) collect_uses(*steps, uses);
        for (const Node* use : uses) load_fragment(actual(use->scalar), use);
    }

    /// As a node of a flow file, so that its mistakes are told in the same words.
    static Node node_of(const NamedExpression& expression) {
        Node node;
        node.kind = Node::Kind::scalar;
        node.scalar = expression.text;
        node.place = expression.place;
        node.quoted = true;
        return node;
    }

    void load_groups() {
        static const std::vector<std::string> taken{"id",      "type",     "occurred_at", "data",
                                                    "payment", "customer", "dispute"};
        for (const NamedExpression& group : loading_.settings.groups) {
            if (!is_name(group.name) || std::find(taken.begin(), taken.end(), group.name) != taken.end()) {
                error(group.place, "a group cannot be called '" + group.name + "'",
                      "letters, digits and _, and none of the event's own members");
                continue;
            }
            Names names;
            Value value = ValueLoader{loading_, names}.load_scalar(node_of(group), "flows.groups." + group.name);
            if (value.kind == Value::Kind::literal)
                error(group.place, "the group '" + group.name + "' needs ${ } that gives an id or null",
                      "write: " + group.name + ": ${ .payment.metadata." + group.name + "_id }");
            loading_.compiled.group_names.push_back(group.name);
            loading_.compiled.groups.push_back(std::move(value));
        }
    }

    void load_ignore() {
        for (const NamedExpression& rule : loading_.settings.ignore) {
            Names names;
            auto when = ValueLoader{loading_, names}.load_when(node_of(rule), "when");
            if (when) loading_.compiled.ignore.emplace_back(rule.name, std::move(*when));
        }
    }

    void load_fragment(const std::string& name, const Node* use) {
        const auto found = fragment_files_.find(name);
        if (found == fragment_files_.end() || loading_.compiled.fragments.contains(name)) return;
        if (!in_progress_.insert(name).second) {
            error(use->place, "fragment '" + name + "' uses itself, directly or through others");
            return;
        }
        const Node& root = found->second.root;
        load_used(root);
        yaml::refuse_unknown_keys(root, keys_of("fragment"), "a fragment", loading_.problems);
        auto fragment = std::make_unique<Fragment>();
        fragment->name = name;
        begin_loading();
        Names names;
        names.in_fragment = true;
        if (const Node* with = root.find("with")) load_inputs(*with, names, *fragment);
        if (const Node* steps = root.find("steps"))
            fragment->steps = load_steps(loading_, names, *steps, "'steps'");
        else
            error(root.place, "a fragment needs `steps`");
        if (const Node* gives = root.find("gives")) load_gives(*gives, names, *fragment);
        fragment->has_timers = loading_.has_timers;
        fragment->fields_read = loading_.fields_read;
        fragment->fields_optional = loading_.fields_optional;
        in_progress_.erase(name);
        loading_.compiled.fragments.emplace(name, std::move(fragment));
    }

    void load_inputs(const Node& node, Names& names, Fragment& fragment) {
        if (!node.is_map()) {
            error(node.place, "'with' is a map of inputs with their defaults, not " + node.kind_name());
            return;
        }
        for (const Node::Member& member : node.members) {
            if (!is_name(member.key)) error(member.place, "an input cannot be called '" + member.key + "'");
            ValueLoader values{loading_, names};
            fragment.with.emplace_back(member.key, values.load(member.value, "with." + member.key, Literals::typed));
            names.with.insert(member.key);
        }
    }

    void load_gives(const Node& node, const Names& names, Fragment& fragment) {
        std::vector<std::string> known;
        for (const auto& [name, info] : names.records) known.push_back(name);
        for (std::string& given : load_texts(loading_.problems, node, "'gives'")) {
            const auto found = names.records.find(given);
            if (found == names.records.end()) {
                error(node.place, "'gives' names '" + given + "', but no step has that name",
                      nearest_advice(given, known));
                fragment.given[given] = NameInfo{{}, true};
            } else {
                fragment.given[given] = found->second;
            }
            fragment.gives.push_back(std::move(given));
        }
    }

    void begin_loading() {
        loading_.has_timers = false;
        loading_.fields_read.clear();
        loading_.fields_optional.clear();
    }

    void load_flow(const File& file) {
        const Node& root = file.root;
        yaml::refuse_unknown_keys(root, keys_of("flow"), "a flow", loading_.problems);
        Flow flow;
        FlowBody body;
        flow.name = root.find("flow")->scalar;
        flow.place = root.find("flow")->place;
        load_head(root, flow, body);
        begin_loading();
        Names names;
        if (const Node* vars = root.find("vars")) load_vars(*vars, flow, names, body);
        ValueLoader values{loading_, names};
        if (const Node* when = root.find("when")) body.when = values.load_when(*when, "when");
        if (const Node* steps = root.find("steps"))
            body.steps = load_steps(loading_, names, *steps, "'steps'");
        else
            error(root.place, "a flow needs `steps`");
        if (const Node* tests = root.find("tests")) body.tests = load_tests(loading_, *tests, names.vars);
        flow.has_timers = loading_.has_timers;
        add_fields(loading_.compiled.fields_read, loading_.fields_read);
        add_fields(loading_.compiled.fields_optional, loading_.fields_optional);
        flow.version = version_of(file);
        loading_.compiled.flows.push_back(std::move(flow));
        loading_.compiled.bodies.push_back(std::move(body));
    }

    void load_head(const Node& root, Flow& flow, FlowBody& body) {
        Problems& problems = loading_.problems;
        if (const Node* description = root.find("description"))
            flow.description = load_text(problems, *description, "'description'").value_or("");
        flow.enabled = load_switch(root, "enabled", true);
        if (const auto set = loading_.settings.enabled.find(flow.name); set != loading_.settings.enabled.end())
            flow.enabled = set->second;
        flow.converts = load_switch(root, "converts", false);
        flow.priority =
            load_word<Priority>(problems, root.find("priority"), "priority",
                                {{"normal", Priority::normal}, {"urgent", Priority::urgent}, {"low", Priority::low}});
        if (const Node* on = root.find("on")) {
            flow.on = load_texts(problems, *on, "'on'");
            for (const std::string& type : flow.on)
                if (type.find('*') < type.size() - 1) error(on->place, "'" + type + "': * can only stand at the end");
        } else {
            error(root.place, "a flow needs `on`: the event types that start it");
        }
        if (const Node* needs = root.find("needs")) {
            flow.needs = load_texts(problems, *needs, "'needs'");
            for (const std::string& part : flow.needs)
                if (std::find(view_parts.begin(), view_parts.end(), part) == view_parts.end())
                    error(needs->place, "'needs' knows customer, payment_type, source, metadata, not '" + part + "'",
                          nearest_advice(part, view_parts));
        }
        if (const Node* age = root.find("max_age")) {
            const auto length = age->is_scalar() ? yaml::duration_nanoseconds(age->scalar) : std::nullopt;
            if (length)
                body.max_age = std::chrono::nanoseconds{*length};
            else
                error(age->place, "'max_age' is a length of time", "write 3d or 12h");
        }
    }

    bool load_switch(const Node& root, const std::string& key, bool usual) {
        const Node* node = root.find(key);
        if (node == nullptr) return usual;
        const auto truth = node->as_bool();
        if (!truth) error(node->place, "'" + key + "' is true or false, not " + node->kind_name());
        return truth.value_or(usual);
    }

    void load_vars(const Node& node, const Flow& flow, Names& names, FlowBody& body) {
        if (!node.is_map()) {
            error(node.place, "'vars' is a map, not " + node.kind_name());
            return;
        }
        const auto overrides = loading_.settings.vars.find(flow.name);
        for (const Node::Member& member : node.members) {
            if (!is_name(member.key)) error(member.place, "a variable cannot be called '" + member.key + "'");
            ValueLoader values{loading_, names};
            Value value = values.load(member.value, "vars." + member.key, Literals::typed);
            if (overrides != loading_.settings.vars.end() && overrides->second.contains(member.key)) {
                value = Value{};
                value.literal = overrides->second.at(member.key);
            }
            body.vars.emplace_back(member.key, std::move(value));
            names.vars.insert(member.key);
        }
    }

    /// Changes with everything that the flow's decisions depend on, but for the configuration's time zone.
    std::string version_of(const File& file) const {
        std::string text = functions_.text + "\n" + file.source->text;
        std::set<std::string> seen;
        std::vector<const Node*> uses;
        if (const Node* steps = file.root.find("steps")) collect_uses(*steps, uses);
        for (std::size_t i = 0; i < uses.size(); ++i) {
            const std::string name = actual(uses[i]->scalar);
            const auto fragment = fragment_files_.find(name);
            if (fragment == fragment_files_.end() || !seen.insert(name).second) continue;
            text += "\n" + fragment->second.source->text;
            if (const Node* steps = fragment->second.root.find("steps")) collect_uses(*steps, uses);
        }
        const auto vars = loading_.settings.vars.find(file.root.find("flow")->scalar);
        if (vars != loading_.settings.vars.end()) text += "\n" + base::to_text(vars->second);
        for (const auto* expressions : {&loading_.settings.groups, &loading_.settings.ignore})
            for (const NamedExpression& one : *expressions) text += "\n" + one.name + " " + one.text;
        return base::sha256_hex(text).substr(0, 16);
    }

    void check_settings() {
        std::vector<std::string> flows;
        for (const auto& [name, place] : flow_places_) flows.push_back(name);
        const auto known_flow = [&](const std::string& name, const std::string& key) {
            if (flow_places_.contains(name)) return true;
            error({}, key + ": no flow is called '" + name + "'", nearest_advice(name, flows));
            return false;
        };
        for (const auto& [name, enabled] : loading_.settings.enabled) known_flow(name, "flows.enabled");
        for (const auto& [name, vars] : loading_.settings.vars) {
            if (!known_flow(name, "flows.vars")) continue;
            for (std::size_t i = 0; i < loading_.compiled.flows.size(); ++i)
                if (loading_.compiled.flows[i].name == name) check_overrides(name, vars, loading_.compiled.bodies[i]);
        }
        std::vector<std::string> fragments;
        for (const auto& [name, file] : fragment_files_) fragments.push_back(name);
        for (const auto& [called, name] : loading_.settings.fragments)
            if (!fragment_files_.contains(name))
                error({}, "flows.fragments." + called + ": no fragment is called '" + name + "'",
                      nearest_advice(name, fragments));
    }

    void check_overrides(const std::string& name, const Json& vars, const FlowBody& body) {
        std::vector<std::string> known;
        for (const auto& [var, value] : body.vars) known.push_back(var);
        for (const auto& [var, value] : vars.items())
            if (std::find(known.begin(), known.end(), var) == known.end())
                error({}, "flows.vars." + name + ": the flow has no variable '" + var + "'",
                      nearest_advice(var, known));
    }

    Loading& loading_;
    const SourceFile& functions_;
    std::vector<File> flow_files_;
    std::map<std::string, File> fragment_files_;
    std::map<std::string, Place> flow_places_;
    std::map<std::string, Place> fragment_places_;
    std::set<std::string> in_progress_;
};

Place place_in(const SourceFile& file, std::size_t at) {
    const std::string_view before = std::string_view{file.text}.substr(0, at);
    const auto start = before.rfind('\n');
    return {file.name, static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
            static_cast<int>(start == std::string_view::npos ? at : at - start - 1) + 1};
}

/// jq's message without where in the program it saw it.
std::string told(std::string message) {
    for (const char* tail : {" (Unix shell", " at <top-level>", "\n"})
        if (const auto at = message.find(tail); at != std::string::npos) message.resize(at);
    return message;
}

std::string advice_for(const std::string& message) {
    const auto slash = message.find("/");
    if (message.find("is not defined") == std::string::npos || slash == std::string::npos) return {};
    static const std::vector<std::string> known{
        "money",      "day",      "time",           "plus",       "minus",   "add_months", "past",  "email_key",
        "name_parts", "blank",    "lower",          "decline",    "spread",  "monthly",    "queue", "record_type",
        "user",       "clear",    "select",         "map",        "length",  "test",       "split", "join",
        "tostring",   "tonumber", "ascii_downcase", "startswith", "endswith"};
    return nearest_advice(message.substr(0, slash), known);
}

/// False: the functions are wrong, so nothing can be said of the expressions.
bool scan_functions(const SourceFile& functions, Problems& problems) {
    const Analysis analysis = analyse(functions.text);
    if (!analysis.wrong.empty()) {
        problems.error(place_in(functions, analysis.wrong_at), analysis.wrong, analysis.advice);
        return false;
    }
    bool good = true;
    for (const Mention& mention : analysis.mentions) {
        if (mention.name == "now" || mention.name == "vars" || mention.name == "org" || mention.name == "zone")
            continue;
        problems.error(place_in(functions, mention.at), "functions do not see '$" + mention.name + "'",
                       "hand it in as an argument");
        good = false;
    }
    return good;
}

bool compile_functions(const SourceFile& functions, Problems& problems) {
    const std::string message = compile_error(program_text({}, functions.text, {}));
    if (message.empty()) return true;
    const int line = line_of_error(message) - first_line_of_functions() + 1;
    problems.error({functions.name, std::max(line, 1), 1}, "jq: " + told(message), advice_for(message));
    return false;
}

/// Does `text` call the function? `myqueue(` is another one.
bool calls(const std::string& text, std::string_view function) {
    for (auto at = text.find(function); at != std::string::npos; at = text.find(function, at + 1)) {
        const char before = at == 0 ? ' ' : text[at - 1];
        const bool whole = std::isalnum(static_cast<unsigned char>(before)) == 0 && before != '_';
        const auto after = text.find_first_not_of(' ', at + function.size());
        if (whole && after != std::string::npos && text[after] == '(') return true;
    }
    return false;
}

void find_org_names(FlowSet::Compiled& compiled, const SourceFile& functions) {
    const auto look = [&compiled](const std::string& text) {
        compiled.org_names.queues = compiled.org_names.queues || calls(text, "queue");
        compiled.org_names.record_types = compiled.org_names.record_types || calls(text, "record_type");
        compiled.org_names.users = compiled.org_names.users || calls(text, "user");
    };
    look(functions.text);
    for (const Expression& expression : compiled.expressions) look(expression.text);
}

void compile(Loading& loading, const SourceFile& functions) {
    if (!scan_functions(functions, loading.problems)) return;
    FlowSet::Compiled& compiled = loading.compiled;
    compiled.program = program_text(loading.all_names, functions.text, compiled.expressions);
    const std::string message = compile_error(compiled.program);
    if (message.empty() || !compile_functions(functions, loading.problems)) return;
    bool found = false;
    for (const Expression& expression : compiled.expressions) {
        const std::string own = compile_error(program_text(loading.all_names, functions.text, {expression}));
        if (own.empty()) continue;
        found = true;
        loading.problems.error(expression.place, "jq: " + told(own) + ": ${ " + expression.text + " }",
                               advice_for(own));
    }
    if (!found) loading.problems.error({}, "jq: " + told(message)); // only together are they wrong
}

} // namespace

void load_files(FlowSet::Compiled& compiled, const std::vector<SourceFile>& files, const SourceFile& functions,
                const FlowSettings& settings, Problems& problems) {
    Loading loading{compiled, settings, problems, {}, {}, false, {}, {}};
    compiled.deadline = settings.expression_deadline;
    if (auto zone = zone_offsets(settings.time_zone))
        compiled.zone = std::move(*zone);
    else
        problems.error({}, "unknown time zone '" + settings.time_zone + "'",
                       "write a name such as Europe/Berlin (and install tzdata)");
    FileLoader{loading, functions}.run(files);
    find_org_names(compiled, functions);
    compile(loading, functions);
    if (!problems.has_errors()) warn_of_conflicts(compiled, problems);
}

} // namespace paysync::flow
