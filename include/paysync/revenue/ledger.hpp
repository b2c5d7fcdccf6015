// What payments add to the figures of their days.
#pragma once

#include "paysync/checkout/payment_state.hpp"
#include "paysync/revenue/settings.hpp"
#include "paysync/store/figure.hpp"

#include <map>
#include <vector>

namespace paysync::revenue {

/// By day, currency and dimensions; none of them all 0.
using Lines = std::map<store::FigureKey, store::FigureSums>;

/// What one payment contributes: a function of its state alone, so the same for its events in any order. A day's
/// figures are the sums of all payments' lines.
Lines ledger_lines(const checkout::PaymentState& payment, const Settings& settings);

/// What replaces the lines of `before` by those of `after`.
Lines difference(const checkout::PaymentState& before, const checkout::PaymentState& after, const Settings& settings);

void add(Lines& to, const Lines& more);

/// As a settlement takes them.
std::vector<store::FigureChange> figure_changes(const Lines& lines, base::WallTime now, const Settings& settings);

} // namespace paysync::revenue
