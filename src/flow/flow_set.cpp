// The public face of a set of flows.
#include "paysync/flow/flow_set.hpp"

#include "flow/compiled.hpp"
#include "flow/flow_loader.hpp"
#include "flow/mended_line.hpp"

#include <algorithm>
#include <tuple>

namespace paysync::flow {

bool Flow::triggered_by(const std::string& event_type) const {
    for (const std::string& pattern : on) {
        if (pattern.ends_with('*') ? event_type.starts_with(pattern.substr(0, pattern.size() - 1))
                                   : event_type == pattern)
            return true;
    }
    return false;
}

FlowSet::FlowSet() : compiled_{std::make_unique<Compiled>()} {}
FlowSet::~FlowSet() = default;

std::shared_ptr<const FlowSet> FlowSet::load(const std::vector<SourceFile>& files, const SourceFile& functions,
                                             const FlowSettings& settings, yaml::Problems& problems) {
    yaml::Problems found;
    std::shared_ptr<FlowSet> flows{new FlowSet};
    load_files(*flows->compiled_, files, functions, settings, found);
    std::vector<yaml::Problem> in_order = found.all();
    const auto position = [&](const yaml::Problem& problem) {
        const auto file = std::find_if(files.begin(), files.end(), [&](const SourceFile& candidate) {
            return candidate.name == problem.place.file;
        });
        return std::tuple(file - files.begin(), problem.place.line, problem.place.column);
    };
    std::stable_sort(in_order.begin(), in_order.end(),
                     [&](const yaml::Problem& a, const yaml::Problem& b) { return position(a) < position(b); });
    for (yaml::Problem& problem : in_order) {
        const auto file = std::find_if(files.begin(), files.end(), [&](const SourceFile& candidate) {
            return candidate.name == problem.place.file;
        });
        if (file != files.end())
            if (const std::string line = mended_line(problem, file->text); !line.empty())
                problem.advice += " Write: " + line;
        if (problem.warning)
            problems.warning(problem.place, problem.message, problem.advice);
        else
            problems.error(problem.place, problem.message, problem.advice);
    }
    if (found.has_errors()) return nullptr;
    return flows;
}

const std::vector<Flow>& FlowSet::flows() const {
    return compiled_->flows;
}

std::vector<std::size_t> FlowSet::triggered_by(const std::string& event_type) const {
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < compiled_->flows.size(); ++i)
        if (compiled_->flows[i].enabled && compiled_->flows[i].triggered_by(event_type)) found.push_back(i);
    return found;
}

std::optional<std::size_t> FlowSet::find(const std::string& name) const {
    for (std::size_t i = 0; i < compiled_->flows.size(); ++i)
        if (compiled_->flows[i].name == name) return i;
    return std::nullopt;
}

const OrgNames& FlowSet::org_names() const {
    return compiled_->org_names;
}

const std::vector<std::string>& FlowSet::groups() const {
    return compiled_->group_names;
}

const std::map<std::string, std::set<std::string>>& FlowSet::fields_optional() const {
    return compiled_->fields_optional;
}

const std::map<std::string, std::set<std::string>>& FlowSet::fields_read() const {
    return compiled_->fields_read;
}

} // namespace paysync::flow
