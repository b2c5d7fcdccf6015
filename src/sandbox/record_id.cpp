// Record ids and their checksum.
#include "sandbox/record_id.hpp"

#include <array>

namespace paysync::sandbox {

namespace {

constexpr std::string_view serial_digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
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

/// Each of the three characters says which of its five are upper case.
std::string checksum(std::string_view fifteen) {
    std::string made;
    for (std::size_t chunk = 0; chunk < 3; ++chunk) {
        std::size_t bits = 0;
        for (std::size_t i = 0; i < 5; ++i)
            if (is_upper(fifteen[chunk * 5 + i])) bits |= std::size_t{1} << i;
        made += checksum_digits[bits];
    }
    return made;
}

/// Gives a letter the case that the checksum says; false for a digit said to be upper case.
bool restore_case(char& c, bool upper) {
    if (is_digit(c)) return !upper;
    if (upper && is_lower(c)) c = static_cast<char>(c - 'a' + 'A');
    if (!upper && is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
    return true;
}

} // namespace

std::string make_record_id(std::string_view key_prefix, std::uint64_t serial) {
    std::string id{key_prefix};
    id += "WU00";
    std::array<char, 8> digits{};
    for (std::size_t i = digits.size(); i-- > 0; serial /= serial_digits.size())
        digits[i] = serial_digits[serial % serial_digits.size()];
    id.append(digits.data(), digits.size());
    return id + checksum(id);
}

std::optional<std::string> full_record_id(std::string_view text) {
    if (text.size() != 15 && text.size() != 18) return std::nullopt;
    std::string id{text.substr(0, 15)};
    for (const char c : text)
        if (!is_upper(c) && !is_lower(c) && !is_digit(c)) return std::nullopt;
    if (text.size() == 15) return id + checksum(id);
    for (std::size_t chunk = 0; chunk < 3; ++chunk) {
        const char given = text[15 + chunk];
        const char digit = is_lower(given) ? static_cast<char>(given - 'a' + 'A') : given;
        const auto bits = checksum_digits.find(digit);
        if (bits == std::string_view::npos) return std::nullopt;
        for (std::size_t i = 0; i < 5; ++i)
            if (!restore_case(id[chunk * 5 + i], ((bits >> i) & 1U) != 0)) return std::nullopt;
    }
    return id + checksum(id);
}

} // namespace paysync::sandbox
