// Statements of SOQL, put together from names and literals.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::salesforce::soql {

/// Limits of Salesforce's (SOQL and SOSL Reference): longer statements are MALFORMED_QUERY.
inline constexpr std::size_t statement_characters_max = 100'000;
/// UTF-16 units of one text in a condition.
inline constexpr std::size_t text_units_max = 4'000;

/// For use between single quotes: backslash, quotes and control characters escaped; all else as it is, in UTF-8.
std::string escaped(std::string_view text);

/// `'O\'Brien'`
std::string quoted(std::string_view text);

/// For use between single quotes after LIKE, when `%` and `_` are meant as themselves.
std::string like_escaped(std::string_view text);

/// `Email = 'a@b.de'` for one literal, `Email IN ('a@b.de','c@d.de')` for several; `literals` is not empty and comes
/// from soql_literal().
std::string one_of(const std::string& field, const std::vector<std::string>& literals);

/// `SELECT Id,Name FROM Account WHERE …`; without a WHERE when `where` is empty. Names are trusted: they come from
/// describe. `fields` is not empty.
std::string select(const std::string& object, const std::vector<std::string>& fields, const std::string& where);

} // namespace paysync::salesforce::soql
