// What can be made to go wrong at the sandbox's Salesforce side.
#pragma once

#include "paysync/base/json.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace paysync::sandbox {

/// Set from C++ at any time, or by `POST /control/faults` with a JSON object of the members' names (those left out
/// stay as they are). They concern calls under /services/data; only `latency*` and `fail_token_next` concern the
/// token endpoint too. "The next N calls" count down to 0.
struct Faults {
    /// An answer given instead of running the call: `{"status": 503, "body": "…", "html": true}`. A body left out is
    /// the usual one of that status (HTML for 502, 503 and 504, as Salesforce's front end sends them).
    struct Failure {
        unsigned status = 503;
        std::optional<std::string> body;
        bool html = false;
    };

    std::int64_t latency_ms = 0;        ///< every call takes this long; a write holds its locks meanwhile
    std::int64_t latency_jitter_ms = 0; ///< and up to this much longer, evenly
    std::deque<Failure> fail_next;      ///< each answers one of the next calls
    std::deque<Failure> fail_token_next;
    std::uint64_t drop_before = 0; ///< the next N calls are cut without answer and have no effect (status 0)
    std::uint64_t drop_after = 0;  ///< the next N calls have their effect, then are cut without answer (status 0)
    double drop_before_chance = 0; ///< each call is cut before its effect with this probability
    double drop_after_chance = 0;  ///< each call is cut after its effect with this probability
    double fail_chance = 0;        ///< each call is answered 503 (HTML) with this probability, without effect
    double lock_rows = 0;          ///< each written row fails with UNABLE_TO_LOCK_ROW with this probability
    double result_fail_chance = 0; ///< each call is answered 500 UNKNOWN_EXCEPTION *after* its effect
    bool expire_tokens = false;    ///< at the next call every token given out so far is dead; then false again
    /// Calls that may run for `long_call_ms` or more at the same time; one more is refused with 403
    /// REQUEST_LIMIT_EXCEEDED. (Salesforce: 25 in production and sandboxes, 5 in developer orgs; 20 s)
    std::uint64_t concurrent_limit = 25;
    std::int64_t long_call_ms = 20'000;
    std::optional<std::uint64_t> daily_limit; ///< in place of the org's own; reached: 403 REQUEST_LIMIT_EXCEEDED

    base::Json to_json() const;
    /// Errc::invalid with a sentence for an unknown member or a wrong type; then nothing is changed.
    base::Result<void> apply(const base::Json& changes);
};

} // namespace paysync::sandbox
