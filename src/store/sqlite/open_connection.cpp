// What each kind of connection is told before its first work.
#include "store/sqlite/open_connection.hpp"

#include "store/sqlite/schema.hpp"

#include <sqlite3.h>

#include <stdexcept>

namespace paysync::store::sqlite {

namespace {

// Other programs (the sqlite3 shell, a backup) lock the file for moments only.
constexpr int writer_patience_ms = 2000;
constexpr int reader_patience_ms = 1000;
// A daemon at work commits without pause; a person would rather wait than type it again.
constexpr int second_writer_patience_ms = 30000;

void require_log(Connection& connection, const std::string& path) {
    Rows rows = connection.query("PRAGMA journal_mode = WAL");
    if (!rows.next() || rows.bytes(0) != "wal")
        throw std::runtime_error("The folder of the store " + path +
                                 " allows no write-ahead log: put it on a local disk, not on a network share.");
}

} // namespace

std::shared_ptr<Connection> open_writer(const SqliteSettings& settings) {
    auto connection = std::make_shared<Connection>(settings.path, settings.vfs, Connection::Mode::create);
    connection->wait_when_busy(writer_patience_ms);
    connection->execute(
        "PRAGMA page_size = 8192");           // half the CPU per row of 4096, measured; only a new file takes it
    require_ours(*connection, settings.path); // before anything is changed
    require_log(*connection, settings.path);
    // FULL: an acknowledged event survives a power cut. Checkpoints have a connection of their own. A log that once
    // grew is cut back when it starts again.
    connection->execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0;"
                        "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; PRAGMA journal_size_limit = " +
                        std::to_string(settings.wal_bytes_max));
    migrate(*connection, settings.path);
    connection->watch_log();
    return connection;
}

std::shared_ptr<Connection> open_reader(const SqliteSettings& settings) {
    auto connection = std::make_shared<Connection>(settings.path, settings.vfs, Connection::Mode::existing);
    connection->wait_when_busy(reader_patience_ms);
    connection->execute("PRAGMA query_only = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192");
    return connection;
}

std::shared_ptr<Connection> open_checkpointer(const SqliteSettings& settings) {
    auto connection = std::make_shared<Connection>(settings.path, settings.vfs, Connection::Mode::existing);
    connection->execute("PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0");
    return connection;
}

std::shared_ptr<Connection> open_visitor(const SqliteSettings& settings) {
    auto connection = open_reader(settings);
    require_latest_schema(*connection, settings.path);
    return connection;
}

std::shared_ptr<Connection> open_second_writer(const SqliteSettings& settings) {
    auto connection = std::make_shared<Connection>(settings.path, settings.vfs, Connection::Mode::existing);
    connection->wait_when_busy(second_writer_patience_ms);
    if (connection->reads_only())
        throw OpenFailure(OpenFailure::Why::no_place, "The store " + settings.path +
                                                          " may not be written by this user: type the same as the "
                                                          "user that runs paysync, or as root.");
    require_latest_schema(*connection, settings.path);
    connection->execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA wal_autocheckpoint = 0;"
                        "PRAGMA temp_store = MEMORY");
    return connection;
}

void cannot_open(const std::string& path, const Failure& failure) {
    const std::string sentence = "The store " + path + " cannot be opened: " + to_error(failure).detail + ".";
    switch (failure.code & 0xff) {
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM: throw OpenFailure(OpenFailure::Why::no_place, sentence);
    case SQLITE_NOTADB: throw OpenFailure(OpenFailure::Why::not_ours, sentence);
    default: throw std::runtime_error(sentence);
    }
}

} // namespace paysync::store::sqlite
