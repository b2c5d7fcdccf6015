// SOQL tree to rows.
#include "paysync/base/text.hpp"
#include "sandbox/soql.hpp"
#include "sandbox/soql_error.hpp"
#include "sandbox/soql_filter.hpp"
#include "sandbox/soql_groups.hpp"
#include "sandbox/soql_render.hpp"

#include <algorithm>

namespace paysync::sandbox::soql {

namespace {

using base::Json;

constexpr std::size_t offset_max = 2'000;
constexpr std::size_t all_fields_max = 200; ///< rows of a query with FIELDS(ALL) or FIELDS(CUSTOM)
constexpr std::size_t child_queries_max = 20;

/// What all queries of one statement share.
struct Asked {
    const Org& org;
    bool all;
    std::string_view version;
    runtime::Chance& chance;
};

Answer run(const Asked& asked, const Query& query);

[[noreturn]] void no_such_type(const Query& query) {
    refuse("INVALID_TYPE", query.object_at,
           "sObject type '" + query.object +
               "' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after "
               "the entity name. Please reference your WSDL or the describe call for the appropriate names.");
}

std::set<std::string> keys_of(const Asked& asked, const Query& inner) {
    std::set<std::string> keys;
    for (const Json& row : run(asked, inner).rows)
        for (const auto& [name, value] : row.items())
            if (name != "attributes" && value.is_string()) keys.insert(index_key(value));
    return keys;
}

Test compiled(const Asked& asked, const Scope& scope, const Condition& condition) {
    const auto resolver = [&scope](const Expression& one) {
        if (one.aggregates()) malformed(one.at, "Aggregate functions are not allowed in WHERE: " + one.function);
        return resolve(scope, one);
    };
    return compile(condition, resolver, [&asked](const Query& inner) { return keys_of(asked, inner); });
}

std::vector<const Row*> matching(const Asked& asked, const Scope& scope, const Query& query) {
    const Org& org = asked.org;
    std::optional<Test> test;
    if (query.where) test = compiled(asked, scope, *query.where);
    std::vector<const Row*> found;
    const auto consider = [&](const Row& row) {
        if (!asked.all && row.deleted) return;
        if (query.mine && base::member(row.fields, "OwnerId") != Json(org.running_user())) return;
        if (test && !holds(*test, [&](const Operand& operand) { return value_of(org, row, operand); })) return;
        found.push_back(&row);
    };
    std::optional<std::set<std::string>> ids;
    if (query.where) ids = by_id(org, scope.object, *query.where);
    if (!ids && test) ids = narrowed(org, scope.object, *test);
    if (ids)
        for (const std::string& id : *ids) consider(*org.find(scope.object, id));
    else
        for (const auto& [id, row] : org.rows(scope.object)) consider(row);
    return found;
}

void sort_rows(const Org& org, const Scope& scope, const std::vector<Ordering>& order,
               std::vector<const Row*>& rows) {
    std::vector<Operand> by;
    for (const Ordering& one : order) {
        if (one.by.aggregates()) malformed(one.by.at, "ordering by an aggregate needs a GROUP BY");
        by.push_back(resolve(scope, one.by));
        if (!by.back().path.leaf->filterable)
            refuse("INVALID_FIELD", one.by.at, "field '" + one.by.field + "' can not be sorted in a query call");
    }
    std::stable_sort(rows.begin(), rows.end(), [&](const Row* a, const Row* b) {
        for (std::size_t i = 0; i < order.size(); ++i) {
            const Json left = value_of(org, *a, by[i]);
            const Json right = value_of(org, *b, by[i]);
            if (left.is_null() || right.is_null()) {
                if (left.is_null() == right.is_null()) continue;
                return left.is_null() != order[i].nulls_last;
            }
            const int sign = compare(left, right);
            if (sign != 0) return order[i].descending ? sign > 0 : sign < 0;
        }
        return false;
    });
}

/// FIELDS(…) written out.
std::vector<Selection> expanded(const Scope& scope, const Query& query) {
    std::vector<Selection> made;
    for (const Selection& one : query.selected) {
        if (one.value.function != "FIELDS") {
            made.push_back(one);
            continue;
        }
        const std::string& which = one.value.field;
        if (which != "ALL" && which != "STANDARD" && which != "CUSTOM")
            malformed(one.value.at, "unknown set of fields: FIELDS(" + which + ")");
        if (which != "STANDARD" && query.limit.value_or(all_fields_max + 1) > all_fields_max)
            malformed(one.value.at, "The SOQL FIELDS function must have a LIMIT of at most 200");
        for (const FieldDefinition& field : scope.object.fields) {
            const bool wanted = which == "ALL" || field.custom() == (which == "CUSTOM");
            if (!wanted) continue;
            Selection selection;
            selection.value = {"", field.name, one.value.at};
            made.push_back(std::move(selection));
        }
    }
    return made;
}

void check_selected(const Scope& scope, const std::vector<Selection>& selected) {
    std::vector<std::string> names;
    std::size_t children = 0;
    for (const Selection& one : selected) {
        if (one.children) {
            ++children;
            continue;
        }
        if (!one.branches.empty()) {
            const FieldDefinition* reference = scope.object.relationship(one.value.field);
            if (reference == nullptr || reference->reference_to.size() < 2)
                malformed(one.value.at, "TYPEOF needs a polymorphic relationship: " + one.value.field);
            for (const TypeBranch& branch : one.branches) {
                const ObjectDefinition* type = scope.catalog.find(branch.type);
                if (type == nullptr) continue; // ELSE: every type is asked when it comes
                const Scope its_scope{scope.catalog, *type};
                for (const Expression& field : branch.fields) resolve(its_scope, field);
            }
            continue;
        }
        resolve(scope, one.value);
        const std::string name =
            one.alias.empty() ? one.value.function + "(" + base::lower(one.value.field) : base::lower(one.alias);
        if (std::find(names.begin(), names.end(), name) != names.end())
            refuse("INVALID_FIELD", one.value.at, "duplicate field selected: " + one.value.field);
        names.push_back(name);
    }
    if (children > child_queries_max) malformed(0, "a query may have at most 20 child queries");
}

/// The children of one record: null where there are none.
Json children_of(const Asked& asked, const Scope& scope, const Row& row, const Query& query) {
    const auto relationship = scope.catalog.child(scope.object, query.object);
    Query inner = query;
    inner.object = relationship->object->name;
    Comparison of_parent;
    of_parent.left = {"", relationship->field->name, query.object_at};
    of_parent.operation = "=";
    Literal id;
    id.kind = Literal::Kind::text;
    id.text = row.id;
    of_parent.values.push_back(std::move(id));
    Condition mine;
    mine.comparison = std::move(of_parent);
    Condition both;
    both.kind = Condition::Kind::all;
    both.parts.push_back(std::move(mine));
    if (query.where) both.parts.push_back(*query.where);
    inner.where = std::move(both);
    Answer found = run(asked, inner);
    if (found.rows.empty()) return nullptr;
    return {{"totalSize", found.rows.size()}, {"done", true}, {"records", std::move(found.rows)}};
}

void check_children(const Asked& asked, const Scope& scope, const std::vector<Selection>& selected) {
    for (const Selection& one : selected) {
        if (!one.children) continue;
        if (!scope.catalog.child(scope.object, one.children->object))
            refuse("INVALID_TYPE", one.children->object_at,
                   "Didn't understand relationship '" + one.children->object +
                       "' in FROM part of query call. If you are attempting to use a custom relationship, be sure to "
                       "append the '__r' after the custom relationship name. Please reference your WSDL or the "
                       "describe call for the appropriate names.");
        static const Row nobody{"000000000000000AAA", Json::object()};
        children_of(asked, scope, nobody, *one.children); // a mistake inside is told though there is no record
    }
}

Json shown(const Asked& asked, const Scope& scope, const Row& row, const std::vector<Selection>& selected) {
    Json made = {{"attributes", attributes_of(scope.object, row.id, asked.version)}};
    for (const Selection& one : selected) {
        if (one.children) {
            const auto relationship = scope.catalog.child(scope.object, one.children->object);
            made[relationship->field->child_relationship_name] = children_of(asked, scope, row, *one.children);
        } else if (!one.branches.empty()) {
            show_branches(asked.org, scope, row, one, asked.version, made);
        } else if (one.value.function.empty() && one.alias.empty()) {
            show_field(asked.org, scope, row, one.value.field, asked.version, made);
        } else {
            const Operand operand = resolve(scope, one.value);
            const std::string name = !one.alias.empty() ? one.alias : operand.path.leaf->name;
            made[name] = value_of(asked.org, row, operand);
        }
    }
    return made;
}

template <class Rows>
std::pair<std::size_t, std::size_t> window(const Query& query, const Rows& rows) {
    const std::size_t begin = std::min(query.offset, rows.size());
    return {begin, std::min(rows.size(), begin + std::min(query.limit.value_or(rows.size()), rows.size()))};
}

Answer run(const Asked& asked, const Query& query) {
    const Org& org = asked.org;
    const ObjectDefinition* object = org.catalog().find(query.object);
    if (object == nullptr) no_such_type(query);
    if (object->event())
        refuse("INVALID_TYPE_FOR_OPERATION", query.object_at,
               "entity type " + object->name + " does not support query");
    const Scope scope{org.catalog(), *object, query.alias};
    if (query.offset > offset_max)
        refuse("NUMBER_OUTSIDE_VALID_RANGE", std::nullopt, "Maximum SOQL offset allowed is 2000");
    const bool groups = is_grouped(query);
    const std::vector<Selection> selected = expanded(scope, query);
    if (!groups) check_selected(scope, selected);
    if (query.having && !groups) malformed(query.object_at, "HAVING needs a GROUP BY");
    std::vector<const Row*> rows = matching(asked, scope, query);
    check_children(asked, scope, selected);
    for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[asked.chance.below(i)]);
    Answer answer;
    if (groups) {
        answer.rows = grouped(org, scope, query, rows);
        const auto [begin, end] = window(query, answer.rows);
        answer.rows.resize(end);
        answer.rows.erase(answer.rows.begin(), answer.rows.begin() + static_cast<std::ptrdiff_t>(begin));
        answer.total = answer.rows.size();
        return answer;
    }
    sort_rows(org, scope, query.order, rows);
    const auto [begin, end] = window(query, rows);
    answer.total = end - begin;
    if (query.count) return answer;
    for (std::size_t i = begin; i < end; ++i) answer.rows.push_back(shown(asked, scope, *rows[i], selected));
    return answer;
}

} // namespace

