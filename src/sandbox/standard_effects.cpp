// Effects of saving records of standard objects (object reference: Campaign, OpportunityContactRole, Case, Account).
#include "sandbox/standard_effects.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

bool given_and_set(const FieldValues& given, const char* name) {
    const auto found = given.find(name);
    return found != given.end() && !found->second.is_null();
}

bool is_person(const Json& fields) {
    return base::member(fields, "IsPersonAccount") == Json(true);
}

} // namespace

std::string contact_field_of(const ObjectDefinition& contact, const std::string& account_field) {
    if (account_field == "FirstName" || account_field == "LastName" || account_field == "Salutation")
        return account_field;
    if (account_field == "Phone" || account_field == "OwnerId") return account_field;
    std::string name;
    if (account_field.ends_with("__pc")) name = account_field.substr(0, account_field.size() - 2) + "c";
    if (account_field.starts_with("Person") && account_field != "PersonContactId") name = account_field.substr(6);
    return contact.field(name) == nullptr ? std::string{} : name;
}

void StandardEffects::of(const ObjectDefinition& object, const std::string& id, const FieldValues& given,
                         bool created) {
    const std::string& name = object.name;
    if (name == "Campaign" && created) {
        add("CampaignMemberStatus", {{"CampaignId", id}, {"Label", "Sent"}, {"SortOrder", 1}, {"IsDefault", true}});
        add("CampaignMemberStatus",
            {{"CampaignId", id}, {"Label", "Responded"}, {"SortOrder", 2}, {"HasResponded", true}});
    }
    if (name == "Opportunity" && created && given_and_set(given, "ContactId"))
        add("OpportunityContactRole",
            {{"OpportunityId", id}, {"ContactId", given.at("ContactId")}, {"IsPrimary", true}});
    if (name == "OpportunityContactRole") of_contact_role(id);
    if (name == "Case" && given_and_set(given, "Comments")) of_case(id);
    if (name == "Account" && is_person(org_.find(id)->fields)) of_person(id, created);
    if (name == "Contact" && !created) of_persons_contact(id);
}

std::string StandardEffects::add(const char* object, const FieldValues& values) {
    const ObjectDefinition* definition = org_.catalog().find(object);
    return org_.create(*definition, values, nullptr, now_, journal_).id;
}

void StandardEffects::set(const std::string& id, const FieldValues& values) {
    const ObjectDefinition& object = *org_.catalog().find_by_prefix(id);
    Row row = *org_.find(object, id);
    const Json before = row.fields;
    for (const auto& [name, value] : values) row.fields[name] = value;
    derive_fields(org_, object, values, &before, now_, row.fields);
    org_.put(object, std::move(row), journal_);
}

void StandardEffects::of_case(const std::string& id) {
    const Json text = org_.find(id)->fields.at("Comments");
    add("CaseComment", {{"ParentId", id}, {"CommentBody", text}});
    set(id, {{"Comments", nullptr}});
}

void StandardEffects::of_contact_role(const std::string& id) {
    const Row& role = *org_.find(id);
    if (role.fields.at("IsPrimary") != Json(true)) return;
    const ObjectDefinition& object = *org_.catalog().find("OpportunityContactRole");
    const auto others = org_.candidates(object, *object.field("OpportunityId"), role.fields.at("OpportunityId"));
    for (const std::string& other : others)
        if (other != id && !org_.find(other)->deleted) set(other, {{"IsPrimary", false}});
}

void StandardEffects::of_person(const std::string& id, bool created) {
    const Row account = *org_.find(id);
    const ObjectDefinition& contact = *org_.catalog().find("Contact");
    FieldValues shared;
    for (const auto& [name, value] : account.fields.items())
        if (const std::string field = contact_field_of(contact, name); !field.empty()) shared[field] = value;
    shared["IsPersonAccount"] = true;
    if (!created) return set(account.fields.at("PersonContactId").get<std::string>(), shared);
    shared["AccountId"] = id;
    const std::string person = add("Contact", shared);
    if (!person.empty()) set(id, {{"PersonContactId", person}});
}

/// A change of the contact shows on its account.
void StandardEffects::of_persons_contact(const std::string& id) {
    const Row contact = *org_.find(id);
    if (!is_person(contact.fields)) return;
    const ObjectDefinition& contact_object = *org_.catalog().find("Contact");
    FieldValues shared;
    for (const FieldDefinition& field : org_.catalog().find("Account")->fields)
        if (const std::string name = contact_field_of(contact_object, field.name); !name.empty())
            shared[field.name] = contact.fields.at(name);
    set(contact.fields.at("AccountId").get<std::string>(), shared);
}

} // namespace paysync::sandbox
