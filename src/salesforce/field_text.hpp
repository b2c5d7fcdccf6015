// Text as a Salesforce field keeps it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace paysync::salesforce {

/// Valid UTF-8 (what is not becomes U+FFFD), line ends as \n, no control characters but tab and line end, nothing
/// white at either end.
std::string stored_text(std::string_view text);

/// The same in one line: line ends and tabs are blanks.
std::string stored_line(std::string_view text);

/// Salesforce counts a text's length in UTF-16 units: an emoji is two.
std::size_t utf16_units(std::string_view text);

/// The longest beginning of at most `units_max` UTF-16 units that ends between two characters, without white space at
/// its end. `text` is valid UTF-8.
std::string cut(std::string_view text, std::size_t units_max);

/// The same for at most `bytes_max` bytes of UTF-8.
std::string cut_to_bytes(std::string_view text, std::size_t bytes_max);

/// Would Salesforce take it for an e-mail address? It answers INVALID_EMAIL_ADDRESS for the whole row otherwise, so
/// this is rather too strict than too lax: ASCII, one @, no dot at an end of a part, a domain with a dot.
bool is_email(std::string_view text);

} // namespace paysync::salesforce
