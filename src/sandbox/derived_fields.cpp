// The fields that Salesforce sets by itself.
#include "sandbox/field_value.hpp"
#include "sandbox/org.hpp"

#include <cmath>
#include <cstdio>

namespace paysync::sandbox {

namespace {

using base::Json;

std::string text_of(const Json& value) {
    return value.is_string() ? value.get<std::string>() : std::string{};
}

void derive_name(Json& fields) {
    const std::string first = text_of(fields.at("FirstName"));
    const std::string last = text_of(fields.at("LastName"));
    const std::string name = first.empty() ? last : first + " " + last;
    fields["Name"] = name.empty() ? Json() : Json(name);
}

bool trait(const ObjectDefinition& object, const char* field, const Json& value, const char* name) {
    const PicklistValue* known =
        value.is_string() ? object.field(field)->find_value(value.get_ref<const std::string&>()) : nullptr;
    return known != nullptr && known->traits.is_object() && known->traits.value(name, false);
}

Json spaced_forecast(const std::string& category) {
    if (category == "BestCase") return "Best Case";
    if (category == "MostLikely") return "Most Likely";
    if (category == "Forecast") return "Commit";
    return category;
}

void derive_opportunity(const ObjectDefinition& object, const FieldValues& given, const Json* before,
                        base::WallTime now, Json& fields) {
    const Json& stage = fields.at("StageName");
    const bool stage_changed = before == nullptr || before->at("StageName") != stage;
    fields["IsClosed"] = trait(object, "StageName", stage, "closed");
    fields["IsWon"] = trait(object, "StageName", stage, "won");
    if (stage_changed && stage.is_string()) {
        const PicklistValue* known = object.field("StageName")->find_value(stage.get_ref<const std::string&>());
        const Json traits = known != nullptr && known->traits.is_object() ? known->traits : Json::object();
        if (!given.contains("Probability")) fields["Probability"] = traits.value("probability", 0.0);
        const std::string category = traits.value("forecast", std::string{"Pipeline"});
        fields["ForecastCategory"] = category;
        if (!given.contains("ForecastCategoryName")) fields["ForecastCategoryName"] = spaced_forecast(category);
        if (before != nullptr) fields["LastStageChangeDate"] = stored_datetime(now);
    }
    const Json& amount = fields.at("Amount");
    const Json& probability = fields.at("Probability");
    if (amount.is_number() && probability.is_number())
        fields["ExpectedRevenue"] = std::round(amount.get<double>() * probability.get<double>()) / 100;
    else
        fields["ExpectedRevenue"] = nullptr;
}

const Json& of_parent(const Org& org, const Json& reference, const char* field) {
    static const Json none;
    const Row* row = reference.is_string() ? org.find(reference.get_ref<const std::string&>()) : nullptr;
    return row == nullptr ? none : base::member(row->fields, field);
}

/// An auto number of at least `width` digits, counted on from `last`.
std::string next_number(const Org& org, const ObjectDefinition& object, std::size_t last, std::size_t width) {
    const std::string digits = std::to_string(last + org.rows(object).size() + 1);
    return std::string(digits.size() < width ? width - digits.size() : 0, '0') + digits;
}

void derive_case(const Org& org, const ObjectDefinition& object, const FieldValues& given, const Json* before,
                 base::WallTime now, Json& fields) {
    if (before == nullptr) fields["CaseNumber"] = next_number(org, object, 1025, 8);
    if (!given.contains("AccountId") && given.contains("ContactId") && fields.at("AccountId").is_null())
        fields["AccountId"] = of_parent(org, fields.at("ContactId"), "AccountId");
    fields["ContactEmail"] = of_parent(org, fields.at("ContactId"), "Email");
    fields["ContactPhone"] = of_parent(org, fields.at("ContactId"), "Phone");
    const bool closed = trait(object, "Status", fields.at("Status"), "closed");
    const bool was_closed = before != nullptr && before->at("IsClosed") == Json(true);
    fields["IsClosed"] = closed;
    if (closed && !was_closed) fields["ClosedDate"] = stored_datetime(now);
    if (!closed) fields["ClosedDate"] = nullptr;
}

void derive_task(const Org& org, const ObjectDefinition& object, const Json* before, base::WallTime now,
                 Json& fields) {
    const bool closed = trait(object, "Status", fields.at("Status"), "closed");
    const bool was_closed = before != nullptr && before->at("IsClosed") == Json(true);
    fields["IsClosed"] = closed;
    if (closed && !was_closed) fields["CompletedDateTime"] = stored_datetime(now);
    if (!closed) fields["CompletedDateTime"] = nullptr;
    fields["IsHighPriority"] = fields.at("Priority") == Json("High");
    const Json& what = fields.at("WhatId");
    Json account = of_parent(org, what, "AccountId");
    if (what.is_string() && what.get_ref<const std::string&>().starts_with("001")) account = what;
    if (account.is_null()) account = of_parent(org, fields.at("WhoId"), "AccountId");
    fields["AccountId"] = std::move(account);
}

void derive_order_item(const Org& org, const ObjectDefinition& object, const Json* before, Json& fields) {
    if (before == nullptr) fields["OrderItemNumber"] = next_number(org, object, 0, 10);
    const Json& quantity = fields.at("Quantity");
    const Json& price = fields.at("UnitPrice");
    const bool known = quantity.is_number() && price.is_number();
    fields["TotalPrice"] =
        known ? Json(std::round(quantity.get<double>() * price.get<double>() * 100) / 100) : Json();
}

/// `HasResponded` follows the status, as the campaign's own list of statuses says.
void derive_campaign_member(const Org& org, const FieldValues& given, const Json* before, base::WallTime now,
                            Json& fields) {
    if (before == nullptr && !fields.at("ContactId").is_null()) fields["LeadId"] = nullptr;
    if (fields.at("CampaignId").is_null()) return;
    const ObjectDefinition& statuses = *org.catalog().find("CampaignMemberStatus");
    Json by_default;
    bool responded = false;
    for (const std::string& id : org.candidates(statuses, *statuses.field("CampaignId"), fields.at("CampaignId"))) {
        const Json& status = org.find(statuses, id)->fields;
        if (status.at("IsDefault") == Json(true)) by_default = status.at("Label");
        if (status.at("Label") == fields.at("Status")) responded = status.at("HasResponded") == Json(true);
    }
    if (fields.at("Status").is_null() && !given.contains("Status")) fields["Status"] = std::move(by_default);
    fields["HasResponded"] = responded;
    if (responded && fields.at("FirstRespondedDate").is_null())
        fields["FirstRespondedDate"] = base::format_utc(now).substr(0, 10);
}

bool is_person_type(const Org& org, const Json& record_type) {
    const Row* type = record_type.is_string() ? org.find(record_type.get_ref<const std::string&>()) : nullptr;
    return type != nullptr && base::member(type->fields, "IsPersonType") == Json(true);
}

/// An account with a person record type, or with a last name and no name, is a person.
void derive_person_account(const Org& org, const ObjectDefinition& object, const FieldValues& given,
                           const Json* before, Json& fields) {
    bool person = before != nullptr && before->at("IsPersonAccount") == Json(true);
    if (given.contains("RecordTypeId")) person = is_person_type(org, fields.at("RecordTypeId"));
    if (before == nullptr && fields.at("RecordTypeId").is_null()) {
        person = given.contains("LastName") && !given.contains("Name");
        for (const Json& type : org.record_types(object))
            if (type.at("IsPersonType") == Json(person) && fields.at("RecordTypeId").is_null())
                fields["RecordTypeId"] = type.at("Id");
    }
    fields["IsPersonAccount"] = person;
    if (person) derive_name(fields);
}

/// A new record without one gets its user's default record type: here the first.
void derive_record_type(const Org& org, const ObjectDefinition& object, const Json* before, Json& fields) {
    if (before != nullptr || object.field("RecordTypeId") == nullptr || !fields.at("RecordTypeId").is_null()) return;
    for (const Json& type : org.record_types(object)) {
        if (type.at("IsActive") != Json(true)) continue;
        fields["RecordTypeId"] = type.at("Id");
        return;
    }
}

} // namespace

void derive_fields(const Org& org, const ObjectDefinition& object, const FieldValues& given, const Json* before,
                   base::WallTime now, Json& fields) {
    const bool accounts_are_people = object.name == "Account" && object.field("IsPersonAccount") != nullptr;
    if (accounts_are_people) derive_person_account(org, object, given, before, fields);
    derive_record_type(org, object, before, fields);
    if (!accounts_are_people && object.field("FirstName") != nullptr && object.field("LastName") != nullptr &&
        object.field("Name") != nullptr)
        derive_name(fields);
    if (object.name == "Opportunity") derive_opportunity(object, given, before, now, fields);
    if (object.name == "Case") derive_case(org, object, given, before, now, fields);
    if (object.name == "Task") derive_task(org, object, before, now, fields);
    if (object.name == "Order" && before == nullptr) fields["OrderNumber"] = next_number(org, object, 99, 8);
    if (object.name == "OrderItem") derive_order_item(org, object, before, fields);
    if (object.name == "CampaignMember") derive_campaign_member(org, given, before, now, fields);
}

} // namespace paysync::sandbox
