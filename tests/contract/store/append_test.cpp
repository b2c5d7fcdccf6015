// What an append promises.
#include "store_world.hpp"

#include <cstdlib>

namespace paysync::store {
namespace {

class StoreAppend : public StoreContract {};
INSTANTIATE_TEST_SUITE_P(On, StoreAppend, testing::ValuesIn(media()), medium_name);

/// The sum of a histogram, which Metrics::value does not give.
double sum_of(const base::Metrics& metrics, const std::string& histogram) {
    const std::string text = metrics.text();
    const std::string name = "\n" + histogram + "_sum ";
    const auto found = text.find(name);
    return found == std::string::npos ? 0 : std::strtod(text.c_str() + found + name.size(), nullptr);
}

TEST_P(StoreAppend, KeepsEveryFieldAndCountsUpInTheOrderOfStoring) {
    const NewEvent first = an_event("evt_1", "pay_1", at(500));
    EXPECT_EQ(append(first), Appended::stored);
    EXPECT_EQ(append(an_event("evt_2", "pay_2", at(400))), Appended::stored);

    const auto events = unsettled();

    ASSERT_EQ(events.size(), 2U);
    EXPECT_EQ(events[0].id, "evt_1");
    EXPECT_EQ(events[0].type, first.type);
    EXPECT_EQ(events[0].subject, "pay_1");
    EXPECT_EQ(events[0].endpoint, "checkout");
    EXPECT_EQ(events[0].occurred_at, first.occurred_at);
    EXPECT_EQ(events[0].received_at, first.received_at);
    EXPECT_EQ(events[0].body, first.body);
    EXPECT_FALSE(events[0].settled);
    EXPECT_GT(events[0].seq, 0);
    EXPECT_EQ(events[1].id, "evt_2");
    EXPECT_GT(events[1].seq, events[0].seq);
}

TEST_P(StoreAppend, KeepsTheBodyByteForByte) {
    NewEvent event = an_event("evt_1");
    event.body.clear();
    for (int i = 0; i < 300 * 1024; ++i) event.body.push_back(static_cast<char>(i * 7)); // with zeros, not UTF-8
    NewEvent empty = an_event("evt_2");
    empty.body.clear();

    append(event);
    append(empty);
    reopen();

    const auto events = unsettled();
    ASSERT_EQ(events.size(), 2U);
    EXPECT_TRUE(events[0].body == event.body);
    EXPECT_EQ(events[1].body, "");
}

TEST_P(StoreAppend, TakesOpaqueTextsAsTheyAre) {
    NewEvent event = an_event(std::string("evt\0\xff'\"\n", 8), std::string("pay\0x", 5));
    event.type.clear();
    event.occurred_at = base::from_nanoseconds(-1); // before 1970, to the nanosecond

    append(event);

    const auto events = unsettled();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].id, event.id);
    EXPECT_EQ(events[0].subject, event.subject);
    EXPECT_EQ(events[0].type, "");
    EXPECT_EQ(events[0].occurred_at, event.occurred_at);
    EXPECT_EQ(append(event), Appended::duplicate);
    EXPECT_EQ(append(an_event("evt")), Appended::stored) << "an id ends where it ends, not at a zero byte";
}

TEST_P(StoreAppend, KeepsTheFirstBodyOfADuplicate) {
    append(an_event("evt_1"));
    NewEvent again = an_event("evt_1", "pay_other");
    again.body = "something else";

    EXPECT_EQ(append(again), Appended::duplicate);
    reopen();
    EXPECT_EQ(append(again), Appended::duplicate);

    const auto events = unsettled();
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].body, an_event("evt_1").body);
    EXPECT_EQ(events[0].subject, "pay_1");
}

