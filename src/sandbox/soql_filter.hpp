// Conditions of queries: compiled for an object, and asked about rows.
#pragma once

#include "sandbox/soql.hpp"
#include "sandbox/soql_path.hpp"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace paysync::sandbox::soql {

/// A comparison with its literals read as the field's type.
struct Test {
    Condition::Kind kind = Condition::Kind::comparison;
    Operand operand;
    std::string operation;
    base::Json value;                                        ///< of a single comparison; null for null and ''
    std::string pattern;                                     ///< LIKE, without case
    std::set<std::string> keys;                              ///< IN: index keys
    bool holds_null = false;                                 ///< IN: null is in the list
    std::optional<std::pair<std::string, std::string>> span; ///< a date literal: first, and first after it
    std::vector<std::set<std::string>> choices; ///< INCLUDES, EXCLUDES: values that must be there together
    std::vector<Test> parts;
};

/// Answers IN (SELECT …): the keys that the inner query finds.
using SemiJoin = std::function<std::set<std::string>(const Query&)>;
/// Finds an operand: on the object, or among the aggregates of a grouped query. Throws Refused.
using Resolver = std::function<Operand(const Expression&)>;

/// Throws Refused.
Test compile(const Condition& condition, const Resolver& resolver, const SemiJoin& semi_join);

/// Whether a condition holds, where `value` says what an operand is.
bool holds(const Test& test, const std::function<base::Json(const Operand&)>& value);

/// The only rows that can pass, where an index tells; nothing: any row may.
std::optional<std::set<std::string>> narrowed(const Org& org, const ObjectDefinition& object, const Test& test);
/// The same for conditions on Id.
std::optional<std::set<std::string>> by_id(const Org& org, const ObjectDefinition& object,
                                           const Condition& condition);

/// A condition alone, as WHERE takes it. Throws Refused.
Condition parse_condition(std::string_view text, base::WallTime now, const std::string& zone);

} // namespace paysync::sandbox::soql
