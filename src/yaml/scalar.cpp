// Scalars as types, by YAML 1.2's core schema, and durations.
#include "paysync/yaml/document.hpp"

#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>

namespace paysync::yaml {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

std::size_t skip_digits(std::string_view text, std::size_t at) {
    while (at < text.size() && is_digit(text[at])) ++at;
    return at;
}

/// [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
bool looks_like_number(std::string_view text) {
    std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
    const std::size_t whole_end = skip_digits(text, at);
    bool has_digits = whole_end > at;
    at = whole_end;
    if (at < text.size() && text[at] == '.') {
        const std::size_t fraction_end = skip_digits(text, at + 1);
        has_digits = has_digits || fraction_end > at + 1;
        at = fraction_end;
    }
    if (!has_digits) return false;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
        const std::size_t end = skip_digits(text, at);
        if (end == at) return false;
        at = end;
    }
    return at == text.size();
}

std::optional<long long> read_whole(std::string_view text, int base) {
    long long value = 0;
    const char* end = text.data() + text.size();
    const auto [stop, failure] = std::from_chars(text.data(), end, value, base);
    if (failure != std::errc{} || stop != end || text.empty()) return std::nullopt;
    return value;
}

} // namespace

std::optional<bool> Node::as_bool() const {
    if (kind != Kind::scalar || quoted) return std::nullopt;
    if (scalar == "true" || scalar == "True" || scalar == "TRUE") return true;
    if (scalar == "false" || scalar == "False" || scalar == "FALSE") return false;
    return std::nullopt;
}

std::optional<long long> Node::as_integer() const {
    if (kind != Kind::scalar || quoted) return std::nullopt;
    std::string_view text = scalar;
    if (text.starts_with("0x"))
        return text[2 < text.size() ? 2 : 0] == '-' ? std::nullopt : read_whole(text.substr(2), 16);
    if (text.starts_with("0o"))
        return text[2 < text.size() ? 2 : 0] == '-' ? std::nullopt : read_whole(text.substr(2), 8);
    if (text.starts_with('+')) {
        text.remove_prefix(1);
        if (text.starts_with('-')) return std::nullopt;
    }
    return read_whole(text, 10);
}

std::optional<double> Node::as_number() const {
    if (kind != Kind::scalar || quoted) return std::nullopt;
    if (const auto whole = as_integer()) return static_cast<double>(*whole);
    // `.inf` and `.nan` stay text: no setting means them, and JSON cannot hold them.
    if (!looks_like_number(scalar)) return std::nullopt;
    const std::string_view text = scalar.starts_with('+') ? std::string_view{scalar}.substr(1) : scalar;
    double value = 0;
    const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{}) return std::nullopt;
    return value;
}

std::string Node::kind_name() const {
    switch (kind) {
    case Kind::null: return "nothing";
    case Kind::list: return "a list";
    case Kind::map: return "a map";
    case Kind::scalar: break;
    }
    if (as_bool()) return "true or false";
    if (as_number()) return "a number";
    return "text";
}

std::optional<long long> duration_nanoseconds(std::string_view text) {
    const std::size_t digits = skip_digits(text, 0);
    const auto amount = read_whole(text.substr(0, digits), 10);
    if (!amount) return std::nullopt;
    constexpr long long second = 1'000'000'000;
    constexpr std::pair<std::string_view, long long> units[] = {{"ms", second / 1000},  {"s", second},
                                                                {"m", 60 * second},     {"h", 3600 * second},
                                                                {"d", 86'400 * second}, {"w", 7 * 86'400 * second}};
    for (const auto& [unit, length] : units) {
        if (text.substr(digits) != unit) continue;
        if (*amount > std::numeric_limits<long long>::max() / length) return std::nullopt;
        return *amount * length;
    }
    return std::nullopt;
}

} // namespace paysync::yaml