TEST_P(StoreAppend, StoresTheFirstOfTwoEqualIdsInOneGroup) {
    std::vector<Task<Result<Appended>>> tasks;
    for (const char* body : {"first", "second", "third"}) {
        NewEvent event = an_event("evt_1");
        event.body = body;
        tasks.push_back(world.store().append(event));
    }

    const auto results = world.await_all(std::move(tasks));

    EXPECT_EQ(results[0].value(), Appended::stored);
    EXPECT_EQ(results[1].value(), Appended::duplicate);
    EXPECT_EQ(results[2].value(), Appended::duplicate);
    EXPECT_EQ(unsettled().at(0).body, "first");
}

TEST_P(StoreAppend, SharesCommitsAmongConcurrentAppends) {
    std::vector<Task<Result<Appended>>> tasks;
    for (int i = 0; i < 64; ++i) tasks.push_back(world.store().append(an_event("evt_" + std::to_string(i))));

    for (const auto& result : world.await_all(std::move(tasks))) EXPECT_EQ(result.value(), Appended::stored);

    EXPECT_LE(world.metrics().value("paysync_commit_rows"), 8) << "64 appends at once need a few commits, not 64";
    EXPECT_EQ(sum_of(world.metrics(), "paysync_commit_rows"), 64);
    EXPECT_EQ(world.metrics().value("paysync_commit_rows"), world.metrics().value("paysync_commit_seconds"));
    EXPECT_EQ(unsettled().size(), 64U);
}

TEST_P(StoreAppend, NeverPutsMoreIntoOneCommitThanSet) {
    world.close();
    world.settings.group_events_max = 10;
    world.open();
    std::vector<Task<Result<Appended>>> tasks;
    for (int i = 0; i < 64; ++i) tasks.push_back(world.store().append(an_event("evt_" + std::to_string(i))));

    for (const auto& result : world.await_all(std::move(tasks))) EXPECT_EQ(result.value(), Appended::stored);

    EXPECT_GE(world.metrics().value("paysync_commit_rows"), 7);
    EXPECT_EQ(unsettled().size(), 64U);
}

TEST_P(StoreAppend, RefusesWhatTheQueueCannotHold) {
    world.close();
    world.settings.queue_max = 16;
    world.open();
    std::vector<Task<Result<Appended>>> tasks;
    for (int i = 0; i < 64; ++i) tasks.push_back(world.store().append(an_event("evt_" + std::to_string(i))));

    std::size_t stored = 0;
    for (const auto& result : world.await_all(std::move(tasks))) {
        if (result) {
            ++stored;
        } else {
            EXPECT_EQ(result.error().code, base::Errc::unavailable);
        }
    }

    EXPECT_GE(stored, 16U);
    EXPECT_LT(stored, 64U);
    EXPECT_EQ(unsettled().size(), stored);
}

TEST_P(StoreAppend, AnswersWhatWasAcceptedWhenItStopsAndRefusesTheRest) {
    std::vector<std::optional<Result<Appended>>> early(20);
    for (std::size_t i = 0; i < early.size(); ++i)
        world.start(world.store().append(an_event("evt_" + std::to_string(i))), early[i]);
    world.await(world.store().stop());

    for (const auto& result : early) {
        ASSERT_TRUE(result);
        EXPECT_EQ(result->value(), Appended::stored);
    }
    EXPECT_EQ(world.await(world.store().append(an_event("late"))).error().code, base::Errc::canceled);
    EXPECT_EQ(world.await(world.store().settle({})).error().code, base::Errc::canceled);
    EXPECT_EQ(world.await(world.store().counts()).error().code, base::Errc::canceled);
    reopen();
    EXPECT_EQ(unsettled().size(), early.size());
}

TEST_P(StoreAppend, NeverUsesANumberAgain) {
    append(an_event("evt_1"));
    append(an_event("evt_1"));
    const auto first = seq_of("evt_1");
    reopen();
    append(an_event("evt_2"));

    EXPECT_GT(seq_of("evt_2"), first);
}

} // namespace
} // namespace paysync::store
