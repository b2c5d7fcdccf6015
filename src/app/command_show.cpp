// paysync show
#include "paysync/flow/portrait.hpp"

#include "command.hpp"
#include "flow_files.hpp"

#include <iostream>

namespace paysync::app {

namespace {

struct ShowOptions {
    std::string flow;
    std::string folder;
    bool mermaid = false;
    bool words = false;
    bool json = false;
};

void show(Common& common, const ShowOptions& options) {
    const auto configuration = load_for(common, ConfigFile::optional, Secrets::skip);
    if (!configuration) return;
    const auto flows = load_flows_for(
        common, options.folder.empty() ? configuration->flows : with_folder(configuration->flows, options.folder));
    if (!flows) return;
    const auto index = flows->find(options.flow);
    if (!index) {
        std::string known;
        for (const flow::Flow& flow : flows->flows()) known += (known.empty() ? "" : ", ") + flow.name;
        return fail(common, exit_code::usage, "there is no flow '" + options.flow + "'; there are: " + known);
    }
    const flow::Portrait portrait = flow::portrait_of(*flows, *index);
    const bool both = options.mermaid == options.words;
    if (options.json) {
        base::Json told = flow::to_json(portrait);
        told["mermaid"] = flow::to_mermaid(portrait);
        std::cout << base::to_text(told) << "\n";
        return;
    }
    if (options.words || both) std::cout << flow::to_words(portrait);
    if (both) std::cout << "\n";
    if (options.mermaid || both) std::cout << flow::to_mermaid(portrait);
}

} // namespace

void add_show(CLI::App& app, Common& common) {
    CLI::App* command = app.add_subcommand("show", "What a flow does, in words and as a picture");
    const auto options = std::make_shared<ShowOptions>();
    command->add_option("flow", options->flow, "Its name")->type_name("FLOW")->required();
    command->add_option("--flows", options->folder, "The flow files of this folder instead of the configured ones")
        ->type_name("DIR")
        ->check(CLI::ExistingDirectory);
    command->add_flag("--mermaid", options->mermaid, "Only the flowchart, in Mermaid's language");
    command->add_flag("--words", options->words, "Only the words");
    command->add_flag("--json", options->json, "For programs");
    command->footer("Put the flowchart between ```mermaid and ``` into a page of GitHub, GitLab or a wiki.");
    command->callback([&common, options] { show(common, *options); });
}

} // namespace paysync::app
