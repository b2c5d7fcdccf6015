// What else Salesforce writes by itself when a standard object's record is saved.
#pragma once

#include "sandbox/org.hpp"

#include <string>

namespace paysync::sandbox {

/// Lives for one save; its changes go into the save's journal.
class StandardEffects {
public:
    StandardEffects(Org& org, base::WallTime now, Journal& journal) : org_{org}, now_{now}, journal_{journal} {}

    /// A campaign gets its member statuses, an opportunity's contact becomes its primary role, one role stays
    /// primary, a case's `Comments` become a comment, a person account and its contact stay alike.
    void of(const ObjectDefinition& object, const std::string& id, const FieldValues& given, bool created);

private:
    std::string add(const char* object, const FieldValues& values);
    void set(const std::string& id, const FieldValues& values);
    void of_case(const std::string& id);
    void of_contact_role(const std::string& id);
    void of_person(const std::string& id, bool created);
    void of_persons_contact(const std::string& id);

    Org& org_;
    base::WallTime now_;
    Journal& journal_;
};

/// The Contact's field of an Account's field ("Email" of "PersonEmail", "Tier__c" of "Tier__pc"); empty: none.
std::string contact_field_of(const ObjectDefinition& contact, const std::string& account_field);

} // namespace paysync::sandbox
