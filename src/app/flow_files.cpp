// Reading flow files from a folder or from the binary.
#include "flow_files.hpp"

#include "paysync/flow/embedded.hpp"

#include "paysync/base/text.hpp"

#include "file_text.hpp"

#include <algorithm>

namespace paysync::app {

namespace {

bool is_yaml(const std::filesystem::path& file) {
    return file.extension() == ".yaml" || file.extension() == ".yml";
}

std::vector<flow::SourceFile> embedded_files() {
    std::vector<flow::SourceFile> files;
    for (const auto& [name, text] : flow::embedded_flows())
        if (is_yaml(name)) files.push_back({name, std::string(text)});
    return files;
}

std::vector<flow::SourceFile> files_of(const std::filesystem::path& folder, yaml::Problems& problems) {
    std::error_code failure;
    std::vector<std::filesystem::path> names;
    for (const auto& entry : std::filesystem::directory_iterator{folder, failure})
        if (is_yaml(entry.path())) names.push_back(entry.path());
    if (failure)
        problems.error(yaml::Place{folder.string(), 0, 0}, "cannot be read: " + failure.message());
    else if (names.empty())
        problems.error(yaml::Place{folder.string(), 0, 0}, "has no flow: no *.yaml in it");
    std::sort(names.begin(), names.end());

    std::vector<flow::SourceFile> files;
    for (const auto& name : names) {
        auto text = read_file_text(name);
        if (text)
            files.push_back({name.string(), std::move(*text)});
        else
            problems.error(yaml::Place{name.string(), 0, 0}, text.error().detail);
    }
    return files;
}

flow::SourceFile functions_of(const std::filesystem::path& file, yaml::Problems& problems) {
    if (file.empty()) {
        const auto embedded = flow::embedded_flows();
        const auto found = embedded.find("config/functions.jq");
        return {"config/functions.jq", found == embedded.end() ? std::string{} : std::string(found->second)};
    }
    auto text = read_file_text(file);
    if (!text) problems.error(yaml::Place{file.string(), 0, 0}, text.error().detail);
    return {file.string(), text ? std::move(*text) : std::string{}};
}

/// paysync.yaml may speak only of flows that are there.
void check_names(const FlowFiles& files, const flow::FlowSet& flows, yaml::Problems& problems) {
    std::vector<std::string> known;
    for (const flow::Flow& flow : flows.flows()) known.push_back(flow.name);
    for (const auto& [name, place] : files.mentioned) {
        if (flows.find(name)) continue;
        const auto near = base::closest(name, known);
        problems.error(place, "there is no flow '" + name + "'", near ? "did you mean '" + *near + "'?" : "");
    }
}

} // namespace

std::shared_ptr<const flow::FlowSet> load_flows(const FlowFiles& files, yaml::Problems& problems) {
    const auto sources = files.folder.empty() ? embedded_files() : files_of(files.folder, problems);
    const auto functions = functions_of(files.functions, problems);
    auto flows = flow::FlowSet::load(sources, functions, files.settings, problems);
    if (flows) check_names(files, *flows, problems);
    return problems.has_errors() ? nullptr : flows;
}

FlowFiles with_folder(FlowFiles files, const std::filesystem::path& folder) {
    files.folder = folder;
    const auto functions = std::filesystem::absolute(folder).lexically_normal().parent_path() / "functions.jq";
    std::error_code failure;
    if (std::filesystem::exists(functions, failure)) files.functions = functions;
    return files;
}

} // namespace paysync::app
