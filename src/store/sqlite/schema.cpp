// Numbered migrations, and the marks by which a file is known as ours.
#include "store/sqlite/schema.hpp"

#include "paysync/base/result.hpp"
#include "paysync/store/sqlite_store.hpp"

#include <filesystem>
#include <stdexcept>

namespace paysync::store::sqlite {

namespace {

constexpr std::int64_t application_id = 0x70617973; // "pays", shown by file(1)

/// By number; `0001_outbox.sql` is 1.
std::map<int, std::string_view> migrations() {
    std::map<int, std::string_view> numbered;
    for (const auto& [path, text] : migration_files())
        numbered.emplace(std::stoi(std::filesystem::path(path).filename().string().substr(0, 4)), text);
    PAYSYNC_ASSERT(!numbered.empty() && numbered.rbegin()->first == static_cast<int>(numbered.size()),
                   "the migrations are not numbered 1, 2, 3, …");
    return numbered;
}

std::int64_t single(Connection& connection, std::string_view sql) {
    Rows rows = connection.query(sql);
    return rows.next() ? rows.integer(0) : 0;
}

/// The schema of the file, 0 for an empty one.
std::int64_t checked_schema(Connection& connection, const std::string& path) {
    const auto owner = single(connection, "PRAGMA application_id");
    const auto found = single(connection, "PRAGMA user_version");
    const bool empty = single(connection, "SELECT count(*) FROM sqlite_schema") == 0;
    if (owner != application_id && !(empty && owner == 0 && found == 0))
        throw OpenFailure(OpenFailure::Why::not_ours,
                          "The file " + path + " is a database of another program: choose another path.");
    if (found > latest_schema())
        throw OpenFailure(OpenFailure::Why::not_ours,
                          "The store " + path + " has schema " + std::to_string(found) + ", this paysync knows " +
                              std::to_string(latest_schema()) +
                              " at most: start the newer paysync that wrote it, or restore an older copy.");
    return found;
}

} // namespace

int latest_schema() {
    static const int latest = migrations().rbegin()->first;
    return latest;
}

void require_ours(Connection& connection, const std::string& path) {
    checked_schema(connection, path);
}

void migrate(Connection& connection, const std::string& path) {
    if (checked_schema(connection, path) == latest_schema()) return;
    connection.execute("BEGIN IMMEDIATE");
    const auto from = checked_schema(connection, path);
    for (const auto& [number, text] : migrations())
        if (number > from) connection.execute(std::string(text));
    connection.execute("PRAGMA application_id = " + std::to_string(application_id));
    connection.execute("PRAGMA user_version = " + std::to_string(latest_schema()));
    connection.execute("COMMIT");
}

void require_latest_schema(Connection& connection, const std::string& path) {
    if (checked_schema(connection, path) != latest_schema())
        throw std::runtime_error(
            "The store " + path +
            " was last used by an older paysync: start the daemon once, it brings it up to date.");
}

} // namespace paysync::store::sqlite
