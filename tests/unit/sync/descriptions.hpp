// Two objects of an org, as small as the tests need them.
#pragma once

#include "paysync/base/text.hpp"
#include "paysync/sync/look_up.hpp"

namespace paysync::sync {

inline salesforce::Field a_field(std::string name, salesforce::FieldType type, int length = 255) {
    salesforce::Field field;
    field.name = std::move(name);
    field.type = type;
    field.length = length;
    return field;
}

inline Descriptions parent_and_child() {
    using salesforce::FieldType;
    auto parent = std::make_shared<salesforce::ObjectDescription>();
    parent->name = "Parent__c";
    auto child = std::make_shared<salesforce::ObjectDescription>();
    child->name = "Child__c";
    const auto add = [](salesforce::ObjectDescription& object, salesforce::Field field) {
        std::string key = base::lower(field.name);
        object.fields.emplace(std::move(key), std::move(field));
    };
    for (auto* object : {parent.get(), child.get()}) {
        auto id = a_field("Id", FieldType::id, 18);
        id.createable = id.updateable = false;
        add(*object, id);
        auto created = a_field("CreatedDate", FieldType::datetime);
        created.createable = created.updateable = false;
        add(*object, created);
        auto key = a_field("Key__c", FieldType::text);
        key.external_id = key.unique = key.case_sensitive = true;
        add(*object, key);
        auto name = a_field("Name", FieldType::text, 20);
        name.nillable = false;
        add(*object, name);
    }
    add(*child, a_field("Email", FieldType::email, 80));
    auto amount = a_field("Amount__c", FieldType::currency);
    amount.precision = 16;
    amount.scale = 2;
    add(*child, amount);
    auto owner = a_field("Parent__c", FieldType::reference, 18);
    owner.relationship = "Parent__r";
    owner.reference_to = {"Parent__c"};
    add(*child, owner);
    return {{"Parent__c", parent}, {"Child__c", child}};
}

} // namespace paysync::sync
