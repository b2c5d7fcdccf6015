// One object, two kinds of records: companies have a Name, people have a LastName and a contact of their own.
#include "paysync/salesforce/describe.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>
#include <array>

namespace paysync::salesforce {

namespace {

constexpr std::array<std::string_view, 5> names_of_people{"lastname", "firstname", "middlename", "suffix",
                                                          "salutation"};

bool is_name_of_company(const std::string& field) {
    return base::lower(field) == "name";
}

bool is_of_people(const std::string& field) {
    const std::string name = base::lower(field);
    if (std::find(names_of_people.begin(), names_of_people.end(), name) != names_of_people.end()) return true;
    return name.ends_with("__pc") || (name.starts_with("person") && !name.ends_with("__c"));
}

} // namespace

bool holds_people(const ObjectDescription& object) {
    return object.find("IsPersonAccount") != nullptr;
}

bool is_of_people(const Field& field) {
    return is_of_people(field.name);
}

std::optional<std::string> clash_of_kinds(const ObjectDescription& object, const Field& field, const Json& current,
                                          const std::vector<std::string>& names) {
    if (!holds_people(object)) return std::nullopt;
    const bool company_field = is_name_of_company(field.name);
    const bool people_field = is_of_people(field.name);
    if (!company_field && !people_field) return std::nullopt;
    if (current.is_null()) {
        const bool names_person =
            std::any_of(names.begin(), names.end(), [](const std::string& name) { return is_of_people(name); });
        if (company_field && names_person)
            return "a new record has either a Name (a company) or a LastName (a person), not both";
        return std::nullopt;
    }
    const Json& person = base::member(current, "IsPersonAccount");
    if (!person.is_boolean()) return std::nullopt; // not read: the org will say
    if (company_field && person.get<bool>())
        return "the record is a person: its name is FirstName and LastName, and Name cannot be written";
    if (people_field && !person.get<bool>()) return "the record is a company: only people have this field";
    return std::nullopt;
}

} // namespace paysync::salesforce
