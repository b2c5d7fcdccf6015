// Exact decimals.
#include "salesforce/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace paysync::salesforce {

namespace {

constexpr int exponent_max = 400;
constexpr std::size_t text_max = 500;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

void take_digits(std::string_view& text, std::string& digits) {
    while (!text.empty() && is_digit(text.front())) {
        digits += text.front();
        text.remove_prefix(1);
    }
}

std::optional<int> take_exponent(std::string_view text) {
    if (text.empty()) return 0;
    if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
    text.remove_prefix(1);
    if (text.size() > 1 && text.front() == '+' && is_digit(text[1])) text.remove_prefix(1);
    int exponent = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), exponent);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    if (exponent > exponent_max || exponent < -exponent_max) return std::nullopt;
    return exponent;
}

void reduce(Decimal& number) {
    while (number.scale > 0 && number.digits.size() > 1 && number.digits.back() == '0') {
        number.digits.pop_back();
        --number.scale;
    }
    number.digits.erase(0, std::min(number.digits.find_first_not_of('0'), number.digits.size()));
    if (number.digits.empty()) number = Decimal{};
}

/// Adds one to a text of digits.
void increment(std::string& digits) {
    for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit) {
        if (*digit != '9') {
            ++*digit;
            return;
        }
        *digit = '0';
    }
    digits.insert(0, 1, '1');
}

} // namespace

std::string Decimal::text() const {
    std::string made = digits;
    if (scale > 0) {
        const auto after = static_cast<std::size_t>(scale);
        if (made.size() <= after) made.insert(0, after + 1 - made.size(), '0');
        made.insert(made.size() - after, ".");
    }
    return negative ? "-" + made : made;
}

int Decimal::whole_digits() const {
    const int whole = static_cast<int>(digits.size()) - scale;
    return digits == "0" || whole < 0 ? 0 : whole;
}

std::optional<Decimal> parse_decimal(std::string_view text) {
    if (text.size() > text_max) return std::nullopt;
    Decimal number;
    number.digits.clear();
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        number.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    take_digits(text, number.digits);
    const std::size_t whole = number.digits.size();
    if (!text.empty() && text.front() == '.') {
        text.remove_prefix(1);
        take_digits(text, number.digits);
        number.scale = static_cast<int>(number.digits.size() - whole);
        if (number.scale == 0) return std::nullopt;
    }
    if (number.digits.empty()) return std::nullopt;
    const auto exponent = take_exponent(text);
    if (!exponent) return std::nullopt;
    number.scale -= *exponent;
    if (number.scale < 0) {
        number.digits.append(static_cast<std::size_t>(-number.scale), '0');
        number.scale = 0;
    }
    reduce(number);
    return number;
}

std::optional<Decimal> decimal_of(const base::Json& value) {
    if (value.is_number()) return parse_decimal(value.dump());
    if (value.is_string()) return parse_decimal(value.get_ref<const std::string&>());
    return std::nullopt;
}

Decimal rounded(Decimal number, int scale) {
    if (number.scale <= scale) return number;
    const auto dropped = static_cast<std::size_t>(number.scale - scale);
    if (number.digits.size() <= dropped) number.digits.insert(0, dropped + 1 - number.digits.size(), '0');
    const std::size_t kept = number.digits.size() - dropped;
    const bool up = number.digits[kept] >= '5';
    number.digits.resize(kept);
    if (up) increment(number.digits);
    number.scale = scale;
    reduce(number);
    return number;
}

base::Json to_json(const Decimal& number) {
    const std::string text = number.text();
    const char* const end = text.data() + text.size();
    if (number.scale == 0 && number.digits.size() <= 18) {
        std::int64_t whole = 0;
        std::from_chars(text.data(), end, whole);
        return whole;
    }
    double binary = 0;
    const auto [read, failure] = std::from_chars(text.data(), end, binary);
    if (failure == std::errc{} && read == end) {
        base::Json made = binary;
        if (decimal_of(made) == number) return made;
    }
    return text;
}

} // namespace paysync::salesforce
