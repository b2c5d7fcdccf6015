// Grouping, HAVING, and the order of groups.
#include "sandbox/soql_groups.hpp"

#include "paysync/base/text.hpp"
#include "sandbox/soql_error.hpp"
#include "sandbox/soql_filter.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace paysync::sandbox::soql {

namespace {

using base::Json;

bool same(const Expression& a, const Expression& b) {
    return a.function == b.function && base::lower(a.field) == base::lower(b.field);
}

Json aggregate_of(const Org& org, const Operand& operand, const std::vector<const Row*>& rows) {
    if (operand.path.leaf == nullptr) return rows.size(); // COUNT()
    std::set<std::string> distinct;
    std::size_t count = 0;
    double sum = 0;
    Json least;
    Json most;
    for (const Row* row : rows) {
        const Json& value = stored_value(org, *row, operand.path);
        if (value.is_null()) continue;
        ++count;
        if (value.is_number()) sum += value.get<double>();
        if (least.is_null() || compare(value, least) < 0) least = value;
        if (most.is_null() || compare(value, most) > 0) most = value;
        if (operand.function == "COUNT_DISTINCT") distinct.insert(index_key(value));
    }
    if (operand.function == "COUNT") return count;
    if (operand.function == "COUNT_DISTINCT") return distinct.size();
    if (operand.function == "MIN") return least;
    if (operand.function == "MAX") return most;
    if (count == 0) return nullptr;
    return operand.function == "SUM" ? sum : sum / static_cast<double>(count);
}

/// One expression of the select list, HAVING or ORDER BY. All have a place in each group's list of values.
class Columns {
public:
    Columns(const Scope& scope, const Query& query) : scope_{scope}, query_{query} {}

    /// The operand that stands for it. Throws Refused for a field that is not grouped.
    Operand add(const Expression& expression) {
        const Expression* wanted = &expression;
        for (const Selection& one : query_.selected)
            if (expression.function.empty() && !one.alias.empty() &&
                base::lower(one.alias) == base::lower(expression.field))
                wanted = &one.value;
        Operand operand = resolve(scope_, *wanted);
        const bool grouped = std::any_of(query_.group.begin(), query_.group.end(),
                                         [&](const Expression& by) { return same(by, *wanted); });
        if (!wanted->aggregates() && !grouped)
            malformed(wanted->at, "Field must be grouped or aggregated: " + wanted->field);
        operand.aggregate = operands_.size();
        operands_.push_back(operand);
        return operand;
    }

    std::vector<Json> values(const Org& org, const std::vector<const Row*>& rows) const {
        std::vector<Json> made;
        for (const Operand& operand : operands_) {
            const Expression probe{operand.function, "x", 0};
            if (probe.aggregates())
                made.push_back(aggregate_of(org, operand, rows));
            else
                made.push_back(rows.empty() ? Json() : value_of(org, *rows.front(), operand));
        }
        return made;
    }

private:
    const Scope& scope_;
    const Query& query_;
    std::vector<Operand> operands_;
};

std::string key_of(const Selection& one, std::size_t& unnamed) {
    if (!one.alias.empty()) return one.alias;
    if (one.value.function.empty()) return one.value.field.substr(one.value.field.rfind('.') + 1);
    return "expr" + std::to_string(unnamed++);
}

bool before(const std::vector<Json>& a, const std::vector<Json>& b, const std::vector<Ordering>& order,
            const std::vector<Operand>& by) {
    for (std::size_t i = 0; i < order.size(); ++i) {
        const Json& left = a[*by[i].aggregate];
        const Json& right = b[*by[i].aggregate];
        if (left.is_null() || right.is_null()) {
            if (left.is_null() == right.is_null()) continue;
            return left.is_null() != order[i].nulls_last;
        }
        if (const int sign = compare(left, right); sign != 0) return order[i].descending ? sign > 0 : sign < 0;
    }
    return false;
}

} // namespace

bool is_grouped(const Query& query) {
    return !query.group.empty() || std::any_of(query.selected.begin(), query.selected.end(),
                                               [](const Selection& one) { return one.value.aggregates(); });
}

std::vector<Json> grouped(const Org& org, const Scope& scope, const Query& query,
                          const std::vector<const Row*>& rows) {
    std::map<std::string, std::vector<const Row*>> groups;
    std::vector<Operand> by;
    for (const Expression& one : query.group) {
        by.push_back(resolve(scope, one));
        if (!by.back().path.leaf->filterable)
            malformed(one.at, "field '" + one.field + "' can not be grouped in a query call");
    }
    if (by.empty()) groups[""] = {};
    for (const Row* row : rows) {
        std::string key;
        for (const Operand& operand : by) {
            const Json value = value_of(org, *row, operand);
            key += (value.is_null() ? "-" : "=" + index_key(value)) + '\0';
        }
        groups[key].push_back(row);
    }
    Columns columns{scope, query};
    std::vector<std::pair<std::string, Operand>> shown;
    std::size_t unnamed = 0;
    for (const Selection& one : query.selected) {
        if (one.children || !one.branches.empty())
            malformed(one.value.at, "a grouped query selects fields and aggregates only");
        shown.emplace_back(key_of(one, unnamed), columns.add(one.value));
    }
    std::optional<Test> having;
    const auto no_join = [](const Query& inner) -> std::set<std::string> {
        malformed(inner.object_at, "HAVING takes no semi join");
    };
    if (query.having)
        having = compile(
            *query.having, [&](const Expression& one) { return columns.add(one); }, no_join);
    std::vector<Operand> order;
    for (const Ordering& one : query.order) order.push_back(columns.add(one.by));
    std::vector<std::vector<Json>> values;
    for (const auto& [key, members] : groups) {
        std::vector<Json> of_group = columns.values(org, members);
        if (!having || holds(*having, [&](const Operand& operand) { return of_group[*operand.aggregate]; }))
            values.push_back(std::move(of_group));
    }
    std::stable_sort(values.begin(), values.end(),
                     [&](const auto& a, const auto& b) { return before(a, b, query.order, order); });
    std::vector<Json> answers;
    for (const std::vector<Json>& of_group : values) {
        Json row = {{"attributes", {{"type", "AggregateResult"}}}};
        for (const auto& [name, operand] : shown) row[name] = of_group[*operand.aggregate];
        answers.push_back(std::move(row));
    }
    return answers;
}

} // namespace paysync::sandbox::soql
