// Connections with the settings that their work needs.
#pragma once

#include "paysync/store/sqlite_store.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/failure.hpp"

#include <memory>

namespace paysync::store::sqlite {

/// All throw Failure, and std::runtime_error for a file that is not ours to use.

/// Creates the file when it is missing, and brings its schema up to date.
std::shared_ptr<Connection> open_writer(const SqliteSettings& settings);

/// Beside an open writer: reads only.
std::shared_ptr<Connection> open_reader(const SqliteSettings& settings);

/// Beside an open writer: writes the log back into the database.
std::shared_ptr<Connection> open_checkpointer(const SqliteSettings& settings);

/// Of a file that a daemon may or may not have open.
std::shared_ptr<Connection> open_visitor(const SqliteSettings& settings);

/// For a person's changes, beside the daemon's writer: it waits for that one's commits. Refuses what open_visitor()
/// refuses.
std::shared_ptr<Connection> open_second_writer(const SqliteSettings& settings);

/// In the words of OpenFailure where they fit.
[[noreturn]] void cannot_open(const std::string& path, const Failure& failure);

} // namespace paysync::store::sqlite
