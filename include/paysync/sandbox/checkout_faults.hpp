// What can be made to go wrong at the sandbox's Checkout.com side.
#pragma once

#include "paysync/base/json.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace paysync::sandbox {

/// Set from C++ at any time, or by `POST /control/checkout_faults` with a JSON object of the members' names (those
/// left out stay as they are). "The next N calls" count down to 0.
struct CheckoutFaults {
    /// An answer given instead of running the call: `{"status": 503, "body": "…"}`; no body unless one is given.
    struct Failure {
        unsigned status = 503;
        std::string body;
    };

    std::int64_t latency_ms = 0;        ///< every call takes this long
    std::int64_t latency_jitter_ms = 0; ///< and up to this much longer, evenly
    std::deque<Failure> fail_next;      ///< each answers one of the next calls
    std::uint64_t drop_before = 0;      ///< the next N calls are cut without answer and have no effect (status 0)
    std::uint64_t drop_after = 0;       ///< the next N calls have their effect, then are cut without answer
    std::uint64_t truncate_next = 0;    ///< the next N answers that have a body lose its second half
    std::optional<std::uint64_t> reads_per_second;  ///< more GETs within a second: 429; null: no limit
    std::optional<std::uint64_t> writes_per_second; ///< the same for all other methods
    bool expire_tokens = false; ///< at the next call every OAuth token given out is dead; then false again

    base::Json to_json() const;
    /// Errc::invalid with a sentence for an unknown member or a wrong type; then nothing is changed.
    base::Result<void> apply(const base::Json& changes);
};

} // namespace paysync::sandbox
