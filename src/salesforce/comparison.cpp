// Is the value in the org already the one we want, and how a query asks for it.
#include "paysync/salesforce/describe.hpp"

#include "paysync/base/text.hpp"
#include "paysync/salesforce/soql.hpp"
#include "salesforce/decimal.hpp"
#include "salesforce/field_text.hpp"
#include "salesforce/field_time.hpp"
#include "salesforce/picklist.hpp"

#include <algorithm>

namespace paysync::salesforce {

namespace {

using base::Errc;
using base::Error;

bool is_blank(const Json& value) {
    return value.is_null() || (value.is_string() && stored_text(value.get_ref<const std::string&>()).empty());
}

std::string text_of(const Json& value) {
    return value.is_string() ? stored_text(value.get_ref<const std::string&>()) : value.dump();
}

/// Both readable and equal, in the form that `read` gives them.
template <class Read>
bool same_read(const Json& current, const Json& wanted, Read read) {
    const auto left = read(text_of(current));
    const auto right = read(text_of(wanted));
    return left && right && *left == *right;
}

bool same_number(const Field& field, const Json& current, const Json& wanted) {
    const auto left = decimal_of(current);
    const auto right = decimal_of(wanted);
    return left && right && rounded(*left, field.scale) == rounded(*right, field.scale);
}

bool same_choices(const Json& current, const Json& wanted) {
    auto left = split_choices(text_of(current));
    auto right = split_choices(text_of(wanted));
    std::sort(left.begin(), left.end());
    std::sort(right.begin(), right.end());
    return left == right;
}

Result<std::string> text_literal(const Field& field, const Json& value) {
    if (!value.is_string()) return Error{Errc::invalid, field.name + ": a query needs text here"};
    const std::string& text = value.get_ref<const std::string&>();
    if (utf16_units(text) > soql::text_units_max)
        return Error{Errc::invalid, field.name + ": a query takes no text of more than 4,000 characters"};
    return soql::quoted(text);
}

Result<std::string> bare_literal(const Field& field, const std::optional<std::string>& text) {
    if (!text) return Error{Errc::invalid, field.name + ": the value is not of the field's type"};
    return *text;
}

} // namespace

bool same_value(const Field& field, const Json& current, const Json& wanted) {
    if (is_blank(current) || is_blank(wanted)) return is_blank(current) && is_blank(wanted);
    switch (field.type) {
    case FieldType::text:
    case FieldType::picklist: return text_of(current) == text_of(wanted);
    case FieldType::email: return base::lower(text_of(current)) == base::lower(text_of(wanted));
    case FieldType::id:
    case FieldType::reference: return same_read(current, wanted, [](const std::string& id) { return long_id(id); });
    case FieldType::boolean: return current == wanted;
    case FieldType::integer:
    case FieldType::number:
    case FieldType::currency: return same_number(field, current, wanted);
    case FieldType::date: return text_of(current) == text_of(wanted);
    case FieldType::datetime:
        return same_read(current, wanted, [](const std::string& t) { return stored_datetime(t); });
    case FieldType::time: return same_read(current, wanted, [](const std::string& t) { return stored_time(t); });
    case FieldType::multipicklist: return same_choices(current, wanted);
    case FieldType::other: break;
    }
    return current == wanted;
}

Result<std::string> soql_literal(const Field& field, const Json& coerced) {
    if (coerced.is_null()) return "null";
    switch (field.type) {
    case FieldType::text:
    case FieldType::email:
    case FieldType::id:
    case FieldType::reference:
    case FieldType::picklist:
    case FieldType::multipicklist: return text_literal(field, coerced);
    case FieldType::boolean:
        if (coerced.is_boolean()) return coerced.get<bool>() ? "true" : "false";
        return bare_literal(field, std::nullopt);
    case FieldType::integer:
    case FieldType::number:
    case FieldType::currency: {
        const auto number = decimal_of(coerced);
        if (!number) return bare_literal(field, std::nullopt);
        return number->text();
    }
    case FieldType::date: return bare_literal(field, stored_date(text_of(coerced)));
    case FieldType::datetime: return bare_literal(field, stored_datetime(text_of(coerced)));
    case FieldType::time: return bare_literal(field, stored_time(text_of(coerced)));
    case FieldType::other: break;
    }
    return Error{Errc::invalid, field.name + ": a query cannot ask for a field of this kind"};
}

} // namespace paysync::salesforce
