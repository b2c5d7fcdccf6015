// Reads object definitions.
#include "sandbox/object_catalog.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace paysync::sandbox {

std::map<std::string, std::string_view> embedded_objects();

namespace {

using base::Json;

bool flag(const Json& definition, const char* name, bool otherwise) {
    return definition.value(name, otherwise);
}

/// "BillingPostalCode" reads "Billing Postal Code".
std::string label_of(std::string name) {
    if (name.ends_with("__c")) name.resize(name.size() - 3);
    std::string label;
    for (std::size_t i = 0; i < name.size(); ++i) {
        const bool upper = name[i] >= 'A' && name[i] <= 'Z';
        if (name[i] == '_') {
            label += ' ';
            continue;
        }
        if (upper && i > 0 && name[i - 1] >= 'a' && name[i - 1] <= 'z') label += ' ';
        label += name[i];
    }
    return label;
}

std::size_t usual_length(const std::string& type) {
    static const std::map<std::string, std::size_t> lengths = {
        {"string", 255}, {"textarea", 255}, {"picklist", 255}, {"combobox", 255}, {"url", 255},
        {"email", 80},   {"phone", 40},     {"id", 18},        {"reference", 18}};
    const auto found = lengths.find(type);
    return found == lengths.end() ? 0 : found->second;
}

bool known_type(const std::string& type) {
    static constexpr std::array types = {"boolean", "int", "double", "currency", "percent", "date", "datetime"};
    return usual_length(type) > 0 || std::find(types.begin(), types.end(), type) != types.end();
}

PicklistValue read_picklist_value(const Json& item) {
    PicklistValue value;
    if (item.is_string()) {
        value.value = item.get<std::string>();
        return value;
    }
    value.value = item.at("value").get<std::string>();
    value.is_default = flag(item, "default", false);
    value.traits = item;
    return value;
}

FieldDefinition read_field(const Json& item) {
    FieldDefinition field;
    field.name = item.at("name").get<std::string>();
    field.type = item.at("type").get<std::string>();
    if (!known_type(field.type)) throw std::runtime_error("field " + field.name + ": unknown type " + field.type);
    field.label = item.value("label", label_of(field.name));
    const bool boolean = field.type == "boolean";
    field.length = item.value("length", usual_length(field.type));
    field.precision = item.value("precision", 0);
    field.scale = item.value("scale", 0);
    field.digits = item.value("digits", field.type == "int" ? 9 : 0);
    field.calculated = flag(item, "calculated", false);
    field.nillable = flag(item, "nillable", !boolean);
    field.createable = flag(item, "createable", !field.calculated);
    field.updateable = flag(item, "updateable", !field.calculated);
    field.defaulted_on_create = flag(item, "defaultedOnCreate", boolean);
    field.external_id = flag(item, "externalId", false);
    field.unique = flag(item, "unique", false);
    field.case_sensitive = flag(item, "caseSensitive", false);
    field.id_lookup = flag(item, "idLookup", field.external_id);
    field.restricted_picklist = flag(item, "restrictedPicklist", false);
    field.auto_number = flag(item, "autoNumber", false);
    field.name_field = flag(item, "nameField", false);
    field.filterable = flag(item, "filterable", field.type != "textarea" || field.length <= 255);
    field.default_value = item.value("default", boolean ? Json(false) : Json());
    for (const Json& value : item.value("picklistValues", Json::array())) {
        field.picklist.push_back(read_picklist_value(value));
        if (field.picklist.back().is_default) field.default_value = field.picklist.back().value;
    }
    field.reference_to = item.value("referenceTo", std::vector<std::string>{});
    field.relationship_name = item.value("relationshipName", std::string{});
    return field;
}

FieldDefinition currency_field(const CatalogSettings& settings) {
    FieldDefinition field;
    field.name = "CurrencyIsoCode";
    field.label = "Currency ISO Code";
    field.type = "picklist";
    field.length = 3;
    field.defaulted_on_create = true;
    field.restricted_picklist = true;
    field.default_value = settings.currency;
    for (const std::string& code : settings.currencies)
        field.picklist.push_back({.value = code, .is_default = code == settings.currency, .traits = {}});
    return field;
}

Json describe_field(const FieldDefinition& field) {
    Json values = Json::array();
    for (const PicklistValue& item : field.picklist)
        values.push_back({{"active", true},
                          {"defaultValue", item.is_default},
                          {"label", item.value},
                          {"validFor", nullptr},
                          {"value", item.value}});
    Json told = {{"aggregatable", true},
                 {"autoNumber", field.auto_number},
                 {"byteLength", field.length * 3},
                 {"calculated", field.calculated},
                 {"caseSensitive", field.case_sensitive},
                 {"createable", field.createable},
                 {"custom", field.custom()},
                 {"defaultValue", field.default_value},
                 {"defaultedOnCreate", field.defaulted_on_create},
                 {"deprecatedAndHidden", false},
                 {"digits", field.digits},
                 {"externalId", field.external_id},
                 {"filterable", field.filterable},
                 {"groupable", field.filterable},
                 {"idLookup", field.id_lookup},
                 {"label", field.label},
                 {"length", field.length},
                 {"name", field.name},
                 {"nameField", field.name_field},
                 {"nillable", field.nillable},
                 {"permissionable", field.custom()},
                 {"picklistValues", std::move(values)},
                 {"polymorphicForeignKey", field.reference_to.size() > 1},
                 {"precision", field.precision},
                 {"referenceTo", field.reference_to},
                 {"relationshipName", nullptr},
                 {"restrictedPicklist", field.restricted_picklist},
                 {"scale", field.scale},
                 {"sortable", field.filterable},
                 {"type", field.type},
                 {"unique", field.unique},
                 {"updateable", field.updateable}};
    if (!field.relationship_name.empty()) told["relationshipName"] = field.relationship_name;
    return told;
}

Json record_type_infos(const std::vector<Json>& record_types, const std::string& object) {
    const std::string base = "/services/data/v64.0/sobjects/" + object + "/describe/layouts/";
    Json infos = Json::array();
    const auto add = [&](const std::string& id, const std::string& name, const std::string& developer_name,
                         bool master) {
        infos.push_back({{"active", true},
                         {"available", true},
                         {"defaultRecordTypeMapping", master},
                         {"developerName", developer_name},
                         {"master", master},
                         {"name", name},
                         {"recordTypeId", id},
                         {"urls", {{"layout", base + id}}}});
    };
    for (const Json& type : record_types)
        add(type.at("Id").get<std::string>(), type.at("Name").get<std::string>(),
            type.at("DeveloperName").get<std::string>(), false);
    add("012000000000000AAA", "Master", "Master", true);
    return infos;
}

} // namespace

