// The flows in config/flows, by their own tests.
#include "app/heard_events.hpp"
#include "paysync/flow/embedded.hpp"

#include <gtest/gtest.h>

namespace paysync::flow {
namespace {

std::shared_ptr<const FlowSet> shipped(FlowSettings settings = {}) {
    std::vector<SourceFile> files;
    SourceFile functions;
    for (const auto& [path, text] : embedded_flows()) {
        if (path.ends_with(".yaml")) files.push_back({path, std::string{text}});
        if (path.ends_with(".jq")) functions = {path, std::string{text}};
    }
    EXPECT_EQ(files.size(), 3U);
    yaml::Problems problems;
    auto flows = FlowSet::load(files, functions, settings, problems);
    EXPECT_EQ(problems.text(), "");
    return flows;
}

base::Result<Json> read_embedded(const std::string& flow_file, const std::string& path) {
    const auto files = embedded_flows();
    const auto found = files.find(flow_file.substr(0, flow_file.rfind('/') + 1) + path);
    if (found == files.end()) return base::Error{base::Errc::not_found, "no file " + path};
    return base::parse_json(found->second);
}

std::string failures(const std::shared_ptr<const FlowSet>& flows, std::size_t least) {
    const auto results = run_tests(flows, {}, app::make_views(), read_embedded);
    EXPECT_GE(results.size(), least);
    std::string text;
    for (const TestResult& result : results)
        if (!result.passed)
            text += result.place.text() + " " + result.flow + ": " + result.name + "\n" + result.report;
    return text;
}

TEST(ShippedFlows, PassTheirOwnTests) {
    const auto flows = shipped();
    ASSERT_TRUE(flows);
    EXPECT_EQ(failures(flows, 20), "");
}

TEST(ShippedFlows, ReadTheFieldsThatTheyNeed) {
    const auto flows = shipped();
    ASSERT_TRUE(flows);
    EXPECT_TRUE(flows->fields_read().at("Contact").contains("Account.OwnerId"));
    EXPECT_TRUE(flows->fields_read().at("Contact").contains("AccountId"));
    EXPECT_TRUE(flows->fields_read().at("Opportunity").contains("IsClosed"));
    EXPECT_EQ(flows->triggered_by("payment_captured").size(), 2U);
    EXPECT_EQ(flows->triggered_by("payment_voided").size(), 1U);
}

TEST(ShippedFlows, AFullRefundCanReopenTheOpportunity) {
    FlowSettings settings;
    settings.vars["opportunity-won-on-capture"] = {{"after_full_refund", "reopen"}};
    const std::string text = failures(shipped(settings), 20);
    EXPECT_NE(text.find("a full refund is flagged"), std::string::npos) << text;
    EXPECT_NE(text.find("Negotiation/Review"), std::string::npos) << text;
}

} // namespace
} // namespace paysync::flow
