// Cleaning, measuring and cutting of text.
#include "salesforce/field_text.hpp"

#include "paysync/base/text.hpp"

namespace paysync::salesforce {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

struct Character {
    std::size_t bytes = 1; ///< to pass over
    bool valid = true;
};

unsigned byte_at(std::string_view text, std::size_t at) {
    return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

/// The character at `at` by the table of well-formed UTF-8 (Unicode, table 3-7): no overlong forms, no surrogates.
Character character_at(std::string_view text, std::size_t at) {
    const unsigned lead = byte_at(text, at);
    if (lead < 0x80U) return {1, true};
    if (lead < 0xC2U || lead > 0xF4U) return {1, false};
    const std::size_t length = lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
    unsigned least = 0x80U;
    unsigned most = 0xBFU;
    if (lead == 0xE0U) least = 0xA0U;
    if (lead == 0xEDU) most = 0x9FU;
    if (lead == 0xF0U) least = 0x90U;
    if (lead == 0xF4U) most = 0x8FU;
    for (std::size_t i = 1; i < length; ++i) {
        const unsigned next = byte_at(text, at + i);
        if (next < least || next > most) return {i, false};
        least = 0x80U;
        most = 0xBFU;
    }
    return {length, true};
}

bool is_forbidden(std::string_view character) {
    if (character.size() == 1) {
        const auto c = static_cast<unsigned char>(character.front());
        return (c < 0x20U && c != '\t' && c != '\n') || c == 0x7FU;
    }
    // C1 controls, and the two that no XML document of Salesforce's can hold.
    if (character.size() == 2) return character.front() == '\xC2' && byte_at(character, 1) < 0xA0U;
    return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
}

bool is_local_character(char c) {
    constexpr std::string_view others = "!#$%&'*+/=?^_`{|}~-.";
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           others.find(c) != std::string_view::npos;
}

bool is_label(std::string_view label) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') return false;
    for (const char c : label)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-')) return false;
    return true;
}

bool is_domain(std::string_view domain) {
    if (domain.find('.') == std::string_view::npos) return false;
    for (;;) {
        const auto dot = domain.find('.');
        const std::string_view label = domain.substr(0, dot);
        if (!is_label(label)) return false;
        if (dot == std::string_view::npos)
            return label.size() >= 2 && label.find_first_not_of("0123456789") != std::string_view::npos;
        domain.remove_prefix(dot + 1);
    }
}

} // namespace

std::string stored_text(std::string_view text) {
    std::string made;
    made.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Character character = character_at(text, at);
        const std::string_view bytes = text.substr(at, character.bytes);
        at += character.bytes;
        if (!character.valid) {
            made += replacement;
        } else if (bytes == "\r") {
            if (byte_at(text, at) != '\n') made += '\n';
        } else if (!is_forbidden(bytes)) {
            made += bytes;
        }
    }
    return std::string{base::trimmed(made)};
}

std::string stored_line(std::string_view text) {
    const std::string kept = stored_text(text);
    std::string made;
    made.reserve(kept.size());
    for (std::size_t at = 0; at < kept.size(); ++at) {
        const bool breaks = kept[at] == '\n' || kept[at] == '\t';
        if (!breaks) {
            made += kept[at];
        } else if (!made.empty() && made.back() != ' ') {
            made += ' ';
        }
    }
    return made;
}

std::size_t utf16_units(std::string_view text) {
    std::size_t units = 0;
    for (std::size_t at = 0; at < text.size();) {
        const Character character = character_at(text, at);
        units += character.bytes == 4 ? 2 : 1;
        at += character.bytes;
    }
    return units;
}

namespace {

/// The longest beginning whose characters weigh at most `most` together.
template <class Weight>
std::string cut_by(std::string_view text, std::size_t most, Weight weight) {
    std::size_t sum = 0;
    std::size_t at = 0;
    while (at < text.size()) {
        const Character character = character_at(text, at);
        sum += weight(character);
        if (sum > most) break;
        at += character.bytes;
    }
    const std::string_view kept = text.substr(0, at);
    // What white space a cut lays bare Salesforce would take off, and the record would then differ for ever.
    return at == text.size() ? std::string{kept} : std::string{base::trimmed(kept)};
}

} // namespace

std::string cut(std::string_view text, std::size_t units_max) {
    return cut_by(text, units_max,
                  [](const Character& character) -> std::size_t { return character.bytes == 4 ? 2 : 1; });
}

std::string cut_to_bytes(std::string_view text, std::size_t bytes_max) {
    return cut_by(text, bytes_max, [](const Character& character) { return character.bytes; });
}

bool is_email(std::string_view text) {
    const auto at = text.find('@');
    if (at == std::string_view::npos) return false;
    const std::string_view local = text.substr(0, at);
    if (local.empty() || local.size() > 64 || local.front() == '.' || local.back() == '.') return false;
    if (local.find("..") != std::string_view::npos) return false;
    for (const char c : local)
        if (!is_local_character(c)) return false;
    return is_domain(text.substr(at + 1));
}

} // namespace paysync::salesforce
