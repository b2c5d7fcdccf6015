// Checkout.com's many spellings of the same thing, read into one.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paysync::checkout {

/// Above it jq, which reckons with doubles, would lose a unit.
inline constexpr std::int64_t amount_max = 9'007'199'254'740'991;

/// An id is opaque: text as it is, a whole number written out. Nothing for all else: a number with a fraction or
/// beyond 64 bits was rounded by reading it, and two ids must not become one.
std::optional<std::string> read_id(const base::Json& value);

/// Minor units: a whole number, also as text ("1250") or written 1250.0. Nothing for negative ones, for decimals
/// (fraud_reported gives major units) and above amount_max.
std::optional<std::int64_t> read_amount(const base::Json& value);

/// The sum, or amount_max where it would be more.
std::int64_t add_amounts(std::int64_t a, std::int64_t b);

/// Text that is not blank, as sent; any number written out. Response codes may hold letters: they are never numbers.
std::optional<std::string> read_text(const base::Json& value);

std::optional<base::WallTime> read_time(const base::Json& value);

/// true, or "true" in any case.
bool read_flag(const base::Json& value);

/// read_text() and the like as JSON: null where there is nothing.
base::Json text_or_null(const base::Json& value);
/// A point in time as UTC text; text that is no time stays as it is.
base::Json time_or_null(const base::Json& value);

/// "MOTO", "moto" and "Moto" are one payment type; an unknown one stays as sent.
std::string mended_payment_type(const std::string& sent);

/// {id, type, scheme, last4, expiry_month, expiry_year, wallet, name} of `data.source`, null when it says nothing.
/// The card's number is never in a webhook; the first digits (bin) are not kept.
base::Json read_source(const base::Json& source, const base::Json& processing);

/// {line1, line2, city, state, zip, country}, null when all are empty.
base::Json read_address(const base::Json& address);

/// "+44 2071234567" of text or {country_code, number}; null when there is none.
base::Json read_phone(const base::Json& phone);

/// `payment_plan` as sent, null when it says nothing.
base::Json read_plan(const base::Json& plan);

/// What is worth keeping of `3ds`: neither cryptogram nor transaction ids.
base::Json read_three_ds(const base::Json& three_ds);

} // namespace paysync::checkout
