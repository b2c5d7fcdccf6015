// From compiled values back to text.
#include "flow/value_text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace paysync::flow {

namespace {

std::string in_one_line(const std::string& text) {
    std::string line;
    bool blank = false;
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            blank = !line.empty();
            continue;
        }
        if (blank) line += ' ';
        blank = false;
        line += c;
    }
    return line;
}

std::string in_quotes(const std::string& text) {
    std::string shown = "\"";
    for (const char c : text) shown += c == '\n' ? std::string{"\\n"} : std::string{c};
    return shown + "\"";
}

/// Numbers, true and false read better without quotes.
std::string literal_text(const std::string& text) {
    const bool number = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || c == '.' || c == '-';
    });
    return number || text == "true" || text == "false" ? text : in_quotes(text);
}

/// As a flow file would say it.
std::string constant_text(const Json& value) {
    if (value.is_string()) return literal_text(value.get<std::string>());
    std::string text;
    if (value.is_array()) {
        for (const Json& item : value) text += (text.empty() ? "" : ", ") + constant_text(item);
        return "[" + text + "]";
    }
    if (!value.is_object()) return base::to_text(value);
    for (const auto& [key, member] : value.items())
        text += (text.empty() ? "" : ", ") + key + ": " + constant_text(member);
    return "{" + text + "}";
}

} // namespace

std::string value_text(const FlowSet::Compiled& compiled, const Value& value) {
    switch (value.kind) {
    case Value::Kind::literal: return constant_text(value.literal);
    case Value::Kind::expression: return in_one_line(compiled.expressions.at(value.expression).text);
    case Value::Kind::text: {
        std::string text;
        for (const Value::Part& part : value.parts)
            text += part.expression ? "${ " + in_one_line(compiled.expressions.at(*part.expression).text) + " }"
                                    : part.text;
        return in_quotes(text);
    }
    case Value::Kind::list: {
        std::string text;
        for (const Value& item : value.items) text += (text.empty() ? "" : ", ") + value_text(compiled, item);
        return "[" + text + "]";
    }
    case Value::Kind::map: {
        std::string text;
        for (const auto& [key, member] : value.members)
            text += (text.empty() ? "" : ", ") + key + ": " + value_text(compiled, member);
        return "{" + text + "}";
    }
    }
    return {};
}

std::string length_text(std::chrono::nanoseconds length) {
    using namespace std::chrono_literals;
    constexpr std::array<std::pair<std::chrono::nanoseconds, const char*>, 4> units{
        {{24h, "d"}, {1h, "h"}, {1min, "m"}, {1s, "s"}}};
    for (const auto& [unit, name] : units)
        if (length % unit == 0ns) return std::to_string(length / unit) + name;
    return std::to_string(length / 1ms) + "ms";
}

} // namespace paysync::flow
