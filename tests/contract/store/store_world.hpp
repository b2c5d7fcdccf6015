// A store to be tried out, on a real disk or on one in memory, with everything that it needs around it.
#pragma once

#include "paysync/base/metrics.hpp"
#include "paysync/runtime/workers.hpp"
#include "paysync/store/sqlite_store.hpp"
#include "support/inline_workers.hpp"
#include "support/memory_vfs.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <exception>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace paysync::store {

/// Where the store lives and who works for it.
struct Medium {
    std::string name;
    bool on_disk;
    bool threads;
};

inline std::vector<Medium> media() {
    return {{"File", true, true}, {"Memory", false, false}, {"MemoryWithThreads", false, true}};
}

/// Stands still: nothing in the store may wait for time to pass.
class StoppedClock final : public runtime::Clock {
public:
    base::WallTime wall() const override { return {}; }
    runtime::SteadyTime steady() const override { return {}; }
    runtime::Task<> sleep_until(runtime::SteadyTime) override { co_return; }
};

class StoreWorld {
public:
    explicit StoreWorld(const Medium& medium);
    ~StoreWorld();
    StoreWorld(const StoreWorld&) = delete;
    StoreWorld& operator=(const StoreWorld&) = delete;

    void open();
    void close(); ///< stops the store, then lets it go
    void drop();  ///< lets it go as it is
    Store& store() { return *store_; }
    bool is_open() const { return store_ != nullptr; }

    /// Runs the lane until nothing is left to do.
    template <class T>
    T await(Task<T> task) {
        std::vector<Task<T>> one;
        one.push_back(std::move(task));
        return std::move(await_all(std::move(one)).front());
    }
    void await(Task<> task);

    /// The tasks run side by side; their results in the order of the tasks.
    template <class T>
    std::vector<T> await_all(std::vector<Task<T>> tasks) {
        std::vector<std::optional<T>> found(tasks.size());
        for (std::size_t i = 0; i < tasks.size(); ++i) start(std::move(tasks[i]), found[i]);
        run();
        std::vector<T> results;
        for (auto& one : found) {
            if (!one) throw std::runtime_error("a task never ended");
            results.push_back(std::move(*one));
        }
        return results;
    }

    template <class T>
    void start(Task<T> task, std::optional<T>& into) {
        boost::asio::co_spawn(lane_, std::move(task), [&into](std::exception_ptr failure, T value) {
            if (failure) std::rethrow_exception(failure);
            into = std::move(value);
        });
    }
    void run();
    void run_steps(int steps); ///< at most that many resumptions

    const std::string& path() const { return settings.path; }
    tests::MemoryVfs& disk() { return *disk_; } ///< where the medium is memory
    base::Metrics& metrics() { return metrics_; }
    runtime::Workers& readers() { return *readers_; }

    SqliteSettings settings;

private:
    std::filesystem::path folder_;
    std::unique_ptr<tests::MemoryVfs> disk_;
    std::unique_ptr<runtime::Workers> writer_;
    std::unique_ptr<runtime::Workers> readers_;
    StoppedClock clock_;
    base::Metrics metrics_;
    boost::asio::io_context lane_{1};
    std::unique_ptr<Store> store_;
};

/// One test for every medium.
class StoreContract : public testing::TestWithParam<Medium> {
protected:
    StoreContract() : world{GetParam()} { world.open(); }

    Appended append(const NewEvent& event) { return world.await(world.store().append(event)).value(); }
    void settle(const Settlement& settlement) { world.await(world.store().settle(settlement)).value(); }
    std::vector<StoredEvent> unsettled() { return world.await(world.store().unsettled(0, 100000)).value(); }
    std::int64_t seq_of(const std::string& id);
    void reopen() {
        world.close();
        world.open();
    }

    StoreWorld world;
};

inline WallTime at(std::int64_t seconds) {
    return base::from_nanoseconds(seconds * 1'000'000'000);
}

NewEvent an_event(const std::string& id, const std::string& payment = "pay_1", WallTime when = at(1000));
Run a_run(std::int64_t seq, const std::string& flow, RunState state = RunState::waiting, WallTime ready = at(2000));
Effect an_effect(std::int64_t seq, const std::string& record, const std::string& outcome = "created");

/// gtest's name of an instance.
inline std::string medium_name(const testing::TestParamInfo<Medium>& info) {
    return info.param.name;
}

} // namespace paysync::store
