// Dividing of requests that fail as a whole.
#include "salesforce/row_splitter.hpp"

#include "paysync/base/text.hpp"
#include "salesforce/answer.hpp"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <map>

namespace paysync::salesforce {

namespace {

/// So many sets of fields are sent apart; more are no clue, and halves come to the end sooner.
constexpr std::size_t field_sets_max = 4;
/// So many calls may fail with a fault of the server's before the fault is the server's.
constexpr std::size_t faults_max = 6;

bool is_one_of(std::string_view code, std::initializer_list<std::string_view> codes) {
    return std::find(codes.begin(), codes.end(), code) != codes.end();
}

/// Concerns the object as such: no part of the rows is any better.
bool is_of_the_object(const ApiError& error) {
    return is_one_of(error.code, {"INVALID_TYPE", "NOT_FOUND", "METHOD_NOT_ALLOWED"});
}

/// `X` of "No such column 'X' on sobject of type Y"; empty when no column is named.
std::string column_of(const ApiError& error) {
    if (error.code != "INVALID_FIELD") return {};
    constexpr std::string_view before = "no such column '";
    const std::string told = base::lower(error.message);
    const auto start = told.find(before);
    if (start == std::string::npos) return {};
    const auto end = told.find('\'', start + before.size());
    if (end == std::string::npos) return {};
    return told.substr(start + before.size(), end - start - before.size());
}

/// A row names its parent by an external id that the org does not know, yet.
bool lacks_parent(const RowResult& row) {
    return !row.success && row.error.code == "INVALID_FIELD" &&
           base::lower(row.error.message).find("foreign key external id") != std::string::npos;
}

std::string code_of(int status, const ApiError& error) {
    return error.code.empty() ? "HTTP " + std::to_string(status) : error.code;
}

} // namespace

bool is_shared_limit(const ApiError& error) {
    const std::string told = base::lower(error.message);
    return told.find("system.limitexception") != std::string::npos ||
           told.find("apex cpu time limit") != std::string::npos;
}

bool is_server_fault(int status, const ApiError& error) {
    return status >= 500 && !is_shared_limit(error) &&
           !is_one_of(error.code, {"REQUEST_RUNNING_TOO_LONG", "QUERY_TIMEOUT"});
}

bool is_divisible(int status, const ApiError& error) {
    if (status == 413 || status == 414 || status == 431) return true;
    if (error.code.empty()) return false;
    if (is_shared_limit(error)) return true;
    if (is_one_of(error.code,
                  {"REQUEST_RUNNING_TOO_LONG", "QUERY_TIMEOUT", "UNKNOWN_EXCEPTION", "INTERNAL_ERROR", "APEX_ERROR"}))
        return true;
    switch (judge(status, error.code, error.message)) {
    case Remedy::give_up:
    case Remedy::resolve_anew:
    case Remedy::choose_record:
    case Remedy::retry_at_once: return status < 500;
    case Remedy::retry: return status == 400; // what one row met, told of all: a lock, a parent that is not there
    case Remedy::none:
    case Remedy::renew_token:
    case Remedy::slow_down:
    case Remedy::decide_anew:
    case Remedy::pause: return false;
    }
    return false;
}

RowSplitter::RowSplitter(std::vector<Collection> collections) : collections_{std::move(collections)} {
    for (std::size_t c = 0; c < collections_.size(); ++c) {
        const std::size_t count = collections_[c].records.size();
        results_.emplace_back(count);
        if (count == 0) continue;
        Piece piece{c, {}};
        for (std::size_t row = 0; row < count; ++row) piece.rows.push_back(row);
        waiting_.push_back(std::move(piece));
    }
}

Collection RowSplitter::collection_of(const Piece& piece) const {
    const Collection& whole = collections_[piece.collection];
    Collection part;
    part.kind = whole.kind;
    part.object = whole.object;
    part.external_id = whole.external_id;
    for (const std::size_t row : piece.rows) part.records.push_back(whole.records[row]);
    return part;
}

std::vector<Collection> RowSplitter::next() {
    if (calls_ == write_calls_max) leave_the_rest();
    std::stable_sort(waiting_.begin(), waiting_.end(),
                     [](const Piece& a, const Piece& b) { return a.collection < b.collection; });
    const std::size_t count = std::min(waiting_.size(), one_at_a_time_ ? std::size_t{1} : subrequests_max);
    const auto end = waiting_.begin() + static_cast<std::ptrdiff_t>(count);
    sent_.assign(std::make_move_iterator(waiting_.begin()), std::make_move_iterator(end));
    waiting_.erase(waiting_.begin(), end);
    std::vector<Collection> call;
    for (const Piece& piece : sent_) call.push_back(collection_of(piece));
    if (!call.empty()) ++calls_;
    return call;
}

bool RowSplitter::take(const std::vector<Subanswer>& answers) {
    faults_in_a_row_ = 0;
    const std::vector<Piece> sent = std::exchange(sent_, {});
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const Piece& piece = sent[i];
        const Collection part = collection_of(piece);
        const auto rows = read_rows(part, answers[i]);
        if (!rows) return false;
        settle(piece, *rows);
        if (answers[i].status < 300) {
            send_limited_again(piece);
            continue;
        }
        const ApiError error = read_error(answers[i].body);
        const bool safe = answers[i].status < 500 || part.kind != Collection::Kind::create;
        if (safe && is_divisible(answers[i].status, error)) divide(piece, error);
    }
    for (const Piece& piece : sent) send_orphans_again(piece);
    return true;
}

