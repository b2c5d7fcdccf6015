// `paysync-sandbox trigger`: a believable sequence of webhooks of one new payment.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/result.hpp"
#include "paysync/base/time.hpp"
#include "paysync/runtime/chance.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::sandbox {

struct TriggerPlan {
    /// approve, capture, refund, void, decline, retry, dispute, dispute-won, dispute-lost; what one needs before it
    /// is added
    std::vector<std::string> steps;
    std::int64_t amount = 4200; ///< minor units
    std::string currency = "EUR";
    std::string reference;        ///< empty: made up
    std::string email;            ///< empty: made up
    std::chrono::seconds late{0}; ///< it all happened so long ago, and the authorization arrives last
    unsigned duplicate = 1;       ///< how often each webhook is sent
};

/// The bodies in the order in which they are to be sent. Errc::invalid for an unknown step.
base::Result<std::vector<base::Json>> trigger_bodies(const TriggerPlan& plan, base::WallTime now,
                                                     runtime::Chance& chance);

/// "45s", "30m", "2h", "1d"; nothing for all else.
std::optional<std::chrono::seconds> read_span(std::string_view text);

/// Sends the bodies through the sandbox at `url` and prints what became of each. Exit code: 0 all taken, 1 not all,
/// 64 a step that does not exist, 69 no sandbox there.
int run_trigger(const TriggerPlan& plan, const std::string& url, const std::string& ca_file);

} // namespace paysync::sandbox
