// Reading what an org says of an object.
#include "paysync/salesforce/describe.hpp"

#include "paysync/base/text.hpp"

#include <array>
#include <utility>

namespace paysync::salesforce {

namespace {

using base::Errc;
using base::Error;
using base::member;

FieldType type_of(std::string_view name) {
    constexpr std::array<std::pair<std::string_view, FieldType>, 21> types{{
        {"string", FieldType::text},
        {"textarea", FieldType::text},
        {"phone", FieldType::text},
        {"url", FieldType::text},
        {"encryptedstring", FieldType::text},
        {"combobox", FieldType::text},
        {"email", FieldType::email},
        {"id", FieldType::id},
        {"reference", FieldType::reference},
        {"boolean", FieldType::boolean},
        {"int", FieldType::integer},
        {"integer", FieldType::integer},
        {"long", FieldType::number},
        {"double", FieldType::number},
        {"percent", FieldType::number},
        {"currency", FieldType::currency},
        {"date", FieldType::date},
        {"datetime", FieldType::datetime},
        {"time", FieldType::time},
        {"picklist", FieldType::picklist},
        {"multipicklist", FieldType::multipicklist},
    }};
    for (const auto& [known, type] : types)
        if (known == name) return type;
    return FieldType::other;
}

bool flag(const Json& field, std::string_view key) {
    const Json& found = member(field, key);
    return found.is_boolean() && found.get<bool>();
}

int whole(const Json& field, std::string_view key) {
    const Json& found = member(field, key);
    return found.is_number_integer() ? found.get<int>() : 0;
}

/// Types of text that hold one line, and those of which a part would be another value.
bool is_one_line(std::string_view type) {
    return type == "string" || type == "phone" || type == "url" || type == "encryptedstring" || type == "combobox";
}
bool is_indivisible(std::string_view type) {
    return type == "phone" || type == "url";
}

std::vector<std::string> active_values(const Json& field) {
    std::vector<std::string> values;
    for (const Json& entry : member(field, "picklistValues")) {
        const auto value = base::member_text(entry, "value");
        const Json& active = member(entry, "active");
        if (value && (!active.is_boolean() || active.get<bool>())) values.push_back(*value);
    }
    return values;
}

/// What decides whether and how a field is written must be said; the rest may be absent.
Result<void> require_flags(const Json& field, const std::string& name) {
    for (const char* key : {"nillable", "createable", "updateable", "defaultedOnCreate"})
        if (!member(field, key).is_boolean())
            return Error{Errc::invalid, "the description of field " + name + " has no " + key};
    return {};
}

Result<Field> read_field(const Json& body) {
    const auto name = base::member_text(body, "name");
    const auto type = base::member_text(body, "type");
    if (!name || !type) return Error{Errc::invalid, "a field of the description has no name or no type"};
    if (const auto told = require_flags(body, *name); !told) return told.error();

    Field field;
    field.name = *name;
    const std::string kind = base::lower(*type);
    field.type = type_of(kind);
    field.multiline = !is_one_line(kind);
    field.indivisible = is_indivisible(kind);
    field.length = whole(body, "length");
    field.byte_length = whole(body, "byteLength");
    field.precision = whole(body, "precision");
    field.scale = whole(body, "scale");
    if (field.precision == 0) field.precision = whole(body, "digits"); // whole numbers have only these
    field.nillable = flag(body, "nillable");
    field.createable = flag(body, "createable");
    field.updateable = flag(body, "updateable");
    field.defaulted_on_create = flag(body, "defaultedOnCreate");
    field.external_id = flag(body, "externalId");
    field.unique = flag(body, "unique");
    field.case_sensitive = flag(body, "caseSensitive");
    field.id_lookup = flag(body, "idLookup");
    const Json& filterable = member(body, "filterable");
    field.filterable = !filterable.is_boolean() || filterable.get<bool>();
    field.restricted_picklist = flag(body, "restrictedPicklist");
    field.picklist = active_values(body);
    for (const Json& object : member(body, "referenceTo"))
        if (object.is_string()) field.reference_to.push_back(object.get<std::string>());
    field.relationship = base::member_text(body, "relationshipName").value_or("");
    return field;
}

bool flag_or_true(const Json& body, std::string_view key) {
    const Json& found = member(body, key);
    return !found.is_boolean() || found.get<bool>();
}

std::vector<RecordType> read_record_types(const Json& body) {
    std::vector<RecordType> types;
    for (const Json& entry : member(body, "recordTypeInfos")) {
        const auto id = long_id(base::member_text(entry, "recordTypeId").value_or(""));
        if (!id) continue;
        RecordType type;
        type.id = *id;
        type.developer_name = base::member_text(entry, "developerName").value_or("");
        type.name = base::member_text(entry, "name").value_or("");
        type.available = flag_or_true(entry, "available");
        type.active = flag_or_true(entry, "active");
        type.is_default = flag(entry, "defaultRecordTypeMapping");
        type.master = flag(entry, "master");
        types.push_back(std::move(type));
    }
    return types;
}

} // namespace

const Field* ObjectDescription::find(const std::string& field) const {
    const auto found = fields.find(base::lower(field));
    return found == fields.end() ? nullptr : &found->second;
}

const Field* ObjectDescription::find_relationship(const std::string& relationship) const {
    const std::string wanted = base::lower(relationship);
    if (wanted.empty()) return nullptr;
    for (const auto& [key, field] : fields)
        if (base::lower(field.relationship) == wanted) return &field;
    return nullptr;
}

Result<ObjectDescription> read_description(const Json& body) {
    const auto name = base::member_text(body, "name");
    if (!name) return Error{Errc::invalid, "the description has no name of an object"};
    const Json& fields = member(body, "fields");
    if (!fields.is_array() || fields.empty())
        return Error{Errc::invalid, "the description of " + *name + " has no fields"};
    ObjectDescription description;
    description.name = *name;
    description.createable = flag_or_true(body, "createable");
    description.updateable = flag_or_true(body, "updateable");
    description.queryable = flag_or_true(body, "queryable");
    for (const Json& entry : fields) {
        auto field = read_field(entry);
        if (!field) return Error{Errc::invalid, *name + ": " + field.error().detail};
        description.fields.insert_or_assign(base::lower(field->name), *field);
    }
    description.record_types = read_record_types(body);
    return description;
}

} // namespace paysync::salesforce