bool RowSplitter::take_failure(const CallFailure& failure) {
    const std::vector<Piece> sent = std::exchange(sent_, {});
    if (!is_divisible(failure.status, failure.error)) return false;
    const bool creates = std::any_of(sent.begin(), sent.end(), [this](const Piece& piece) {
        return collections_[piece.collection].kind == Collection::Kind::create;
    });
    if (creates && failure.status >= 500) return false; // they may stand already, and sent again would stand twice
    if (is_server_fault(failure.status, failure.error) && !any_success_) {
        const bool lonely = calls_ == 1 && sent.size() == 1 && sent.front().rows.size() == 1;
        if (lonely || ++faults_in_a_row_ >= faults_max) return false;
    }
    one_at_a_time_ = true;
    for (const Piece& piece : sent) {
        settle_all(piece, failure.status, failure.error);
        if (sent.size() > 1)
            waiting_.push_back(piece);
        else
            divide(piece, failure.error);
    }
    return true;
}

void RowSplitter::settle(const Piece& piece, const std::vector<RowResult>& rows) {
    for (std::size_t i = 0; i < piece.rows.size(); ++i) {
        any_success_ = any_success_ || rows[i].success;
        results_[piece.collection][piece.rows[i]] = rows[i];
    }
}

void RowSplitter::settle_all(const Piece& piece, int status, ApiError error) {
    RowResult row;
    row.remedy = judge(status, error.code, error.message);
    error.code = code_of(status, error);
    row.error = std::move(error);
    for (const std::size_t position : piece.rows) results_[piece.collection][position] = row;
}

/// False when the piece stays as it is: with the failure that its rows have already.
bool RowSplitter::divide(const Piece& piece, const ApiError& error) {
    if (is_shared_limit(error)) one_at_a_time_ = true;
    std::vector<Piece> parts = divided(piece, error);
    if (parts.size() < 2) return false;
    std::move(parts.begin(), parts.end(), std::back_inserter(waiting_));
    return true;
}

std::vector<RowSplitter::Piece> RowSplitter::divided(const Piece& piece, const ApiError& error) const {
    if (piece.rows.size() < 2) return {};
    const bool one_object =
        by_field_set(piece).size() == 1 || collections_[piece.collection].kind != Collection::Kind::update;
    if (one_object && is_of_the_object(error)) return {};
    // All that have the column are to blame, and none of the others.
    if (const std::string column = column_of(error); !column.empty()) {
        std::vector<Piece> parts = by_field(piece, column);
        const bool all_have_it = parts.size() == 1 && field_set(piece, piece.rows.front()).contains(column);
        if (parts.size() == 2 || all_have_it) return parts;
    }
    std::vector<Piece> parts = by_field_set(piece);
    if (parts.size() >= 2 && parts.size() <= field_sets_max) return parts;
    Piece first{piece.collection, {}};
    Piece second{piece.collection, {}};
    // Rows of like fields stay together.
    std::size_t taken = 0;
    for (const Piece& like : parts)
        for (const std::size_t row : like.rows)
            (taken++ < piece.rows.size() / 2 ? first : second).rows.push_back(row);
    return {std::move(first), std::move(second)};
}

