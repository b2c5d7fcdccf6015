// The store in one SQLite file.
#pragma once

#include "paysync/runtime/clock.hpp"
#include "paysync/runtime/workers.hpp"
#include "paysync/store/store.hpp"

#include <memory>
#include <stdexcept>
#include <string>

namespace paysync::base {
class Metrics;
}

namespace paysync::store {

struct SqliteSettings {
    std::string path;
    std::string vfs;                                 ///< name of a registered SQLite VFS; empty: the system's own
    std::size_t readers = 2;                         ///< reading connections
    std::size_t group_events_max = 1024;             ///< operations in one commit
    std::size_t queue_max = 65536;                   ///< operations waiting; beyond: Errc::unavailable
    std::size_t wal_bytes_max = 32U * 1024U * 1024U; ///< above it the writer itself restarts the log
};

/// Why the store cannot be opened, with a full sentence: who starts a daemon tells these apart.
struct OpenFailure : std::runtime_error {
    enum class Why {
        no_place, ///< the folder is missing, or this user may not write to it or to the file
        in_use,   ///< another daemon holds it
        not_ours, ///< a file of another program, or of a newer paysync
    };
    OpenFailure(Why reason, const std::string& sentence) : std::runtime_error{sentence}, why{reason} {}
    Why why;
};

/// Opens or creates the file, applies the migrations in one transaction. Throws OpenFailure, or std::runtime_error
/// with a full sentence when the disk or SQLite fails. `writer` must have one worker: it owns the writing connection.
/// All of them outlive the store, and so does the lane unless the store was stopped. Await stop() before the store
/// dies; a simulated crash may drop it as it is, whoever waits in it is then not resumed.
std::unique_ptr<Store> open_sqlite_store(SqliteSettings settings, runtime::Workers& writer, runtime::Workers& readers,
                                         runtime::Clock& clock, base::Metrics& metrics);

/// For command-line tools, beside a daemon or without one: append() and settle() give Errc::unavailable. Throws
/// std::runtime_error with a full sentence when the file is missing, not ours, or of another schema than this
/// binary's. settings.wal_bytes_max and group_events_max have no meaning here.
std::unique_ptr<Store> open_sqlite_store_for_reading(SqliteSettings settings, runtime::Workers& readers);

} // namespace paysync::store
