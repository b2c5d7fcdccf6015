// Values as a field would store them.
#include "paysync/salesforce/describe.hpp"

#include "paysync/base/text.hpp"
#include "paysync/base/time.hpp"
#include "salesforce/decimal.hpp"
#include "salesforce/field_text.hpp"
#include "salesforce/field_time.hpp"
#include "salesforce/picklist.hpp"

#include <algorithm>

namespace paysync::salesforce {

namespace {

using base::Errc;
using base::Error;

Error misfit(const Field& field, const std::string& why) {
    return Error{Errc::invalid, field.name + ": " + why};
}

/// For messages: numbers, dates and choices only, never free text, which may be somebody's name.
std::string shown(const Json& value) {
    const std::string text = base::to_text(value);
    const std::string cleaned = cut(text, 40);
    return cleaned.size() < text.size() ? cleaned + "…" : text;
}

/// The characters of a scalar; nothing for objects and arrays.
std::optional<std::string> scalar_text(const Json& value) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return value.get<bool>() ? "true" : "false";
    if (const auto number = decimal_of(value)) return number->text();
    return std::nullopt;
}

/// A key that was cut is another key: two records would become one.
bool is_key(const Field& field) {
    return field.external_id || field.unique;
}

/// Within both limits; unchanged when it is already.
std::string cut_to(const Field& field, std::string text) {
    if (field.length > 0) text = cut(text, static_cast<std::size_t>(field.length));
    if (field.byte_length > 0) text = cut_to_bytes(text, static_cast<std::size_t>(field.byte_length));
    return text;
}

Result<Json> coerce_text(const Field& field, const Json& value) {
    const auto given = scalar_text(value);
    if (!given) return misfit(field, "a text field takes no list and no object");
    const std::string text = field.multiline ? stored_text(*given) : stored_line(*given);
    if (text.empty()) return Json{};
    std::string kept = cut_to(field, text);
    if (kept == text) return Json(text);
    const std::string longer = " longer than " + std::to_string(field.length) + " characters";
    if (is_key(field)) return misfit(field, "a key" + longer);
    if (field.indivisible) return misfit(field, "a phone number or URL" + longer);
    return Json(kept);
}

/// Salesforce keeps e-mail addresses in lower case.
Result<Json> coerce_email(const Field& field, const Json& value) {
    if (!value.is_string()) return misfit(field, "an e-mail address must be text");
    const std::string text = base::lower(stored_text(value.get_ref<const std::string&>()));
    if (text.empty()) return Json{};
    if (!is_email(text)) return misfit(field, "not an e-mail address that Salesforce would take");
    if (field.length > 0 && text.size() > static_cast<std::size_t>(field.length))
        return misfit(field, "an e-mail address longer than " + std::to_string(field.length) + " characters");
    return Json(text);
}

Result<Json> coerce_id(const Field& field, const Json& value) {
    if (!value.is_string()) return misfit(field, "an id must be text");
    const std::string text = stored_text(value.get_ref<const std::string&>());
    if (text.empty()) return Json{};
    const auto id = long_id(text);
    if (!id) return misfit(field, "not a Salesforce id (15 or 18 characters, the last 3 of 18 a checksum)");
    return Json(*id);
}

Result<Json> coerce_boolean(const Field& field, const Json& value) {
    if (value.is_boolean()) return value;
    if (value.is_string()) {
        const std::string text = base::lower(stored_text(value.get_ref<const std::string&>()));
        if (text.empty()) return Json{};
        if (text == "true" || text == "false") return Json(text == "true");
    }
    return misfit(field, "neither true nor false: " + shown(value));
}

bool fits(const Field& field, const Decimal& number) {
    if (field.type == FieldType::integer) {
        const auto most = parse_decimal("2147483647")->digits;
        const bool small =
            number.digits.size() < most.size() || (number.digits.size() == most.size() && number.digits <= most);
        if (!small) return false;
    }
    return field.precision <= 0 || number.whole_digits() <= field.precision - field.scale;
}

Result<Json> coerce_number(const Field& field, const Json& value) {
    std::optional<Decimal> number;
    if (value.is_string()) {
        const std::string text = stored_text(value.get_ref<const std::string&>());
        if (text.empty()) return Json{};
        number = parse_decimal(text);
    } else {
        number = decimal_of(value);
    }
    if (!number) return misfit(field, "not a number: " + shown(value));
    const Decimal kept = rounded(*number, field.scale);
    if (!fits(field, kept)) return misfit(field, "too large a number: " + shown(value));
    return to_json(kept);
}

Result<Json> coerce_time_text(const Field& field, const Json& value) {
    if (!value.is_string()) return misfit(field, "a date or time must be text: " + shown(value));
    const std::string text = stored_text(value.get_ref<const std::string&>());
    if (text.empty()) return Json{};
    if (field.type == FieldType::date) {
        if (const auto day = stored_date(text)) return Json(*day);
        if (base::parse_time(text)) return misfit(field, "a date is wanted, not a time; use day(…): " + shown(value));
        return misfit(field, "not a date of the years 1700 to 4000 (2026-01-31): " + shown(value));
    }
    if (field.type == FieldType::time) {
        if (const auto time = stored_time(text)) return Json(*time);
        return misfit(field, "not a time of day (14:30:00): " + shown(value));
    }
    if (const auto time = stored_datetime(text)) return Json(*time);
    return misfit(field, "not a date with time (2026-01-31T14:30:00Z): " + shown(value));
}

Result<Json> coerce_choice(const Field& field, const Json& value) {
    const auto given = scalar_text(value);
    if (!given) return misfit(field, "a picklist takes one text: " + shown(value));
    const std::string text = stored_text(*given);
    if (text.empty()) return Json{};
    auto choice = choose(field, text);
    if (!choice) return choice.error();
    return Json(*choice);
}

/// A list, or text with `;` between the values, which is how Salesforce writes it.
Result<Json> coerce_choices(const Field& field, const Json& value) {
    std::string joined;
    if (value.is_array()) {
        for (const Json& entry : value) {
            const auto text = scalar_text(entry);
            if (!text) return misfit(field, "a multi-select picklist takes texts: " + shown(value));
            joined += *text + ";";
        }
    } else if (const auto text = scalar_text(value)) {
        joined = *text;
    } else {
        return misfit(field, "a multi-select picklist takes texts: " + shown(value));
    }
    std::string made;
    std::vector<std::string> taken;
    for (const std::string& text : split_choices(joined)) {
        auto choice = choose(field, text);
        if (!choice) return choice.error();
        if (std::find(taken.begin(), taken.end(), *choice) != taken.end()) continue;
        taken.push_back(*choice);
        made += (made.empty() ? "" : ";") + *choice;
    }
    if (made.empty()) return Json{};
    return Json(made);
}

/// By id, developer name or label.
const RecordType* find_record_type(const ObjectDescription& object, const std::string& text) {
    const auto id = long_id(text);
    const std::string wanted = base::lower(text);
    for (const RecordType& type : object.record_types)
        if (id == type.id || base::lower(type.developer_name) == wanted) return &type;
    for (const RecordType& type : object.record_types)
        if (base::lower(type.name) == wanted) return &type;
    return nullptr;
}

Result<Json> coerce_record_type(const ObjectDescription& object, const Field& field, const Json& value) {
    if (!value.is_string()) return misfit(field, "a record type's name or id must be text");
    const std::string text = stored_text(value.get_ref<const std::string&>());
    if (text.empty()) return Json{};
    const RecordType* type = find_record_type(object, text);
    if (type == nullptr && object.record_types.empty()) return coerce(field, value); // the org does not tell them
    if (type == nullptr) {
        std::vector<std::string> names;
        for (const RecordType& known : object.record_types) names.push_back(known.developer_name);
        const auto near = base::closest(text, names);
        return misfit(field, object.name + " has no record type " + cut(text, 40) +
                                 (near ? "; " + *near + " comes near" : ""));
    }
    if (!type->active) return misfit(field, "the record type " + type->name + " is not active");
    if (!type->available)
        return misfit(field,
                      "the record type " + type->name +
                          " is not available to the integration user: add it to the profile or permission set");
    return Json(type->id);
}

} // namespace