std::set<std::string> RowSplitter::field_set(const Piece& piece, std::size_t row) const {
    std::set<std::string> names;
    for (const auto& [name, value] : collections_[piece.collection].records[row].items()) {
        if (name == "attributes")
            names.insert("type " + base::lower(base::member_text(value, "type").value_or("")));
        else
            names.insert(base::lower(name));
    }
    return names;
}

std::vector<RowSplitter::Piece> RowSplitter::by_field(const Piece& piece, const std::string& field) const {
    Piece without{piece.collection, {}};
    Piece with{piece.collection, {}};
    for (const std::size_t row : piece.rows)
        (field_set(piece, row).contains(field) ? with : without).rows.push_back(row);
    std::vector<Piece> parts;
    for (Piece* part : {&without, &with})
        if (!part->rows.empty()) parts.push_back(std::move(*part));
    return parts;
}

std::vector<RowSplitter::Piece> RowSplitter::by_field_set(const Piece& piece) const {
    std::map<std::set<std::string>, Piece> sets;
    for (const std::size_t row : piece.rows) {
        Piece& part = sets[field_set(piece, row)];
        part.collection = piece.collection;
        part.rows.push_back(row);
    }
    std::vector<Piece> parts;
    for (auto& [names, part] : sets) parts.push_back(std::move(part));
    return parts;
}

/// Rows that spent a limit together are sent once more in halves, and at last each alone.
void RowSplitter::send_limited_again(const Piece& piece) {
    if (piece.rows.size() < 2) return;
    Piece limited{piece.collection, {}};
    for (const std::size_t row : piece.rows) {
        const RowResult& result = results_[piece.collection][row];
        if (!result.success && is_shared_limit(result.error)) limited.rows.push_back(row);
    }
    if (limited.rows.empty()) return;
    one_at_a_time_ = true;
    if (limited.rows.size() < piece.rows.size()) // others took part: without them it may do
        waiting_.push_back(std::move(limited));
    else
        divide(limited, ApiError{});
}

/// Rows whose parent was not there are sent once more after the parents that are.
void RowSplitter::send_orphans_again(const Piece& piece) {
    const bool parents_come = std::any_of(waiting_.begin(), waiting_.end(),
                                          [&](const Piece& other) { return other.collection < piece.collection; });
    if (!parents_come) return;
    Piece orphans{piece.collection, {}};
    for (const std::size_t row : piece.rows) {
        const auto waits = [&](const Piece& other) {
            return other.collection == piece.collection &&
                   std::find(other.rows.begin(), other.rows.end(), row) != other.rows.end();
        };
        const bool comes_anyway = std::any_of(waiting_.begin(), waiting_.end(), waits);
        if (!comes_anyway && lacks_parent(results_[piece.collection][row])) orphans.rows.push_back(row);
    }
    if (!orphans.rows.empty()) waiting_.push_back(std::move(orphans));
}

/// Their failure was that of many: who is to blame is not known, and later they will be in other company.
void RowSplitter::leave_the_rest() {
    for (const Piece& piece : std::exchange(waiting_, {})) {
        for (const std::size_t row : piece.rows) {
            RowResult& result = results_[piece.collection][row];
            result.success = false;
            result.remedy = Remedy::retry;
            result.error.message += " (told of " + std::to_string(piece.rows.size()) +
                                    " rows together; they could not be told apart in " +
                                    std::to_string(write_calls_max) + " calls)";
        }
    }
}

} // namespace paysync::salesforce
