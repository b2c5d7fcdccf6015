#include "sync/claims.hpp"

#include <gtest/gtest.h>

namespace paysync::sync {
namespace {

Work old_work(std::int64_t seq, const std::string& flow = {}) {
    Work made;
    made.stored.seq = seq;
    made.from_before = true;
    if (flow.empty()) return made;
    made.run.emplace();
    made.run->event_seq = seq;
    made.run->flow = flow;
    return made;
}

TEST(Claims, AreWrittenForOldWorkOnly) {
    Claims claims;
    Work fresh = old_work(2);
    fresh.from_before = false;

    const auto keys = claims.to_put({old_work(1), fresh, old_work(3, "won")});

    EXPECT_EQ(keys, (std::vector<store::RunKey>{{1, ""}, {3, "won"}}));
}

TEST(Claims, LeaveBatchesAsTheyAreWhileNobodyIsSuspicious) {
    Claims claims;
    claims.found({});

    EXPECT_EQ(claims.company(1000), 1000U);
}

TEST(Claims, TakeSuspectsInEverSmallerCompanyUntilTheyAreAlone) {
    std::vector<std::size_t> companies;
    for (int deaths = 1; deaths < Claims::deaths_max; ++deaths) {
        Claims claims;
        claims.found({{{7, ""}, deaths}});
        companies.push_back(claims.company(1000));
    }

    EXPECT_EQ(companies, (std::vector<std::size_t>{62, 3, 1}));
}

TEST(Claims, TakeSuspectsAloneInTheEndHoweverLargeABatchMayBe) {
    Claims claims;
    claims.found({{{7, ""}, Claims::deaths_max - 1}});

    EXPECT_EQ(claims.company(1'000'000), 1U);
}

TEST(Claims, GiveUpWhatEndedTheProcessTooOften) {
    Claims claims;
    claims.found({{{7, ""}, Claims::deaths_max}, {{8, ""}, Claims::deaths_max - 1}});

    EXPECT_TRUE(claims.gives_up(old_work(7)));
    EXPECT_FALSE(claims.gives_up(old_work(8)));
    EXPECT_FALSE(claims.gives_up(old_work(7, "won"))) << "one flow of the event is another piece of work";
    EXPECT_TRUE(claims.to_put({old_work(7)}).empty());
}

TEST(Claims, ForgetSuspectsThatWereSettled) {
    Claims claims;
    claims.found({{{7, ""}, 2}});

    EXPECT_EQ(claims.to_drop({old_work(7)}), (std::vector<store::RunKey>{{7, ""}}));

    EXPECT_FALSE(claims.suspicious());
    EXPECT_EQ(claims.company(1000), 1000U);
}

} // namespace
} // namespace paysync::sync
