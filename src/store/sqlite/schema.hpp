// The tables of the file, and how an older file becomes one of today.
#pragma once

#include "store/sqlite/connection.hpp"

#include <map>
#include <string>
#include <string_view>

namespace paysync::store::sqlite {

/// The files of src/store/sqlite/migrations, by path. Generated at build time.
std::map<std::string, std::string_view> migration_files();

/// The schema that this binary knows.
int latest_schema();

/// Throws std::runtime_error when the file belongs to another program or to a newer paysync; changes nothing.
void require_ours(Connection& connection, const std::string& path);

/// Brings the file to latest_schema() in one transaction. Refuses what require_ours() refuses.
void migrate(Connection& connection, const std::string& path);

/// The same checks for a reader, which changes nothing: an older file is refused too.
void require_latest_schema(Connection& connection, const std::string& path);

} // namespace paysync::store::sqlite
