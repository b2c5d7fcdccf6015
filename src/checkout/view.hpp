// Pieces that several views show alike: every member present, null where nothing is known.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"

#include <optional>
#include <string>

namespace paysync::checkout {

base::Json time_view(const std::optional<base::WallTime>& time);
base::Json text_view(const std::string& text);

/// null, or all of {id, type, scheme, last4, expiry_month, expiry_year, wallet, name}.
base::Json source_view(const base::Json& source);
/// null, or all of {line1, line2, city, state, zip, country}.
base::Json address_view(const base::Json& address);
/// null, or the plan with {name, amount, amount_variability, interval, interval_count, days_between_payments,
/// total_number_of_payments, current_payment_number, start_date, expiry}. Where the plan itself names no interval its
/// days do; dates are written 2025-10-31.
base::Json plan_view(const base::Json& plan);

} // namespace paysync::checkout
