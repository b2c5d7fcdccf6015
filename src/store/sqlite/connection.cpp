// The thin layer over SQLite's C interface; no other file calls it, except for the VFS of tests.
#include "store/sqlite/connection.hpp"

#include "paysync/base/result.hpp"
#include "store/sqlite/failure.hpp"

#include <sqlite3.h>

namespace paysync::store::sqlite {

namespace {

[[noreturn]] void fail(sqlite3* database, int code) {
    throw Failure{code, database != nullptr ? sqlite3_errmsg(database) : sqlite3_errstr(code)};
}

/// SQLite takes a null pointer for NULL; an empty view may hold one.
const char* never_null(std::string_view value) {
    return value.data() != nullptr ? value.data() : "";
}

} // namespace

Rows::~Rows() {
    sqlite3_reset(statement_); // an error of the last step was thrown already
    sqlite3_clear_bindings(statement_);
}

bool Rows::next() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code != SQLITE_DONE) fail(sqlite3_db_handle(statement_), code);
    return false;
}

std::int64_t Rows::integer(int column) const {
    return sqlite3_column_int64(statement_, column);
}

bool Rows::is_null(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string Rows::bytes(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return data == nullptr ? std::string{} : std::string(data, size);
}

void Connection::bind_integer(sqlite3_stmt* statement, int index, std::int64_t value) {
    const int code = sqlite3_bind_int64(statement, index, value);
    if (code != SQLITE_OK) fail(sqlite3_db_handle(statement), code);
}

void Connection::bind(sqlite3_stmt* statement, int index, bool copy, std::string_view text) {
    const int code = sqlite3_bind_text64(statement, index, never_null(text), text.size(),
                                         copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
    if (code != SQLITE_OK) fail(sqlite3_db_handle(statement), code);
}

void Connection::bind(sqlite3_stmt* statement, int index, bool copy, const Blob& blob) {
    const int code = sqlite3_bind_blob64(statement, index, never_null(blob.bytes), blob.bytes.size(),
                                         copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
    if (code != SQLITE_OK) fail(sqlite3_db_handle(statement), code);
}

void Connection::Finalise::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}
void Connection::Close::operator()(sqlite3* database) const {
    sqlite3_close_v2(database);
}

Connection::Connection(const std::string& path, const std::string& vfs, Mode mode) {
    // NOMUTEX: a connection is used by one thread at a time.
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (mode == Mode::create) flags |= SQLITE_OPEN_CREATE;
    sqlite3* opened = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &opened, flags, vfs.empty() ? nullptr : vfs.c_str());
    database_.reset(opened);
    if (code != SQLITE_OK) fail(opened, code);
    // Closing does no I/O: stop() writes the log back, and after a failure nobody should.
    sqlite3_db_config(opened, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Connection::~Connection() = default;

void Connection::execute(const std::string& script) {
    const int code = sqlite3_exec(database_.get(), script.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) fail(database_.get(), code);
}

sqlite3_stmt* Connection::prepared(std::string_view sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        sqlite3_stmt* statement = nullptr;
        const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()),
                                            SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
        if (code != SQLITE_OK) fail(database_.get(), code);
        found = statements_.emplace(std::string(sql), statement).first;
    }
    PAYSYNC_ASSERT(sqlite3_stmt_busy(found->second.get()) == 0, "a statement is used inside itself");
    return found->second.get();
}

std::int64_t Connection::changes() const {
    return sqlite3_changes64(database_.get());
}

bool Connection::in_transaction() const {
    return sqlite3_get_autocommit(database_.get()) == 0;
}

bool Connection::reads_only() const {
    return sqlite3_db_readonly(database_.get(), "main") != 0;
}

void Connection::roll_back() noexcept {
    if (in_transaction()) sqlite3_exec(database_.get(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Connection::wait_when_busy(int milliseconds) {
    sqlite3_busy_timeout(database_.get(), milliseconds);
}

void Connection::watch_log() {
    const auto remember = [](void* frames, sqlite3*, const char*, int pages) {
        *static_cast<int*>(frames) = pages;
        return SQLITE_OK;
    };
    sqlite3_wal_hook(database_.get(), remember, &log_frames_);
}

LogState Connection::checkpoint(Checkpoint kind) {
    int mode = SQLITE_CHECKPOINT_PASSIVE;
    if (kind == Checkpoint::restart) mode = SQLITE_CHECKPOINT_RESTART;
    if (kind == Checkpoint::truncate) mode = SQLITE_CHECKPOINT_TRUNCATE;
    LogState state;
    const int code = sqlite3_wal_checkpoint_v2(database_.get(), "main", mode, &state.frames, &state.done);
    state.busy = (code & 0xff) == SQLITE_BUSY;
    if (code != SQLITE_OK && !state.busy) fail(database_.get(), code);
    return state;
}

} // namespace paysync::store::sqlite
