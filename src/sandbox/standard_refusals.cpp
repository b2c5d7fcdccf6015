// Why Salesforce refuses records of standard objects, beyond what their definitions say.
#include "sandbox/org.hpp"
#include "sandbox/standard_effects.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::size_t comment_bytes_max = 4'000;

std::optional<RowError> of_campaign_member(const Org& org, const ObjectDefinition& object, const Row& row,
                                           const Json* before) {
    if (before != nullptr) return std::nullopt;
    const Json& contact = row.fields.at("ContactId");
    const Json& lead = row.fields.at("LeadId");
    if (contact.is_null() && lead.is_null())
        return RowError{"REQUIRED_FIELD_MISSING", "Required fields are missing: [LeadId or ContactId]", {}};
    const char* name = contact.is_null() ? "LeadId" : "ContactId";
    for (const std::string& id : org.candidates(object, *object.field(name), row.fields.at(name))) {
        const Row& other = *org.find(object, id);
        if (!other.deleted && other.fields.at("CampaignId") == row.fields.at("CampaignId"))
            return RowError{"DUPLICATE_VALUE", "Already a campaign member.", {}};
    }
    return std::nullopt;
}

std::optional<RowError> bad_field_names(const std::string& names) {
    return RowError{
        "INVALID_FIELD_FOR_INSERT_UPDATE", "Account: bad field names on insert/update call: " + names, {names}};
}

std::optional<RowError> of_account(const Org& org, const ObjectDefinition& object, const Row& row, const Json* before,
                                   const FieldValues& given) {
    if (object.field("IsPersonAccount") == nullptr) return std::nullopt;
    const bool person = row.fields.at("IsPersonAccount") == Json(true);
    const bool was_person = before != nullptr && before->at("IsPersonAccount") == Json(true);
    if (before != nullptr && person != was_person) {
        if (given.size() > 1)
            return RowError{"INVALID_FIELD_FOR_INSERT_UPDATE",
                            "Cannot specify any additional fields when marrying or separating a Person-Account",
                            {}};
        return RowError{"INVALID_PERSON_ACCOUNT_OPERATION", "The account cannot be converted", {}};
    }
    if (person && given.contains("Name")) return bad_field_names("Name");
    if (person && row.fields.at("LastName").is_null())
        return RowError{"REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]", {"LastName"}};
    if (person) return std::nullopt;
    const ObjectDefinition& contact = *org.catalog().find("Contact");
    for (const auto& [name, value] : given)
        if (name != "Phone" && name != "OwnerId" && !value.is_null() && !contact_field_of(contact, name).empty())
            return bad_field_names(name);
    return std::nullopt;
}

std::optional<RowError> of_record_type(const Org& org, const ObjectDefinition& object, const FieldValues& given) {
    const auto type = given.find("RecordTypeId");
    if (type == given.end() || type->second.is_null()) return std::nullopt;
    for (const Json& one : org.record_types(object))
        if (one.at("Id") == type->second && one.at("IsActive") == Json(true)) return std::nullopt;
    return RowError{"INVALID_CROSS_REFERENCE_KEY",
                    "Record Type ID: this ID value isn't valid for the user: " + type->second.get<std::string>(),
                    {"RecordTypeId"}};
}

} // namespace

std::optional<RowError> standard_refusal(const Org& org, const ObjectDefinition& object, const Row& row,
                                         const Json* before, const FieldValues& given) {
    if (auto error = of_record_type(org, object, given)) return error;
    if (object.name == "CampaignMember") return of_campaign_member(org, object, row, before);
    if (object.name == "Account") return of_account(org, object, row, before, given);
    const char* text = object.name == "CaseComment" ? "CommentBody" : object.name == "Case" ? "Comments" : nullptr;
    if (text == nullptr || !row.fields.at(text).is_string()) return std::nullopt;
    if (row.fields.at(text).get_ref<const std::string&>().size() <= comment_bytes_max) return std::nullopt;
    return RowError{"STRING_TOO_LONG",
                    std::string(text) + ": data value too large: (max length=" + std::to_string(comment_bytes_max) +
                        ")",
                    {text}};
}

} // namespace paysync::sandbox
