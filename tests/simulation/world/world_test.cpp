#include "simulation/world/world.hpp"

#include "paysync/runtime/chance.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace paysync::simulation {
namespace {

constexpr std::uint64_t seeds = 20;

std::string told(const WorldResult& result) {
    std::string text;
    for (const std::string& difference : result.differences) text += "\n  " + difference;
    return text;
}

WorldSettings small(std::uint64_t seed) {
    WorldSettings settings;
    settings.seed = seed;
    return settings;
}

TEST(Simulation, EndsWithTheRightRecordsWhateverGoesWrongOnTheWay) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const WorldResult result = run_world(small(seed));
        EXPECT_TRUE(result.differences.empty())
            << "seed " << seed << " (again: ./dev simulate --seed " << seed << "):" << told(result);
    }
}

/// A month takes some twenty seconds; `./dev simulate --month --seeds 20` takes more of them.
constexpr std::uint64_t months = 2;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool has_time = false; // a day with faults goes through the same code in a twentieth of the time
#else
constexpr bool has_time = true;
#endif

MonthSettings month(std::uint64_t seed) {
    MonthSettings settings;
    settings.seed = seed;
    return settings;
}

TEST(SimulatedMonth, EndsWithTheRightRecordsOfAllSixFlowsAndTheSameTwice) {
    if (!has_time) GTEST_SKIP() << "a sanitizer would take an hour";
    std::string first_trace;
    for (std::uint64_t seed = 1; seed <= months; ++seed) {
        const WorldResult result = run_month(month(seed));
        EXPECT_TRUE(result.differences.empty())
            << "seed " << seed << " (again: ./dev simulate --month --seed " << seed << "):" << told(result);
        EXPECT_GT(result.webhooks, 100U);
        if (seed == 1) first_trace = result.trace_hash;
    }
    EXPECT_EQ(run_month(month(1)).trace_hash, first_trace);
}

TEST(SimulatedMonth, IsRightWithoutFaultsToo) {
    MonthSettings quiet = month(6);
    quiet.faults = quiet.crashes = false;
    const WorldResult result = run_month(quiet);
    EXPECT_TRUE(result.differences.empty()) << told(result);
    EXPECT_EQ(result.crashes, 0U);
}

TEST(SimulatedMonth, CatchesThatTheOrderOfArrivalDecides) {
    if (!has_time) GTEST_SKIP() << "a sanitizer would take an hour";
    MonthSettings settings = month(1);
    settings.bug = Bug::arrival_decides;
    EXPECT_FALSE(run_month(settings).differences.empty());
}

TEST(SimulatedMonth, MissesEverythingInAnEmptyOrg) {
    runtime::SeededChance chance{1};
    const demo::Month made = demo::make_month(chance, *base::parse_time("2026-02-01T00:00:00Z"), demo::MonthSize{});
    const auto empty = [](const std::string&) { return base::Json::array(); };
    const auto differences = demo::month_differences(made, empty);
    for (const char* word : {"Opportunity", "Contact", "declined/", "dsp_", "refund/", "sub_", "revenue of"})
        EXPECT_TRUE(std::any_of(differences.begin(), differences.end(), [&](const std::string& one) {
            return one.find(word) != std::string::npos;
        })) << word;
}

TEST(Simulation, RunsEachSeedTheSameTwice) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed)
        EXPECT_EQ(run_world(small(seed)).trace_hash, run_world(small(seed)).trace_hash) << "seed " << seed;
}

TEST(Simulation, SpendsFewCallsOnAQuietDay) {
    WorldSettings quiet = small(7);
    quiet.faults = quiet.crashes = false;

    const WorldResult result = run_world(quiet);

    EXPECT_TRUE(result.differences.empty()) << told(result);
    EXPECT_EQ(result.crashes, 0U);
}

/// A bug need not show on every day; it must show on one of a few.
bool is_caught(Bug bug) {
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        WorldSettings settings = small(seed);
        settings.bug = bug;
        if (!run_world(settings).differences.empty()) return true;
    }
    return false;
}

TEST(Simulation, CatchesAnAcknowledgementBeforeTheCommit) {
    EXPECT_TRUE(is_caught(Bug::acknowledge_before_commit));
}
TEST(Simulation, CatchesACreateAgainAfterATimeOut) {
    EXPECT_TRUE(is_caught(Bug::create_again_after_time_out));
}
TEST(Simulation, CatchesThatTheOrderOfArrivalDecides) {
    EXPECT_TRUE(is_caught(Bug::arrival_decides));
}

} // namespace
} // namespace paysync::simulation
