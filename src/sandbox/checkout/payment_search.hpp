// POST /payments/search: the query language and its pages.
#pragma once

#include "sandbox/checkout/merchant_account.hpp"
#include "sandbox/checkout/wire.hpp"

#include <functional>

namespace paysync::sandbox {

using PaymentFilter = std::function<bool(const base::Json&)>;

/// `status:'Captured' AND amount>=1000 AND NOT currency:'GBP'`. A clause is a field, an operator (`:` or `=`, `>`,
/// `>=`, `<`, `<=`, `IN (…)`) and a value in quotes or bare; `*` stands for any characters, `\` takes the meaning
/// from the next one; AND before OR, parentheses (documentation: Search and filter payments, beta; the exact
/// spelling of its operators is not in any public text but for `id:'pay_…'`). Nothing for text that is no query.
std::optional<PaymentFilter> parse_payment_query(std::string_view query);

/// {query, limit 1-1000 (10), from and to: both or neither} -> data, newest first, and _links.next while there is
/// more. Status and payment type are in small letters here, and actions have a status, as its example shows.
ApiReply search_payments(const MerchantAccount& account, const base::Json& body);
/// What _links.next leads to.
ApiReply continue_search(const MerchantAccount& account, const std::string& search, const std::string& token);

} // namespace paysync::sandbox
