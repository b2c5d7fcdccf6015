// SOQL tree to rows.
#include "sandbox/soql.hpp"

#include "paysync/base/text.hpp"
#include "sandbox/field_value.hpp"
#include "sandbox/record_id.hpp"

#include <algorithm>

namespace paysync::sandbox::soql {

namespace {

using base::Json;

constexpr std::size_t offset_max = 2'000;

struct Refused {
    RowError error;
};

[[noreturn]] void refuse(std::string code, std::size_t column, const std::string& sentence) {
    const std::string place = column == 0 ? "" : "ERROR at Row:1:Column:" + std::to_string(column) + "\n";
    throw Refused{{.code = std::move(code), .message = place + sentence, .fields = {}, .whole_request = true}};
}

/// A field reached over any number of references. `leaf` is a field of one of the objects the last may refer to.
struct Path {
    std::vector<const FieldDefinition*> references;
    const FieldDefinition* leaf = nullptr;
};

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    for (;;) {
        const auto dot = text.find('.');
        parts.emplace_back(text.substr(0, dot));
        if (dot == std::string_view::npos) return parts;
        text.remove_prefix(dot + 1);
    }
}

Path resolve(const ObjectCatalog& catalog, const ObjectDefinition& object, std::string_view name,
             std::size_t column) {
    Path path;
    std::vector<std::string> parts = split(name);
    if (parts.size() > 1 && base::lower(parts.front()) == base::lower(object.name) &&
        object.relationship(parts.front()) == nullptr)
        parts.erase(parts.begin());
    std::vector<const ObjectDefinition*> at = {&object};
    const auto on_any = [&at](const auto& look) {
        for (const ObjectDefinition* candidate : at)
            if (const FieldDefinition* found = look(*candidate)) return found;
        return static_cast<const FieldDefinition*>(nullptr);
    };
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        const FieldDefinition* reference =
            on_any([&](const ObjectDefinition& candidate) { return candidate.relationship(parts[i]); });
        if (reference == nullptr)
            refuse("INVALID_FIELD", column,
                   "Didn't understand relationship '" + parts[i] +
                       "' in field path. If you are attempting to use a custom relationship, be sure to append the "
                       "'__r' after the custom relationship name.");
        path.references.push_back(reference);
        at.clear();
        for (const std::string& target : reference->reference_to)
            if (const ObjectDefinition* found = catalog.find(target)) at.push_back(found);
    }
    path.leaf = on_any([&](const ObjectDefinition& candidate) { return candidate.field(parts.back()); });
    if (path.leaf == nullptr)
        refuse(
            "INVALID_FIELD", column,
            "No such column '" + parts.back() + "' on entity '" + (at.empty() ? object.name : at.front()->name) +
                "'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field "
                "name. Please reference your WSDL or the describe call for the appropriate names.");
    return path;
}

const Json& value_at(const Org& org, const Row& row, const Path& path) {
    static const Json none;
    const Row* at = &row;
    for (const FieldDefinition* reference : path.references) {
        const Json& id = base::member(at->fields, reference->name);
        at = id.is_string() ? org.find(id.get_ref<const std::string&>()) : nullptr;
        if (at == nullptr) return none;
    }
    return base::member(at->fields, path.leaf->name);
}

/// A comparison with its literals read as the field's type.
struct Test {
    Condition::Kind kind = Condition::Kind::comparison;
    Path path;
    std::string operation;
    Json value;                 ///< of a single comparison; null for null and ''
    std::string pattern;        ///< LIKE, without case
    std::set<std::string> keys; ///< IN: index keys
    bool holds_null = false;    ///< IN: null is in the list
    std::vector<Test> parts;
};

class Compiler {
public:
    Compiler(const Org& org, const ObjectDefinition& object, bool all, runtime::Chance& chance)
        : org_{org}, object_{object}, all_{all}, chance_{chance} {}

