// One connection to the file, with its prepared statements.
#pragma once

#include "paysync/base/time.hpp"

#include <concepts>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace paysync::store::sqlite {

/// Bytes that are no text.
struct Blob {
    std::string_view bytes;
};

/// A statement in use; it goes back to its connection, reset, when this dies. Every member throws Failure.
class Rows {
public:
    explicit Rows(sqlite3_stmt* statement) : statement_{statement} {}
    ~Rows();
    Rows(const Rows&) = delete;
    Rows& operator=(const Rows&) = delete;

    bool next();
    std::int64_t integer(int column) const;
    bool is_null(int column) const;
    std::string bytes(int column) const; ///< of text or a blob, as stored: zero bytes and broken UTF-8 included
    base::WallTime time(int column) const { return base::from_nanoseconds(integer(column)); }
    std::optional<base::WallTime> optional_time(int column) const {
        return is_null(column) ? std::nullopt : std::optional{time(column)};
    }

private:
    sqlite3_stmt* statement_;
};

/// How far a checkpoint came.
struct LogState {
    int frames = 0;    ///< pages in the write-ahead log
    int done = 0;      ///< of these, written back into the database
    bool busy = false; ///< a reader or another checkpoint stood in the way
};

enum class Checkpoint { passive, restart, truncate };

/// Used by one thread at a time. Every member throws Failure.
class Connection {
public:
    enum class Mode { create, existing };

    /// `vfs` empty: the system's own.
    Connection(const std::string& path, const std::string& vfs, Mode mode);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Statements without parameters, not kept.
    void execute(const std::string& script);

    /// Starts a statement that is prepared once and kept. `sql` is a constant of the program.
    template <class... Values>
    Rows query(std::string_view sql, const Values&... values) {
        return Rows{bound(prepared(sql), true, values...)};
    }

    /// The same, to its end. Values are not copied.
    template <class... Values>
    void run(std::string_view sql, const Values&... values) {
        Rows rows{bound(prepared(sql), false, values...)};
        while (rows.next()) {
        }
    }

    std::int64_t changes() const; ///< rows that the last statement changed
    bool in_transaction() const;
    bool reads_only() const;   ///< this process may not write to the file
    void roll_back() noexcept; ///< where a transaction is open

    void wait_when_busy(int milliseconds);
    void watch_log();                              ///< from now on log_frames() is true
    int log_frames() const { return log_frames_; } ///< pages in the log after this connection's last commit
    LogState checkpoint(Checkpoint kind);

private:
    struct Finalise {
        void operator()(sqlite3_stmt* statement) const;
    };
    struct Close {
        void operator()(sqlite3* database) const;
    };

    sqlite3_stmt* prepared(std::string_view sql);

    template <class... Values>
    static sqlite3_stmt* bound(sqlite3_stmt* statement, [[maybe_unused]] bool copy, const Values&... values) {
        int index = 0;
        (bind(statement, ++index, copy, values), ...);
        return statement;
    }
    template <std::integral Number>
    static void bind(sqlite3_stmt* statement, int index, bool, Number value) {
        bind_integer(statement, index, static_cast<std::int64_t>(value));
    }
    static void bind(sqlite3_stmt* statement, int index, bool, base::WallTime value) {
        bind_integer(statement, index, base::to_nanoseconds(value));
    }
    static void bind(sqlite3_stmt* statement, int index, bool copy, const std::optional<base::WallTime>& value) {
        if (value) bind(statement, index, copy, *value); // what is not bound is NULL
    }
    static void bind(sqlite3_stmt* statement, int index, bool copy, std::string_view text);
    static void bind(sqlite3_stmt* statement, int index, bool copy, const Blob& blob);
    static void bind_integer(sqlite3_stmt* statement, int index, std::int64_t value);

    std::unique_ptr<sqlite3, Close> database_;
    std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalise>, std::less<>> statements_;
    int log_frames_ = 0;
};

/// All reads while it lives see one state of the file.
class Snapshot {
public:
    explicit Snapshot(Connection& connection) : connection_{connection} { connection_.run("BEGIN"); }
    ~Snapshot() { connection_.roll_back(); } // nothing was written
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;

private:
    Connection& connection_;
};

} // namespace paysync::store::sqlite
