// SOQL: a query as text, as a tree, and as rows.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/runtime/chance.hpp"
#include "sandbox/org.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace paysync::sandbox::soql {

/// A literal of a filter as written; the field decides what it means.
struct Literal {
    enum class Kind { null, boolean, number, text, date, datetime } kind = Kind::null;
    std::string text; ///< unescaped; for LIKE with `\_` and `\%` still escaped
    double number = 0;
    bool boolean = false;
};

struct Query;

/// `operation`: "=", "!=", "<", "<=", ">", ">=", "LIKE", "IN", "NOT IN".
struct Comparison {
    std::string field; ///< with its relationships: Account.Owner.Name
    std::string operation;
    std::vector<Literal> values;
    std::shared_ptr<Query> semi_join; ///< IN (SELECT …)
    std::size_t column = 0;           ///< in the statement, from 1
};

struct Condition {
    enum class Kind { comparison, all, any, negation } kind = Kind::comparison;
    Comparison comparison;
    std::vector<Condition> parts; ///< of all (AND), any (OR), negation (one)
};

struct Ordering {
    std::string field;
    bool descending = false;
    bool nulls_last = false;
    std::size_t column = 0;
};

struct Query {
    struct Field {
        std::string name;
        std::size_t column = 0;
    };
    bool count = false; ///< SELECT COUNT()
    std::vector<Field> fields;
    std::string object;
    std::size_t object_column = 0;
    std::optional<Condition> where;
    std::vector<Ordering> order;
    std::optional<std::size_t> limit;
    std::size_t offset = 0;
};

/// `today` for date literals such as TODAY and LAST_N_DAYS:7. Errors: MALFORMED_QUERY.
std::variant<Query, RowError> parse(std::string_view text, base::WallTime now);

struct Answer {
    std::size_t total = 0; ///< COUNT(), else the number of rows
    std::vector<base::Json> rows;
};

/// `all`: deleted rows too (queryAll). Rows that no ORDER BY tells apart come in an order drawn from `chance`.
/// Errors: INVALID_TYPE, INVALID_FIELD, INVALID_QUERY_FILTER_OPERATOR, MALFORMED_QUERY, NUMBER_OUTSIDE_VALID_RANGE.
std::variant<Answer, RowError> evaluate(const Org& org, const Query& query, bool all, std::string_view version,
                                        runtime::Chance& chance);

/// One record as answers show it: `attributes`, then the wanted fields (own or of parents).
base::Json render(const Org& org, const ObjectDefinition& object, const Row& row,
                  const std::vector<std::string>& fields, std::string_view version);

} // namespace paysync::sandbox::soql
