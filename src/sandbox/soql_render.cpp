// Fields of rows, put into the JSON of an answer.
#include "sandbox/soql_render.hpp"

#include "paysync/base/text.hpp"

namespace paysync::sandbox::soql {

using base::Json;

Json attributes_of(const ObjectDefinition& object, const std::string& id, std::string_view version) {
    return {{"type", object.name},
            {"url", "/services/data/" + std::string(version) + "/sobjects/" + object.name + "/" + id}};
}

void show_field(const Org& org, const Scope& scope, const Row& row, const std::string& name, std::string_view version,
                Json& record) {
    Json* into = &record;
    const ObjectDefinition* type = &scope.object;
    const Row* at = &row;
    const std::vector<std::string> parts = steps_of(scope, name);
    bool polymorphic = false;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
        const FieldDefinition* reference = type->relationship(parts[i]);
        const Json& id = reference == nullptr ? Json() : base::member(at->fields, reference->name);
        at = id.is_string() ? org.find(id.get_ref<const std::string&>()) : nullptr;
        Json& nested = (*into)[reference == nullptr ? parts[i] : reference->relationship_name];
        if (at == nullptr) return;
        polymorphic = reference->reference_to.size() > 1;
        type = org.catalog().find_by_prefix(at->id);
        if (nested.is_null()) nested = {{"attributes", attributes_of(*type, at->id, version)}};
        into = &nested;
    }
    const FieldDefinition* field = type->field(parts.back());
    if (polymorphic && base::lower(parts.back()) == "type")
        (*into)["Type"] = type->name;
    else
        (*into)[field == nullptr ? parts.back() : field->name] =
            field == nullptr ? Json() : at->fields.at(field->name);
}

void show_branches(const Org& org, const Scope& scope, const Row& row, const Selection& selection,
                   std::string_view version, Json& into) {
    const FieldDefinition& reference = *scope.object.relationship(selection.value.field);
    Json& nested = into[reference.relationship_name];
    const Json& id = row.fields.at(reference.name);
    const Row* parent = id.is_string() ? org.find(id.get_ref<const std::string&>()) : nullptr;
    if (parent == nullptr) return;
    const ObjectDefinition& type = *org.catalog().find_by_prefix(parent->id);
    nested = {{"attributes", attributes_of(type, parent->id, version)}};
    for (const TypeBranch& branch : selection.branches) {
        if (!branch.type.empty() && base::lower(branch.type) != base::lower(type.name)) continue;
        const Scope its_scope{org.catalog(), type};
        for (const Expression& field : branch.fields)
            show_field(org, its_scope, *parent, field.field, version, nested);
        return;
    }
}

Json render(const Org& org, const ObjectDefinition& object, const Row& row, const std::vector<std::string>& fields,
            std::string_view version) {
    Json made = {{"attributes", attributes_of(object, row.id, version)}};
    const Scope scope{org.catalog(), object};
    for (const std::string& name : fields) show_field(org, scope, row, name, version, made);
    return made;
}

} // namespace paysync::sandbox::soql
