// Daily figures: differences go in, sums come out.
#include "store/sqlite/figures.hpp"

#include <algorithm>
#include <limits>

namespace paysync::store::sqlite {

namespace {

/// Of `figure`, in the order in which read_figure() takes them.
const std::string select_figure =
    "SELECT day, currency, dimensions, captured, refunded, charged_back, count, attempted,"
    " approved, failed, recovered, changed_at, ready_at, version, told FROM figure ";

Figure read_figure(const Rows& rows) {
    Figure figure;
    figure.key = {rows.bytes(0), rows.bytes(1), rows.bytes(2)};
    figure.sums = {rows.integer(3), rows.integer(4), rows.integer(5), rows.integer(6),
                   rows.integer(7), rows.integer(8), rows.integer(9), rows.integer(10)};
    figure.changed_at = rows.time(11);
    figure.ready_at = rows.time(12);
    figure.version = rows.integer(13);
    figure.told = rows.bytes(14);
    return figure;
}

std::vector<Figure> read_figures(Rows& rows) {
    std::vector<Figure> found;
    while (rows.next()) found.push_back(read_figure(rows));
    return found;
}

/// A change that comes while another waits to be told is told with it, at its time.
void change(Connection& connection, const FigureChange& change) {
    const FigureSums& add = change.add;
    connection.run(
        "INSERT INTO figure (day, currency, dimensions, captured, refunded, charged_back, count, attempted,"
        " approved, failed, recovered, changed_at, ready_at, version, told_version, told)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 0, '')"
        " ON CONFLICT (day, currency, dimensions) DO UPDATE SET"
        " captured = captured + excluded.captured, refunded = refunded + excluded.refunded,"
        " charged_back = charged_back + excluded.charged_back, count = count + excluded.count,"
        " attempted = attempted + excluded.attempted, approved = approved + excluded.approved,"
        " failed = failed + excluded.failed, recovered = recovered + excluded.recovered,"
        " changed_at = excluded.changed_at, version = version + 1,"
        " ready_at = CASE WHEN version = told_version THEN excluded.ready_at ELSE ready_at END",
        change.key.day, change.key.currency, change.key.dimensions, add.captured, add.refunded, add.charged_back,
        add.count, add.attempted, add.approved, add.failed, add.recovered, change.at, change.ready_at);
}

void tell(Connection& connection, const ToldFigure& told) {
    connection.run("UPDATE figure SET told_version = ?1, told = ?2,"
                   " ready_at = CASE WHEN version = ?1 THEN ready_at ELSE ?3 END"
                   " WHERE day = ?4 AND currency = ?5 AND dimensions = ?6",
                   told.version, told.told, told.again_at, told.key.day, told.key.currency, told.key.dimensions);
}

/// Other rules make other figures: all begin at 0, and what was told stays known, so that it can be corrected.
void write_book(Connection& connection, const FigureBook& book) {
    if (figure_book(connection).rules != book.rules)
        connection.run("UPDATE figure SET captured = 0, refunded = 0, charged_back = 0, count = 0, attempted = 0,"
                       " approved = 0, failed = 0, recovered = 0, version = version + 1");
    connection.run("INSERT INTO figure_book (id, rules, counted_to, complete) VALUES (1, ?, ?, ?)"
                   " ON CONFLICT (id) DO UPDATE SET rules = excluded.rules, counted_to = excluded.counted_to,"
                   " complete = excluded.complete",
                   book.rules, book.counted_to, book.complete ? 1 : 0);
}

} // namespace

std::vector<Figure> due_figures(Connection& connection, WallTime now, std::size_t limit) {
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
    static const std::string sql = select_figure +
                                   "INDEXED BY figure_ready WHERE version <> told_version AND ready_at <= ?"
                                   " ORDER BY ready_at, day, currency, dimensions LIMIT ?";
    Rows rows = connection.query(sql, now, static_cast<std::int64_t>(std::min(limit, most)));
    return read_figures(rows);
}

std::optional<WallTime> next_figure(Connection& connection) {
    Rows rows = connection.query("SELECT ready_at FROM figure INDEXED BY figure_ready"
                                 " WHERE version <> told_version ORDER BY ready_at LIMIT 1");
    if (!rows.next()) return std::nullopt;
    return rows.time(0);
}

std::vector<Figure> figures(Connection& connection, const std::vector<FigureKey>& keys) {
    static const std::string sql = select_figure + "WHERE day = ? AND currency = ? AND dimensions = ?";
    const Snapshot snapshot{connection};
    std::vector<Figure> found;
    for (const FigureKey& key : keys) {
        Rows rows = connection.query(sql, key.day, key.currency, key.dimensions);
        if (rows.next()) found.push_back(read_figure(rows));
    }
    return found;
}

std::vector<Figure> figures_of(Connection& connection, const std::string& day) {
    static const std::string sql = select_figure + "WHERE day = ? ORDER BY currency, dimensions";
    Rows rows = connection.query(sql, day);
    return read_figures(rows);
}

FigureBook figure_book(Connection& connection) {
    Rows rows = connection.query("SELECT rules, counted_to, complete FROM figure_book");
    if (!rows.next()) return {};
    return {rows.bytes(0), rows.bytes(1), rows.integer(2) != 0};
}

void settle_figures(Connection& connection, const Settlement& settlement) {
    if (settlement.figure_book) write_book(connection, *settlement.figure_book);
    for (const FigureChange& one : settlement.figures) change(connection, one);
    for (const ToldFigure& one : settlement.told_figures) tell(connection, one);
}

} // namespace paysync::store::sqlite
