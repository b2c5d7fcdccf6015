// Escaping and assembling of statements.
#include "paysync/salesforce/soql.hpp"

#include "paysync/base/result.hpp"

#include <cstdio>

namespace paysync::salesforce::soql {

namespace {

std::string joined(const std::vector<std::string>& parts) {
    std::string made;
    for (const std::string& part : parts) {
        if (!made.empty()) made += ',';
        made += part;
    }
    return made;
}

} // namespace

std::string escaped(std::string_view text) {
    std::string made;
    made.reserve(text.size() + 2);
    for (const char c : text) {
        switch (c) {
        case '\\': made += "\\\\"; break;
        case '\'': made += "\\'"; break;
        case '"': made += "\\\""; break;
        case '\n': made += "\\n"; break;
        case '\r': made += "\\r"; break;
        case '\t': made += "\\t"; break;
        case '\b': made += "\\b"; break;
        case '\f': made += "\\f"; break;
        default:
            if (const auto byte = static_cast<unsigned char>(c); byte < 0x20U || byte == 0x7FU) {
                char code[8];
                std::snprintf(code, sizeof code, "\\u%04X", static_cast<unsigned>(byte));
                made += code;
            } else {
                made += c;
            }
        }
    }
    return made;
}

std::string quoted(std::string_view text) {
    return "'" + escaped(text) + "'";
}

std::string like_escaped(std::string_view text) {
    std::string made;
    for (const char c : escaped(text)) {
        if (c == '%' || c == '_') made += '\\';
        made += c;
    }
    return made;
}

std::string one_of(const std::string& field, const std::vector<std::string>& literals) {
    PAYSYNC_ASSERT(!literals.empty(), "a condition without values");
    if (literals.size() == 1) return field + " = " + literals.front();
    return field + " IN (" + joined(literals) + ")";
}

std::string select(const std::string& object, const std::vector<std::string>& fields, const std::string& where) {
    PAYSYNC_ASSERT(!fields.empty(), "a query without fields");
    std::string made = "SELECT " + joined(fields) + " FROM " + object;
    if (!where.empty()) made += " WHERE " + where;
    return made;
}

} // namespace paysync::salesforce::soql
