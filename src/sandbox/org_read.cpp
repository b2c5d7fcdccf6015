// Reading what a request gives for a record, before anything is written.
#include "sandbox/field_value.hpp"
#include "sandbox/org.hpp"
#include "sandbox/record_id.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;

RowError no_such_column(const std::string& field, const std::string& object) {
    return {.code = "INVALID_FIELD",
            .message = "No such column '" + field + "' on sobject of type " + object,
            .fields = {field},
            .whole_request = true};
}

RowError not_writable(const std::string& field) {
    return {
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Unable to create/update fields: " + field +
            ". Please check the security settings of this field and verify that it is read/write for your profile "
            "or permission set.",
        {field}};
}

} // namespace

ReadRow Org::read(const ObjectDefinition& object, const Json& record, bool creating) const {
    return read_fields(object, record, [creating](const FieldDefinition& field) {
        return creating ? field.createable : field.updateable;
    });
}

ReadRow Org::read_seed(const ObjectDefinition& object, const Json& record) const {
    return read_fields(object, record, [](const FieldDefinition& field) { return field.name != "Id"; });
}

ReadRow Org::read_fields(const ObjectDefinition& object, const Json& record,
                         const std::function<bool(const FieldDefinition&)>& writable) const {
    ReadRow row;
    // A value that cannot be read is told before all else: it concerns the whole request.
    for (const auto& [name, given] : record.items()) {
        if (name == "attributes") continue;
        const FieldDefinition* field = object.field(name);
        if (field == nullptr) {
            const FieldDefinition* reference = object.relationship(name);
            if (reference == nullptr) {
                row.error = no_such_column(name, object.name);
                return row;
            }
            if (!row.error && !writable(*reference)) row.error = not_writable(reference->name);
            if (auto error = read_relation(object, *reference, given, row.values); error && !row.error)
                row.error = std::move(error);
        } else {
            Json stored;
            auto error = store_value(*field, given, stored);
            if (error && error->whole_request) {
                row.error = std::move(error);
                return row;
            }
            if (!error && !writable(*field)) error = not_writable(field->name);
            if (error && !row.error) row.error = std::move(error);
            row.values[field->name] = std::move(stored);
        }
        if (row.error && row.error->whole_request) return row;
    }
    return row;
}

std::optional<RowError> Org::read_relation(const ObjectDefinition& object, const FieldDefinition& reference,
                                           const Json& nested, FieldValues& values) const {
    if (nested.is_null()) {
        values[reference.name] = nullptr;
        return std::nullopt;
    }
    if (!nested.is_object()) return no_such_column(reference.relationship_name, object.name);
    std::string type = reference.reference_to.front();
    if (const auto named = base::member_text(base::member(nested, "attributes"), "type")) type = *named;
    const ObjectDefinition* parent = catalog_.find(type);
    const bool allowed = parent != nullptr && std::find(reference.reference_to.begin(), reference.reference_to.end(),
                                                        parent->name) != reference.reference_to.end();
    if (!allowed || (reference.reference_to.size() > 1 && !nested.contains("attributes")))
        return RowError{"INVALID_FIELD",
                        "Field name provided, " + reference.relationship_name + ", needs the type of its object",
                        {}};
    std::optional<std::pair<std::string, Json>> key;
    for (const auto& [name, value] : nested.items()) {
        if (name == "attributes") continue;
        if (key)
            return RowError{"INVALID_FIELD", "More than one field provided in an external foreign key reference", {}};
        key.emplace(name, value);
    }
    const FieldDefinition* field = key ? parent->field(key->first) : nullptr;
    if (key && field == nullptr) return no_such_column(key->first, parent->name);
    if (field == nullptr || !field->id_lookup || field->name == "Id")
        return RowError{"INVALID_FIELD",
                        "Field name provided, " + (key ? key->first : std::string{}) +
                            " is not an External ID or indexed field for " + parent->name,
                        {}};
    Json stored;
    if (auto error = store_value(*field, key->second, stored)) return error;
    const auto found = find_by_key(*parent, *field, stored);
    const std::string told = stored.is_string() ? stored.get<std::string>() : base::to_text(stored);
    if (found.empty())
        return RowError{"INVALID_FIELD",
                        "Foreign key external ID: " + told + " not found for field " + field->name + " in entity " +
                            parent->name,
                        {}};
    if (found.size() > 1)
        return RowError{
            "INVALID_FIELD", field->name + ": more than one record found for external id field: " + told, {}};
    values[reference.name] = found.front();
    return std::nullopt;
}

} // namespace paysync::sandbox
