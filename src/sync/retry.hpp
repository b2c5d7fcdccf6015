// When to try again. Pure: the caller supplies chance.
#pragma once

#include "paysync/sync/engine.hpp"

#include <algorithm>
#include <cmath>

namespace paysync::sync {

/// The wait before attempt `failed_attempts` + 1. Full jitter: equal senders must not come back in step.
inline runtime::Duration backoff(const RetrySettings& settings, int failed_attempts, double chance) {
    const double doubled = static_cast<double>(settings.first.count()) * std::exp2(std::min(failed_attempts - 1, 40));
    const double ceiling = std::min(doubled, static_cast<double>(settings.most.count()));
    return runtime::Duration{static_cast<std::int64_t>(ceiling * chance)};
}

} // namespace paysync::sync
