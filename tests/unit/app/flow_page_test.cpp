// docs/flows.md: every example on the page loads, and its tests pass.
#include "app/flows_section.hpp"
#include "app/heard_events.hpp"

#include "paysync/flow/flow_test.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace paysync::app {
namespace {

constexpr const char* page = "docs/flows.md";

/// The ```yaml blocks that are whole files, each named after its line so that errors lead into the page.
std::vector<flow::SourceFile> examples() {
    std::ifstream stream{std::string{PAYSYNC_SOURCE_DIR} + "/" + page};
    EXPECT_TRUE(stream.is_open());
    std::vector<flow::SourceFile> files;
    std::string block;
    bool inside = false;
    int number = 0;
    int begin = 0;
    for (std::string line; std::getline(stream, line);) {
        ++number;
        if (!inside && line == "```yaml") {
            inside = true;
            begin = number;
            block.clear();
        } else if (inside && line == "```") {
            inside = false;
            if (block.starts_with("flow:") || block.starts_with("fragment:"))
                files.push_back({std::string{page} + " below line " + std::to_string(begin), block});
        } else if (inside) {
            block += line + "\n";
        }
    }
    return files;
}

std::shared_ptr<const flow::FlowSet> loaded() {
    yaml::Problems problems;
    flow::FlowSettings settings;
    settings.groups = standard_groups();
    auto flows = flow::FlowSet::load(examples(), {}, settings, problems);
    EXPECT_EQ(problems.text(), "");
    return flows;
}

TEST(FlowPage, ItsExamplesLoadTogether) {
    EXPECT_GE(examples().size(), 8U);
    EXPECT_TRUE(loaded());
}

TEST(FlowPage, ItsExamplesPassTheirTests) {
    const auto flows = loaded();
    ASSERT_TRUE(flows);
    const auto no_file = [](const std::string&, const std::string& path) -> base::Result<base::Json> {
        return base::Error{base::Errc::not_found, "an example has its events in place, not in " + path};
    };
    const auto results = flow::run_tests(flows, {}, make_views(), no_file);
    EXPECT_GE(results.size(), flows->flows().size()) << "every flow on the page shows a test";
    for (const flow::TestResult& result : results)
        EXPECT_TRUE(result.passed) << result.place.text() << " " << result.flow << ": " << result.name << "\n"
                                   << result.report;
}

} // namespace
} // namespace paysync::app
