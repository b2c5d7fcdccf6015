#include "support/running_pair.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

namespace paysync {
namespace {

using tests::RunningPair;

struct Point {
    const char* name;
    int pass;
};

class CrashPoint : public testing::TestWithParam<Point> {};

TEST_P(CrashPoint, ChangesNothingInTheEnd) {
    runtime::SeededChance chance{11};
    const demo::Shop shop = demo::make_shop(chance, *base::parse_time("2026-03-02T08:00:00Z"), {15, 30});
    RunningPair pair;
    const std::string at = std::string(GetParam().name) + ":" + std::to_string(GetParam().pass);
    setenv("PAYSYNC_CRASH_AT", at.c_str(), 1);
    ASSERT_TRUE(pair.start_daemon("paysync-crashing")) << pair.log("paysync.log");
    unsetenv("PAYSYNC_CRASH_AT");
    demo::Day day{shop, *pair.transport, pair.clock};
    auto prepare = [](demo::Day* d, const demo::Places* places) -> runtime::Task<bool> {
        co_await d->prepare(*places);
        co_return true;
    };
    pair.await(prepare(&day, &pair.places));
    pair.await(day.send(pair.places, 0, shop.posts.size()));
    for (int i = 0; i < 500 && pair.daemon->running(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    ASSERT_FALSE(pair.daemon->running()) << "the daemon never passed " << at;
    EXPECT_EQ(pair.daemon->end(), -SIGKILL);

    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    pair.await(day.send(pair.places, 0, shop.posts.size()));

    ASSERT_TRUE(pair.wait_until_settled()) << pair.store_counts().dump();
    std::string told;
    for (const std::string& difference : demo::differences(shop, pair.org())) told += "\n  " + difference;
    EXPECT_TRUE(told.empty()) << told;
}

INSTANTIATE_TEST_SUITE_P(Daemon, CrashPoint,
                         testing::Values(Point{"store.after_begin", 3}, Point{"store.before_commit", 5},
                                         Point{"store.after_commit", 4}, Point{"sync.before_decide", 1},
                                         Point{"sync.before_write", 1}, Point{"sync.after_write", 1},
                                         Point{"sync.before_settle", 1}, Point{"sync.after_settle", 1}),
                         [](const auto& point) {
                             std::string name = point.param.name;
                             std::replace_if(
                                 name.begin(), name.end(), [](char c) { return c == '.' || c == '_'; }, 'X');
                             return name;
                         });

} // namespace
} // namespace paysync
