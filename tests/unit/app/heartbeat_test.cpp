// The sign of life for the watchdog: given while every part moves, and by nothing else.
#include "app/heartbeat.hpp"

#include "paysync/runtime/task_group.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::app {
namespace {

using namespace std::chrono_literals;
using runtime::Task;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Who sleeps has slept at once.
class JumpingClock final : public runtime::Clock {
public:
    runtime::SteadyTime now{1h};
    runtime::WallTime wall() const override { return {}; }
    runtime::SteadyTime steady() const override { return now; }
    Task<> sleep_until(runtime::SteadyTime until) override {
        now = std::max(now, until);
        co_await boost::asio::post(boost::asio::use_awaitable);
    }
};

class HeartbeatOf : public ::testing::Test {
protected:
    Task<> moves() { co_return; }
    Task<> stands() { return never.wait(); }

    /// Turns of the lane, more than enough for every test.
    void run_lane() {
        for (int i = 0; i < 2000; ++i) io.poll_one();
    }

    boost::asio::io_context io{1};
    JumpingClock clock;
    runtime::Wakeup never;
    std::vector<long long> beats; ///< seconds after the start
    runtime::TaskGroup tasks{io.get_executor()};
};

TEST_F(HeartbeatOf, PartsThatMoveIsGivenAtOnceAndThenRegularly) {
    Heartbeat heartbeat{clock, 20s, {{"a", [this] { return moves(); }}, {"b", [this] { return moves(); }}}, [&] {
                            beats.push_back(std::chrono::duration_cast<std::chrono::seconds>(
                                                clock.now.time_since_epoch() - std::chrono::hours{1})
                                                .count());
                            if (beats.size() == 3) heartbeat.stop();
                        }};
    tasks.spawn("heartbeat", [&] { return heartbeat.run(); });
    io.run();

    EXPECT_THAT(beats, ElementsAre(0, 20, 40));
}

TEST_F(HeartbeatOf, APartThatIsStuckIsNeverGivenAgainAndThePartIsNamed) {
    bool stuck = false;
    Heartbeat heartbeat{clock,
                        20s,
                        {{"the lane", [this] { return moves(); }},
                         {"the store's writer", [this, &stuck] { return stuck ? stands() : moves(); }}},
                        [&] {
                            beats.push_back(0);
                            if (beats.size() == 2) stuck = true;
                        }};
    tasks.spawn("heartbeat", [&] { return heartbeat.run(); });
    run_lane();
    EXPECT_EQ(beats.size(), 2U);

    ::testing::internal::CaptureStderr();
    tasks.spawn("complaints", [&] { return heartbeat.complain(); });
    run_lane();
    const std::string said = ::testing::internal::GetCapturedStderr();

    EXPECT_EQ(beats.size(), 2U);
    EXPECT_THAT(said, HasSubstr("does not answer"));
    EXPECT_THAT(said, HasSubstr("the store's writer"));

    never.ring(); // it comes back to life
    heartbeat.stop();
    run_lane();
    EXPECT_EQ(tasks.size(), 0U);
}

} // namespace
} // namespace paysync::app
