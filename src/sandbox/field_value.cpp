// Values of fields: types, lengths, picklists.
#include "sandbox/field_value.hpp"

#include "paysync/base/text.hpp"
#include "sandbox/record_id.hpp"

#include <charconv>
#include <cmath>

namespace paysync::sandbox {

namespace {

using base::Json;

/// One code point; a byte that begins none stands for itself.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
    const std::uint32_t first = byte(at);
    const std::size_t more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : first >= 0xC0 ? 1 : 0;
    std::uint32_t point = more == 0 ? first : first & (0x3FU >> more);
    ++at;
    for (std::size_t i = 0; i < more && at < text.size(); ++i, ++at) point = (point << 6U) | (byte(at) & 0x3FU);
    return point;
}

void append_utf8(std::string& text, std::uint32_t point) {
    const auto add = [&text](std::uint32_t byte) { text += static_cast<char>(static_cast<unsigned char>(byte)); };
    if (point < 0x80) {
        add(point);
    } else if (point < 0x800) {
        add(0xC0U | (point >> 6U));
        add(0x80U | (point & 0x3FU));
    } else if (point < 0x10000) {
        add(0xE0U | (point >> 12U));
        add(0x80U | ((point >> 6U) & 0x3FU));
        add(0x80U | (point & 0x3FU));
    } else {
        add(0xF0U | (point >> 18U));
        add(0x80U | ((point >> 12U) & 0x3FU));
        add(0x80U | ((point >> 6U) & 0x3FU));
        add(0x80U | (point & 0x3FU));
    }
}

std::uint32_t lower_case(std::uint32_t point) {
    if ((point >= 0xC0 && point <= 0xDE && point != 0xD7) || (point >= 0x391 && point <= 0x3A9) ||
        (point >= 0x410 && point <= 0x42F))
        return point + 0x20;
    if (point >= 0x400 && point <= 0x40F) return point + 0x50;
    const bool even_is_upper = (point >= 0x100 && point <= 0x137) || (point >= 0x14A && point <= 0x177);
    if (even_is_upper && point % 2 == 0) return point + 1;
    const bool odd_is_upper = (point >= 0x139 && point <= 0x148) || (point >= 0x179 && point <= 0x17E);
    if (odd_is_upper && point % 2 == 1) return point + 1;
    return point;
}

std::size_t utf16_units(std::string_view text) {
    std::size_t units = 0;
    for (std::size_t at = 0; at < text.size();) units += next_code_point(text, at) > 0xFFFF ? 2U : 1U;
    return units;
}

/// Jackson's names of JSON tokens, which Salesforce's messages quote.
std::string token_of(const Json& given) {
    if (given.is_boolean()) return given.get<bool>() ? "VALUE_TRUE" : "VALUE_FALSE";
    if (given.is_number_integer()) return "VALUE_NUMBER_INT value " + given.dump();
    if (given.is_number()) return "VALUE_NUMBER_FLOAT value " + given.dump();
    if (given.is_array()) return "START_ARRAY";
    if (given.is_object()) return "START_OBJECT";
    return "VALUE_STRING value " + given.get<std::string>();
}

RowError wrong_type(const FieldDefinition& field, const Json& given) {
    return {.code = "JSON_PARSER_ERROR",
            .message = "Cannot deserialize instance of " + field.type + " from " + token_of(given) +
                       " or request may be missing a required field at [line:1, column:1]",
            .fields = {field.name},
            .whole_request = true};
}

/// Salesforce keeps a line of text on one line, and ends the lines of an area with a line feed alone.
std::string with_stored_line_ends(std::string_view text, bool area) {
    std::string made;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
        const bool line_end = text[i] == '\r' || text[i] == '\n';
        made += line_end ? (area ? '\n' : ' ') : text[i];
    }
    return made;
}

bool is_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == 0 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos) return false;
    const std::string_view domain = text.substr(at + 1);
    if (domain.find('.') == std::string_view::npos || domain.front() == '.' || domain.back() == '.') return false;
    if (domain.find("..") != std::string_view::npos) return false;
    return text.find_first_of(" \t\r\n,;<>()[]\"\\") == std::string_view::npos;
}

