// POST /notify/NAME: an endpoint somewhere that takes notifications, such as a chat's or an iPaaS's, and can fail.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/result.hpp"
#include "paysync/base/time.hpp"
#include "paysync/net/message.hpp"

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <string_view>

namespace paysync::sandbox {

/// Takes any JSON under any name. Like a good receiver it knows an Idempotency-Key again: `repeat`.
class Notifications {
public:
    static constexpr std::string_view prefix = "/notify/";

    /// A status of 0: the connection is cut without answer.
    net::Response take(const net::Request& request, base::WallTime now);

    /// `{"fail_next": [503, …], "drop_before": N, "drop_after": N}`: the next calls are answered so, or cut without
    /// answer before or after they were noted. Errc::invalid with a sentence; then nothing is changed.
    base::Result<void> apply(const base::Json& changes);
    base::Json faults() const;
    /// `[{"name", "at", "key", "repeat", "signature", "headers", "body"}]`, in order; those that failed are not among
    /// them.
    const base::Json& received() const { return received_; }
    void forget();

private:
    base::Json received_ = base::Json::array();
    std::set<std::string> keys_; // name and key
    std::deque<unsigned> fail_next_;
    std::uint64_t drop_before_ = 0;
    std::uint64_t drop_after_ = 0;
};

} // namespace paysync::sandbox
