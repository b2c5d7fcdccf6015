#include "support/running_pair.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

namespace paysync {
namespace {

using tests::RunningPair;

demo::Shop a_day(std::uint64_t seed) {
    runtime::SeededChance chance{seed};
    return demo::make_shop(chance, *base::parse_time("2026-03-02T08:00:00Z"), {110, 240});
}

std::string told(const std::vector<std::string>& differences) {
    std::string text;
    for (const std::string& difference : differences) text += "\n  " + difference;
    return text;
}

runtime::Task<bool> prepare(demo::Day& day, const demo::Places& places) {
    co_await day.prepare(places);
    co_return true;
}

TEST(Daemon, KilledHardAmongFiveHundredEventsEndsWithTheSameRecords) {
    const demo::Shop shop = a_day(5);
    ASSERT_GE(shop.posts.size(), 500U);
    RunningPair pair;
    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    demo::Day day{shop, *pair.transport, pair.clock};
    pair.await(prepare(day, pair.places));

    constexpr std::size_t chunk = 50;
    for (std::size_t first = 0; first < shop.posts.size(); first += chunk) {
        base::Json bodies = base::Json::array();
        for (std::size_t i = first; i < std::min(first + chunk, shop.posts.size()); ++i)
            bodies.push_back(shop.posts[i].body);
        pair.await(day.post(pair.places.control + "/webhooks",
                            base::Json{{"bodies", bodies}, {"wait", false}, {"parallel", 8}}));
        std::this_thread::sleep_for(std::chrono::milliseconds{15 + first % 40});
        pair.daemon->kill_hard();
        ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    }
    // What got no 200 is sent again, as Checkout.com would.
    pair.await(day.send(pair.places, 0, shop.posts.size()));

    ASSERT_TRUE(pair.wait_until_settled()) << pair.store_counts().dump();
    const auto differences = demo::differences(shop, pair.org());
    EXPECT_TRUE(differences.empty()) << told(differences);
}

TEST(Daemon, DrainsOnSigtermAndExitsWithZero) {
    const demo::Shop shop = a_day(6);
    RunningPair pair;
    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    demo::Day day{shop, *pair.transport, pair.clock};
    pair.await(prepare(day, pair.places));
    pair.await(day.send(pair.places, 0, 100));

    EXPECT_EQ(pair.daemon->end(40), 0) << pair.log("paysync.log");

    ASSERT_TRUE(pair.start_daemon());
    pair.await(day.send(pair.places, 0, shop.posts.size()));
    ASSERT_TRUE(pair.wait_until_settled());
    const auto differences = demo::differences(shop, pair.org());
    EXPECT_TRUE(differences.empty()) << told(differences);
}

TEST(Daemon, WaitsForSalesforceWithoutLosingOrGivingUpAnything) {
    const demo::Shop shop = a_day(7);
    RunningPair pair;
    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    demo::Day day{shop, *pair.transport, pair.clock};
    pair.await(prepare(day, pair.places));
    pair.await(day.post(pair.places.control + "/faults", base::Json{{"fail_chance", 1.0}}));
    pair.await(day.send(pair.places, 0, 60));
    std::this_thread::sleep_for(std::chrono::milliseconds{500});
    EXPECT_GT(pair.store_counts().at("unsettled").get<int>(), 0);
    EXPECT_EQ(pair.store_counts().at("dead").get<int>(), 0);
    EXPECT_EQ(pair.send(pair.places.admin + "/health/ready", net::Request{})->status, 200U);

    pair.await(day.post(pair.places.control + "/faults", base::Json{{"fail_chance", 0.0}}));
    pair.await(day.send(pair.places, 0, shop.posts.size()));

    ASSERT_TRUE(pair.wait_until_settled());
    const auto differences = demo::differences(shop, pair.org());
    EXPECT_TRUE(differences.empty()) << told(differences);
}

/// Damages every stored state, each in another way.
void damage_states(const std::filesystem::path& file) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(file.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database,
                           "UPDATE payment SET state = CASE rowid % 3 WHEN 0 THEN '{\"cut off\": ' WHEN 1 THEN '[]' "
                           "ELSE '{\"version\": 1}' END WHERE rowid % 2 = 0;"
                           "UPDATE customer SET state = 'nonsense' WHERE rowid % 4 = 0",
                           nullptr, nullptr, nullptr),
              SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
}

TEST(Daemon, MakesStatesThatItCannotReadAnewFromTheEventsThatItKept) {
    const demo::Shop shop = a_day(8);
    RunningPair pair;
    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    demo::Day day{shop, *pair.transport, pair.clock};
    pair.await(prepare(day, pair.places));
    pair.await(day.send(pair.places, 0, shop.posts.size() / 2));
    ASSERT_TRUE(pair.wait_until_settled(RunningPair::Until::events_are_settled));
    ASSERT_EQ(pair.daemon->end(40), 0) << pair.log("paysync.log");
    damage_states(pair.folder() / "data" / "paysync.sqlite");

    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    pair.await(day.send(pair.places, 0, shop.posts.size()));

    ASSERT_TRUE(pair.wait_until_settled()) << pair.store_counts().dump();
    EXPECT_NE(pair.log("paysync.log").find("made anew from its events"), std::string::npos);
    const auto differences = demo::differences(shop, pair.org());
    EXPECT_TRUE(differences.empty()) << told(differences);
}

TEST(CommandLine, EndsWithSeventyEightAndAllErrorsOfAWrongConfiguration) {
    RunningPair pair;
    std::ofstream{pair.config(), std::ios::app} << "stroe: { path: x }\nlog: { level: loud }\n";

    const auto ran = tests::run_program(RunningPair::program("paysync") + " run --config " + pair.config());

    EXPECT_EQ(ran.exit_code, 78) << ran.output;
    EXPECT_NE(ran.output.find("stroe"), std::string::npos) << ran.output;
    EXPECT_NE(ran.output.find("loud"), std::string::npos) << ran.output;
}

TEST(CommandLine, TestsTheShippedFlows) {
    const auto ran = tests::run_program(RunningPair::program("paysync") + " test");

    EXPECT_EQ(ran.exit_code, 0) << ran.output;
}

} // namespace
} // namespace paysync
