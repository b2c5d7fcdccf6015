// Amounts and the currency they are in. Pure.
#pragma once

#include "paysync/flow/plan.hpp"
#include "paysync/sync/look_up.hpp"

#include <string>

namespace paysync::sync {

struct CurrencyRule {
    std::string payment;         ///< ISO code of the payment
    std::string org;             ///< of an org that has one currency; empty: not configured
    bool multi_currency = false; ///< the org has several
    bool converts = false;       ///< the flow converts amounts itself
};

/// Looks at every write with an amount. Where the org has several currencies (the object has CurrencyIsoCode) and the
/// flow does not say which, a new record gets the payment's: Salesforce would take the integration user's (facts
/// 2.10). What would make another amount of it is held for a person, with the writes before it: a payment in a
/// currency that is not the org's only one, or not an active one, and a record that is in another currency.
void give_currency(flow::Plan& plan, const CurrencyRule& rule, const Descriptions& descriptions);

} // namespace paysync::sync
