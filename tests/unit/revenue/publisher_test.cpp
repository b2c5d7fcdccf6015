// When which figures are told, over a real store in memory and on virtual time.
#include "paysync/revenue/publisher.hpp"

#include "paysync/base/log.hpp"
#include "paysync/revenue/day_event.hpp"
#include "paysync/revenue/ledger.hpp"
#include "paysync/store/sqlite_store.hpp"
#include "support/inline_workers.hpp"
#include "support/memory_vfs.hpp"
#include "unit/checkout/bodies.hpp"
#include "unit/sandbox/manual_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::revenue {
namespace {

using namespace std::chrono_literals;
using base::Json;
using runtime::Task;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class PublisherOf : public ::testing::Test {
protected:
    PublisherOf() {
        base::log::configure(base::log::Level::off, false);
        store::SqliteSettings where;
        where.path = "figures.db";
        where.vfs = disk.name();
        store = store::open_sqlite_store(where, writer, readers, clock, metrics);
    }
    ~PublisherOf() override { clock.run(store->stop()); }

    void make() {
        publisher =
            std::make_unique<Publisher>(settings, Publisher::Seams{*store, clock, metrics}, [this] { ++appended; });
    }

    /// `script` beside a running publisher, which it stops at its end.
    void play(std::function<Task<>()> script) {
        const auto whole = [this, script = std::move(script)]() -> Task<> {
            co_await script();
            publisher->stop();
        };
        clock.run(open_and_run(), whole());
    }
    Task<> open_and_run() {
        const bool open = co_await publisher->open_book();
        EXPECT_TRUE(open);
        co_await publisher->run();
    }

    Task<> until(const std::string& time) {
        co_await clock.sleep_for(*base::parse_time(time) - clock.wall());
        co_await clock.sleep_for(5s); // what is due at that time is done
    }

    Task<> hear(std::string type, std::string time, std::string data) {
        Json body = checkout::bodies::body(type, ++heard, checkout::bodies::parsed(data));
        body["created_on"] = time;
        const auto event = checkout::bodies::event(body);
        const checkout::PaymentState before = states[event.payment_id];
        checkout::merge(states[event.payment_id], event);
        store::Settlement settlement;
        settlement.payments[event.payment_id] = checkout::to_json(states[event.payment_id]);
        const Lines lines = difference(before, states[event.payment_id], publisher->settings());
        settlement.figures = figure_changes(lines, clock.wall(), publisher->settings());
        auto settled = co_await store->settle(std::move(settlement));
        EXPECT_TRUE(settled);
        publisher->wake();
    }

    /// What stands in the outbox: day, captured, and when it was told.
    Task<std::vector<std::string>> told() {
        auto events = co_await store->unsettled(0, 100);
        std::vector<std::string> lines;
        for (const store::StoredEvent& event : *events) {
            const Json data = base::parse_json(event.body).value().at("data");
            std::string line =
                data.at("day").get<std::string>() + " " + std::to_string(data.at("captured").get<int>());
            for (const auto& item : data.at("dimensions").items()) line += " " + item.value().dump();
            lines.push_back(line + " at " + base::format_utc(event.received_at));
        }
        co_return lines;
    }

    sandbox::ManualClock clock; // 2026-03-01T09:00:00Z
    tests::MemoryVfs disk;
    tests::InlineWorkers writer;
    tests::InlineWorkers readers;
    base::Metrics metrics;
    Settings settings;
    std::unique_ptr<store::Store> store;
    std::unique_ptr<Publisher> publisher;
    std::map<std::string, checkout::PaymentState> states;
    int appended = 0;
    int heard = 0;
};

TEST_F(PublisherOf, ADayIsToldOnceWhenItIsOver) {
    make();
    play([this]() -> Task<> {
        co_await hear("payment_captured", "2026-03-01T09:00:00Z", R"({"amount": 5, "action_id": "a"})");
        co_await hear("payment_captured", "2026-03-01T10:00:00Z", R"({"amount": 7, "action_id": "b"})");
        co_await until("2026-03-02T01:59:00Z");
        auto early = co_await told();
        EXPECT_THAT(early, IsEmpty());
        co_await until("2026-03-05T00:00:00Z");
        auto late = co_await told();
        EXPECT_THAT(late, ElementsAre("2026-03-01 12 at 2026-03-02T02:00:00Z"));
    });
    EXPECT_EQ(appended, 1);
    EXPECT_EQ(metrics.value("paysync_revenue_events_total", {{"kind", "first"}}), 1);
}

TEST_F(PublisherOf, LateEventsMakeOneCorrection) {
    make();
    play([this]() -> Task<> {
        co_await hear("payment_captured", "2026-03-01T09:00:00Z", R"({"amount": 5, "action_id": "a"})");
        co_await until("2026-03-03T10:00:00Z");
        co_await hear("payment_captured", "2026-03-01T09:30:00Z", R"({"amount": 7, "action_id": "b"})");
        co_await clock.sleep_for(5min);
        co_await hear("payment_captured", "2026-03-01T09:40:00Z", R"({"amount": 8, "action_id": "c"})");
        co_await until("2026-03-09T00:00:00Z");
        auto lines = co_await told();
        EXPECT_THAT(lines,
                    ElementsAre("2026-03-01 5 at 2026-03-02T02:00:00Z", "2026-03-01 20 at 2026-03-03T10:15:05Z"));
    });
    EXPECT_EQ(metrics.value("paysync_revenue_events_total", {{"kind", "correction"}}), 1);
}

TEST_F(PublisherOf, ADayThatIsGoingOnIsToldEveryHourWhereItChanged) {
    settings.every = 1h;
    make();
    play([this]() -> Task<> {
        co_await until("2026-03-01T09:20:00Z");
        co_await hear("payment_captured", "2026-03-01T09:00:00Z", R"({"amount": 5, "action_id": "a"})");
        co_await until("2026-03-01T12:20:00Z");
        co_await hear("payment_captured", "2026-03-01T12:00:00Z", R"({"amount": 7, "action_id": "b"})");
        co_await until("2026-03-05T00:00:00Z");
        auto lines = co_await told();
        EXPECT_THAT(lines,
                    ElementsAre("2026-03-01 5 at 2026-03-01T10:00:00Z", "2026-03-01 12 at 2026-03-01T13:00:00Z"));
    });
}

TEST_F(PublisherOf, WhatChangedBackIsNotTold) {
    make();
    play([this]() -> Task<> {
        const std::string dispute = R"({"id": "dsp_1", "payment_id": "pay_1", "amount": 30})";
        co_await hear("payment_captured", "2026-03-01T09:00:00Z", R"({"amount": 5, "action_id": "a"})");
        co_await until("2026-03-03T10:00:00Z");
        co_await hear("dispute_received", "2026-03-01T09:00:00Z", dispute);
        co_await hear("dispute_canceled", "2026-03-01T09:30:00Z", dispute);
        co_await until("2026-03-05T00:00:00Z");
        auto lines = co_await told();
        EXPECT_EQ(lines.size(), 1U);
        auto next = co_await store->next_figure();
        EXPECT_FALSE(next.value()) << "and nothing waits";
    });
}

TEST_F(PublisherOf, FiguresWaitUntilAFlowListens) {
    make();
    publisher->listen(false);
    play([this]() -> Task<> {
        co_await hear("payment_captured", "2026-03-01T09:00:00Z", R"({"amount": 5})");
        co_await until("2026-03-04T00:00:00Z");
        auto none = co_await told();
        EXPECT_THAT(none, IsEmpty());
        publisher->listen(true);
        co_await clock.sleep_for(10s);
        auto lines = co_await told();
        EXPECT_EQ(lines.size(), 1U);
    });
}

TEST_F(PublisherOf, AVersionWhoseMarkWasLostIsOneEvent) {
    make();
    play([this]() -> Task<> {
        co_await hear("payment_captured", "2026-03-01T09:00:00Z", R"({"amount": 5})");
        auto figures = co_await store->figures_of("2026-03-01");
        store::NewEvent before = day_event(figures->at(0), clock.wall()); // then the process died
        auto stored = co_await store->append(std::move(before));
        EXPECT_TRUE(stored);
        co_await until("2026-03-05T00:00:00Z");
        auto lines = co_await told();
        EXPECT_EQ(lines.size(), 1U);
    });
}

TEST_F(PublisherOf, PaymentsFromBeforeAreCounted) {
    store::Settlement old;
    for (int i = 0; i < 1203; ++i) { // more than two pages
        const auto event = checkout::bodies::event("payment_captured", 1,
                                                   R"({"id": "pay_)" + std::to_string(i) +
                                                       R"(", "amount": 1, "payment_type": "Regular"})");
        checkout::PaymentState state;
        checkout::merge(state, event);
        old.payments[event.payment_id] = checkout::to_json(state);
    }
    old.payments["pay_x"] = Json("damaged");
    const auto settle = [this, &old]() -> Task<> {
        auto settled = co_await store->settle(std::move(old));
        EXPECT_TRUE(settled);
    };
    clock.run(settle());
    make();
    play([this]() -> Task<> {
        co_await until("2026-03-05T00:00:00Z");
        auto lines = co_await told();
        EXPECT_THAT(lines, ElementsAre("2026-03-01 1203 at 2026-03-02T02:00:00Z"));
    });

    settings.dimensions = {"payment_type"}; // other rules at the next start
    make();
    play([this]() -> Task<> {
        co_await until("2026-03-06T00:00:00Z");
        auto lines = co_await told();
        EXPECT_EQ(lines.size(), 3U);
        lines.resize(3);
        EXPECT_TRUE(lines[1].starts_with("2026-03-01 0 at")) << "what was told by the old rules is taken back";
        EXPECT_TRUE(lines[2].starts_with("2026-03-01 1203 \"Regular\" at"));
    });

    make(); // the same rules
    play([this]() -> Task<> {
        co_await until("2026-03-07T00:00:00Z");
        auto lines = co_await told();
        EXPECT_EQ(lines.size(), 3U);
    });
}

