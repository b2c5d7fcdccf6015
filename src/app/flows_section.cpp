// Where flows come from, and the rules around them.
#include "flows_section.hpp"

#include "paysync/base/text.hpp"
#include "paysync/base/time_zone.hpp"
#include "paysync/yaml/to_json.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

namespace paysync::app {

namespace {

using namespace std::chrono_literals;
using runtime::Duration;

void read_flow_maps(Section& section, FlowFiles& flows, yaml::Problems& problems) {
    section.each("enabled", [&](const yaml::Node::Member& flow) {
        const auto wanted = flow.value.is_scalar() ? flow.value.as_bool() : std::nullopt;
        if (!wanted)
            return problems.error(flow.value.place, "flows.enabled." + flow.key + " must be true or false, not " +
                                                        flow.value.kind_name());
        flows.settings.enabled[flow.key] = *wanted;
        flows.mentioned.emplace_back(flow.key, flow.place);
    });
    section.each("vars", [&](const yaml::Node::Member& flow) {
        if (!flow.value.is_map())
            return problems.error(flow.value.place,
                                  "flows.vars." + flow.key + " must be a map of vars, not " + flow.value.kind_name());
        flows.settings.vars[flow.key] = yaml::to_json(flow.value);
        flows.mentioned.emplace_back(flow.key, flow.place);
    });
    section.each("fragments", [&](const yaml::Node::Member& fragment) {
        if (!fragment.value.is_scalar())
            return problems.error(fragment.value.place, "flows.fragments." + fragment.key +
                                                            " must be the name of a fragment, not " +
                                                            fragment.value.kind_name());
        flows.settings.fragments[fragment.key] = fragment.value.scalar;
    });
}

/// The path that the file names, else the one beside the file if it is there, else none: what is compiled in.
std::filesystem::path flow_path(Section& section, std::string_view key, const std::filesystem::path& beside) {
    std::string named;
    section.path(key, named);
    std::error_code failure;
    if (named.empty()) return std::filesystem::exists(beside, failure) ? beside : std::filesystem::path{};
    if (!std::filesystem::exists(named, failure)) section.error(key, "does not exist: " + named);
    return named;
}

constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_";

/// A group is read as `.order`: its name is a word of jq, and none that an event has already.
std::optional<std::string> group_name_mistake(const std::string& name) {
    constexpr std::size_t name_max = 40;
    constexpr std::array<std::string_view, 8> taken{"id",      "type",     "occurred_at", "data",
                                                    "payment", "customer", "dispute",     "revenue"};
    const bool word = !name.empty() && name.size() <= name_max && letters.find(name[0]) != std::string_view::npos &&
                      name.find_first_not_of(std::string(letters) + "0123456789") == std::string::npos;
    if (!word) return "must be called by 1 to 40 letters, digits and _, a letter first";
    if (std::find(taken.begin(), taken.end(), name) != taken.end())
        return "has a name that every event has as its own: ." + name;
    return std::nullopt;
}

/// What lies inside is for the flows' loader to judge.
bool is_expression(const yaml::Node& node) {
    if (!node.is_scalar()) return false;
    const std::string_view text = base::trimmed(node.scalar);
    return text.starts_with("${") && text.ends_with('}');
}

std::string expression_advice(const yaml::Node& node) {
    return node.is_scalar() && !node.scalar.empty() ? "write '${ " + node.scalar + " }'"
                                                    : "such as '${ .payment.metadata.order_id }'";
}

void read_groups(Section& section, std::vector<flow::NamedExpression>& groups, yaml::Problems& problems) {
    if (section.has("groups")) groups.clear();
    const auto add = [&](const yaml::Node::Member& group) {
        const std::string name = "flows.groups." + group.key;
        if (const auto mistake = group_name_mistake(group.key))
            return problems.error(group.place, name + " " + *mistake);
        if (!is_expression(group.value))
            return problems.error(group.value.place, name + " must be one ${ }, not " + group.value.kind_name(),
                                  expression_advice(group.value));
        groups.push_back({group.key, group.value.scalar, group.value.place});
    };
    section.each("groups", add, ""); // the default is no empty map: see standard_groups()
}

void read_ignore(Section& section, std::vector<flow::NamedExpression>& ignore) {
    section.list("ignore", [&](Section& one) {
        flow::NamedExpression rule;
        one.text("name", rule.name);
        one.text("when", rule.text);
        rule.place = one.place("when");
        one.require("name", "what `paysync explain` calls the reason, such as test cards");
        one.require("when", "such as '${ .payment.metadata.test == \"true\" }'");
        const std::string_view when = base::trimmed(rule.text);
        if (!when.empty() && !(when.starts_with("${") && when.ends_with('}')))
            one.error("when", "must be one ${ } that gives true or false", "write '${ " + rule.text + " }'");
        for (const flow::NamedExpression& other : ignore)
            if (!rule.name.empty() && other.name == rule.name)
                one.error("name", "'" + rule.name + "' is the name of another rule already");
        one.finish();
        ignore.push_back(std::move(rule));
    });
}

} // namespace

void read_flows(Section section, Configuration& configuration, Reading& reading) {
    FlowFiles& flows = configuration.flows;
    flows.folder = flow_path(section, "folder", reading.folder / "flows");
    flows.functions = flow_path(section, "functions", reading.folder / "functions.jq");
    section.text("time_zone", flows.settings.time_zone);
    if (auto zone = base::TimeZone::find(flows.settings.time_zone))
        configuration.revenue.zone = std::move(*zone);
    else
        section.error("time_zone", "must be a time zone of the IANA database, not '" + flows.settings.time_zone + "'",
                      "such as Europe/London");
    Duration deadline = flows.settings.expression_deadline;
    section.duration("expression_deadline", deadline, 10ms, 10s);
    flows.settings.expression_deadline = std::chrono::duration_cast<std::chrono::milliseconds>(deadline);
    section.duration("needs_wait", configuration.sync.needs_wait, 1s, 7 * 24h);
    read_flow_maps(section, flows, reading.problems);
    read_groups(section, flows.settings.groups, reading.problems);
    read_ignore(section, flows.settings.ignore);
    section.finish();
}

std::map<std::string, std::string_view> embedded_groups(); // generated from config/groups.json

std::vector<flow::NamedExpression> standard_groups() {
    const yaml::Place place{"the default of flows.groups", 0, 0};
    std::vector<flow::NamedExpression> groups;
    const base::Json named = base::parse_json(embedded_groups().begin()->second).value();
    for (const auto& [name, text] : named.items()) groups.push_back({name, text.get<std::string>(), place});
    return groups;
}

} // namespace paysync::app
