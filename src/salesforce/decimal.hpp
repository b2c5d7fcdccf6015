// Decimal numbers as digits: money must not pass through binary fractions.
#pragma once

#include "paysync/base/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace paysync::salesforce {

/// digits * 10^-scale. In lowest form: no leading zeros, no trailing zeros after the point, no negative zero; so
/// equal numbers are equal members.
struct Decimal {
    bool negative = false;
    std::string digits = "0";
    int scale = 0; ///< digits after the point

    bool operator==(const Decimal&) const = default;

    /// `-12.3`, never with an exponent.
    std::string text() const;
    /// Digits before the point; 0 for 0.5.
    int whole_digits() const;
};

/// Reads `12`, `-12.30`, `.5`, `1e-7`. Nothing for all else: no thousands separators, no decimal comma, no NaN, and
/// no exponent beyond 400, which would be a number of hundreds of digits.
std::optional<Decimal> parse_decimal(std::string_view text);

/// The decimal that a JSON number or numeric text stands for. A binary fraction stands for its shortest decimal text:
/// 0.1 is a tenth.
std::optional<Decimal> decimal_of(const base::Json& value);

/// Half away from zero.
Decimal rounded(Decimal number, int scale);

/// As a JSON number where its text is exactly this decimal, else as JSON text, which Salesforce takes for number
/// fields as well. Only numbers of more than 15 digits with a fraction, or of more than 18, become text.
base::Json to_json(const Decimal& number);

} // namespace paysync::salesforce
