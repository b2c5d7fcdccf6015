// By what an event's party is known.
#pragma once

#include "sync/parties.hpp"

#include <map>
#include <string>
#include <vector>

namespace paysync::sync {

/// The event's own payment, customer id and e-mail key, and the payer of its payment as stored in `payments` (states
/// by id). Never empty: work that names nobody is a party of its own.
std::vector<std::string> party_keys(const Work& work, const std::map<std::string, base::Json>& payments);

} // namespace paysync::sync