/// "A;B": each value once, in the order of the list.
std::optional<RowError> store_choices(const FieldDefinition& field, const std::string& text, Json& stored) {
    std::vector<std::string> given;
    std::string_view rest = text;
    for (;;) {
        const auto end = rest.find(';');
        if (const auto one = base::trimmed(rest.substr(0, end)); !one.empty()) given.emplace_back(one);
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    std::string made;
    const auto add = [&made](const std::string& value) { made += (made.empty() ? "" : ";") + value; };
    for (const PicklistValue& known : field.picklist)
        if (std::erase_if(given,
                          [&](const std::string& one) { return base::lower(one) == base::lower(known.value); }) > 0)
            add(known.value);
    if (!given.empty() && field.restricted_picklist)
        return RowError{"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                        field.label + ": bad value for restricted picklist field: " + given.front(),
                        {field.name}};
    for (const std::string& one : given) add(one);
    stored = made.empty() ? Json() : Json(std::move(made));
    return std::nullopt;
}

std::optional<RowError> store_text(const FieldDefinition& field, const Json& given, Json& stored) {
    if (!given.is_string()) return wrong_type(field, given);
    std::string text = with_stored_line_ends(given.get<std::string>(), field.type == "textarea");
    text = std::string(base::trimmed(text));
    if (text.empty()) {
        stored = nullptr;
        return std::nullopt;
    }
    if (field.type == "email" && !is_email(text))
        return RowError{"INVALID_EMAIL_ADDRESS", field.label + ": invalid email address: " + text, {field.name}};
    if (utf16_units(text) > field.length)
        return RowError{"STRING_TOO_LONG",
                        field.label + ": data value too large: " + text +
                            " (max length=" + std::to_string(field.length) + ")",
                        {field.name}};
    if (field.type == "picklist") {
        const PicklistValue* known = field.find_value(text);
        if (known != nullptr && !known->active && field.restricted_picklist) known = nullptr;
        if (known != nullptr) text = known->value;
        if (known == nullptr && field.name == "CurrencyIsoCode")
            return RowError{"INVALID_CURRENCY_ISO", "invalid currency ISO: " + text, {field.name}};
        if (known == nullptr && field.restricted_picklist)
            return RowError{"INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
                            field.label + ": bad value for restricted picklist field: " + text,
                            {field.name}};
    }
    if (field.type == "multipicklist") return store_choices(field, text, stored);
    stored = std::move(text);
    return std::nullopt;
}

std::optional<double> number_of(const Json& given) {
    if (given.is_number()) return given.get<double>();
    if (!given.is_string()) return std::nullopt;
    const std::string text{base::trimmed(given.get<std::string>())};
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<RowError> store_number(const FieldDefinition& field, const Json& given, Json& stored) {
    const auto value = number_of(given);
    if (!value) return wrong_type(field, given);
    const bool whole = field.type == "int";
    if (whole && std::floor(*value) != *value) return wrong_type(field, given);
    const int digits_before = whole ? field.digits : field.precision - field.scale;
    const RowError out_of_range{"NUMBER_OUTSIDE_VALID_RANGE",
                                field.label + ": value outside of valid range on numeric field: " + given.dump(),
                                {field.name}};
    if (!std::isfinite(*value) || std::fabs(*value) >= std::pow(10.0, digits_before)) return out_of_range;
    const double unit = std::pow(10.0, field.scale);
    if (whole)
        stored = static_cast<std::int64_t>(*value);
    else
        stored = std::round(*value * unit) / unit;
    return std::nullopt;
}

std::optional<RowError> store_reference(const FieldDefinition& field, const Json& given, Json& stored) {
    if (!given.is_string()) return wrong_type(field, given);
    const std::string text{base::trimmed(given.get<std::string>())};
    stored = nullptr;
    if (text.empty()) return std::nullopt;
    auto id = full_record_id(text);
    if (!id) return RowError{"MALFORMED_ID", field.label + ": id value of incorrect type: " + text, {field.name}};
    stored = std::move(*id);
    return std::nullopt;
}

std::optional<RowError> store_moment(const FieldDefinition& field, const Json& given, Json& stored) {
    if (!given.is_string()) return wrong_type(field, given);
    const std::string text{base::trimmed(given.get<std::string>())};
    stored = nullptr;
    if (text.empty()) return std::nullopt;
    if (field.type == "date") {
        if (!is_date(text)) return wrong_type(field, given);
        stored = text;
        return std::nullopt;
    }
    auto moment = read_datetime(text);
    if (!moment) return wrong_type(field, given);
    stored = std::move(*moment);
    return std::nullopt;
}

} // namespace

std::optional<RowError> store_value(const FieldDefinition& field, const Json& given, Json& stored) {
    if (field.type == "boolean") {
        if (!given.is_boolean()) {
            if (given.is_null())
                return RowError{"INVALID_TYPE_ON_FIELD_IN_RECORD",
                                field.label + ": value not of required type: null",
                                {field.name}};
            return wrong_type(field, given);
        }
        stored = given;
        return std::nullopt;
    }
    if (given.is_null()) {
        stored = nullptr;
        return std::nullopt;
    }
    if (field.is_number()) return store_number(field, given, stored);
    if (field.type == "reference" || field.type == "id") return store_reference(field, given, stored);
    if (field.type == "date" || field.type == "datetime") return store_moment(field, given, stored);
    return store_text(field, given, stored);
}

std::string stored_datetime(base::WallTime time) {
    std::string text = base::format_utc(time);
    text.pop_back();
    return text + ".000+0000";
}

std::optional<std::string> read_datetime(std::string_view text) {
    const auto clock = text.find('T');
    if (clock != 10) return std::nullopt;
    if (text.back() != 'Z' && text.find_first_of("+-", clock) == std::string_view::npos) return std::nullopt;
    const auto time = base::parse_time(text);
    if (!time) return std::nullopt;
    return stored_datetime(*time);
}

bool is_date(std::string_view text) {
    return text.size() == 10 && text[4] == '-' && base::parse_time(text).has_value();
}

std::string folded(std::string_view text) {
    std::string made;
    made.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) {
            made += byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + 0x20) : text[at];
            ++at;
        } else {
            append_utf8(made, lower_case(next_code_point(text, at)));
        }
    }
    return made;
}

} // namespace paysync::sandbox
