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
    enum class Kind { null, boolean, number, text, date, datetime, span } kind = Kind::null;
    std::string text; ///< unescaped; for LIKE with `\_` and `\%` still escaped
    double number = 0;
    bool boolean = false;
    /// A span of days such as LAST_N_DAYS:7: its first day, and the first one after it, as dates; and the date-times
    /// at which they begin where the user is.
    std::string first_day = {};
    std::string end_day = {};
    std::string first_moment = {};
    std::string end_moment = {};
};

struct Query;

/// A field, with its relationships (Account.Owner.Name), or a function of one.
struct Expression {
    std::string function; ///< upper case; empty: the field itself
    std::string field;    ///< empty: COUNT()
    std::size_t at = 0;   ///< in the statement, from 0
    bool aggregates() const;
};

/// `operation`: "=", "!=", "<", "<=", ">", ">=", "LIKE", "IN", "NOT IN", "INCLUDES", "EXCLUDES".
struct Comparison {
    Expression left;
    std::string operation;
    std::vector<Literal> values;
    std::shared_ptr<Query> semi_join; ///< IN (SELECT …)
};

struct Condition {
    enum class Kind { comparison, all, any, negation } kind = Kind::comparison;
    Comparison comparison;
    std::vector<Condition> parts; ///< of all (AND), any (OR), negation (one)
};

struct Ordering {
    Expression by;
    bool descending = false;
    bool nulls_last = false;
};

/// WHEN Account THEN Name, Phone; the type is empty for ELSE.
struct TypeBranch {
    std::string type;
    std::vector<Expression> fields;
};

/// One entry of a select list: an expression, a child query, or TYPEOF of a polymorphic relationship.
struct Selection {
    Expression value;
    std::string alias;
    std::shared_ptr<Query> children;
    std::vector<TypeBranch> branches;
};

struct Query {
    bool count = false; ///< SELECT COUNT()
    std::vector<Selection> selected;
    std::string object; ///< in a child query its relationship
    std::size_t object_at = 0;
    std::string alias;
    bool mine = false; ///< USING SCOPE mine
    std::optional<Condition> where;
    std::vector<Expression> group;
    std::optional<Condition> having;
    std::vector<Ordering> order;
    std::optional<std::size_t> limit;
    std::size_t offset = 0;
    std::string text; ///< the whole statement, for messages
};

/// `now` and `zone` (such as Europe/Berlin) for date literals. Errors: MALFORMED_QUERY.
std::variant<Query, RowError> parse(std::string_view text, base::WallTime now, const std::string& zone);

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

/// What is wrong with the text of a condition, as WHERE takes it, on this object; nothing: it is fine.
std::optional<RowError> check_condition(const ObjectCatalog& catalog, const ObjectDefinition& object,
                                        std::string_view condition, base::WallTime now);
/// Whether a row, stored or not yet, meets such a condition; false for one that is not fine.
bool meets(const Org& org, const ObjectDefinition& object, const Row& row, std::string_view condition,
           base::WallTime now);

} // namespace paysync::sandbox::soql