std::variant<Answer, RowError> evaluate(const Org& org, const Query& query, bool all, std::string_view version,
                                        runtime::Chance& chance) {
    try {
        return run({org, all, version, chance}, query);
    } catch (const Refused& refused) {
        return refused.told(query.text);
    }
}

std::optional<RowError> check_condition(const ObjectCatalog& catalog, const ObjectDefinition& object,
                                        std::string_view condition, base::WallTime now) {
    try {
        const Scope scope{catalog, object};
        const auto no_join = [](const Query& inner) -> std::set<std::string> {
            malformed(inner.object_at, "a rule's condition takes no semi join");
        };
        compile(
            parse_condition(condition, now, "UTC"), [&](const Expression& one) { return resolve(scope, one); },
            no_join);
    } catch (const Refused& refused) {
        return refused.told(condition);
    }
    return std::nullopt;
}

bool meets(const Org& org, const ObjectDefinition& object, const Row& row, std::string_view condition,
           base::WallTime now) {
    try {
        const Scope scope{org.catalog(), object};
        const auto no_join = [](const Query&) { return std::set<std::string>{}; };
        const Test test = compile(
            parse_condition(condition, now, org.time_zone()),
            [&](const Expression& one) { return resolve(scope, one); }, no_join);
        return holds(test, [&](const Operand& operand) { return value_of(org, row, operand); });
    } catch (const Refused&) {
        return false; // fields may have gone since the rule was made
    }
}

} // namespace paysync::sandbox::soql
