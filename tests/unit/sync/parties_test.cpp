#include "sync/parties.hpp"

#include <gtest/gtest.h>

namespace paysync::sync {
namespace {

Work work(std::int64_t seq, int occurred_minute = 0) {
    Work made;
    made.stored.seq = seq;
    made.stored.occurred_at = base::WallTime{std::chrono::minutes{occurred_minute}};
    made.order = seq;
    return made;
}

std::vector<std::int64_t> seqs(const std::vector<Work>& list) {
    std::vector<std::int64_t> made;
    for (const Work& one : list) made.push_back(one.stored.seq);
    return made;
}

TEST(Parties, GiveAllWorkOfAPartyInOrderOfOccurrence) {
    Parties parties;
    parties.add({"payment|1"}, work(1, 30));
    parties.add({"payment|1"}, work(2, 10));
    parties.add({"payment|1"}, work(3, 20));

    const auto taken = parties.take(10);

    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(seqs(taken[0].work), (std::vector<std::int64_t>{2, 3, 1}));
}

TEST(Parties, AreJoinedByAnEventThatNamesTwoOfThem) {
    Parties parties;
    parties.add({"payment|1", "customer|a"}, work(1));
    parties.add({"payment|2", "email|x"}, work(2));
    parties.add({"customer|a", "email|x"}, work(3));

    EXPECT_EQ(parties.take(10).size(), 1U);
}

TEST(Parties, InFlightAreNotTakenAgainUntilDone) {
    Parties parties;
    parties.add({"customer|a"}, work(1));
    const auto first = parties.take(10);
    parties.add({"customer|a"}, work(2));
    parties.add({"customer|b"}, work(3));

    const auto others = parties.take(10);
    ASSERT_EQ(others.size(), 1U);
    EXPECT_EQ(seqs(others[0].work), (std::vector<std::int64_t>{3}));
    EXPECT_EQ(parties.buffered(), 1U);
    EXPECT_EQ(parties.ready(), 0U);

    parties.done(first[0].party, {});
    EXPECT_EQ(parties.ready(), 1U);
    EXPECT_EQ(seqs(parties.take(10)[0].work), (std::vector<std::int64_t>{2}));
}

TEST(Parties, JoinedWhileBothAreInFlightWaitForBoth) {
    Parties parties;
    parties.add({"customer|a"}, work(1));
    parties.add({"customer|b"}, work(2));
    const auto taken = parties.take(10);
    ASSERT_EQ(taken.size(), 2U);
    parties.add({"customer|a", "customer|b"}, work(3));

    parties.done(taken[0].party, {});
    EXPECT_TRUE(parties.take(10).empty());
    parties.done(taken[1].party, {});
    EXPECT_EQ(seqs(parties.take(10).at(0).work), (std::vector<std::int64_t>{3}));
}

TEST(Parties, ChainsOfJoinsWhileInFlightComeBackToTheRightOne) {
    Parties parties;
    parties.add({"a"}, work(1));
    parties.add({"b"}, work(2));
    parties.add({"c"}, work(3));
    const auto taken = parties.take(10);
    ASSERT_EQ(taken.size(), 3U);
    parties.add({"a", "b"}, work(4));
    parties.add({"b", "c"}, work(5));

    for (const auto& one : taken) {
        EXPECT_TRUE(parties.take(10).empty());
        parties.done(one.party, {});
    }
    EXPECT_EQ(seqs(parties.take(10).at(0).work), (std::vector<std::int64_t>{4, 5}));
}

TEST(Parties, WorkThatWasNotSettledComesBack) {
    Parties parties;
    parties.add({"a"}, work(1));
    auto taken = parties.take(10);

    parties.done(taken[0].party, std::move(taken[0].work));

    EXPECT_EQ(parties.ready(), 1U);
    EXPECT_EQ(parties.in_flight(), 0U);
}

TEST(Parties, AreTakenOldestFirstAndWhole) {
    Parties parties;
    parties.add({"late"}, work(5));
    parties.add({"early"}, work(1));
    parties.add({"early"}, work(6));
    parties.add({"middle"}, work(3));

    const auto taken = parties.take(2);

    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(seqs(taken[0].work), (std::vector<std::int64_t>{1, 6}));
}

TEST(Parties, LargerThanABatchAreTakenInPieces) {
    Parties parties;
    for (int i = 1; i <= 5; ++i) parties.add({"noreply"}, work(i, i));

    const auto first = parties.take(2);
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(seqs(first[0].work), (std::vector<std::int64_t>{1, 2}));
    EXPECT_TRUE(parties.take(2).empty()) << "the rest is in the hands of the same party";
    EXPECT_EQ(parties.buffered(), 3U);

    parties.done(first[0].party, {});
    EXPECT_EQ(seqs(parties.take(2).at(0).work), (std::vector<std::int64_t>{3, 4}));
}

} // namespace
} // namespace paysync::sync
