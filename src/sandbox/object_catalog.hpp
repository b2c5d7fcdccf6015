// What objects and fields the simulated org has: read from objects/*.json, told by describe.
#pragma once

#include "paysync/base/json.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::sandbox {

struct PicklistValue {
    std::string value;
    bool is_default = false;
    base::Json traits; ///< what the org derives from the value: closed, won, probability, forecast
};

/// One field in describe's words. The defaults are those of an ordinary custom field.
struct FieldDefinition {
    std::string name;
    std::string label;
    std::string type; ///< string, textarea, email, phone, url, picklist, combobox, boolean, int, double, currency,
                      ///< percent, date, datetime, id, reference
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
    base::Json default_value; ///< null: none
    std::vector<PicklistValue> picklist;
    std::vector<std::string> reference_to;
    std::string relationship_name;

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
    bool creatable = true; ///< false: only seeds make records (User, Organization, …)
    std::vector<FieldDefinition> fields;

    /// API names are compared without case. Null where there is none.
    const FieldDefinition* field(std::string_view field_name) const;
    /// The reference whose relationship is so called ("Account", "Payer__r").
    const FieldDefinition* relationship(std::string_view relationship_name) const;
    /// `record_types`: rows of RecordType for this object.
    base::Json describe(const std::vector<base::Json>& record_types) const;
    base::Json summary() const; ///< its entry in the list of sobjects

    std::map<std::string, std::size_t> by_name;         ///< lower case
    std::map<std::string, std::size_t> by_relationship; ///< lower case
};

struct CatalogSettings {
    bool multi_currency = false;
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

private:
    void add(const base::Json& definition, const base::Json& system_fields, const CatalogSettings& settings);

    std::map<std::string, ObjectDefinition> objects_;
    std::map<std::string, std::string> names_; // lower case -> name
};

} // namespace paysync::sandbox
