// Health, metrics and status.
#include "paysync/admin/admin_handler.hpp"

#include "paysync/base/metrics.hpp"
#include "paysync/runtime/task_group.hpp"
#include "support/silent_store.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::admin {
namespace {

using runtime::Task;
using ::testing::HasSubstr;

/// Answers counts and next_due, or refuses both.
class CountingStore final : public tests::SilentStore {
public:
    bool failing = false;
    store::Counts numbers;

    Answer<std::optional<base::WallTime>> next_due() override {
        if (failing) co_return base::Error{base::Errc::unavailable, "disk I/O error"};
        co_return std::optional<base::WallTime>{};
    }
    Answer<store::Counts> counts() override {
        if (failing) co_return base::Error{base::Errc::unavailable, "disk I/O error"};
        co_return numbers;
    }
};

class Admin : public ::testing::Test {
protected:
    Admin() {
        condition.started = true;
        condition.salesforce = base::Json{{"reachable", true}};
        condition.details = base::Json{{"version", "1.2.3"}};
    }

    net::Response get(const std::string& target, const std::string& method = "GET") {
        AdminHandler handler{[this] { return condition; }, store, metrics, wake};
        net::Request request;
        request.method = method;
        request.target = target;
        boost::asio::io_context io;
        std::optional<net::Response> response;
        runtime::TaskGroup tasks{io.get_executor()};
        tasks.spawn("request", [&]() -> Task<> { response = co_await handler.handle(request); });
        io.run();
        return *response;
    }

    base::Json json(const std::string& target) { return base::parse_json(get(target).body).value(); }

    int woken = 0;
    std::function<void()> wake = [this] { ++woken; };
    Condition condition;
    CountingStore store;
    base::Metrics metrics;
};

TEST_F(Admin, IsAliveWhileItAnswers) {
    store.failing = true;
    condition.started = false;
    EXPECT_EQ(get("/health/live").status, 200U);
}

TEST_F(Admin, IsReadyWhenStartedWithAStoreThatWorks) {
    EXPECT_EQ(get("/health/ready").status, 200U);
    EXPECT_EQ(json("/health/ready").at("ready"), true);
}

TEST_F(Admin, IsReadyWhileSalesforceIsAwayAndSaysSo) {
    condition.salesforce = base::Json{{"reachable", false}, {"why", "no answer"}};
    EXPECT_EQ(get("/health/ready").status, 200U);
    EXPECT_EQ(json("/health/ready").at("salesforce").at("why"), "no answer");
}

TEST_F(Admin, IsNotReadyBeforeTheStart) {
    condition.started = false;
    EXPECT_EQ(get("/health/ready").status, 503U);
}

TEST_F(Admin, IsNotReadyWhileDraining) {
    condition.draining = true;
    EXPECT_EQ(get("/health/ready").status, 503U);
    EXPECT_THAT(get("/health/ready").body, HasSubstr("draining"));
}

TEST_F(Admin, IsNotReadyWhileTheStoreTakesOrGivesNothing) {
    condition.store_failing = true;
    EXPECT_EQ(get("/health/ready").status, 503U);
    condition.store_failing = false;
    store.failing = true;
    EXPECT_EQ(get("/health/ready").status, 503U);
    EXPECT_THAT(get("/health/ready").body, HasSubstr("disk I/O error"));
}

TEST_F(Admin, GivesMetricsAsPrometheusReadsThem) {
    store.numbers.unsettled = 7;
    store.numbers.dead = 2;
    const auto response = get("/metrics");
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.headers.find("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_THAT(response.body, HasSubstr("paysync_events_waiting 7"));
    EXPECT_THAT(response.body, HasSubstr("paysync_runs{state=\"dead\"} 2"));
}

TEST_F(Admin, GivesMetricsEvenWhenTheStoreCannotBeCounted) {
    store.failing = true;
    metrics.count("paysync_batches_total");
    EXPECT_EQ(get("/metrics").status, 200U);
    EXPECT_THAT(get("/metrics").body, HasSubstr("paysync_batches_total"));
}

TEST_F(Admin, TellsItsStatus) {
    store.numbers.events = 12;
    store.numbers.unsettled = 1;
    store.numbers.oldest_unsettled = base::parse_time("2026-11-23T10:00:00Z");
    const base::Json status = json("/status");
    EXPECT_EQ(status.at("version"), "1.2.3");
    EXPECT_EQ(status.at("started"), true);
    EXPECT_EQ(status.at("salesforce").at("reachable"), true);
    EXPECT_EQ(status.at("store").at("events"), 12);
    EXPECT_EQ(status.at("store").at("oldest_unsettled"), "2026-11-23T10:00:00Z");
}

TEST_F(Admin, TellsItsStatusWithoutAStore) {
    store.failing = true;
    EXPECT_EQ(get("/status").status, 200U);
    EXPECT_EQ(json("/status").at("store").at("failure"), "disk I/O error");
}

TEST_F(Admin, WakesTheEngineAsOftenAsAnybodyLikes) {
    EXPECT_EQ(get("/wake", "POST").status, 200U);
    EXPECT_EQ(get("/wake", "POST").status, 200U);
    EXPECT_EQ(woken, 2);

    const auto looked_at = get("/wake");
    EXPECT_EQ(looked_at.status, 405U);
    EXPECT_EQ(looked_at.headers.find("Allow"), "POST");
    EXPECT_EQ(woken, 2);
    wake = {};
    EXPECT_EQ(get("/wake", "POST").status, 404U);
}

TEST_F(Admin, RefusesOtherPathsAndMethods) {
    EXPECT_EQ(get("/").status, 404U);
    EXPECT_EQ(get("/health").status, 404U);
    EXPECT_EQ(get("/metrics?x=1").status, 200U);
    const auto post = get("/status", "POST");
    EXPECT_EQ(post.status, 405U);
    EXPECT_EQ(post.headers.find("Allow"), "GET");
}

} // namespace
} // namespace paysync::admin
