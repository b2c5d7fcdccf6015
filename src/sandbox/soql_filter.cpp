// Filters of queries.
#include "sandbox/soql_filter.hpp"

#include "paysync/base/text.hpp"
#include "sandbox/field_value.hpp"
#include "sandbox/record_id.hpp"
#include "sandbox/soql_error.hpp"

#include <algorithm>

namespace paysync::sandbox::soql {

namespace {

using base::Json;

[[noreturn]] void wrong_literal(const FieldDefinition& field, std::size_t at) {
    const bool quoted = field.is_text();
    refuse("INVALID_FIELD", at,
           "value of filter criterion for field '" + field.name + "' must be of type " +
               (quoted                     ? "string"
                : field.type == "datetime" ? "dateTime"
                                           : field.type) +
               " and should " + (quoted ? "" : "not ") + "be enclosed in quotes");
}

void check_operation(const FieldDefinition& field, const Comparison& comparison) {
    const std::string& operation = comparison.operation;
    const std::size_t at = comparison.left.at;
    if (!field.filterable)
        refuse("INVALID_FIELD", at, "field '" + field.name + "' can not be filtered in a query call");
    const bool equality = operation == "=" || operation == "!=" || operation == "IN" || operation == "NOT IN";
    const bool choosing = operation == "INCLUDES" || operation == "EXCLUDES";
    const bool many = field.type == "multipicklist";
    const bool id = field.type == "id" || field.type == "reference";
    const bool null = comparison.values.size() == 1 && comparison.values.front().kind == Literal::Kind::null;
    const bool wrong = (field.type == "boolean" && !equality) || (null && !equality) ||
                       choosing != (many && choosing) || (operation == "LIKE" && (!field.is_text() || id || many));
    if (wrong) refuse("INVALID_QUERY_FILTER_OPERATOR", at, "invalid operator on " + field.type + " field");
    if (operation == "LIKE" && comparison.values.front().kind != Literal::Kind::text) wrong_literal(field, at);
}

Json read(const FieldDefinition& field, const Literal& literal, std::size_t at) {
    if (literal.kind == Literal::Kind::null) return nullptr;
    if (field.type == "boolean") {
        if (literal.kind != Literal::Kind::boolean) wrong_literal(field, at);
        return literal.boolean;
    }
    if (field.is_number()) {
        if (literal.kind != Literal::Kind::number) wrong_literal(field, at);
        return field.type == "int" ? Json(static_cast<std::int64_t>(literal.number)) : Json(literal.number);
    }
    if (field.type == "date" || field.type == "datetime") {
        const auto wanted = field.type == "date" ? Literal::Kind::date : Literal::Kind::datetime;
        if (literal.kind != wanted) wrong_literal(field, at);
        return literal.text;
    }
    if (literal.kind != Literal::Kind::text) wrong_literal(field, at);
    if (field.type == "id" || field.type == "reference") {
        if (literal.text.empty()) return nullptr;
        auto id = full_record_id(literal.text);
        if (!id) refuse("INVALID_QUERY_FILTER_OPERATOR", at, "invalid ID field: " + literal.text);
        return *id;
    }
    return literal.text.empty() ? Json() : Json(literal.text);
}

std::set<std::string> folded_values(const std::string& list) {
    std::set<std::string> values;
    std::string_view rest = list;
    for (;;) {
        const auto end = rest.find(';');
        values.insert(folded(base::trimmed(rest.substr(0, end))));
        if (end == std::string_view::npos) return values;
        rest.remove_prefix(end + 1);
    }
}

Test compile_comparison(const Comparison& comparison, const Resolver& resolver, const SemiJoin& semi_join) {
    Test test;
    test.operand = resolver(comparison.left);
    test.operation = comparison.operation;
    const FieldDefinition& field = *test.operand.kind;
    const std::size_t at = comparison.left.at;
    check_operation(field, comparison);
    if (comparison.semi_join) {
        const Query& inner = *comparison.semi_join;
        const bool one_id = !inner.count && inner.selected.size() == 1 && !inner.selected.front().children;
        if (!one_id || (field.type != "id" && field.type != "reference"))
            malformed(at, "a semi join compares one id field with one selected id field");
        test.keys = semi_join(inner);
    } else if (comparison.operation == "LIKE") {
        test.pattern = folded(comparison.values.front().text);
    } else if (comparison.operation == "INCLUDES" || comparison.operation == "EXCLUDES") {
        for (const Literal& literal : comparison.values) {
            if (literal.kind != Literal::Kind::text) wrong_literal(field, at);
            test.choices.push_back(folded_values(literal.text));
        }
    } else if (comparison.operation == "IN" || comparison.operation == "NOT IN") {
        for (const Literal& literal : comparison.values) {
            const Json value = read(field, literal, at);
            if (value.is_null())
                test.holds_null = true;
            else
                test.keys.insert(index_key(value));
        }
    } else if (comparison.values.front().kind == Literal::Kind::span) {
        const Literal& span = comparison.values.front();
        if (field.type != "date" && field.type != "datetime") wrong_literal(field, at);
        test.span = field.type == "date" ? std::pair{span.first_day, span.end_day}
                                         : std::pair{span.first_moment, span.end_moment};
    } else {
        test.value = read(field, comparison.values.front(), at);
    }
    return test;
}

/// `%` any run, `_` one character, `\` takes the next as it is. Both sides without case.
bool like(std::string_view text, std::string_view pattern) {
    while (!pattern.empty()) {
        if (pattern.front() == '%') {
            pattern.remove_prefix(1);
            for (;; text.remove_prefix(1)) {
                if (like(text, pattern)) return true;
                if (text.empty()) return false;
            }
        }
        const bool any = pattern.front() == '_';
        if (!any && pattern.front() == '\\' && pattern.size() > 1) pattern.remove_prefix(1);
        if (text.empty() || (!any && text.front() != pattern.front())) return false;
        text.remove_prefix(1);
        if (any) // the rest of a multi-byte character
            while (!text.empty() && (static_cast<unsigned char>(text.front()) & 0xC0U) == 0x80U)
                text.remove_prefix(1);
        pattern.remove_prefix(1);
    }
    return text.empty();
}

bool within(const std::string& value, const Test& test) {
    const std::string& first = test.span->first;
    const std::string& end = test.span->second;
    if (test.operation == "=") return value >= first && value < end;
    if (test.operation == "!=") return value < first || value >= end;
    if (test.operation == "<") return value < first;
    if (test.operation == "<=") return value < end;
    if (test.operation == ">") return value >= end;
    return value >= first;
}

bool chosen(const Json& value, const std::vector<std::set<std::string>>& choices) {
    if (!value.is_string()) return false;
    const std::set<std::string> there = folded_values(value.get<std::string>());
    return std::any_of(choices.begin(), choices.end(), [&there](const std::set<std::string>& wanted) {
        return std::includes(there.begin(), there.end(), wanted.begin(), wanted.end());
    });
}

bool comparison_holds(const Json& value, const Test& test) {
    if (test.operation == "INCLUDES") return chosen(value, test.choices);
    if (test.operation == "EXCLUDES") return !chosen(value, test.choices);
    if (test.operation == "IN" || test.operation == "NOT IN") {
        const bool in = value.is_null() ? test.holds_null : test.keys.contains(index_key(value));
        return in == (test.operation == "IN");
    }
    if (test.operation == "LIKE")
        return value.is_string() && like(folded(value.get_ref<const std::string&>()), test.pattern);
    if (test.span) {
        if (!value.is_string()) return test.operation == "!=";
        return within(value.get_ref<const std::string&>(), test);
    }
    if (value.is_null() || test.value.is_null()) {
        if (test.operation == "=") return value.is_null() && test.value.is_null();
        return test.operation == "!=" && value.is_null() != test.value.is_null();
    }
    const int order = compare(value, test.value);
    if (test.operation == "=") return order == 0;
    if (test.operation == "!=") return order != 0;
    if (test.operation == "<") return order < 0;
    if (test.operation == "<=") return order <= 0;
    if (test.operation == ">") return order > 0;
    return order >= 0;
}

} // namespace

Test compile(const Condition& condition, const Resolver& resolver, const SemiJoin& semi_join) {
    if (condition.kind == Condition::Kind::comparison)
        return compile_comparison(condition.comparison, resolver, semi_join);
    Test test;
    test.kind = condition.kind;
    for (const Condition& part : condition.parts) test.parts.push_back(compile(part, resolver, semi_join));
    return test;
}

bool holds(const Test& test, const std::function<Json(const Operand&)>& value) {
    const auto part_holds = [&](const Test& part) { return holds(part, value); };
    switch (test.kind) {
    case Condition::Kind::all: return std::all_of(test.parts.begin(), test.parts.end(), part_holds);
    case Condition::Kind::any: return std::any_of(test.parts.begin(), test.parts.end(), part_holds);
    case Condition::Kind::negation: return !part_holds(test.parts.front());
    case Condition::Kind::comparison: break;
    }
    return comparison_holds(value(test.operand), test);
}

/// The only rows that can pass, where an index tells; nothing: any row may.
std::optional<std::set<std::string>> narrowed(const Org& org, const ObjectDefinition& object, const Test& test) {
    if (test.kind == Condition::Kind::all) {
        std::optional<std::set<std::string>> least;
        for (const Test& part : test.parts)
            if (auto ids = narrowed(org, object, part); ids && (!least || ids->size() < least->size()))
                least = std::move(ids);
        return least;
    }
    if (test.kind == Condition::Kind::any) {
        std::set<std::string> united;
        for (const Test& part : test.parts) {
            auto ids = narrowed(org, object, part);
            if (!ids) return std::nullopt;
            united.merge(*ids);
        }
        return united;
    }
    const bool usable = test.kind == Condition::Kind::comparison && test.operand.function.empty() &&
                        test.operand.path.leaf != nullptr && !test.operand.path.type && !test.operand.aggregate &&
                        !test.span && test.operand.path.references.empty() && test.operand.path.leaf->indexed() &&
                        !test.holds_null && test.operand.path.leaf->name != "Id" &&
                        (test.operation == "IN" || (test.operation == "=" && !test.value.is_null()));
    if (!usable) return std::nullopt;
    std::set<std::string> ids;
    const auto add = [&](const std::string& key) {
        const std::set<std::string>& found = org.candidates(object, *test.operand.path.leaf, Json(key));
        ids.insert(found.begin(), found.end());
    };
    if (test.operation == "IN")
        for (const std::string& key : test.keys) add(key);
    else
        add(index_key(test.value));
    return ids;
}

/// Rows by id are looked up, not searched for.
std::optional<std::set<std::string>> by_id(const Org& org, const ObjectDefinition& object,
                                           const Condition& condition) {
    if (condition.kind == Condition::Kind::all) {
        for (const Condition& part : condition.parts)
            if (auto ids = by_id(org, object, part)) return ids;
        return std::nullopt;
    }
    const Comparison& comparison = condition.comparison;
    if (condition.kind != Condition::Kind::comparison || !comparison.left.function.empty() ||
        base::lower(comparison.left.field) != "id" || comparison.semi_join)
        return std::nullopt;
    if (comparison.operation != "=" && comparison.operation != "IN") return std::nullopt;
    std::set<std::string> ids;
    for (const Literal& literal : comparison.values)
        if (const auto id = full_record_id(literal.text); id && org.find(object, *id) != nullptr) ids.insert(*id);
    return ids;
}

} // namespace paysync::sandbox::soql