bool FieldDefinition::is_number() const {
    return type == "int" || type == "double" || type == "currency" || type == "percent";
}

bool FieldDefinition::is_text() const {
    return !is_number() && type != "boolean" && type != "date" && type != "datetime";
}

bool FieldDefinition::indexed() const {
    return id_lookup || external_id || unique || name_field || type == "reference" || type == "email";
}

const PicklistValue* FieldDefinition::find_value(std::string_view value) const {
    const std::string wanted = base::lower(value);
    for (const PicklistValue& item : picklist)
        if (base::lower(item.value) == wanted) return &item;
    return nullptr;
}

const FieldDefinition* ObjectDefinition::field(std::string_view field_name) const {
    const auto found = by_name.find(base::lower(field_name));
    return found == by_name.end() ? nullptr : &fields[found->second];
}

const FieldDefinition* ObjectDefinition::relationship(std::string_view name_of_it) const {
    const auto found = by_relationship.find(base::lower(name_of_it));
    return found == by_relationship.end() ? nullptr : &fields[found->second];
}

Json ObjectDefinition::summary() const {
    return {{"createable", creatable},
            {"custom", name.ends_with("__c")},
            {"deletable", deletable},
            {"keyPrefix", key_prefix},
            {"label", label},
            {"labelPlural", label_plural},
            {"name", name},
            {"queryable", true},
            {"retrieveable", true},
            {"searchable", deletable},
            {"undeletable", deletable},
            {"updateable", true},
            {"urls",
             {{"describe", "/services/data/v64.0/sobjects/" + name + "/describe"},
              {"rowTemplate", "/services/data/v64.0/sobjects/" + name + "/{ID}"},
              {"sobject", "/services/data/v64.0/sobjects/" + name}}}};
}

