// paysync plan
#include "paysync/yaml/to_json.hpp"

#include "command.hpp"
#include "dry_run.hpp"
#include "dry_run_report.hpp"
#include "file_text.hpp"
#include "flow_files.hpp"
#include "heard_events.hpp"
#include "live_answers.hpp"

#include <iostream>
#include <iterator>

namespace paysync::app {

namespace {

struct PlanOptions {
    std::string event;
    std::vector<std::string> history;
    std::string given;
    std::string folder;
    bool live = false;
    bool json = false;
};

base::Result<std::string> text_of(const std::string& file) {
    if (file != "-") return read_file_text(file);
    return std::string{std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

/// The event of a file; nothing, with the exit code set, when it is none.
std::optional<checkout::Event> event_of(Common& common, const std::string& file, base::WallTime now) {
    const auto text = text_of(file);
    if (!text) {
        fail(common, exit_code::no_input, text.error().detail);
        return std::nullopt;
    }
    auto event = checkout::read_event(*text, now);
    if (event) return std::move(*event);
    fail(common, exit_code::bad_data, file + ": " + event.error().detail);
    return std::nullopt;
}

/// Records from YAML or JSON, which is YAML too.
bool add_given(Common& common, const std::string& file, MemoryOrg& memory) {
    yaml::Problems problems;
    const auto node = yaml::read_file(file, problems);
    if (!report(problems) || !node) {
        common.exit_code = exit_code::bad_data;
        return false;
    }
    const auto added = memory.add(yaml::to_json(*node));
    if (!added) fail(common, exit_code::bad_data, file + ": " + added.error().detail);
    return added.has_value();
}

void plan(Common& common, const PlanOptions& options) {
    const auto configuration = load_for(common, options.live ? ConfigFile::required : ConfigFile::optional,
                                        options.live ? Secrets::read : Secrets::skip);
    if (!configuration) return;
    const auto files =
        options.folder.empty() ? configuration->flows : with_folder(configuration->flows, options.folder);
    const auto flows = load_flows_for(common, files);
    if (!flows) return;

    const base::WallTime now = runtime::SystemClock{}.wall();
    HeardEvents heard{group_rules(flows)};
    for (const std::string& file : options.history) {
        auto event = event_of(common, file, now);
        if (!event) return;
        heard.hear(std::move(*event));
    }
    const auto event = event_of(common, options.event, now);
    if (!event) return;
    heard.hear(*event);
    MemoryOrg memory;
    if (!options.given.empty() && !add_given(common, options.given, memory)) return;

    AskOrg ask;
    std::unique_ptr<LiveAnswers> live;
    if (options.live) {
        live = std::make_unique<LiveAnswers>(*configuration, *flows);
        ask = [&live](const std::vector<flow::Question>& questions) { return live->ask(questions); };
    }
    flow::Input input = heard.input(*event, now);
    input.org = flow::invented_org();
    if (live) {
        const auto names = live->names();
        if (!names) return fail(common, exit_code::unavailable, names.error().detail);
        input.org = *names;
    }
    const std::string type = event->is_test ? std::string{} : event->type; // test events trigger nothing
    const auto run = dry_run(flows, input, type, memory, ask);
    if (!run) return fail(common, exit_code::unavailable, run.error().detail);
    if (options.json)
        std::cout << base::to_text(to_json(*run, *flows, *event)) << "\n";
    else
        std::cout << to_report(*run, *flows, *event);
}

} // namespace

void add_plan(CLI::App& app, Common& common) {
    CLI::App* command = app.add_subcommand("plan", "Dry run: what the flows would write for one event, and why");
    const auto options = std::make_shared<PlanOptions>();
    command->add_option("event", options->event, "The body of a webhook; - reads it from standard input")
        ->type_name("EVENT.json")
        ->required();
    command->add_option("--history", options->history, "Bodies of earlier webhooks that were heard before")
        ->type_name("FILE");
    CLI::Option* given =
        command
            ->add_option("--given", options->given, "Records that the org holds, as YAML or JSON: { OBJECT: [ … ] }")
            ->type_name("FILE");
    command->add_flag("--live", options->live, "Ask the configured org (queries only, nothing is written)")
        ->excludes(given);
    command->add_option("--flows", options->folder, "The flow files of this folder instead of the configured ones")
        ->type_name("DIR")
        ->check(CLI::ExistingDirectory);
    command->add_flag("--json", options->json, "For programs");
    command->footer("Without --given and --live the org is empty. Nothing is stored and nothing is written.\n"
                    "  paysync plan captured.json --history approved.json --given org.yaml");
    command->callback([&common, options] { plan(common, *options); });
}

} // namespace paysync::app