TEST_F(PublisherOf, AnEventOfThePastGetsTheFiguresOfNow) {
    make();
    play([this]() -> Task<> {
        co_await hear("payment_captured", "2026-03-01T09:00:00Z", R"({"amount": 5, "action_id": "a"})");
        auto figures = co_await store->figures_of("2026-03-01");
        const store::NewEvent told_then = day_event(figures->at(0), clock.wall());
        co_await hear("payment_captured", "2026-03-01T09:30:00Z", R"({"amount": 7, "action_id": "b"})");
        checkout::Event ours = checkout::read_event(told_then.body, clock.wall()).value();
        checkout::Event other = checkout::bodies::event("payment_captured", 1, R"({"amount": 3})");
        std::vector<checkout::Event*> events{&other, &ours};
        auto renewed = co_await renew(std::move(events), *store);
        EXPECT_TRUE(renewed);
        EXPECT_EQ(ours.data["captured"], 12);
        EXPECT_EQ(ours.data["id"], "2026-03-01/EUR");
        EXPECT_EQ(other.data["amount"], 3);
    });
}

TEST_F(PublisherOf, AStoreThatFailsForAWhileLosesNothing) {
    make();
    play([this]() -> Task<> {
        co_await hear("payment_captured", "2026-03-01T09:00:00Z", R"({"amount": 5})");
        co_await until("2026-03-02T01:00:00Z");
        disk.full(true);
        co_await until("2026-03-02T03:00:00Z");
        disk.full(false);
        co_await clock.sleep_for(1min);
        auto lines = co_await told();
        EXPECT_EQ(lines.size(), 1U);
    });
}

} // namespace
} // namespace paysync::revenue
