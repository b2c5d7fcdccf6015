// Which rows to send next when a request failed as a whole, until those that are to blame stand alone. Pure.
#pragma once

#include "salesforce/composite.hpp"

#include <set>
#include <string>
#include <vector>

namespace paysync::salesforce {

/// Would parts of a request that failed as a whole fare better? So for whatever is wrong with its content, for what
/// grows with its size (length, running time, Apex' limits, which all rows of a call share), and for faults that one
/// row can cause. Not for what concerns everybody: log-in, limits of the org, maintenance.
bool is_divisible(int status, const ApiError& error);

/// A fault of the server's own that may have nothing to do with what was sent.
bool is_server_fault(int status, const ApiError& error);

/// A limit of Apex that the rows of one call spent together.
bool is_shared_limit(const ApiError& error);

/// Collections on their way. The caller sends what next() gives until it gives nothing.
class RowSplitter {
public:
    explicit RowSplitter(std::vector<Collection> collections);

    /// The next call, parents before children: at most subrequests_max collections. Empty: every row has its result.
    std::vector<Collection> next();

    /// The answers to it. False when they do not match the rows.
    bool take(const std::vector<Subanswer>& answers);

    /// It failed as a whole. False when parts would fare no better, or would not be safe to send: rows that may have
    /// been created already, and an org in which everything fails.
    bool take_failure(const CallFailure& failure);

    /// In the order of the rows, once next() gave nothing.
    std::vector<std::vector<RowResult>>& results() { return results_; }

private:
    struct Piece {
        std::size_t collection = 0;
        std::vector<std::size_t> rows;
    };

    Collection collection_of(const Piece& piece) const;
    std::set<std::string> field_set(const Piece& piece, std::size_t row) const;
    std::vector<Piece> by_field(const Piece& piece, const std::string& field) const;
    std::vector<Piece> by_field_set(const Piece& piece) const;
    std::vector<Piece> divided(const Piece& piece, const ApiError& error) const;
    bool divide(const Piece& piece, const ApiError& error);
    void settle(const Piece& piece, const std::vector<RowResult>& rows);
    void settle_all(const Piece& piece, int status, ApiError error);
    void send_limited_again(const Piece& piece);
    void send_orphans_again(const Piece& piece);
    void leave_the_rest();

    std::vector<Collection> collections_;
    std::vector<std::vector<RowResult>> results_;
    std::vector<Piece> waiting_;
    std::vector<Piece> sent_;
    std::size_t calls_ = 0;
    std::size_t faults_in_a_row_ = 0; ///< calls that failed with a status of 500 or more
    bool any_success_ = false;
    bool one_at_a_time_ = false; ///< what failed together is not put together again
};

} // namespace paysync::salesforce