    Test compile(const Condition& condition) const {
        Test test;
        test.kind = condition.kind;
        if (condition.kind == Condition::Kind::comparison) return compile(condition.comparison);
        for (const Condition& part : condition.parts) test.parts.push_back(compile(part));
        return test;
    }

private:
    Test compile(const Comparison& comparison) const {
        Test test;
        test.path = resolve(org_.catalog(), object_, comparison.field, comparison.column);
        test.operation = comparison.operation;
        const FieldDefinition& field = *test.path.leaf;
        check_operation(field, comparison);
        if (comparison.semi_join) {
            semi_join(comparison, test);
        } else if (comparison.operation == "LIKE") {
            test.pattern = folded(comparison.values.front().text);
        } else if (comparison.operation == "IN" || comparison.operation == "NOT IN") {
            for (const Literal& literal : comparison.values) {
                const Json value = read(field, literal, comparison.column);
                if (value.is_null())
                    test.holds_null = true;
                else
                    test.keys.insert(index_key(value));
            }
        } else {
            test.value = read(field, comparison.values.front(), comparison.column);
        }
        return test;
    }

    static void check_operation(const FieldDefinition& field, const Comparison& comparison) {
        const std::string& operation = comparison.operation;
        if (!field.filterable)
            refuse("INVALID_FIELD", comparison.column,
                   "field '" + field.name + "' can not be filtered in a query call");
        const bool equality = operation == "=" || operation == "!=" || operation == "IN" || operation == "NOT IN";
        const bool id = field.type == "id" || field.type == "reference";
        const bool null = comparison.values.size() == 1 && comparison.values.front().kind == Literal::Kind::null;
        if ((field.type == "boolean" && !equality) || (null && !equality))
            refuse("INVALID_QUERY_FILTER_OPERATOR", comparison.column,
                   "invalid operator on " + field.type + " field");
        if (operation == "LIKE" && (!field.is_text() || id))
            refuse("INVALID_QUERY_FILTER_OPERATOR", comparison.column,
                   "invalid operator on " + field.type + " field");
        if (operation == "LIKE" && comparison.values.front().kind != Literal::Kind::text)
            wrong_literal(field, comparison.column);
    }

    [[noreturn]] static void wrong_literal(const FieldDefinition& field, std::size_t column) {
        const bool quoted = field.is_text();
        refuse("INVALID_FIELD", column,
               "value of filter criterion for field '" + field.name + "' must be of type " +
                   (quoted ? "string" : field.type) + " and should " + (quoted ? "" : "not ") +
                   "be enclosed in quotes");
    }

    static Json read(const FieldDefinition& field, const Literal& literal, std::size_t column) {
        if (literal.kind == Literal::Kind::null) return nullptr;
        if (field.type == "boolean") {
            if (literal.kind != Literal::Kind::boolean) wrong_literal(field, column);
            return literal.boolean;
        }
        if (field.is_number()) {
            if (literal.kind != Literal::Kind::number) wrong_literal(field, column);
            return field.type == "int" ? Json(static_cast<std::int64_t>(literal.number)) : Json(literal.number);
        }
        if (field.type == "date" || field.type == "datetime") {
            const auto wanted = field.type == "date" ? Literal::Kind::date : Literal::Kind::datetime;
            if (literal.kind != wanted) wrong_literal(field, column);
            return literal.text;
        }
        if (literal.kind != Literal::Kind::text) wrong_literal(field, column);
        if (field.type == "id" || field.type == "reference") {
            auto id = full_record_id(literal.text);
            if (!id) refuse("INVALID_QUERY_FILTER_OPERATOR", column, "invalid ID field: " + literal.text);
            return *id;
        }
        return literal.text.empty() ? Json() : Json(literal.text);
    }

    void semi_join(const Comparison& comparison, Test& test) const {
        const Query& inner = *comparison.semi_join;
        const FieldDefinition& field = *test.path.leaf;
        if (inner.count || inner.fields.size() != 1 || (field.type != "id" && field.type != "reference"))
            refuse("MALFORMED_QUERY", comparison.column,
                   "a semi join compares one id field with one selected id field");
        const auto answer = evaluate(org_, inner, all_, "v64.0", chance_);
        if (const auto* error = std::get_if<RowError>(&answer)) throw Refused{*error};
        for (const Json& row : std::get<Answer>(answer).rows)
            for (const auto& [name, value] : row.items())
                if (name != "attributes" && value.is_string()) test.keys.insert(index_key(value));
    }

    const Org& org_;
    const ObjectDefinition& object_;
    bool all_;
    runtime::Chance& chance_;
};

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

