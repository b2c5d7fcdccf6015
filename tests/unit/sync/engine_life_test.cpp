// Whether the engine's loop can be seen to move, and to stand.
#include "paysync/base/metrics.hpp"
#include "paysync/runtime/task_group.hpp"
#include "paysync/runtime/wakeup.hpp"
#include "paysync/sync/engine.hpp"
#include "paysync/sync/notifier.hpp"
#include "support/inline_workers.hpp"
#include "support/silent_store.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace paysync::sync {
namespace {

using runtime::Task;

/// Nothing is stored; the question for what is unsettled can be kept without an answer.
class EmptyStore final : public tests::SilentStore {
public:
    bool stuck = false;
    runtime::Wakeup released;
    int asked = 0;

    Answer<Events> unsettled(std::int64_t, std::size_t) override {
        ++asked;
        if (stuck) co_await released.wait();
        co_return Events{};
    }
    Answer<Runs> due_runs(base::WallTime, std::size_t) override { co_return Runs{}; }
    Answer<std::optional<base::WallTime>> next_due() override { co_return std::optional<base::WallTime>{}; }
    Answer<States> payments(std::vector<std::string>) override { co_return States{}; }
    Answer<Claims> claims() override { co_return Claims{}; }
};

/// Nobody asks it anything: nothing is stored.
class SilentOrg final : public salesforce::Org {
public:
    using Described = salesforce::Called<std::shared_ptr<const salesforce::ObjectDescription>>;
    Task<Described> describe(std::string) override { co_return salesforce::CallFailure{}; }
    Task<Described> describe_anew(std::string) override { co_return salesforce::CallFailure{}; }
    Task<salesforce::Called<std::vector<QueryAnswer>>> query(std::vector<std::string>) override {
        co_return salesforce::CallFailure{};
    }
    Task<salesforce::Called<std::vector<std::vector<salesforce::RowResult>>>>
    write(std::vector<salesforce::Collection>) override {
        co_return salesforce::CallFailure{};
    }
    Task<salesforce::Called<base::Json>> invoke(std::string, base::Json) override {
        co_return salesforce::CallFailure{};
    }
    Task<salesforce::Called<void>> probe() override { co_return salesforce::CallFailure{}; }
    salesforce::Usage usage() const override { return {}; }
    std::optional<salesforce::Identity> identity() const override { return std::nullopt; }
    bool multi_currency() const override { return false; }
    std::size_t calls_made() const override { return 0; }
};

class NoNotifier final : public Notifier {
    Task<Delivery> notify(std::string, std::string, base::Json) override { co_return Delivery{}; }
    void use(NotifyEndpoints) override {}
};

class StillClock final : public runtime::Clock {
public:
    base::WallTime wall() const override { return {}; }
    runtime::SteadyTime steady() const override { return {}; }
    Task<> sleep_until(runtime::SteadyTime) override { co_await never.wait(); }
    runtime::Wakeup never;
};

class EngineLoop : public ::testing::Test {
protected:
    std::unique_ptr<Engine> made() {
        yaml::Problems problems;
        auto flows = flow::FlowSet::load({}, {"functions.jq", ""}, {}, problems);
        EXPECT_TRUE(flows) << problems.text();
        return make_engine(io.get_executor(), {}, store, org, notifier, flows, workers, clock, chance, metrics);
    }

    /// `came` is true once come_round() has returned.
    void ask(Engine& engine, bool& came) {
        const auto wait = [&engine, &came] { return note(engine, came); };
        tasks.spawn("asks", wait);
        io.restart();
        io.poll();
    }

    static Task<> note(Engine& engine, bool& came) {
        co_await engine.come_round();
        came = true;
    }

    void stop(Engine& engine) {
        const auto wait = [&engine] { return engine.stop(); };
        tasks.spawn("stop", wait);
        io.restart();
        io.poll();
        EXPECT_EQ(tasks.size(), 0U);
    }

    boost::asio::io_context io{1};
    EmptyStore store;
    SilentOrg org;
    NoNotifier notifier;
    StillClock clock;
    runtime::SeededChance chance{1};
    tests::InlineWorkers workers;
    base::Metrics metrics;
    runtime::TaskGroup tasks{io.get_executor()};
};

TEST_F(EngineLoop, ThatRestsComesRoundWhenAskedAsOftenAsItIsAsked) {
    const auto engine = made();
    engine->start();
    io.poll();
    for (int i = 0; i < 3; ++i) {
        bool came = false;
        ask(*engine, came);
        EXPECT_TRUE(came) << i;
    }
    EXPECT_EQ(store.asked, 1) << "to come round costs the store nothing";
    stop(*engine);
}

TEST_F(EngineLoop, ThatIsStuckNeverComesRound) {
    const auto engine = made();
    store.stuck = true;
    engine->start();
    io.poll();
    bool came = false;
    ask(*engine, came);
    EXPECT_FALSE(came);

    store.stuck = false;
    store.released.ring();
    io.restart();
    io.poll();
    EXPECT_TRUE(came);
    stop(*engine);
}

TEST_F(EngineLoop, ThatDoesNotRunKeepsNobodyWaiting) {
    const auto engine = made();
    bool came = false;
    ask(*engine, came);
    EXPECT_TRUE(came) << "before its start";
    engine->start();
    io.restart();
    io.poll();
    stop(*engine);
    came = false;
    ask(*engine, came);
    EXPECT_TRUE(came) << "after its stop";
}

} // namespace
} // namespace paysync::sync
