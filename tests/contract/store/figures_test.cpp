// Daily figures: kept by differences, told when they are due, each version once.
#include "store_world.hpp"

namespace paysync::store {
namespace {

class StoreFigures : public StoreContract {
protected:
    static FigureChange a_change(const std::string& day, std::int64_t captured, WallTime changed_at, WallTime ready) {
        FigureChange change;
        change.key = {day, "EUR", R"({"payment_type":"Regular"})"};
        change.add.captured = captured;
        change.add.count = 1;
        change.at = changed_at;
        change.ready_at = ready;
        return change;
    }
    void change(const FigureChange& one) {
        Settlement settlement;
        settlement.figures = {one};
        settle(settlement);
    }
    void tell(const Figure& figure, const std::string& told, WallTime again_at = at(9000)) {
        Settlement settlement;
        settlement.told_figures = {{figure.key, figure.version, told, again_at}};
        settle(settlement);
    }
    void begin_book(const FigureBook& book) {
        Settlement settlement;
        settlement.figure_book = book;
        settle(settlement);
    }
    std::vector<Figure> due(WallTime now, std::size_t limit = 100) {
        return world.await(world.store().due_figures(now, limit)).value();
    }
    std::optional<WallTime> next() { return world.await(world.store().next_figure()).value(); }
    std::vector<Figure> of(const std::string& day) { return world.await(world.store().figures_of(day)).value(); }
};
INSTANTIATE_TEST_SUITE_P(On, StoreFigures, testing::ValuesIn(media()), medium_name);

TEST_P(StoreFigures, AddsDifferencesToEveryColumn) {
    FigureChange first = a_change("2026-03-01", 100, at(10), at(500));
    first.add = {1, 2, -3, 4, 5, 6, 7, 8};
    FigureChange second = a_change("2026-03-01", 100, at(20), at(900));
    second.add = {10, 20, 30, 40, 50, 60, 70, 80};
    change(first);
    change(second);
    reopen();

    const auto found = of("2026-03-01");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].key, first.key);
    EXPECT_EQ(found[0].sums, (FigureSums{11, 22, 27, 44, 55, 66, 77, 88}));
    EXPECT_EQ(found[0].changed_at, at(20));
    EXPECT_EQ(found[0].ready_at, at(500)) << "the first change that waits says when";
    EXPECT_EQ(found[0].version, 2);
    EXPECT_EQ(found[0].told, "");
}

TEST_P(StoreFigures, KeepsDaysCurrenciesAndDimensionsApart) {
    FigureChange one = a_change("2026-03-01", 1, at(1), at(1));
    FigureChange other = one;
    other.key.dimensions = "{}";
    FigureChange pounds = one;
    pounds.key.currency = "GBP";
    Settlement settlement;
    settlement.figures = {pounds, one, other, a_change("2026-03-02", 1, at(1), at(1))};
    settle(settlement);

    std::vector<FigureKey> keys;
    for (const Figure& figure : of("2026-03-01")) keys.push_back(figure.key);
    EXPECT_EQ(keys, (std::vector<FigureKey>{one.key, other.key, pounds.key}));
    const std::vector<FigureKey> asked{pounds.key, {"2026-03-09", "EUR", "{}"}};
    const auto found = world.await(world.store().figures(asked)).value();
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].key, pounds.key);
}

TEST_P(StoreFigures, GivesThoseThatAreDueTheLongestReadyFirst) {
    EXPECT_EQ(next(), std::nullopt);
    change(a_change("2026-03-02", 1, at(1), at(300)));
    change(a_change("2026-03-01", 1, at(1), at(200)));
    change(a_change("2026-03-03", 1, at(1), at(100)));

    EXPECT_EQ(next(), at(100));
    EXPECT_TRUE(due(at(99)).empty());
    const auto found = due(at(200));
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].key.day, "2026-03-03");
    EXPECT_EQ(found[1].key.day, "2026-03-01");
    EXPECT_EQ(due(at(1000), 1).size(), 1U);
}

TEST_P(StoreFigures, IsToldOnceAndAgainAfterAChange) {
    change(a_change("2026-03-01", 100, at(1), at(100)));
    tell(due(at(100)).at(0), "100");
    EXPECT_TRUE(due(at(10000)).empty());
    EXPECT_EQ(next(), std::nullopt);
    EXPECT_EQ(of("2026-03-01").at(0).told, "100");

    change(a_change("2026-03-01", 5, at(2), at(700)));
    change(a_change("2026-03-01", 5, at(3), at(800)));
    EXPECT_EQ(next(), at(700)) << "several changes, one correction";
    const auto found = due(at(700));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].sums.captured, 110);
    EXPECT_EQ(found[0].version, 3);
    EXPECT_EQ(found[0].told, "100");
}

TEST_P(StoreFigures, AChangeBetweenReadingAndTellingIsNotLost) {
    change(a_change("2026-03-01", 100, at(1), at(100)));
    const Figure read = due(at(100)).at(0);
    change(a_change("2026-03-01", 1, at(101), at(600)));
    tell(read, "100", at(650));

    EXPECT_TRUE(due(at(649)).empty());
    const auto found = due(at(650));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].version, 2);
}

TEST_P(StoreFigures, OtherRulesBeginAtZeroAndWhatWasToldStaysKnown) {
    EXPECT_EQ(world.await(world.store().figure_book()).value(), FigureBook{});
    begin_book({"a", "", true});
    change(a_change("2026-03-01", 100, at(1), at(100)));
    tell(due(at(100)).at(0), "100");

    begin_book({"a", "pay_1", true});
    EXPECT_EQ(of("2026-03-01").at(0).sums.captured, 100) << "the same rules";
    Settlement anew;
    anew.figure_book = FigureBook{"b", "pay_7", false};
    anew.figures = {a_change("2026-03-01", 30, at(5), at(500))};
    settle(anew);
    reopen();

    EXPECT_EQ(world.await(world.store().figure_book()).value(), (FigureBook{"b", "pay_7", false}));
    const Figure found = of("2026-03-01").at(0);
    EXPECT_EQ(found.sums, (FigureSums{30, 0, 0, 1, 0, 0, 0, 0}));
    EXPECT_EQ(found.told, "100");
    EXPECT_EQ(due(at(500)).size(), 1U);
}

TEST_P(StoreFigures, BelongToTheirSettlement) {
    Settlement bad;
    bad.figures = {a_change("2026-03-01", 100, at(1), at(100))};
    bad.put_runs = {a_run(1000, "capture")}; // of an event that does not exist
    EXPECT_FALSE(world.await(world.store().settle(bad)));
    EXPECT_TRUE(of("2026-03-01").empty()) << "all of it or nothing";
}

} // namespace
} // namespace paysync::store
