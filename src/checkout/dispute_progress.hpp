// The order of a dispute's life.
#pragma once

#include "paysync/checkout/payment_state.hpp"

#include <string_view>

namespace paysync::checkout {

/// The type of a dispute's event without `dispute_`.
std::string_view dispute_state(std::string_view type);

/// By time; of one moment, by how far along they are.
bool happens_before(const DisputeEvent& a, const DisputeEvent& b);

} // namespace paysync::checkout
