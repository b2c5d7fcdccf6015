// The flows in config/flows and its examples, by their own tests, and what they say that an org must have.
#include "app/file_text.hpp"
#include "app/flows_section.hpp"
#include "app/heard_events.hpp"
#include "paysync/flow/embedded.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

namespace paysync::app {
namespace {

using base::Json;
using flow::FlowSet;
using flow::FlowSettings;

const std::filesystem::path config = std::filesystem::path{PAYSYNC_SOURCE_DIR} / "config";

FlowSettings usual_settings() {
    FlowSettings settings;
    settings.groups = standard_groups();
    return settings;
}

/// Without any error or warning.
std::shared_ptr<const FlowSet> loaded(const std::vector<flow::SourceFile>& files, const FlowSettings& settings) {
    yaml::Problems problems;
    auto flows = FlowSet::load(files, flow::SourceFile{}, settings, problems);
    EXPECT_EQ(problems.text(), "");
    return flows;
}

std::vector<flow::SourceFile> shipped_files() {
    std::vector<flow::SourceFile> files;
    for (const auto& [path, text] : flow::embedded_flows())
        if (path.ends_with(".yaml")) files.push_back({path, std::string{text}});
    return files;
}

std::shared_ptr<const FlowSet> shipped(const FlowSettings& settings = usual_settings()) {
    return loaded(shipped_files(), settings);
}

std::shared_ptr<const FlowSet> examples() {
    std::vector<flow::SourceFile> files;
    for (const auto& entry : std::filesystem::directory_iterator{config / "flows" / "examples"})
        if (entry.path().extension() == ".yaml")
            files.push_back({entry.path().string(), read_file_text(entry.path()).value()});
    std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return loaded(files, usual_settings());
}

base::Result<Json> read_event(const std::string& flow_file, const std::string& path) {
    const auto folder = std::filesystem::path{PAYSYNC_SOURCE_DIR} / std::filesystem::path{flow_file}.parent_path();
    const auto text = read_file_text(folder / path);
    if (!text) return text.error();
    return base::parse_json(*text);
}

std::string failures(const std::shared_ptr<const FlowSet>& flows, std::size_t least) {
    const auto results = flow::run_tests(flows, {}, make_views(), read_event);
    EXPECT_GE(results.size(), least);
    std::string text;
    for (const flow::TestResult& result : results)
        if (!result.passed)
            text += result.place.text() + " " + result.flow + ": " + result.name + "\n" + result.report;
    return text;
}

TEST(ShippedFlows, PassTheirOwnTests) {
    const auto flows = shipped();
    ASSERT_TRUE(flows);
    EXPECT_EQ(failures(flows, 90), "");
}

TEST(ShippedFlows, ReadTheFieldsThatTheyNeed) {
    const auto flows = shipped();
    ASSERT_TRUE(flows);
    EXPECT_TRUE(flows->fields_read().at("Contact").contains("Account.OwnerId"));
    EXPECT_TRUE(flows->fields_read().at("Contact").contains("AccountId"));
    EXPECT_TRUE(flows->fields_read().at("Contact").contains("Do_Not_Chase__c"));
    EXPECT_TRUE(flows->fields_read().at("Opportunity").contains("IsClosed"));
}

TEST(ShippedFlows, ListenToWhatConcernsThem) {
    const auto flows = shipped();
    ASSERT_TRUE(flows);
    const auto listening = [&](const char* type) {
        std::set<std::string> names;
        for (const std::size_t flow : flows->triggered_by(type)) names.insert(flows->flows()[flow].name);
        return names;
    };
    using Names = std::set<std::string>;
    EXPECT_EQ(listening("payment_captured"),
              (Names{"new-payer", "opportunity-won-on-capture", "payment-recovery", "subscription"}));
    EXPECT_EQ(listening("payment_declined"), (Names{"payment-recovery", "subscription"}));
    EXPECT_EQ(listening("payment_refunded"), (Names{"opportunity-won-on-capture", "refund-case", "subscription"}));
    EXPECT_EQ(listening("dispute_lost"), (Names{"dispute-case"}));
    EXPECT_EQ(listening("card_updated"), (Names{"card-updated"}));
    EXPECT_EQ(listening("revenue_day"), (Names{"daily-revenue"}));
}

/// With the warning that two flows may then set one Opportunity: it is for a person to judge, for one is open and the
/// other is not.
TEST(ShippedFlows, TakeTheOtherFragmentsToo) {
    FlowSettings settings = usual_settings();
    settings.fragments = {{"payer", "payer-person"}, {"subscription-record", "subscription-opportunity"}};
    yaml::Problems problems;
    EXPECT_TRUE(FlowSet::load(shipped_files(), flow::SourceFile{}, settings, problems));
    EXPECT_FALSE(problems.has_errors()) << problems.text();
}

TEST(ShippedFlows, AnotherCadenceNeedsNoBuild) {
    FlowSettings settings = usual_settings();
    settings.vars["payment-recovery"] = {{"cadence", Json::array()}};
    const std::string text = failures(shipped(settings), 90);
    EXPECT_NE(text.find("the cadence goes on until its end"), std::string::npos) << text;
    EXPECT_EQ(text.find("opportunity-won-on-capture"), std::string::npos) << text;
}

TEST(ExampleFlows, PassTheirOwnTests) {
    const auto flows = examples();
    ASSERT_TRUE(flows);
    EXPECT_EQ(failures(flows, 20), "");
}

using Fields = std::map<std::string, std::set<std::string>>;

bool is_custom(const std::string& field) {
    return field.find('.') == std::string::npos && (field.ends_with("__c") || field.ends_with("__pc"));
}

Fields custom_fields(const Fields& all) {
    Fields custom;
    for (const auto& [object, fields] : all)
        std::copy_if(fields.begin(), fields.end(), std::inserter(custom[object], custom[object].end()), is_custom);
    std::erase_if(custom, [](const auto& entry) { return entry.second.empty(); });
    return custom;
}

/// What salesforce.json lists, of the shipped flows and of the fragments that can take another's place.
Fields listed(bool only_optional) {
    const auto text = read_file_text(config / "flows" / "salesforce.json");
    const auto list = base::parse_json(text.value());
    Fields fields;
    const auto take = [&](const Json& objects) {
        for (const auto& [object, members] : objects.items())
            for (const auto& [field, about] : members.items())
                if (!only_optional || about.value("optional", false)) fields[object].insert(field);
    };
    take(list->at("fields"));
    for (const auto& [name, fragment] : list->at("fragments").items()) take(fragment.at("fields"));
    return fields;
}

TEST(ShippedFlows, SayForProgramsWhatTheyNeed) {
    const auto flows = shipped();
    ASSERT_TRUE(flows);
    flow::FlowSettings other;
    other.fragments = {{"payer", "payer-person"}, {"subscription-record", "subscription-opportunity"}};
    other.enabled = {{"opportunity-won-on-capture", false}}; // both would set one record's stage
    const auto with_other_fragments = shipped(other);
    ASSERT_TRUE(with_other_fragments);
    const auto both = [](Fields one, const Fields& more) {
        for (const auto& [object, fields] : more) one[object].insert(fields.begin(), fields.end());
        return custom_fields(one);
    };
    EXPECT_EQ(both(flows->fields_read(), with_other_fragments->fields_read()), listed(false));
    EXPECT_EQ(both(flows->fields_optional(), with_other_fragments->fields_optional()), listed(true));
}

TEST(ShippedFlows, ArePagesOfTheManual) {
    const auto flows = shipped();
    ASSERT_TRUE(flows);
    const std::filesystem::path pages = config.parent_path() / "docs" / "flows";
    const Fields fields = custom_fields(flows->fields_read());
    std::string manual;
    for (const auto& page : std::filesystem::directory_iterator{pages}) manual += read_file_text(page.path()).value();
    for (const flow::Flow& flow : flows->flows())
        EXPECT_NE(manual.find(flow.name + ".yaml"), std::string::npos) << flow.name;
    for (const auto& [object, names] : fields)
        for (const std::string& name : names)
            EXPECT_NE(manual.find("`" + name + "`"), std::string::npos) << object << "." << name;
}

} // namespace
} // namespace paysync::app
