// What the event types of payments mean.
#pragma once

#include "paysync/checkout/payment_state.hpp"

#include <string_view>

namespace paysync::checkout {

/// One event type's meaning. A type that is not known moves no money and decides no state.
struct EventKind {
    std::string_view type;
    ActionKind kind;
    ActionResult result;
    std::string_view outcome; ///< what it leads to while nothing succeeds; may be empty
};

/// null for types without an action.
const EventKind* find_kind(std::string_view type);

/// An event of such an action speaks of the whole payment: its `reference` and `amount` are the payment's. Those of a
/// capture, refund, void or return belong to that action.
bool speaks_of_payment(ActionKind kind);

/// As stored and shown: "authorization", "void", …
std::string_view name(ActionKind kind);
std::optional<ActionKind> action_kind(std::string_view name);

} // namespace paysync::checkout
