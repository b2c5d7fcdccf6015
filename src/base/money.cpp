// Checkout.com's table of currency exponents.
#include "paysync/base/money.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace paysync::base {

namespace {

constexpr std::array<std::string_view, 15> without_decimals{"BIF", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
                                                            "RWF", "UGX", "VUV", "VND", "XAF", "XOF", "XPF"};
constexpr std::array<std::string_view, 7> with_three_decimals{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};

} // namespace

int exponent(std::string_view currency) {
    std::string upper{currency};
    std::transform(upper.begin(), upper.end(), upper.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    if (std::find(without_decimals.begin(), without_decimals.end(), upper) != without_decimals.end()) return 0;
    if (std::find(with_three_decimals.begin(), with_three_decimals.end(), upper) != with_three_decimals.end())
        return 3;
    return 2;
}

std::string major_units(std::int64_t minor, std::string_view currency) {
    const auto digits = static_cast<std::size_t>(exponent(currency));
    const bool negative = minor < 0;
    // The magnitude of the smallest int64 does not fit an int64.
    const std::uint64_t magnitude =
        negative ? ~static_cast<std::uint64_t>(minor) + 1U : static_cast<std::uint64_t>(minor);
    std::string text = std::to_string(magnitude);
    if (digits > 0) {
        if (text.size() <= digits) text.insert(0, digits + 1 - text.size(), '0');
        text.insert(text.size() - digits, ".");
    }
    return negative ? "-" + text : text;
}

} // namespace paysync::base
