// What each action moved, with its fees: the rows of GET /financial-actions and of report files.
#pragma once

#include "sandbox/checkout/merchant_account.hpp"

#include <vector>

namespace paysync::sandbox {

/// One financial action, in the shape of the API (API reference: Get financial actions). Amounts of its breakdown
/// are signed decimals in major units, and its times have no zone.
struct FinancialAction {
    base::WallTime processed_on;
    base::Json row;
};

/// In order of time.
std::vector<FinancialAction> financial_actions(const MerchantAccount& account);

/// A report's file: a line for each part of the breakdown of each action in [from, to), and a first line of names.
std::string financial_csv(const MerchantAccount& account, base::WallTime from, base::WallTime to);

/// GET /balances/{entity}: per currency {descriptor, holding_currency, balances}, minor units. Captures of the last
/// 24 hours are pending; what was refunded or charged back is gone.
base::Json currency_balances(const MerchantAccount& account, const std::string& currency);

} // namespace paysync::sandbox
