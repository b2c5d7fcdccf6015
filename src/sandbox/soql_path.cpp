// Names of queries, resolved.
#include "sandbox/soql_path.hpp"

#include "paysync/base/text.hpp"
#include "sandbox/soql_dates.hpp"
#include "sandbox/soql_error.hpp"

#include <algorithm>

namespace paysync::sandbox::soql {

namespace {

using base::Json;

constexpr std::size_t references_max = 5;

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    for (;;) {
        const auto dot = text.find('.');
        parts.emplace_back(text.substr(0, dot));
        if (dot == std::string_view::npos) return parts;
        text.remove_prefix(dot + 1);
    }
}

FieldDefinition made_up(const char* name, const char* type) {
    FieldDefinition field;
    field.name = name;
    field.label = name;
    field.type = type;
    field.length = 255;
    return field;
}

const FieldDefinition& type_field() {
    static const FieldDefinition field = made_up("Type", "string");
    return field;
}

/// Whose type the values of a function have.
const FieldDefinition* kind_of(const std::string& function, const FieldDefinition* leaf) {
    static const FieldDefinition number = made_up("number", "int");
    static const FieldDefinition fraction = made_up("number", "double");
    static const FieldDefinition day = made_up("day", "date");
    if (function.empty() || function == "MIN" || function == "MAX" || function == "TOLABEL" ||
        function == "CONVERTCURRENCY")
        return leaf;
    if (function == "DAY_ONLY") return &day;
    if (function == "SUM" || function == "AVG") return &fraction;
    if (function == "FORMAT") return &type_field();
    return &number;
}

bool is_moment(const FieldDefinition& field) {
    return field.type == "date" || field.type == "datetime";
}

void check_function(const Expression& expression, const FieldDefinition& leaf) {
    const std::string& function = expression.function;
    const bool fine = function == "TOLABEL" || function == "FORMAT" || function == "CONVERTCURRENCY" ||
                      function == "COUNT" || function == "COUNT_DISTINCT";
    if (function.empty() || fine) return;
    if (function == "SUM" || function == "AVG") {
        if (!leaf.is_number())
            malformed(expression.at, "field " + leaf.name + " does not support aggregate operator " + function);
    } else if (function == "MIN" || function == "MAX") {
        if (leaf.type == "boolean" || leaf.type == "id" || leaf.type == "reference" || leaf.type == "multipicklist")
            malformed(expression.at, "field " + leaf.name + " does not support aggregate operator " + function);
    } else if (!is_moment(leaf)) {
        malformed(expression.at, "The function " + function + " can only be used on date fields: " + leaf.name);
    }
}

} // namespace

std::vector<std::string> steps_of(const Scope& scope, const std::string& name) {
    std::vector<std::string> parts = split(name);
    const std::string first = base::lower(parts.front());
    const bool own =
        first == base::lower(scope.object.name) || (!scope.alias.empty() && first == base::lower(scope.alias));
    if (parts.size() > 1 && own && scope.object.relationship(parts.front()) == nullptr) parts.erase(parts.begin());
    return parts;
}

Path resolve(const Scope& scope, const std::string& name, std::size_t place) {
    Path path;
    const std::vector<std::string> parts = steps_of(scope, name);
    std::vector<const ObjectDefinition*> at = {&scope.object};
    const auto on_any = [&at](const auto& look) {
        for (const ObjectDefinition* candidate : at)
            if (const FieldDefinition* found = look(*candidate)) return found;
        return static_cast<const FieldDefinition*>(nullptr);
    };
    if (parts.size() > references_max + 1)
        refuse("INVALID_FIELD", place, "Relationship path is too deep: " + name + ", at most 5 levels are allowed");
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        const FieldDefinition* reference =
            on_any([&](const ObjectDefinition& candidate) { return candidate.relationship(parts[i]); });
        if (reference == nullptr)
            refuse(
                "INVALID_FIELD", place,
                "Didn't understand relationship '" + parts[i] +
                    "' in field path. If you are attempting to use a custom relationship, be sure to append the "
                    "'__r' after the custom relationship name. Please reference your WSDL or the describe call for "
                    "the appropriate names.");
        path.references.push_back(reference);
        at.clear();
        for (const std::string& target : reference->reference_to)
            if (const ObjectDefinition* found = scope.catalog.find(target)) at.push_back(found);
    }
    const bool polymorphic = !path.references.empty() && path.references.back()->reference_to.size() > 1;
    path.type = polymorphic && base::lower(parts.back()) == "type";
    path.leaf = path.type ? &type_field()
                          : on_any([&](const ObjectDefinition& candidate) { return candidate.field(parts.back()); });
    if (path.leaf == nullptr)
        refuse("INVALID_FIELD", place,
               "No such column '" + parts.back() + "' on entity '" +
                   (at.empty() ? scope.object.name : at.front()->name) +
                   "'. If you are attempting to use a custom field, be sure to append the '__c' after the custom "
                   "field name. Please reference your WSDL or the describe call for the appropriate names.");
    return path;
}

Operand resolve(const Scope& scope, const Expression& expression) {
    Operand made;
    made.function = expression.function;
    if (expression.field.empty()) {
        made.kind = kind_of("COUNT", nullptr);
        return made;
    }
    made.path = resolve(scope, expression.field, expression.at);
    check_function(expression, *made.path.leaf);
    made.kind = kind_of(expression.function, made.path.leaf);
    return made;
}

const Json& stored_value(const Org& org, const Row& row, const Path& path) {
    static const Json none;
    const Row* at = &row;
    for (const FieldDefinition* reference : path.references) {
        const Json& id = base::member(at->fields, reference->name);
        at = id.is_string() ? org.find(id.get_ref<const std::string&>()) : nullptr;
        if (at == nullptr) return none;
    }
    return base::member(at->fields, path.leaf->name);
}

Json value_of(const Org& org, const Row& row, const Operand& operand) {
    if (operand.path.leaf == nullptr) return nullptr;
    if (operand.path.type) {
        Path to_reference{{operand.path.references.begin(), operand.path.references.end() - 1},
                          operand.path.references.back(),
                          false};
        const Json& id = stored_value(org, row, to_reference);
        const ObjectDefinition* object =
            id.is_string() ? org.catalog().find_by_prefix(id.get_ref<const std::string&>()) : nullptr;
        return object == nullptr ? Json() : Json(object->name);
    }
    const Json& stored = stored_value(org, row, operand.path);
    const std::string& function = operand.function;
    if (function.empty() || function == "TOLABEL" || function == "CONVERTCURRENCY") return stored;
    if (function == "FORMAT") return stored.is_null() || stored.is_string() ? stored : Json(base::to_text(stored));
    return date_part(function, stored);
}

int compare(const Json& a, const Json& b) {
    if (a.is_number() && b.is_number()) {
        const double left = a.get<double>();
        const double right = b.get<double>();
        return left < right ? -1 : left > right ? 1 : 0;
    }
    return index_key(a).compare(index_key(b));
}

} // namespace paysync::sandbox::soql
