// How SOQL's parts say that a statement is wrong.
#pragma once

#include "sandbox/row_error.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace paysync::sandbox::soql {

/// Thrown inside SOQL only: a parser that returns at every step hides the grammar.
struct Refused {
    std::string code;
    std::string sentence;
    std::optional<std::size_t> at; ///< in the statement, from 0

    /// With the piece of the statement, the mark below it, row and column, as Salesforce prints them.
    RowError told(std::string_view statement) const;
};

[[noreturn]] void refuse(std::string code, std::optional<std::size_t> at, std::string sentence);
[[noreturn]] void malformed(std::size_t at, std::string sentence);

} // namespace paysync::sandbox::soql
