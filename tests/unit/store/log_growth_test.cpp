// The write-ahead log stays bounded under load that never pauses. On real files and threads: this is about both.
#include "paysync/base/metrics.hpp"
#include "paysync/store/sqlite_store.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include <unistd.h>

namespace paysync::store {
namespace {

constexpr std::size_t wal_bytes_max = 1024U * 1024U;

struct Load {
    Store& store;
    std::string log;
    std::size_t largest = 0;
    int running = 0;
    int failures = 0;
};

Task<> append_many(Load& load, int writer, int count) {
    ++load.running;
    for (int i = 0; i < count; ++i) {
        NewEvent event;
        event.id = "evt_" + std::to_string(writer) + "_" + std::to_string(i);
        event.body.assign(2560, 'b');
        const auto result = co_await load.store.append(std::move(event));
        if (!result) ++load.failures;
        std::error_code missing;
        const auto size = std::filesystem::file_size(load.log, missing);
        if (!missing) load.largest = std::max(load.largest, static_cast<std::size_t>(size));
    }
    --load.running;
}

Task<> read_meanwhile(Load& load) {
    do {
        const auto result = co_await load.store.unsettled(0, 50);
        if (!result) ++load.failures;
    } while (load.running > 0);
}

TEST(LogGrowth, StaysBoundedWhileThousandsOfAppendsNeverPause) {
    const auto folder = std::filesystem::temp_directory_path() / ("paysync-log-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder);
    SqliteSettings settings;
    settings.path = (folder / "paysync.db").string();
    settings.wal_bytes_max = wal_bytes_max;
    const auto writer = runtime::make_thread_workers("db-writer", 1);
    const auto readers = runtime::make_thread_workers("db-read", 2);
    runtime::SystemClock clock;
    base::Metrics metrics;
    boost::asio::io_context lane{1};
    const auto store = open_sqlite_store(settings, *writer, *readers, clock, metrics);
    Load load{*store, settings.path + "-wal"};
    const auto rethrow = [](std::exception_ptr failure) {
        if (failure) std::rethrow_exception(failure);
    };
    for (int i = 0; i < 16; ++i) boost::asio::co_spawn(lane, append_many(load, i, 500), rethrow);
    boost::asio::co_spawn(lane, read_meanwhile(load), rethrow);
    lane.run();

    EXPECT_EQ(load.failures, 0);
    EXPECT_GT(load.largest, wal_bytes_max / 4) << "the load was too small to show anything";
    EXPECT_LT(load.largest, 4 * wal_bytes_max) << "8000 events of 2560 bytes are over 20 MB";
    boost::asio::co_spawn(lane, store->stop(), rethrow);
    lane.restart();
    lane.run();
    EXPECT_EQ(std::filesystem::file_size(load.log), 0U) << "a clean stop leaves the log empty";
    std::filesystem::remove_all(folder);
}

} // namespace
} // namespace paysync::store
