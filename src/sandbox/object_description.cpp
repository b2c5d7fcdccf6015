// Definitions in describe's words.
#include "sandbox/object_description.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

const char* soap_type(const FieldDefinition& field) {
    if (field.type == "id" || field.type == "reference") return "tns:ID";
    if (field.type == "boolean") return "xsd:boolean";
    if (field.type == "int") return "xsd:int";
    if (field.is_number()) return "xsd:double";
    if (field.type == "date") return "xsd:date";
    if (field.type == "datetime") return "xsd:dateTime";
    return "xsd:string";
}

Json picklist_of(const FieldDefinition& field) {
    Json values = Json::array();
    for (const PicklistValue& item : field.picklist)
        values.push_back({{"active", item.active},
                          {"defaultValue", item.is_default},
                          {"label", item.value},
                          {"validFor", nullptr},
                          {"value", item.value}});
    return values;
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

Json described(const FieldDefinition& field) {
    const bool area = field.type == "textarea";
    const bool reference = field.type == "reference";
    Json told = {{"aggregatable", field.filterable && field.type != "boolean" && field.type != "multipicklist"},
                 {"autoNumber", field.auto_number},
                 {"byteLength", field.is_text() ? field.length * 3 : 0},
                 {"calculated", field.calculated},
                 {"cascadeDelete", field.cascade_delete},
                 {"caseSensitive", field.case_sensitive},
                 {"createable", field.createable},
                 {"custom", field.custom()},
                 {"defaultValue", field.default_value},
                 {"defaultedOnCreate", field.defaulted_on_create},
                 {"digits", field.digits},
                 {"externalId", field.external_id},
                 {"filterable", field.filterable},
                 {"groupable", field.filterable && !field.is_number() && field.type != "datetime" &&
                                   field.type != "multipicklist"},
                 {"idLookup", field.id_lookup},
                 {"label", field.label},
                 {"length", field.length},
                 {"name", field.name},
                 {"nameField", field.name_field},
                 {"namePointing", reference && field.reference_to.size() > 1},
                 {"nillable", field.nillable},
                 {"permissionable", field.nillable && field.type != "id"},
                 {"picklistValues", picklist_of(field)},
                 {"polymorphicForeignKey", field.reference_to.size() > 1},
                 {"precision", field.precision},
                 {"referenceTo", field.reference_to},
                 {"relationshipName", text_or_null(field.relationship_name)},
                 {"restrictedPicklist", field.restricted_picklist},
                 {"scale", field.scale},
                 {"soapType", soap_type(field)},
                 {"sortable", field.filterable && field.type != "multipicklist"},
                 {"type", field.type},
                 {"unique", field.unique},
                 {"updateable", field.updateable}};
    if (area && field.length > 255) told["extraTypeInfo"] = "plaintextarea";
    for (const char* name :
         {"aiPredictionField", "dependentPicklist", "deprecatedAndHidden", "displayLocationInDecimal", "encrypted",
          "formulaTreatNullNumberAsZero", "highScaleNumber", "htmlFormatted", "queryByDistance", "restrictedDelete",
          "searchPrefilterable", "writeRequiresMasterRead"})
        told[name] = false;
    for (const char* name :
         {"calculatedFormula", "compoundFieldName", "controllerName", "defaultValueFormula", "extraTypeInfo",
          "filteredLookupInfo", "inlineHelpText", "mask", "maskType", "referenceTargetField", "relationshipOrder"})
        if (!told.contains(name)) told[name] = nullptr;
    return told;
}

Json record_type_infos(const std::vector<Json>& record_types, const std::string& object, const std::string& root) {
    Json infos = Json::array();
    const auto add = [&](const std::string& id, const Json& name, const Json& developer_name, const Json& active,
                         bool master, bool by_default) {
        infos.push_back({{"active", active},
                         {"available", active},
                         {"defaultRecordTypeMapping", by_default},
                         {"developerName", developer_name},
                         {"master", master},
                         {"name", name},
                         {"recordTypeId", id},
                         {"urls", {{"layout", root + "sobjects/" + object + "/describe/layouts/" + id}}}});
    };
    bool first = true;
    for (const Json& type : record_types) {
        add(type.at("Id").get<std::string>(), type.at("Name"), type.at("DeveloperName"), type.at("IsActive"), false,
            first);
        first = false;
    }
    add("012000000000000AAA", "Master", "Master", true, true, first);
    return infos;
}

Json child_relationships(const ObjectCatalog& catalog, const ObjectDefinition& object) {
    Json list = Json::array();
    for (const ChildRelationship& child : catalog.children(object))
        list.push_back({{"cascadeDelete", child.field->cascade_delete},
                        {"childSObject", child.object->name},
                        {"deprecatedAndHidden", false},
                        {"field", child.field->name},
                        {"junctionIdListNames", Json::array()},
                        {"junctionReferenceTo", Json::array()},
                        {"relationshipName", text_or_null(child.field->child_relationship_name)},
                        {"restrictedDelete", false}});
    return list;
}

bool mergeable(const ObjectDefinition& object) {
    return object.field("MasterRecordId") != nullptr;
}

} // namespace

Json object_summary(const ObjectDefinition& object, std::string_view version) {
    const std::string url = "/services/data/" + std::string(version) + "/sobjects/" + object.name;
    Json told = {{"createable", object.creatable},
                 {"custom", object.custom() || object.event()},
                 {"deletable", object.deletable},
                 {"feedEnabled", false},
                 {"keyPrefix", object.key_prefix},
                 {"label", object.label},
                 {"labelPlural", object.label_plural},
                 {"layoutable", object.deletable},
                 {"mergeable", mergeable(object)},
                 {"mruEnabled", object.deletable},
                 {"name", object.name},
                 {"queryable", !object.event()},
                 {"replicateable", true},
                 {"retrieveable", true},
                 {"searchable", object.deletable},
                 {"triggerable", object.deletable},
                 {"undeletable", object.deletable},
                 {"updateable", !object.event()},
                 {"urls", {{"sobject", url}, {"describe", url + "/describe"}, {"rowTemplate", url + "/{ID}"}}}};
    for (const char* name : {"activateable", "customSetting", "deepCloneable", "deprecatedAndHidden", "hasSubtypes",
                             "isInterface", "isSubtype"})
        told[name] = false;
    for (const char* name : {"associateEntityType", "associateParentEntity", "defaultImplementation", "extendedBy",
                             "extendsInterfaces", "implementedBy", "implementsInterfaces"})
        told[name] = nullptr;
    return told;
}

Json object_description(const ObjectCatalog& catalog, const ObjectDefinition& object,
                        const std::vector<Json>& record_types, std::string_view version) {
    Json told = object_summary(object, version);
    told["actionOverrides"] = Json::array();
    told["childRelationships"] = child_relationships(catalog, object);
    told["compactLayoutable"] = object.deletable;
    told["listviewable"] = nullptr;
    told["lookupLayoutable"] = nullptr;
    told["namedLayoutInfos"] = Json::array();
    told["networkScopeFieldName"] = nullptr;
    told["recordTypeInfos"] =
        record_type_infos(record_types, object.name, "/services/data/" + std::string(version) + "/");
    told["searchLayoutable"] = object.deletable;
    told["sobjectDescribeOption"] = "FULL";
    told["supportedScopes"] = Json::array({{{"label", "All " + object.label_plural}, {"name", "everything"}},
                                           {{"label", "My " + object.label_plural}, {"name", "mine"}}});
    Json& list = told["fields"] = Json::array();
    for (const FieldDefinition& item : object.fields) list.push_back(described(item));
    return told;
}

} // namespace paysync::sandbox
