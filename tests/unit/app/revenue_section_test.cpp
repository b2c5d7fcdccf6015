// `revenue` in paysync.yaml.
#include "configuration_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::app {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(ConfigurationFile, TellsDaysAtTwoInUtcUnlessItSaysOtherwise) {
    const Loaded loaded = load(valid());
    ASSERT_THAT(loaded.problems.text(), IsEmpty());
    const revenue::Settings& revenue = loaded.configuration.revenue;
    EXPECT_EQ(revenue.at, 2h);
    EXPECT_EQ(revenue.settle, 15min);
    EXPECT_EQ(revenue.every, 0s);
    EXPECT_EQ(revenue.zone.name(), "UTC");
    EXPECT_THAT(revenue.dimensions, IsEmpty());
}

TEST_F(ConfigurationFile, TakesTimesAndDimensionsOfRevenueAndTheZoneOfTheFlows) {
    const Loaded loaded = load(valid("flows: { time_zone: Europe/Paris }\n"
                                     "revenue:\n  at: 23:45\n  settle: 1m\n  every: 90m\n"
                                     "  dimensions: [ payment_type, metadata.shop ]\n"));
    ASSERT_THAT(loaded.problems.text(), IsEmpty());
    const revenue::Settings& revenue = loaded.configuration.revenue;
    EXPECT_EQ(revenue.at, 23h + 45min);
    EXPECT_EQ(revenue.settle, 1min);
    EXPECT_EQ(revenue.every, 90min);
    EXPECT_EQ(revenue.zone.name(), "Europe/Paris");
    EXPECT_THAT(revenue.dimensions, ElementsAre("payment_type", "metadata.shop"));
}

TEST_F(ConfigurationFile, RefusesTimesAndDimensionsThatAreNone) {
    for (const char* time : {"2:00", "24:00", "12:60", "noon", "'02:00:00'", "-1:00", "0x:10"})
        EXPECT_THAT(problems_of(valid("revenue: { at: " + std::string(time) + " }\n")),
                    HasSubstr("revenue.at must be a time of day"))
            << time;
    EXPECT_THAT(problems_of(valid("revenue: { every: 1s }\n")), HasSubstr("revenue.every must be off, or"));
    EXPECT_THAT(problems_of(valid("revenue: { every: hourly }\n")), HasSubstr("such as 1h"));
    EXPECT_THAT(problems_of(valid("revenue: { settle: 0s }\n")), HasSubstr("revenue.settle must be 1s to 1d"));
    EXPECT_THAT(problems_of(valid("revenue: { dimensions: [ state ] }\n")),
                HasSubstr("revenue.dimensions[0] must be payment_type, reference"));
    EXPECT_THAT(problems_of(valid("revenue: { dimensions: [ plan.name, plan.name ] }\n")),
                HasSubstr("revenue.dimensions[1] is there already"));
    EXPECT_THAT(problems_of(valid("revenue: { zone: UTC }\n")), HasSubstr("revenue"));
}

} // namespace
} // namespace paysync::app
