// The disk that the crash tests and the simulation stand on must itself be honest.
#include "support/memory_vfs.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <memory>
#include <set>
#include <string_view>

namespace paysync::tests {
namespace {

struct Close {
    void operator()(sqlite3* database) const { sqlite3_close_v2(database); }
};
using Database = std::unique_ptr<sqlite3, Close>;

Database open(const MemoryVfs& vfs) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open_v2("a.db", &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs.name().c_str()),
              SQLITE_OK);
    return Database{database};
}

int run(const Database& database, const char* sql) {
    return sqlite3_exec(database.get(), sql, nullptr, nullptr, nullptr);
}

int number(const Database& database, const char* sql) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database.get(), sql, -1, &statement, nullptr) != SQLITE_OK) return -1;
    const int value = sqlite3_step(statement) == SQLITE_ROW ? sqlite3_column_int(statement, 0) : -1;
    sqlite3_finalize(statement);
    return value;
}

TEST(MemoryVfs, LosesWhatWasNotSyncedAndKeepsTheRest) {
    for (const char* mode : {"PRAGMA journal_mode = WAL", "PRAGMA journal_mode = DELETE"}) {
        SCOPED_TRACE(mode);
        MemoryVfs vfs;
        auto before = open(vfs);
        ASSERT_EQ(run(before, mode), SQLITE_OK);
        ASSERT_EQ(run(before, "PRAGMA synchronous = EXTRA; CREATE TABLE t (n); INSERT INTO t VALUES (1)"), SQLITE_OK);
        ASSERT_EQ(run(before, "PRAGMA synchronous = OFF; INSERT INTO t VALUES (2)"), SQLITE_OK);
        EXPECT_EQ(number(before, "SELECT count(*) FROM t"), 2);

        vfs.crash();

        EXPECT_EQ(run(before, "INSERT INTO t VALUES (3)") & 0xff, SQLITE_IOERR);
        const auto after = open(vfs);
        EXPECT_EQ(number(after, "SELECT count(*) FROM t"), 1);
        EXPECT_NE(run(before, "INSERT INTO t VALUES (4)"), SQLITE_OK) << "a dead connection stays dead";
        EXPECT_EQ(run(after, "INSERT INTO t VALUES (5)"), SQLITE_OK);
        before.reset();
        EXPECT_EQ(number(after, "SELECT count(*) FROM t"), 2);
    }
}

TEST(MemoryVfs, KeepsPrefixesOfUnsyncedWritesThatDependOnTheSeedOnly) {
    const auto left = [](std::uint64_t seed) {
        MemoryVfs vfs;
        const auto before = open(vfs);
        EXPECT_EQ(run(before, "PRAGMA journal_mode = WAL; CREATE TABLE t (n); PRAGMA synchronous = OFF"), SQLITE_OK);
        for (int i = 0; i < 30; ++i) EXPECT_EQ(run(before, "INSERT INTO t VALUES (1)"), SQLITE_OK);
        vfs.crash(seed);
        return number(open(vfs), "SELECT count(*) FROM t");
    };
    std::set<int> seen;
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        EXPECT_EQ(left(seed), left(seed));
        seen.insert(left(seed));
    }
    EXPECT_GT(seen.size(), 5U);
    EXPECT_GE(*seen.begin(), 0) << "what is left can be read";
}

TEST(MemoryVfs, ForgetsAFileThatWasNeverSynced) {
    MemoryVfs vfs;
    {
        const auto database = open(vfs);
        ASSERT_EQ(run(database, "PRAGMA synchronous = OFF; CREATE TABLE t (n)"), SQLITE_OK);
    }
    EXPECT_TRUE(vfs.exists("a.db"));
    vfs.crash();
    EXPECT_FALSE(vfs.exists("a.db"));
}

TEST(MemoryVfs, RefusesToWriteWhileFull) {
    MemoryVfs vfs;
    const auto database = open(vfs);
    ASSERT_EQ(run(database, "PRAGMA journal_mode = WAL; CREATE TABLE t (n)"), SQLITE_OK);
    vfs.full(true);
    EXPECT_EQ(run(database, "INSERT INTO t VALUES (1)"), SQLITE_FULL);
    EXPECT_EQ(number(database, "SELECT count(*) FROM t"), 0);
    vfs.full(false);
    EXPECT_EQ(run(database, "INSERT INTO t VALUES (1)"), SQLITE_OK);
}

TEST(MemoryVfs, KeepsConnectionsApart) {
    for (const char* mode : {"PRAGMA journal_mode = WAL", "PRAGMA journal_mode = DELETE"}) {
        SCOPED_TRACE(mode);
        const bool wal = std::string_view(mode).ends_with("WAL");
        MemoryVfs vfs;
        const auto one = open(vfs);
        ASSERT_EQ(run(one, mode), SQLITE_OK);
        ASSERT_EQ(run(one, "CREATE TABLE t (n)"), SQLITE_OK);
        const auto two = open(vfs);
        ASSERT_EQ(run(one, "BEGIN IMMEDIATE; INSERT INTO t VALUES (1)"), SQLITE_OK);
        EXPECT_EQ(run(two, "BEGIN IMMEDIATE") & 0xff, SQLITE_BUSY);
        EXPECT_EQ(number(two, "SELECT count(*) FROM t"), 0);
        ASSERT_EQ(run(two, "BEGIN; SELECT count(*) FROM t"), SQLITE_OK);
        EXPECT_EQ(run(one, "COMMIT") & 0xff, wal ? SQLITE_OK : SQLITE_BUSY)
            << "a reader blocks a rollback journal only";
        EXPECT_EQ(number(two, "SELECT count(*) FROM t"), 0) << "a snapshot stands still";
        ASSERT_EQ(run(two, "COMMIT"), SQLITE_OK);
        EXPECT_EQ(run(one, "COMMIT"), wal ? SQLITE_ERROR : SQLITE_OK) << "it was committed, or is now";
        EXPECT_EQ(number(two, "SELECT count(*) FROM t"), 1);
    }
}

TEST(MemoryVfs, PassesSqlitesOwnIntegrityCheckAfterManyCrashes) {
    MemoryVfs vfs;
    for (std::uint64_t life = 0; life < 30; ++life) {
        const auto database = open(vfs);
        ASSERT_EQ(run(database, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 5;"
                                "CREATE TABLE IF NOT EXISTS t (n INTEGER PRIMARY KEY, b BLOB)"),
                  SQLITE_OK);
        EXPECT_GE(number(database, "SELECT count(*) FROM t"), static_cast<int>(life) * 10);
        ASSERT_EQ(number(database, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check = 'ok'"), 1);
        for (int i = 0; i < 10; ++i)
            ASSERT_EQ(run(database, "INSERT INTO t (b) VALUES (randomblob(5000))"), SQLITE_OK);
        ASSERT_EQ(run(database, "BEGIN; INSERT INTO t (b) VALUES (randomblob(50000)); PRAGMA cache_spill = 1"),
                  SQLITE_OK);
        vfs.crash(life);
    }
}

} // namespace
} // namespace paysync::tests
