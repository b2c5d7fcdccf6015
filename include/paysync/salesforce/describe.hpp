// Objects and fields as an org describes them, and values as it would store them.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace paysync::salesforce {

using base::Json;
using base::Result;

enum class FieldType {
    text, ///< string, textarea, encrypted text, combobox, …; phone and url with `indivisible`
    email,
    id,
    reference,
    boolean,
    integer,
    number, ///< double and percent
    currency,
    date,
    datetime,
    time,
    picklist,
    multipicklist,
    other, ///< address, location, base64, anything unknown: read only for us
};

struct Field {
    std::string name;
    FieldType type = FieldType::text;
    int length = 0;           ///< UTF-16 units; 0: no limit known
    int byte_length = 0;      ///< bytes of UTF-8: what some long texts are limited by; 0: no limit known
    int precision = 0;        ///< digits in all
    int scale = 0;            ///< digits after the point
    bool multiline = true;    ///< may hold line ends and tabs; in one line they become blanks
    bool indivisible = false; ///< phone, url: a part of it would be another
    bool nillable = true;
    bool createable = true;
    bool updateable = true;
    bool defaulted_on_create = false;
    bool external_id = false;
    bool unique = false;
    bool case_sensitive = false;
    bool id_lookup = false;
    bool filterable = true;
    bool restricted_picklist = false;
    std::vector<std::string> picklist; ///< active values
    std::vector<std::string> reference_to;
    std::string relationship; ///< `Account` of AccountId, `Payer__r` of Payer__c

    bool required_on_create() const { return createable && !nillable && !defaulted_on_create; }
    bool operator==(const Field&) const = default;
};

/// One of an object's record types, as far as the integration user may use it.
struct RecordType {
    std::string id;             ///< 18 characters
    std::string developer_name; ///< may be empty in old versions of the API
    std::string name;           ///< the label
    bool available = true;      ///< to the user's profile
    bool active = true;
    bool is_default = false; ///< what a record gets that names none
    bool master = false;     ///< stands for having none

    bool operator==(const RecordType&) const = default;
};

struct ObjectDescription {
    std::string name;
    bool createable = true;
    bool updateable = true;
    bool queryable = true;
    std::map<std::string, Field> fields; ///< by lower-cased name
    std::vector<RecordType> record_types;

    bool operator==(const ObjectDescription&) const = default;

    const Field* find(const std::string& field) const; ///< names are compared without case
    /// The field whose relationship has this name.
    const Field* find_relationship(const std::string& relationship) const;
};

/// Reads the body of `GET …/sobjects/X/describe`. Strict in what is needed, tolerant of all else.
Result<ObjectDescription> read_description(const Json& body);

/// The value as this field would store it: text trimmed and cut to its length in UTF-16 units without cutting a pair,
/// numbers rounded half away from zero to the scale as exact decimal text, dates and times in Salesforce's forms,
/// ids in 18 characters with the right checksum, booleans, picklist values in the org's own
/// spelling. null stays null. Errc::invalid with a sentence when it does not fit. Empty text is null; e-mail
/// addresses are in lower case; a key (external id or unique), a phone number and a URL are never cut but do not fit;
/// numbers are JSON numbers where these hold all digits, else JSON text.
Result<Json> coerce(const Field& field, const Json& value);

/// The same for a value to be written, with what only the object knows: RecordTypeId also takes the developer name or
/// the label of a record type, and only one that is active and available to the user; CurrencyIsoCode says what to
/// do when the currency is not active.
Result<Json> coerce_for(const ObjectDescription& object, const Field& field, const Json& value);

/// What empties the field: null, and false for a boolean, which Salesforce keeps no third state of. Nothing where the
/// field may not be empty.
std::optional<Json> emptied(const Field& field);

/// Would writing `wanted` (coerced) change a record that has `current` (as read from the org)?
bool same_value(const Field& field, const Json& current, const Json& wanted);

/// A coerced value as a SOQL literal: quoted and escaped text, bare numbers, dates and booleans.
Result<std::string> soql_literal(const Field& field, const Json& coerced);

// Person accounts: one object whose records are companies or people. Salesforce: Apex Developer Guide, person
// accounts.

/// Does the object hold people, too? Then it has IsPersonAccount, which tells them apart.
bool holds_people(const ObjectDescription& object);
/// A field that only people have: LastName, Person…, …__pc. Of companies it is the Name that people have not.
bool is_of_people(const Field& field);
/// Why `field` cannot be written together with the rest. `current`: the record as read, null for one to be made;
/// `names`: the fields to be written. Nothing when it can, or when the object holds no people.
std::optional<std::string> clash_of_kinds(const ObjectDescription& object, const Field& field, const Json& current,
                                          const std::vector<std::string>& names);

/// 18 characters from 15; from 18 all of one case those that the checksum says; nothing for anything that is no id,
/// nor for mixed case with another checksum.
std::optional<std::string> long_id(std::string_view id);

} // namespace paysync::salesforce
