// Compares values as Salesforce does: the one place.
#include "paysync/base/text.hpp"
#include "paysync/base/time.hpp"
#include "paysync/flow/question.hpp"

#include "flow/likeness.hpp"

#include <algorithm>
#include <charconv>
#include <compare>

namespace paysync::flow {

namespace {

std::string_view text_of(const Json& value) {
    return base::trimmed(value.get_ref<const std::string&>());
}

/// A JSON number, or text that is one.
std::optional<double> number_of(const Json& value) {
    if (value.is_number()) return value.get<double>();
    if (!value.is_string()) return std::nullopt;
    std::string_view text = text_of(value);
    if (text.starts_with('+')) text.remove_prefix(1);
    double number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<bool> truth_of(const Json& value) {
    if (value.is_boolean()) return value.get<bool>();
    if (!value.is_string()) return std::nullopt;
    const std::string text = base::lower(text_of(value));
    if (text == "true") return true;
    if (text == "false") return false;
    return std::nullopt;
}

bool is_alphanumeric(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    });
}

/// The last three characters of an 18-character id say which of the others are capitals.
bool has_id_checksum(std::string_view id) {
    constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";
    for (std::size_t part = 0; part < 3; ++part) {
        std::size_t bits = 0;
        for (std::size_t i = 0; i < 5; ++i) {
            const char c = id[part * 5 + i];
            if (c >= 'A' && c <= 'Z') bits |= std::size_t{1} << i;
        }
        if (id[15 + part] != alphabet[bits]) return false;
    }
    return true;
}

/// The case matters in 15 characters of an id. A 15-character text is only one in a field that holds ids.
bool looks_like_id(std::string_view text, bool field_holds_ids) {
    if (!is_alphanumeric(text)) return false;
    if (text.size() == 18) return has_id_checksum(text);
    return text.size() == 15 && field_holds_ids;
}

bool is_moment(std::string_view text) {
    return text.size() >= 19 && text[4] == '-' && text[7] == '-' && text[10] == 'T';
}

struct Compared {
    bool comparable = false;
    std::weak_ordering order = std::weak_ordering::equivalent;
};

Compared ordered(double a, double b) {
    const auto order = a <=> b;
    if (order < 0) return {true, std::weak_ordering::less};
    if (order > 0) return {true, std::weak_ordering::greater};
    return {order == 0, std::weak_ordering::equivalent};
}

Compared compare_texts(std::string_view a, std::string_view b, bool field_holds_ids) {
    if (a == b) return {true, std::weak_ordering::equivalent};
    if (looks_like_id(a, field_holds_ids) && looks_like_id(b, field_holds_ids)) {
        const int order = a.substr(0, 15).compare(b.substr(0, 15));
        return {true, order <=> 0};
    }
    if (is_moment(a) && is_moment(b)) {
        const auto x = base::parse_time(a);
        const auto y = base::parse_time(b);
        if (x && y) return {true, *x <=> *y};
    }
    return {true, folded(a) <=> folded(b)};
}

/// Both are not blank.
Compared compare(const Json& record, const Json& value, const std::string& field) {
    if (record.is_boolean() || value.is_boolean()) {
        const auto a = truth_of(record);
        const auto b = truth_of(value);
        if (!a || !b) return {};
        return {true, static_cast<int>(*a) <=> static_cast<int>(*b)};
    }
    if (record.is_number() || value.is_number()) {
        const auto a = number_of(record);
        const auto b = number_of(value);
        return a && b ? ordered(*a, *b) : Compared{};
    }
    if (!record.is_string() || !value.is_string()) return {record == value, std::weak_ordering::equivalent};
    return compare_texts(text_of(record), text_of(value), field.ends_with("Id"));
}

bool equals(const Json& record, const Json& value, const std::string& field) {
    if (is_blank(record) || is_blank(value)) return is_blank(record) && is_blank(value);
    const Compared compared = compare(record, value, field);
    return compared.comparable && compared.order == 0;
}

/// Salesforce's LIKE: `%` any text, `_` one character, `\` takes the next one as it is.
bool like(std::u32string_view text, std::u32string_view pattern) {
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    std::size_t star = std::u32string_view::npos;
    std::size_t star_at = 0;
    while (at < text.size()) {
        const bool has_more = in_pattern < pattern.size();
        if (has_more && pattern[in_pattern] == U'%') {
            star = ++in_pattern;
            star_at = at;
            continue;
        }
        const bool escaped = has_more && pattern[in_pattern] == U'\\' && in_pattern + 1 < pattern.size();
        const std::size_t letter = in_pattern + (escaped ? 1 : 0);
        if (has_more && ((!escaped && pattern[letter] == U'_') || pattern[letter] == text[at])) {
            in_pattern = letter + 1;
            ++at;
        } else if (star != std::u32string_view::npos) {
            in_pattern = star;
            at = ++star_at;
        } else {
            return false;
        }
    }
    while (in_pattern < pattern.size() && pattern[in_pattern] == U'%') ++in_pattern;
    return in_pattern == pattern.size();
}

std::string as_text(const Json& value) {
    return value.is_string() ? std::string{text_of(value)} : base::to_text(value);
}

} // namespace

bool meets(const Json& record, const Condition& condition) {
    const Json& found = field_at(record, condition.field);
    const Json& value = condition.value;
    if (condition.optional && found.is_null() && !record.contains(condition.field)) return true;
    const auto order = [&]() -> Compared {
        if (is_blank(found) || is_blank(value)) return {};
        return compare(found, value, condition.field);
    };
    switch (condition.op) {
    case Op::equal: return equals(found, value, condition.field);
    case Op::in:
        return std::any_of(value.begin(), value.end(),
                           [&](const Json& item) { return equals(found, item, condition.field); });
    case Op::differs: return !equals(found, value, condition.field);
    case Op::greater: {
        const Compared compared = order();
        return compared.comparable && compared.order > 0;
    }
    case Op::at_least: {
        const Compared compared = order();
        return compared.comparable && compared.order >= 0;
    }
    case Op::less: {
        const Compared compared = order();
        return compared.comparable && compared.order < 0;
    }
    case Op::at_most: {
        const Compared compared = order();
        return compared.comparable && compared.order <= 0;
    }
    case Op::like: return !is_blank(found) && like(folded(as_text(found)), folded(as_text(value)));
    case Op::is_empty: return is_blank(found) == truth_of(value).value_or(true);
    case Op::about:
        return !is_blank(found) && !is_blank(value) && likeness(as_text(found), as_text(value)) >= condition.likeness;
    }
    return false;
}

bool meets_all(const Json& record, const std::vector<Condition>& where) {
    return std::all_of(where.begin(), where.end(),
                       [&](const Condition& condition) { return meets(record, condition); });
}

} // namespace paysync::flow
