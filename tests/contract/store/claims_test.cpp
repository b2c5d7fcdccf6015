// What the store keeps for a process that may end at any time, and for states that cannot be read.
#include "store_world.hpp"

namespace paysync::store {
namespace {

class StoreClaims : public StoreContract {
protected:
    std::map<RunKey, int> claims() { return world.await(world.store().claims()).value(); }
    void put(const std::vector<RunKey>& keys) {
        Settlement settlement;
        settlement.put_claims = keys;
        settle(settlement);
    }
};
INSTANTIATE_TEST_SUITE_P(On, StoreClaims, testing::ValuesIn(media()), medium_name);

TEST_P(StoreClaims, CountUpUntilTheyAreDropped) {
    put({{1, ""}, {2, "won"}});
    put({{1, ""}});
    reopen();
    EXPECT_EQ(claims(), (std::map<RunKey, int>{{{1, ""}, 2}, {{2, "won"}, 1}}));

    Settlement settlement;
    settlement.drop_claims = {{1, ""}, {9, "never was"}};
    settle(settlement);

    EXPECT_EQ(claims(), (std::map<RunKey, int>{{{2, "won"}, 1}}));
}

TEST_P(StoreClaims, OfASettlementGoWithItOrNotAtAll) {
    append(an_event("evt_1"));
    put({{seq_of("evt_1"), ""}});
    Settlement broken;
    broken.drop_claims = {{seq_of("evt_1"), ""}};
    broken.put_runs = {a_run(4711, "of no event")};

    EXPECT_FALSE(world.await(world.store().settle(broken)).has_value());

    EXPECT_EQ(claims().size(), 1U);
}

TEST_P(StoreClaims, NameTheWorkOfAPaymentThatWasGivenUp) {
    append(an_event("evt_1"));
    append(an_event("evt_2"));
    store::Run crashed = a_run(seq_of("evt_1"), "", RunState::dead);
    crashed.cause = cause_crash;
    Settlement settlement;
    settlement.put_runs = {crashed, a_run(seq_of("evt_2"), "won", RunState::dead)};
    settle(settlement);

    const auto found = world.await(world.store().surroundings({"pay_1"}, {})).value();

    EXPECT_EQ(found.given_up, (std::set<RunKey>{{seq_of("evt_1"), ""}}));
}

TEST_P(StoreClaims, PaymentsAreWalkedThroughInOrderAndInPages) {
    Settlement settlement;
    for (const char* id : {"pay_c", "pay_a", "pay_b"}) settlement.payments[id] = Json{{"id", id}};
    settle(settlement);

    const auto first = world.await(world.store().payments_above("", 2)).value();
    EXPECT_EQ(first, (std::map<std::string, Json>{{"pay_a", {{"id", "pay_a"}}}, {"pay_b", {{"id", "pay_b"}}}}));
    const auto second = world.await(world.store().payments_above("pay_b", 2)).value();
    EXPECT_EQ(second, (std::map<std::string, Json>{{"pay_c", {{"id", "pay_c"}}}}));
}

} // namespace
} // namespace paysync::store
