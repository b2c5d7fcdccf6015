// What objects and fields the simulated org has: read from objects/*.json, told by describe.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/result.hpp"
#include "paysync/base/time.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::sandbox {

struct PicklistValue {
    std::string value;
    bool is_default = false;
    bool active = true;
    base::Json traits; ///< what the org derives from the value: closed, won, probability, forecast
};

/// One field in describe's words. The defaults are those of an ordinary custom field.
struct FieldDefinition {
    std::string name;
    std::string label;
    std::string type;       ///< string, textarea, email, phone, url, picklist, multipicklist, combobox, boolean, int,
                            ///< double, currency, percent, date, datetime, id, reference
    std::size_t length = 0; ///< UTF-16 units
    int precision = 0;
    int scale = 0;
    int digits = 0;
    bool nillable = true;
    bool createable = true;
    bool updateable = true;
    bool defaulted_on_create = false;
    bool external_id = false;
    bool unique = false;
    bool case_sensitive = false;
    bool id_lookup = false;
    bool restricted_picklist = false;
    bool calculated = false;
    bool auto_number = false;
    bool name_field = false;
    bool filterable = true;
    bool cascade_delete = false; ///< a child goes with its parent
    base::Json default_value;    ///< null: none
    std::vector<PicklistValue> picklist;
    std::vector<std::string> reference_to;
    std::string relationship_name;
    std::string child_relationship_name; ///< "Contacts" of Contact.AccountId; empty: none

    bool custom() const { return name.size() > 3 && name.ends_with("__c"); }
    bool is_text() const; ///< compared and stored as text (picklists and ids included)
    bool is_number() const;
    /// Look-ups by this field happen often: the org keeps an index.
    bool indexed() const;
    const PicklistValue* find_value(std::string_view value) const;
};

struct ObjectDefinition {
    std::string name;
    std::string label;
    std::string label_plural;
    std::string key_prefix;
    bool deletable = true;
    bool creatable = true;              ///< false: only seeds make records (User, Organization, …)
    std::deque<FieldDefinition> fields; ///< a field added later leaves the others where they are

    /// API names are compared without case. Null where there is none.
    const FieldDefinition* field(std::string_view field_name) const;
    /// The reference whose relationship is so called ("Account", "Payer__r").
    const FieldDefinition* relationship(std::string_view relationship_name) const;
    bool custom() const { return name.ends_with("__c"); }
    bool event() const { return name.ends_with("__e"); } ///< a platform event: published, never read

    std::map<std::string, std::size_t> by_name;         ///< lower case
    std::map<std::string, std::size_t> by_relationship; ///< lower case
};

/// The other side of a reference: the records that refer to one of an object.
struct ChildRelationship {
    const ObjectDefinition* object = nullptr;
    const FieldDefinition* field = nullptr;
};

struct CatalogSettings {
    bool multi_currency = false;
    bool person_accounts = false;
    std::vector<std::string> currencies; ///< values of CurrencyIsoCode
    std::string currency;
    std::vector<base::Json> objects; ///< further objects, or further fields of those that exist
};

class ObjectCatalog {
public:
    /// Throws std::runtime_error naming the object and field when a definition is not well made.
    explicit ObjectCatalog(const CatalogSettings& settings);

    const ObjectDefinition* find(std::string_view object) const; ///< without case
    const ObjectDefinition* find_by_prefix(std::string_view id) const;
    const std::map<std::string, ObjectDefinition>& all() const { return objects_; } ///< by name
    /// Every field of any object that refers to this one.
    std::vector<ChildRelationship> children(const ObjectDefinition& object) const;
    /// The child relationship so called ("Contacts").
    std::optional<ChildRelationship> child(const ObjectDefinition& object, std::string_view relationship) const;

    /// An administrator adds or changes fields of an object. Errc::invalid with a sentence.
    base::Result<void> add_fields(std::string_view object, const base::Json& fields, base::WallTime now);
    /// An administrator makes exactly these fields ("Contact.Email") required, beside those that always are.
    base::Result<void> require(const std::vector<std::string>& fields, base::WallTime now);
    /// When a definition changed last; nothing: never since the start.
    std::optional<base::WallTime> modified() const { return modified_; }

private:
    void add(const base::Json& definition, const base::Json& system_fields);
    void take_field(ObjectDefinition& object, const base::Json& item);
    bool wanted(const base::Json& definition) const;
    void add_person_fields();
    void index(ObjectDefinition& object);

    CatalogSettings settings_;
    std::map<std::string, ObjectDefinition> objects_;
    std::map<std::string, std::string> names_; // lower case -> name
    std::set<std::pair<std::string, std::string>> required_;
    std::optional<base::WallTime> modified_;
};

} // namespace paysync::sandbox
