// The arithmetic of checkpoints.
#include "store/sqlite/log_policy.hpp"

#include <gtest/gtest.h>

namespace paysync::store::sqlite {
namespace {

constexpr std::size_t megabytes = 1024U * 1024U;
constexpr int frames_of(std::size_t bytes) {
    return static_cast<int>(bytes / (8192 + 24));
}

TEST(LogPolicy, AsksForAPassiveCheckpointAfterSomeMegabytes) {
    LogPolicy policy{32 * megabytes};
    policy.committed(frames_of(3 * megabytes));
    EXPECT_FALSE(policy.wants_passive());
    policy.committed(frames_of(5 * megabytes));
    EXPECT_TRUE(policy.wants_passive());
    policy.passive_started();
    policy.committed(frames_of(20 * megabytes));
    EXPECT_FALSE(policy.wants_passive()) << "one at a time";
    policy.passive_ended();
    EXPECT_TRUE(policy.wants_passive());
    EXPECT_FALSE(policy.take_restart());
}

TEST(LogPolicy, LetsTheWriterRestartALargeLogRightAfterAPassiveCheckpoint) {
    LogPolicy policy{32 * megabytes};
    policy.committed(frames_of(40 * megabytes));
    EXPECT_FALSE(policy.take_restart()) << "not before: the writer would have to copy it all";
    policy.passive_started();
    policy.passive_ended();
    EXPECT_TRUE(policy.take_restart());
    EXPECT_FALSE(policy.take_restart()) << "once";
}

TEST(LogPolicy, DoesNotTryForEveryCommitWhenAReaderStandsInTheWay) {
    LogPolicy policy{32 * megabytes};
    policy.committed(frames_of(40 * megabytes));
    policy.passive_started();
    policy.passive_ended();
    policy.take_restart();
    policy.committed(frames_of(41 * megabytes)); // the restart was in vain
    EXPECT_FALSE(policy.wants_passive());
    policy.committed(frames_of(45 * megabytes));
    EXPECT_TRUE(policy.wants_passive());
}

TEST(LogPolicy, BeginsAnewWithTheLog) {
    LogPolicy policy{32 * megabytes};
    policy.committed(frames_of(40 * megabytes));
    policy.passive_started();
    policy.passive_ended();
    policy.committed(1);
    EXPECT_FALSE(policy.wants_passive());
    policy.committed(frames_of(5 * megabytes));
    EXPECT_TRUE(policy.wants_passive());
}

TEST(LogPolicy, HoldsCommitsBackWhenTheyOutrunTheCheckpoint) {
    LogPolicy policy{32 * megabytes};
    policy.committed(frames_of(60 * megabytes));
    EXPECT_FALSE(policy.far_behind());
    policy.committed(frames_of(70 * megabytes));
    EXPECT_TRUE(policy.far_behind());
}

} // namespace
} // namespace paysync::store::sqlite
