// A disk that is full, fails or lies: the store says so, stays up, and goes on when the disk does.
#include "store_world.hpp"

namespace paysync::store {
namespace {

class StoreDiskFailure : public testing::Test {
protected:
    StoreDiskFailure() : world{{"Memory", false, false}} { world.open(); }

    Result<Appended> append(const std::string& id) { return world.await(world.store().append(an_event(id))); }
    std::vector<std::string> ids() {
        std::vector<std::string> found;
        for (const auto& event : world.await(world.store().unsettled(0, 1000)).value()) found.push_back(event.id);
        return found;
    }

    StoreWorld world;
};

TEST_F(StoreDiskFailure, IsUnavailableWhileTheDiskIsFullAndThenRecovers) {
    EXPECT_TRUE(append("evt_1"));
    world.disk().full(true);

    const auto refused = append("evt_2");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::Errc::unavailable);
    EXPECT_NE(refused.error().detail.find("full"), std::string::npos) << refused.error().detail;
    Settlement settlement;
    settlement.settled_events = {1};
    settlement.payments["pay_1"] = Json::object();
    const auto settled = world.await(world.store().settle(settlement));
    ASSERT_FALSE(settled);
    EXPECT_EQ(settled.error().code, base::Errc::unavailable);
    EXPECT_EQ(world.metrics().value("paysync_store_failures_total"), 2);
    EXPECT_EQ(ids(), (std::vector<std::string>{"evt_1"})) << "reads go on";

    world.disk().full(false);
    EXPECT_EQ(append("evt_2").value(), Appended::stored);
    EXPECT_EQ(ids(), (std::vector<std::string>{"evt_1", "evt_2"}));
}

TEST_F(StoreDiskFailure, FailsTheWholeGroupTogether) {
    world.disk().full(true);
    std::vector<Task<Result<Appended>>> tasks;
    for (int i = 0; i < 5; ++i) tasks.push_back(world.store().append(an_event("evt_" + std::to_string(i))));

    for (const auto& result : world.await_all(std::move(tasks))) EXPECT_FALSE(result);

    EXPECT_EQ(world.metrics().value("paysync_store_failures_total"), 1);
    EXPECT_TRUE(ids().empty());
}

TEST_F(StoreDiskFailure, AcknowledgesNothingThatCouldNotBeSynced) {
    world.disk().fail_syncs(true);
    const auto refused = append("evt_1");
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, base::Errc::unavailable);
    EXPECT_TRUE(ids().empty());

    world.disk().fail_syncs(false);
    EXPECT_EQ(append("evt_1").value(), Appended::stored) << "the first attempt left no trace";
    world.disk().crash();
    world.drop();
    world.open();
    EXPECT_EQ(ids(), (std::vector<std::string>{"evt_1"}));
}

TEST_F(StoreDiskFailure, SaysCorruptWhenTheFileIsDamaged) {
    for (int i = 0; i < 200; ++i) append("evt_" + std::to_string(i)).value();
    world.close(); // all of it is in the database file now
    world.open();
    world.disk().damage(world.path());

    const auto read = world.await(world.store().unsettled(0, 1000));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, base::Errc::corrupt);
}

TEST_F(StoreDiskFailure, KeepsOneSyncPerCommit) {
    append("evt_0").value();
    const auto before = world.disk().syncs();
    for (int i = 1; i <= 10; ++i) append("evt_" + std::to_string(i)).value();

    EXPECT_EQ(world.disk().syncs() - before, 10U);
}

} // namespace
} // namespace paysync::store
