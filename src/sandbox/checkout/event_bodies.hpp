// Bodies of the webhooks that the account's own API brings about.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"
#include "paysync/runtime/chance.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace paysync::sandbox {

std::string random_digits(runtime::Chance& chance, std::size_t length);

class EventBodies {
public:
    /// `url`: of the API, for links.
    EventBodies(const std::string& url, runtime::Chance& chance) : url_{url}, chance_{chance} {}

    /// Envelope of a delivery: id, type, version, created_on, data, _links.
    base::Json envelope(std::string_view type, base::WallTime at, base::Json data) const;
    /// Of an attempt to authorize or verify: customer, source, 3ds, risk, … `payment` in the shape of the API.
    base::Json attempt(std::string_view type, base::WallTime at, const base::Json& payment,
                       const base::Json& action) const;
    /// Of a capture, refund or void: no customer, no source. `action`: action_id, amount, response_code,
    /// response_summary, and where given reference, metadata.
    base::Json action(std::string_view type, base::WallTime at, const base::Json& payment, base::Json action,
                      const base::Json& balances) const;

private:
    const std::string& url_;
    runtime::Chance& chance_;
};

} // namespace paysync::sandbox
