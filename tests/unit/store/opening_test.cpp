// Which files a store opens, and with what sentence it refuses the others.
#include "paysync/base/metrics.hpp"
#include "paysync/store/sqlite_store.hpp"
#include "support/inline_workers.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include <unistd.h>

namespace paysync::store {
namespace {

using testing::HasSubstr;

class StoreOpening : public testing::Test {
protected:
    StoreOpening()
        : folder{std::filesystem::temp_directory_path() / ("paysync-opening-" + std::to_string(getpid()))} {
        std::filesystem::create_directories(folder);
        settings.path = (folder / "paysync.db").string();
    }
    ~StoreOpening() override { std::filesystem::remove_all(folder); }

    std::unique_ptr<Store> open() { return open_sqlite_store(settings, workers, workers, clock, metrics); }
    std::unique_ptr<Store> open_for_reading() { return open_sqlite_store_for_reading(settings, workers); }

    template <class Open>
    std::string refusal(Open opening) {
        try {
            opening();
        } catch (const std::runtime_error& error) {
            return error.what();
        }
        return "it opened";
    }
    std::string refusal() {
        return refusal([this] { open(); });
    }
    std::string refusal_of_reading() {
        return refusal([this] { open_for_reading(); });
    }

    std::string sql(const std::string& statement) {
        std::string answer;
        sqlite3* database = nullptr;
        EXPECT_EQ(sqlite3_open(settings.path.c_str(), &database), SQLITE_OK);
        const auto take = [](void* into, int columns, char** values, char**) {
            if (columns > 0 && values[0] != nullptr) *static_cast<std::string*>(into) += values[0];
            return 0;
        };
        EXPECT_EQ(sqlite3_exec(database, statement.c_str(), take, &answer, nullptr), SQLITE_OK)
            << sqlite3_errmsg(database);
        sqlite3_close(database);
        return answer;
    }

    template <class T>
    Result<T> await(Task<Result<T>> task) {
        boost::asio::io_context lane{1};
        Result<T> found = base::Error{base::Errc::internal, "never ended"};
        boost::asio::co_spawn(lane, std::move(task),
                              [&found](std::exception_ptr, Result<T> result) { found = result; });
        lane.run();
        return found;
    }

    std::filesystem::path folder;
    SqliteSettings settings;
    tests::InlineWorkers workers;
    runtime::SystemClock clock;
    base::Metrics metrics;
};

TEST_F(StoreOpening, CreatesAFileThatOthersCannotRead) {
    open();

    EXPECT_EQ(sql("PRAGMA page_size"), "8192");
    EXPECT_EQ(sql("PRAGMA journal_mode"), "wal");
    EXPECT_NE(sql("PRAGMA user_version"), "0");
    const auto rights = std::filesystem::status(settings.path).permissions();
    EXPECT_EQ(rights & std::filesystem::perms::others_all, std::filesystem::perms::none);
}

TEST_F(StoreOpening, OpensItsOwnFileAgain) {
    open();
    EXPECT_NO_THROW(open());
}

TEST_F(StoreOpening, RefusesANewerSchemaAndLeavesItAlone) {
    open();
    sql("PRAGMA user_version = 9999");

    EXPECT_THAT(refusal(), HasSubstr("schema 9999"));
    EXPECT_THAT(refusal_of_reading(), HasSubstr("schema 9999"));
    EXPECT_EQ(sql("PRAGMA user_version"), "9999");
}

TEST_F(StoreOpening, RefusesADatabaseOfAnotherProgramAndLeavesItAlone) {
    sql("CREATE TABLE theirs (n); PRAGMA user_version = 1");

    EXPECT_THAT(refusal(), HasSubstr("another program"));
    EXPECT_EQ(sql("PRAGMA journal_mode"), "delete");
    EXPECT_EQ(sql("SELECT group_concat(name) FROM sqlite_schema"), "theirs");
}

TEST_F(StoreOpening, RefusesAFileThatIsNoDatabase) {
    std::ofstream{settings.path} << std::string(20000, 'x');

    EXPECT_THAT(refusal(), HasSubstr("damaged"));
}

TEST_F(StoreOpening, SaysThatTheFolderIsMissing) {
    settings.path = (folder / "nowhere" / "paysync.db").string();

    EXPECT_THAT(refusal(), HasSubstr("does not exist"));
    EXPECT_THAT(refusal_of_reading(), HasSubstr("no store"));
}

TEST_F(StoreOpening, RefusesASecondDaemonButNotReaders) {
    const auto first = open();

    EXPECT_THAT(refusal(), HasSubstr("Another paysync (process " + std::to_string(getpid()) + ")"));
    EXPECT_EQ(await(open_for_reading()->counts()).value().events, 0);
}

TEST_F(StoreOpening, MayBeOpenedWhenTheFirstDaemonIsGone) {
    open();
    EXPECT_NO_THROW(open());
}

TEST_F(StoreOpening, ReadsBesideADaemonWhatItCommitted) {
    const auto daemon = open();
    const auto tool = open_for_reading();
    boost::asio::io_context lane{1};
    NewEvent event;
    event.id = "evt_1";
    boost::asio::co_spawn(lane, daemon->append(event), boost::asio::detached);
    lane.run();

    EXPECT_EQ(await(tool->unsettled(0, 10)).value().size(), 1U);
    EXPECT_EQ(await(tool->append(event)).error().code, base::Errc::unavailable);
    EXPECT_EQ(await(tool->settle({})).error().code, base::Errc::unavailable);
    // Stopped, because `daemon` outlives its lane here.
    boost::asio::co_spawn(lane, daemon->stop(), boost::asio::detached);
    lane.restart();
    lane.run();
}

TEST_F(StoreOpening, DoesNotReadAStoreThatWasNeverBroughtUpToDate) {
    open();
    sql("PRAGMA user_version = 0");

    EXPECT_THAT(refusal_of_reading(), HasSubstr("older paysync"));
}

} // namespace
} // namespace paysync::store
