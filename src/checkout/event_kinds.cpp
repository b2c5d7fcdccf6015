// The table of payment events.
#include "event_kinds.hpp"

#include <array>
#include <utility>

namespace paysync::checkout {

namespace {

using enum ActionKind;
using enum ActionResult;

// Source: docs "webhook event types". Approval of a retried payment follows its declines, so outcomes are no dead
// end.
constexpr std::array kinds{
    EventKind{"payment_pending", authorization, pending, "pending"},
    EventKind{"payment_approved", authorization, approved, ""},
    EventKind{"payment_authorized", authorization, approved, ""},
    EventKind{"payment_declined", authorization, declined, "declined"},
    EventKind{"payment_authentication_failed", authorization, declined, "declined"},
    // Whether every failed attempt also sends payment_declined is not documented: this one counts as its failure too,
    // and as the same one, because both carry the attempt's action id.
    EventKind{"payment_retry_scheduled", authorization, declined, "retry"},
    EventKind{"payment_authorization_incremented", increment, approved, ""},
    EventKind{"payment_authorization_increment_declined", increment, declined, ""},
    EventKind{"payment_capture_pending", capture, pending, ""},
    EventKind{"payment_captured", capture, approved, ""},
    EventKind{"payment_capture_declined", capture, declined, ""},
    EventKind{"payment_void_pending", void_, pending, ""},
    EventKind{"payment_voided", void_, approved, ""},
    EventKind{"payment_void_declined", void_, declined, ""},
    EventKind{"payment_refund_pending", refund, pending, ""},
    EventKind{"payment_refunded", refund, approved, ""},
    EventKind{"payment_refund_declined", refund, declined, ""},
    EventKind{"payment_canceled", cancellation, approved, "canceled"},
    EventKind{"payment_expired", expiry, approved, "expired"},
    EventKind{"payment_paid", payout, approved, ""},
    EventKind{"payment_returned", return_, approved, ""},
    EventKind{"card_verified", verification, approved, ""},
    EventKind{"card_verification_declined", verification, declined, "declined"},
};

constexpr std::array<std::pair<ActionKind, std::string_view>, 10> names{{
    {authorization, "authorization"},
    {verification, "verification"},
    {increment, "increment"},
    {capture, "capture"},
    {void_, "void"},
    {refund, "refund"},
    {payout, "payout"},
    {return_, "return"},
    {cancellation, "cancellation"},
    {expiry, "expiry"},
}};

} // namespace

const EventKind* find_kind(std::string_view type) {
    for (const EventKind& kind : kinds)
        if (kind.type == type) return &kind;
    return nullptr;
}

bool speaks_of_payment(ActionKind kind) {
    switch (kind) {
    case authorization:
    case verification:
    case payout:
    case cancellation:
    case expiry: return true;
    case increment:
    case capture:
    case void_:
    case refund:
    case return_: return false;
    }
    return false;
}

std::string_view name(ActionKind kind) {
    for (const auto& [known, text] : names)
        if (known == kind) return text;
    return "";
}

std::optional<ActionKind> action_kind(std::string_view text) {
    for (const auto& [known, name_of_it] : names)
        if (name_of_it == text) return known;
    return std::nullopt;
}

} // namespace paysync::checkout
