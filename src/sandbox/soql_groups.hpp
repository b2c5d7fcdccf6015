// Aggregates: COUNT, SUM, … over groups of rows.
#pragma once

#include "sandbox/soql.hpp"
#include "sandbox/soql_path.hpp"

#include <vector>

namespace paysync::sandbox::soql {

/// Whether a query's answer is of groups instead of records.
bool is_grouped(const Query& query);

/// The rows of a grouped query: `{"attributes": {"type": "AggregateResult"}, "expr0": 3, …}`, before LIMIT and
/// OFFSET. Throws Refused.
std::vector<base::Json> grouped(const Org& org, const Scope& scope, const Query& query,
                                const std::vector<const Row*>& rows);

} // namespace paysync::sandbox::soql
