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
    text, ///< string, textarea, phone, url, encrypted text, combobox, …
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
    int length = 0;    ///< UTF-16 units; 0: no limit known
    int precision = 0; ///< digits in all
    int scale = 0;     ///< digits after the point
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
};

struct ObjectDescription {
    std::string name;
    bool createable = true;
    bool updateable = true;
    bool queryable = true;
    std::map<std::string, Field> fields; ///< by lower-cased name

    const Field* find(const std::string& field) const; ///< names are compared without case
    /// The field whose relationship has this name.
    const Field* find_relationship(const std::string& relationship) const;
};

/// Reads the body of `GET …/sobjects/X/describe`. Strict in what is needed, tolerant of all else.
Result<ObjectDescription> read_description(const Json& body);

/// The value as this field would store it: text trimmed and cut to its length in UTF-16 units without cutting a pair,
/// numbers rounded half away from zero to the scale as exact decimal text, dates and times in Salesforce's forms,
/// ids in 18 characters with the right checksum, booleans, picklist values in the org's own spelling. null stays
/// null. Errc::invalid with a sentence when it does not fit. Empty text is null; e-mail addresses are in
/// lower case; a key (external id or unique) is never cut but does not fit; numbers are JSON numbers where these hold
/// all digits, else JSON text.
Result<Json> coerce(const Field& field, const Json& value);

/// Would writing `wanted` (coerced) change a record that has `current` (as read from the org)?
bool same_value(const Field& field, const Json& current, const Json& wanted);

/// A coerced value as a SOQL literal: quoted and escaped text, bare numbers, dates and booleans.
Result<std::string> soql_literal(const Field& field, const Json& coerced);

/// 18 characters from 15; from 18 all of one case those that the checksum says; nothing for anything that is no id,
/// nor for mixed case with another checksum.
std::optional<std::string> long_id(std::string_view id);

} // namespace paysync::salesforce