Result<Json> coerce_for(const ObjectDescription& object, const Field& field, const Json& value) {
    if (value.is_null()) return Json{};
    if (base::lower(field.name) == "recordtypeid") return coerce_record_type(object, field, value);
    auto coerced = coerce(field, value);
    if (!coerced && base::lower(field.name) == "currencyisocode")
        return misfit(field, "the org has no active currency " + shown(value) +
                                 ": activate it (Setup, Manage Currencies) or let the flow convert");
    return coerced;
}

std::optional<Json> emptied(const Field& field) {
    if (field.type == FieldType::boolean) return Json(false);
    if (!field.nillable) return std::nullopt;
    return Json{};
}

Result<Json> coerce(const Field& field, const Json& value) {
    if (value.is_null()) return Json{};
    switch (field.type) {
    case FieldType::text: return coerce_text(field, value);
    case FieldType::email: return coerce_email(field, value);
    case FieldType::id:
    case FieldType::reference: return coerce_id(field, value);
    case FieldType::boolean: return coerce_boolean(field, value);
    case FieldType::integer:
    case FieldType::number:
    case FieldType::currency: return coerce_number(field, value);
    case FieldType::date:
    case FieldType::datetime:
    case FieldType::time: return coerce_time_text(field, value);
    case FieldType::picklist: return coerce_choice(field, value);
    case FieldType::multipicklist: return coerce_choices(field, value);
    case FieldType::other: break;
    }
    return misfit(field, "a field of a kind that is not written (address, location, binary)");
}

} // namespace paysync::salesforce
