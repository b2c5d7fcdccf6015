// The network between daemon and sandbox: delays, losses before and after the effect, and a far side that may die.
#pragma once

#include "paysync/demo/virtual_time.hpp"
#include "paysync/net/handler.hpp"
#include "paysync/net/transport.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <functional>
#include <memory>
#include <vector>

namespace paysync::demo {

struct WireFaults {
    double not_sent = 0;    ///< no connection: no effect, and the sender knows
    double lost_before = 0; ///< the request is lost on its way: no effect, and the sender cannot know
    double lost_after = 0;  ///< the answer is lost: the effect took place, and the sender cannot know
    Duration delay_max = std::chrono::milliseconds{50}; ///< each way
};

/// Where the other side is now: it may be down, and may come back as another.
struct FarSide {
    runtime::Lane lane;
    net::Handler* handler = nullptr; ///< null: down
};

/// Calls a handler on the other side's own lane, as a network would. When the other side dies, those who wait for its
/// answer learn nothing until their deadline.
class Wire final : public net::Transport {
public:
    using Observe = std::function<void(const net::Request&, const net::Response*)>;

    Wire(std::function<FarSide()> far_side, WireFaults& faults, VirtualClock& clock, runtime::Chance& chance,
         Observe observe)
        : far_side_{std::move(far_side)},
          faults_{faults},
          clock_{clock},
          chance_{chance},
          observe_{std::move(observe)} {}

    Task<base::Result<net::Response>> send(net::Origin origin, net::Request request, SteadyTime deadline) override;

private:
    Duration delay();

    std::function<FarSide()> far_side_;
    WireFaults& faults_;
    VirtualClock& clock_;
    runtime::Chance& chance_;
    Observe observe_;
};

} // namespace paysync::demo
