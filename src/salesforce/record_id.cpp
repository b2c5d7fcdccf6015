// Record ids: 15 characters whose case matters, or 18 with a checksum of that case.
#include "paysync/salesforce/describe.hpp"

#include "paysync/base/text.hpp"

#include <array>

namespace paysync::salesforce {

namespace {

constexpr std::string_view checksum_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

bool is_upper(char c) {
    return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

char upper(char c) {
    return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
}

/// Each of the three characters holds five bits: which of its five characters are upper case, the first lowest.
std::string checksum(std::string_view fifteen) {
    std::string made;
    for (std::size_t group = 0; group < 3; ++group) {
        std::size_t bits = 0;
        for (std::size_t i = 0; i < 5; ++i)
            if (is_upper(fifteen[group * 5 + i])) bits |= std::size_t{1} << i;
        made += checksum_digits[bits];
    }
    return made;
}

/// The case of 15 characters as `sum` says; nothing when a digit would have to be upper case.
std::optional<std::string> with_case(std::string_view fifteen, std::string_view sum) {
    std::string made = base::lower(fifteen);
    for (std::size_t i = 0; i < made.size(); ++i) {
        const auto bits = checksum_digits.find(sum[i / 5]);
        if (bits == std::string_view::npos) return std::nullopt;
        if (((bits >> (i % 5)) & 1U) == 0) continue;
        if (is_digit(made[i])) return std::nullopt;
        made[i] = upper(made[i]);
    }
    return made;
}

} // namespace

std::optional<std::string> long_id(std::string_view id) {
    if (id.size() != 15 && id.size() != 18) return std::nullopt;
    bool any_upper = false;
    bool any_lower = false;
    for (const char c : id) {
        if (!is_upper(c) && !is_lower(c) && !is_digit(c)) return std::nullopt;
        any_upper = any_upper || is_upper(c);
        any_lower = any_lower || is_lower(c);
    }
    const std::string_view fifteen = id.substr(0, 15);
    if (id.size() == 15) return std::string{fifteen} + checksum(fifteen);

    std::string sum;
    for (const char c : id.substr(15)) sum += upper(c);
    if (checksum(fifteen) == sum) return std::string{fifteen} + sum;
    // All of one case: something folded it on the way, and the checksum is there to undo that. Mixed case with
    // another checksum is no folded id but a wrong one.
    if (any_upper && any_lower) return std::nullopt;
    const auto mended = with_case(fifteen, sum);
    if (!mended) return std::nullopt;
    return *mended + sum;
}

} // namespace paysync::salesforce