Json ObjectDefinition::describe(const std::vector<Json>& record_types) const {
    Json told = summary();
    told["childRelationships"] = Json::array();
    told["recordTypeInfos"] = record_type_infos(record_types, name);
    Json& list = told["fields"] = Json::array();
    for (const FieldDefinition& item : fields) list.push_back(describe_field(item));
    return told;
}

ObjectCatalog::ObjectCatalog(const CatalogSettings& settings) {
    std::map<std::string, Json> definitions;
    Json system_fields;
    for (const auto& [path, text] : embedded_objects()) {
        const Json definition = base::parse_json(text).value();
        if (path.ends_with("system_fields.json"))
            system_fields = definition.at("fields");
        else
            definitions[definition.at("name").get<std::string>()] = definition;
    }
    for (const Json& more : settings.objects) {
        Json& definition = definitions[more.at("name").get<std::string>()];
        if (definition.is_null())
            definition = more;
        else
            for (const Json& field : more.value("fields", Json::array())) definition["fields"].push_back(field);
    }
    for (const auto& [name, definition] : definitions)
        if (settings.multi_currency || definition.value("requires", std::string{}) != "multi-currency")
            add(definition, system_fields, settings);
}

void ObjectCatalog::add(const Json& definition, const Json& system_fields, const CatalogSettings& settings) {
    ObjectDefinition object;
    object.name = definition.at("name").get<std::string>();
    object.label = definition.value("label", label_of(object.name));
    object.label_plural = definition.value("labelPlural", object.label + "s");
    object.key_prefix = definition.at("keyPrefix").get<std::string>();
    object.deletable = flag(definition, "deletable", true);
    object.creatable = flag(definition, "creatable", true);
    const auto take = [&object](const Json& items) {
        for (const Json& item : items) {
            FieldDefinition field = read_field(item);
            if (!object.deletable && field.name == "IsDeleted") continue;
            std::erase_if(object.fields, [&](const FieldDefinition& other) { return other.name == field.name; });
            object.fields.push_back(std::move(field));
        }
    };
    take(system_fields);
    take(definition.at("fields"));
    if (settings.multi_currency && flag(definition, "currencyIsoCode", true))
        object.fields.push_back(currency_field(settings));
    for (std::size_t i = 0; i < object.fields.size(); ++i) {
        object.by_name[base::lower(object.fields[i].name)] = i;
        if (!object.fields[i].relationship_name.empty())
            object.by_relationship[base::lower(object.fields[i].relationship_name)] = i;
    }
    names_[base::lower(object.name)] = object.name;
    const std::string name = object.name;
    objects_.insert_or_assign(name, std::move(object));
}

const ObjectDefinition* ObjectCatalog::find(std::string_view object) const {
    const auto name = names_.find(base::lower(object));
    return name == names_.end() ? nullptr : &objects_.at(name->second);
}

const ObjectDefinition* ObjectCatalog::find_by_prefix(std::string_view id) const {
    for (const auto& [name, object] : objects_)
        if (id.starts_with(object.key_prefix)) return &object;
    return nullptr;
}

} // namespace paysync::sandbox
