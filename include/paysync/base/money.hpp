// Amounts in Checkout.com's minor units.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace paysync::base {

/// Digits after the decimal point of a currency, by Checkout.com's own table and not ISO 4217 (CLP has 2 there).
/// Source: Checkout.com documentation, "Calculating the amount", December 2025. Case of `currency` does not matter.
int exponent(std::string_view currency);

/// Exact decimal text in major units: 1050 EUR is "10.50", 1050 JPY is "1050", -5 BHD is "-0.005".
std::string major_units(std::int64_t minor, std::string_view currency);

} // namespace paysync::base
