// Cards: what a number tells, and what the simulated issuer answers.
#pragma once

#include "paysync/base/json.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace paysync::sandbox {

struct IssuerAnswer {
    std::string code; ///< "10000", "20051", "2005C"
    std::string summary;

    bool approved() const { return code.starts_with("10"); }
};

/// The sentence of a response code; "Declined" for one that is not in the sandbox's table.
std::string response_summary(std::string_view code);
IssuerAnswer issuer_answer(std::string code);

/// Approved, but for: the card numbers of Checkout.com's page "Test cards" (November 2025), which decline with their
/// code; 4242 4242 4242 4242 with an amount of 101: 20051; and, in currencies of two decimals, the amounts of its
/// older page "Response code testing": xxx05 20005, xxx12 20012, xxx14 20014, xxx51 20051, xxx54 20087, xxx62 20062,
/// xxx63 20063, xxx33 30033, 9998 20068, 4001 40101, 4008 40108, 2011 200R1, 2013 200R3. (Its 6510 to 6540 are left
/// out: today's examples approve 6540.)
IssuerAnswer issuer_answer_to(std::string_view number, std::int64_t amount, std::string_view currency);

/// Whether declines with this code are tried again when a payment asks for it (documentation: Retries).
bool is_retried(std::string_view code);

/// Digits only, Luhn.
bool is_card_number(std::string_view number);
/// The members of a card source that follow from its number: scheme, last4, bin, fingerprint, card_type, …
base::Json card_look(std::string_view number);

} // namespace paysync::sandbox
