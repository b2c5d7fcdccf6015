// paysync test
#include "paysync/flow/embedded.hpp"
#include "paysync/flow/flow_test.hpp"

#include "command.hpp"
#include "file_text.hpp"
#include "flow_files.hpp"
#include "heard_events.hpp"
#include "interrupt.hpp"
#include "watched_files.hpp"

#include <iostream>

#include <unistd.h>

namespace paysync::app {

namespace {

struct TestOptions {
    std::vector<std::string> flows;
    std::string folder;
    bool tap = false;
    bool all_orders = false;
    bool json = false;
    bool watch = false;
};

constexpr std::chrono::milliseconds between_looks{300};
constexpr const char* clear_screen = "\033[H\033[2J\033[3J";

/// Event files that a test names, relative to its flow file: on disk, or built in like the flow itself.
base::Result<base::Json> read_event_on_disk(const std::string& flow_file, const std::string& path) {
    const auto text = read_file_text(std::filesystem::path(flow_file).parent_path() / path);
    if (!text) return text.error();
    return base::parse_json(*text);
}

base::Result<base::Json> read_event_built_in(const std::string& flow_file, const std::string& path) {
    const auto name = (std::filesystem::path(flow_file).parent_path() / path).lexically_normal().string();
    const auto files = flow::embedded_flows();
    const auto found = files.find(name);
    if (found == files.end()) return base::Error{base::Errc::not_found, name + " is not among the built-in files"};
    return base::parse_json(found->second);
}

/// `text` with `prefix` in front of each line.
std::string indented(const std::string& text, const std::string& prefix) {
    std::string result;
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        result += prefix + text.substr(start, end - start) + "\n";
        start = end + 1;
    }
    return result;
}

void print_tap(const std::vector<flow::TestResult>& results) {
    std::cout << "TAP version 13\n1.." << results.size() << "\n";
    for (std::size_t i = 0; i < results.size(); ++i) {
        const flow::TestResult& result = results[i];
        std::cout << (result.passed ? "ok " : "not ok ") << i + 1 << " - " << result.flow << ": " << result.name
                  << "\n";
        if (!result.passed) std::cout << indented(result.place.text() + "\n" + result.report, "# ");
    }
}

void print_report(const std::vector<flow::TestResult>& results, std::size_t failed) {
    std::string flow;
    for (const flow::TestResult& result : results) {
        if (result.flow != flow) std::cout << result.flow << "\n";
        flow = result.flow;
        std::cout << (result.passed ? "  ok      " : "  FAILED  ") << result.name << "\n";
        if (!result.passed) std::cout << indented(result.place.text() + "\n" + result.report, "          ");
    }
    std::cout << "\n" << results.size() - failed << " of " << results.size() << " tests passed\n";
}

void print_json(const std::vector<flow::TestResult>& results) {
    base::Json list = base::Json::array();
    for (const flow::TestResult& result : results)
        list.push_back(base::Json{{"flow", result.flow},
                                  {"name", result.name},
                                  {"place", result.place.text()},
                                  {"passed", result.passed},
                                  {"report", result.report}});
    std::cout << base::to_text(list) << "\n";
}

/// What the tests depend on goes to `watched`, and is remembered as it was before it was read.
void test_once(Common& common, const TestOptions& options, WatchedFiles* watched) {
    if (watched != nullptr) watched->remember();
    const auto configuration = load_for(common, ConfigFile::optional, Secrets::skip);
    if (!configuration) return;
    FlowFiles files = configuration->flows;
    if (!options.folder.empty()) files = with_folder(std::move(files), options.folder);
    if (watched != nullptr && watched->empty() && !files.folder.empty()) {
        watched->add(files.folder);
        watched->add(files.functions);
        watched->add(common.config);
        watched->remember();
    }
    const auto flows = load_flows_for(common, files);
    if (!flows) return;
    for (const std::string& name : options.flows)
        if (!flows->find(name)) return fail(common, exit_code::usage, "there is no flow '" + name + "'");

    const auto results = flow::run_tests(flows, options.flows, make_views(),
                                         files.folder.empty() ? read_event_built_in : read_event_on_disk,
                                         options.all_orders ? flow::Orders::all : flow::Orders::some);
    std::size_t failed = 0;
    for (const flow::TestResult& result : results) failed += result.passed ? 0U : 1U;
    if (options.json)
        print_json(results);
    else if (options.tap)
        print_tap(results);
    else
        print_report(results, failed);
    if (failed > 0) common.exit_code = exit_code::failed;
}

/// Again after each change, until Ctrl-C.
void watch(Common& common, const TestOptions& options) {
    const Interrupt interrupt;
    WatchedFiles watched;
    const bool on_terminal = isatty(STDOUT_FILENO) == 1;
    do {
        if (on_terminal) std::cout << clear_screen;
        test_once(common, options, &watched);
        if (watched.empty()) { // the first look already found nothing that could change
            if (common.exit_code == exit_code::success || common.exit_code == exit_code::failed)
                fail(common, exit_code::usage,
                     "the flows are the built-in ones: there is nothing to watch. Name a folder with --flows DIR");
            return;
        }
        std::cout << "\nWaiting for a change; Ctrl-C ends." << std::endl;
        while (!watched.changed()) {
            if (!interrupt.came_within(between_looks)) continue;
            common.exit_code = exit_code::success;
            return;
        }
    } while (true);
}

void test(Common& common, const TestOptions& options) {
    if (options.watch)
        watch(common, options);
    else
        test_once(common, options, nullptr);
}

} // namespace

void add_test(CLI::App& app, Common& common) {
    CLI::App* command = app.add_subcommand("test", "Runs the `tests:` of the flow files, without any org");
    const auto options = std::make_shared<TestOptions>();
    command->add_option("flow", options->flows, "Only these flows")->type_name("FLOW");
    command->add_option("--flows", options->folder, "The flow files of this folder instead of the configured ones")
        ->type_name("DIR")
        ->check(CLI::ExistingDirectory);
    command->add_flag("--all-orders", options->all_orders,
                      "For any_order: every order of up to 6 events, not 24 of them");
    command->add_flag("--tap", options->tap, "Report in the Test Anything Protocol");
    command->add_flag("--json", options->json, "For programs");
    command->add_flag("--watch", options->watch, "Again whenever a flow, functions.jq or a sample changes");
    command->footer("Needs no configuration. Exit code 1 when a test fails, 78 when a flow file is wrong.");
    command->callback([&common, options] { test(common, *options); });
}

} // namespace paysync::app