/// Below, equal or above 0. Neither is null.
int compare(const Json& a, const Json& b) {
    if (a.is_number() && b.is_number()) {
        const double left = a.get<double>();
        const double right = b.get<double>();
        return left < right ? -1 : left > right ? 1 : 0;
    }
    return index_key(a).compare(index_key(b));
}

bool holds(const Org& org, const Row& row, const Test& test) {
    const auto part_holds = [&](const Test& part) { return holds(org, row, part); };
    switch (test.kind) {
    case Condition::Kind::all: return std::all_of(test.parts.begin(), test.parts.end(), part_holds);
    case Condition::Kind::any: return std::any_of(test.parts.begin(), test.parts.end(), part_holds);
    case Condition::Kind::negation: return !part_holds(test.parts.front());
    case Condition::Kind::comparison: break;
    }
    const Json& value = value_at(org, row, test.path);
    if (test.operation == "IN" || test.operation == "NOT IN") {
        const bool in = value.is_null() ? test.holds_null : test.keys.contains(index_key(value));
        return in == (test.operation == "IN");
    }
    if (test.operation == "LIKE")
        return value.is_string() && like(folded(value.get_ref<const std::string&>()), test.pattern);
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

using Ids = std::set<std::string>;

/// The only rows that can pass, where an index tells; nothing: any row may.
std::optional<Ids> narrowed(const Org& org, const ObjectDefinition& object, const Test& test) {
    if (test.kind == Condition::Kind::all) {
        std::optional<Ids> least;
        for (const Test& part : test.parts)
            if (auto ids = narrowed(org, object, part); ids && (!least || ids->size() < least->size()))
                least = std::move(ids);
        return least;
    }
    if (test.kind == Condition::Kind::any) {
        Ids united;
        for (const Test& part : test.parts) {
            auto ids = narrowed(org, object, part);
            if (!ids) return std::nullopt;
            united.merge(*ids);
        }
        return united;
    }
    const bool usable = test.kind == Condition::Kind::comparison && test.path.references.empty() &&
                        test.path.leaf->indexed() && !test.holds_null &&
                        (test.operation == "IN" || (test.operation == "=" && !test.value.is_null()));
    if (!usable) return std::nullopt;
    Ids ids;
    const auto add = [&](const std::string& key) {
        const Ids& found = org.candidates(object, *test.path.leaf, Json(key));
        ids.insert(found.begin(), found.end());
    };
    if (test.path.leaf->name == "Id") return std::nullopt;
    if (test.operation == "IN")
        for (const std::string& key : test.keys) add(key);
    else
        add(index_key(test.value));
    return ids;
}

/// Rows by id are looked up, not searched for.
std::optional<Ids> by_id(const Org& org, const ObjectDefinition& object, const Condition& condition) {
    if (condition.kind == Condition::Kind::all) {
        for (const Condition& part : condition.parts)
            if (auto ids = by_id(org, object, part)) return ids;
        return std::nullopt;
    }
    const Comparison& comparison = condition.comparison;
    if (condition.kind != Condition::Kind::comparison || base::lower(comparison.field) != "id" ||
        comparison.semi_join)
        return std::nullopt;
    if (comparison.operation != "=" && comparison.operation != "IN") return std::nullopt;
    Ids ids;
    for (const Literal& literal : comparison.values)
        if (const auto id = full_record_id(literal.text); id && org.find(object, *id) != nullptr) ids.insert(*id);
    return ids;
}

std::vector<const Row*> matching(const Org& org, const ObjectDefinition& object, const Query& query,
                                 const std::optional<Test>& test, bool all) {
    std::vector<const Row*> found;
    const auto consider = [&](const Row& row) {
        if ((all || !row.deleted) && (!test || holds(org, row, *test))) found.push_back(&row);
    };
    std::optional<Ids> ids;
    if (query.where) ids = by_id(org, object, *query.where);
    if (!ids && test) ids = narrowed(org, object, *test);
    if (ids)
        for (const std::string& id : *ids) consider(*org.find(object, id));
    else
        for (const auto& [id, row] : org.rows(object)) consider(row);
    return found;
}

void sort_rows(const Org& org, const std::vector<Ordering>& order, const std::vector<Path>& paths,
               std::vector<const Row*>& rows) {
    std::stable_sort(rows.begin(), rows.end(), [&](const Row* a, const Row* b) {
        for (std::size_t i = 0; i < order.size(); ++i) {
            const Json& left = value_at(org, *a, paths[i]);
            const Json& right = value_at(org, *b, paths[i]);
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

Json attributes_of(const ObjectDefinition& object, const std::string& id, std::string_view version) {
    return {{"type", object.name},
            {"url", "/services/data/" + std::string(version) + "/sobjects/" + object.name + "/" + id}};
}

Answer run(const Org& org, const Query& query, bool all, std::string_view version, runtime::Chance& chance) {
    const ObjectDefinition* object = org.catalog().find(query.object);
    if (object == nullptr)
        refuse(
            "INVALID_TYPE", query.object_column,
            "sObject type '" + query.object +
                "' is not supported. If you are attempting to use a custom object, be sure to append the '__c' after "
                "the entity name. Please reference your WSDL or the describe call for the appropriate names.");
    if (query.offset > offset_max) refuse("NUMBER_OUTSIDE_VALID_RANGE", 0, "Maximum SOQL offset allowed is 2000");
    std::vector<std::string> names;
    for (const Query::Field& field : query.fields) {
        resolve(org.catalog(), *object, field.name, field.column);
        const std::string name = base::lower(field.name);
        if (std::find(names.begin(), names.end(), name) != names.end())
            refuse("INVALID_FIELD", field.column, "duplicate field selected: " + field.name);
        names.push_back(name);
    }
    std::optional<Test> test;
    if (query.where) test = Compiler{org, *object, all, chance}.compile(*query.where);
    std::vector<Path> paths;
    for (const Ordering& by : query.order) {
        paths.push_back(resolve(org.catalog(), *object, by.field, by.column));
        if (!paths.back().leaf->filterable)
            refuse("INVALID_FIELD", by.column, "field '" + by.field + "' can not be sorted in a query call");
    }
    std::vector<const Row*> rows = matching(org, *object, query, test, all);
    for (std::size_t i = rows.size(); i > 1; --i) std::swap(rows[i - 1], rows[chance.below(i)]);
    sort_rows(org, query.order, paths, rows);
    const std::size_t begin = std::min(query.offset, rows.size());
    const std::size_t end = std::min(rows.size(), begin + std::min(query.limit.value_or(rows.size()), rows.size()));
    Answer answer;
    answer.total = end - begin;
    if (query.count) return answer;
    std::vector<std::string> fields;
    for (const Query::Field& field : query.fields) fields.push_back(field.name);
    for (std::size_t i = begin; i < end; ++i) answer.rows.push_back(render(org, *object, *rows[i], fields, version));
    return answer;
}

} // namespace

Json render(const Org& org, const ObjectDefinition& object, const Row& row, const std::vector<std::string>& fields,
            std::string_view version) {
    Json made = {{"attributes", attributes_of(object, row.id, version)}};
    for (const std::string& name : fields) {
        Json* into = &made;
        const ObjectDefinition* type = &object;
        const Row* at = &row;
        std::vector<std::string> parts = split(name);
        if (parts.size() > 1 && object.relationship(parts.front()) == nullptr) parts.erase(parts.begin());
        for (std::size_t i = 0; i + 1 < parts.size() && at != nullptr; ++i) {
            const FieldDefinition* reference = type->relationship(parts[i]);
            const Json& id = reference == nullptr ? Json() : base::member(at->fields, reference->name);
            at = id.is_string() ? org.find(id.get_ref<const std::string&>()) : nullptr;
            Json& nested = (*into)[reference == nullptr ? parts[i] : reference->relationship_name];
            if (at == nullptr) continue;
            type = org.catalog().find_by_prefix(at->id);
            if (nested.is_null()) nested = {{"attributes", attributes_of(*type, at->id, version)}};
            into = &nested;
        }
        if (at == nullptr) continue;
        const FieldDefinition* field = type->field(parts.back());
        (*into)[field == nullptr ? parts.back() : field->name] =
            field == nullptr ? Json() : at->fields.at(field->name);
    }
    return made;
}

std::variant<Answer, RowError> evaluate(const Org& org, const Query& query, bool all, std::string_view version,
                                        runtime::Chance& chance) {
    try {
        return run(org, query, all, version, chance);
    } catch (const Refused& refused) {
        return refused.error;
    }
}

} // namespace paysync::sandbox::soql
