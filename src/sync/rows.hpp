// The writes of many plans as few rows of few collections, parents first. Pure.
#pragma once

#include "paysync/flow/plan.hpp"
#include "paysync/salesforce/org.hpp"
#include "paysync/sync/look_up.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace paysync::sync {

using TaskIndex = std::size_t; ///< position of (event, flow) in its batch

/// Why a task cannot go on, in the words of `store::Run`.
struct Refusal {
    std::string step;
    std::string cause; ///< stable, to group by
    std::string reason;
    flow::Json detail = flow::Json::object();
};

/// All that a batch wants of one record, folded: of two values for one field the later stands.
struct Row {
    std::string object;
    std::string id;    ///< of the record to change; empty: make it
    std::string token; ///< stands for the Id of a record to be made
    flow::Json key = flow::Json::object();
    flow::Json fields = flow::Json::object();
    flow::Json current = flow::Json::object();
    std::set<std::string> optional_fields;
    std::vector<TaskIndex> tasks; ///< who wants it; if it fails, they fail
    std::map<TaskIndex, std::string> steps;
    std::map<TaskIndex, std::string> rules;
    std::map<std::string, TaskIndex> suppliers; ///< field → whose value stands: who is to blame if it does not fit

    // Made by prepare():
    flow::Json record = flow::Json::object(); ///< what is sent: coerced, unchanged fields left out
    flow::Json old_values = flow::Json::object();
    std::string external_id; ///< the key field when the row is an upsert
    std::size_t depth = 0;   ///< 0: needs no other row of this batch; else one more than the deepest that it needs
    std::set<std::string> parents; ///< tokens
};

class Rows {
public:
    /// In the order of occurrence.
    void add(TaskIndex task, const flow::RecordWrite& write);

    /// Coerces, leaves out what is unchanged, turns tokens into nested external ids, orders. A task whose value
    /// cannot be written is refused alone: its neighbours are folded again without it. Tasks that need the Id of a
    /// parent that has no external id go to `later`: they are decided again once the parent stands.
    struct Prepared {
        std::vector<Row> rows;      ///< to be sent, in an order in which parents come first
        std::vector<Row> unchanged; ///< nothing to send
        std::map<TaskIndex, Refusal> refusals;
        std::set<std::string> doubted; ///< objects whose description was the reason of a refusal: is it still true?
        std::set<TaskIndex> later;
        std::set<std::string>
            put_off; ///< identities (object and id or token) of the rows that wait for a parent's Id
    };
    Prepared prepare(const Descriptions& descriptions) const;

private:
    std::vector<Row> fold(const Prepared& so_far) const;

    std::vector<std::pair<TaskIndex, flow::RecordWrite>> writes_;
};

/// One composite call: its collections, and which row each record is.
struct Call {
    std::vector<salesforce::Collection> collections;
    std::vector<std::vector<std::size_t>> rows; ///< positions in the vector handed in
};

/// Collections of at most `rows_max` rows, at most five a call; a row stands in a later collection than its parents.
std::vector<Call> pack_calls(const std::vector<Row>& rows, std::size_t rows_max = 200);

} // namespace paysync::sync
