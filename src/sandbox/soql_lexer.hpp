// SOQL's tokens.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::sandbox::soql {

struct Token {
    enum class Kind { word, number, text, symbol, date, datetime, end } kind = Kind::end;
    std::string text; ///< of text: `\_` and `\%` and `\\` still escaped, for LIKE
    std::size_t at = 0;
};

/// Throws Refused.
std::vector<Token> tokens_of(std::string_view statement);

} // namespace paysync::sandbox::soql
