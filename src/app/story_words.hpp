// What the store knows about a payment, in words.
#pragma once

#include "paysync/store/store.hpp"

#include <string>

namespace paysync::app {

/// "waiting", "held", "dead"
std::string state_name(store::RunState state);
/// `flow, step: reason`
std::string reason_of(const store::Run& run);

/// The present state first (what waits for what until when, what to type), then what came, then what was written.
std::string to_words(const store::Story& story, const std::string& id);
base::Json to_json(const store::Story& story);

} // namespace paysync::app
