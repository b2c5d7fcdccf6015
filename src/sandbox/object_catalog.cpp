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
        {"string", 255},   {"textarea", 255}, {"picklist", 255}, {"multipicklist", 4099},
        {"combobox", 255}, {"url", 255},      {"email", 80},     {"phone", 40},
        {"id", 18},        {"reference", 18}};
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
    value.active = flag(item, "active", true);
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
    field.cascade_delete = flag(item, "cascadeDelete", false);
    field.child_relationship_name = item.value("childRelationshipName", std::string{});
    field.reference_to = item.value("referenceTo", std::vector<std::string>{});
    field.relationship_name = item.value("relationshipName", std::string{});
    if (field.relationship_name.empty() && field.custom() && field.type == "reference")
        field.relationship_name = field.name.substr(0, field.name.size() - 1) + "r";
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
        field.picklist.push_back(
            {.value = code, .is_default = code == settings.currency, .active = true, .traits = {}});
    return field;
}

/// What every custom object and platform event has, though nobody says so. `next_prefix` is taken by those that have
/// no key prefix of their own.
Json completed(Json definition, std::size_t& next_prefix) {
    constexpr std::string_view digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const std::string name = definition.at("name").get<std::string>();
    const bool event = name.ends_with("__e");
    if (!event && !name.ends_with("__c")) return definition;
    if (!definition.contains("keyPrefix"))
        definition["keyPrefix"] = std::string(event ? "e0" : "a0") + digits.at(next_prefix++ % digits.size());
    if (event) {
        definition["deletable"] = false;
        return definition;
    }
    Json fields = Json::array({{{"name", "Name"},
                                {"label", definition.value("label", label_of(name)) + " Name"},
                                {"type", "string"},
                                {"length", 80},
                                {"nameField", true}},
                               {{"name", "OwnerId"},
                                {"label", "Owner ID"},
                                {"type", "reference"},
                                {"nillable", false},
                                {"defaultedOnCreate", true},
                                {"referenceTo", {"Group", "User"}},
                                {"relationshipName", "Owner"}}});
    for (const Json& field : definition.at("fields")) fields.push_back(field);
    definition["fields"] = std::move(fields);
    return definition;
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

ObjectCatalog::ObjectCatalog(const CatalogSettings& settings) : settings_{settings} {
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
    std::size_t next_prefix = 0;
    for (const auto& [name, definition] : definitions)
        if (wanted(definition)) add(completed(definition, next_prefix), system_fields);
    if (settings.person_accounts) add_person_fields();
}

/// Some objects and fields exist only in orgs that have a feature.
bool ObjectCatalog::wanted(const Json& definition) const {
    const std::string feature = definition.value("requires", std::string{});
    if (feature == "multi-currency") return settings_.multi_currency;
    if (feature == "person-accounts") return settings_.person_accounts;
    return true;
}

void ObjectCatalog::take_field(ObjectDefinition& object, const Json& item) {
    if (!wanted(item)) return;
    FieldDefinition field = read_field(item);
    if (!object.deletable && field.name == "IsDeleted") return;
    if (field.custom() && field.type == "reference" && field.child_relationship_name.empty())
        for (const char c : object.label_plural)
            if (c != ' ') field.child_relationship_name += c;
    if (field.custom() && !field.child_relationship_name.empty() && !field.child_relationship_name.ends_with("__r"))
        field.child_relationship_name += "__r";
    const auto same = std::find_if(object.fields.begin(), object.fields.end(),
                                   [&](const FieldDefinition& other) { return other.name == field.name; });
    if (same == object.fields.end())
        object.fields.push_back(std::move(field));
    else
        *same = std::move(field);
}

void ObjectCatalog::add(const Json& definition, const Json& system_fields) {
    ObjectDefinition object;
    object.name = definition.at("name").get<std::string>();
    object.label = definition.value("label", label_of(object.name));
    object.label_plural = definition.value("labelPlural", object.label + "s");
    object.key_prefix = definition.at("keyPrefix").get<std::string>();
    object.deletable = flag(definition, "deletable", true);
    object.creatable = flag(definition, "creatable", true);
    for (const Json& item : system_fields) take_field(object, item);
    for (const Json& item : definition.at("fields")) take_field(object, item);
    if (settings_.multi_currency && flag(definition, "currencyIsoCode", true))
        object.fields.push_back(currency_field(settings_));
    index(object);
    names_[base::lower(object.name)] = object.name;
    const std::string name = object.name;
    objects_.insert_or_assign(name, std::move(object));
}

/// A person account shows the custom fields of its contact as F__pc.
void ObjectCatalog::add_person_fields() {
    ObjectDefinition& account = objects_.at("Account");
    for (const FieldDefinition& field : objects_.at("Contact").fields) {
        if (!field.custom()) continue;
        FieldDefinition shown = field;
        shown.name = field.name.substr(0, field.name.size() - 1) + "pc";
        shown.external_id = shown.unique = shown.id_lookup = false;
        shown.child_relationship_name.clear();
        account.fields.push_back(std::move(shown));
    }
    index(account);
}

void ObjectCatalog::index(ObjectDefinition& object) {
    for (std::size_t i = 0; i < object.fields.size(); ++i) {
        object.by_name[base::lower(object.fields[i].name)] = i;
        if (!object.fields[i].relationship_name.empty())
            object.by_relationship[base::lower(object.fields[i].relationship_name)] = i;
    }
}

base::Result<void> ObjectCatalog::add_fields(std::string_view name, const Json& fields, base::WallTime now) {
    const ObjectDefinition* known = find(name);
    if (known == nullptr || !fields.is_array())
        return base::Error{base::Errc::invalid,
                           "there is no object \"" + std::string(name) + "\", or its fields are no array"};
    ObjectDefinition& object = objects_.at(known->name);
    try {
        for (const Json& item : fields) {
            read_field(item); // all of them, before one is taken
        }
        for (const Json& item : fields) take_field(object, item);
    } catch (const std::exception& problem) {
        return base::Error{base::Errc::invalid, std::string("a field is not well made: ") + problem.what()};
    }
    index(object);
    modified_ = now;
    return {};
}

base::Result<void> ObjectCatalog::require(const std::vector<std::string>& fields, base::WallTime now) {
    std::set<std::pair<std::string, std::string>> wanted_now;
    for (const std::string& name : fields) {
        const auto dot = name.find('.');
        const ObjectDefinition* object = find(std::string_view(name).substr(0, dot));
        const FieldDefinition* field =
            object == nullptr || dot == std::string::npos ? nullptr : object->field(name.substr(dot + 1));
        if (field == nullptr) return base::Error{base::Errc::invalid, "there is no field \"" + name + "\""};
        if (field->nillable || required_.contains({object->name, field->name}))
            wanted_now.emplace(object->name, field->name);
    }
    const auto set = [this](const std::set<std::pair<std::string, std::string>>& list, bool nillable) {
        for (const auto& [object, field] : list)
            for (FieldDefinition& one : objects_.at(object).fields)
                if (one.name == field) one.nillable = nillable;
    };
    set(required_, true);
    set(wanted_now, false);
    required_ = std::move(wanted_now);
    modified_ = now;
    return {};
}

std::vector<ChildRelationship> ObjectCatalog::children(const ObjectDefinition& object) const {
    std::vector<ChildRelationship> found;
    for (const auto& [name, other] : objects_)
        for (const FieldDefinition& field : other.fields)
            if (std::find(field.reference_to.begin(), field.reference_to.end(), object.name) !=
                field.reference_to.end())
                found.push_back({&other, &field});
    return found;
}

std::optional<ChildRelationship> ObjectCatalog::child(const ObjectDefinition& object,
                                                      std::string_view relationship) const {
    for (const ChildRelationship& one : children(object))
        if (!one.field->child_relationship_name.empty() &&
            base::lower(one.field->child_relationship_name) == base::lower(relationship))
            return one;
    return std::nullopt;
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
