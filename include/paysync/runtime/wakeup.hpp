// A bell that one waiting coroutine hears: no lost wake-up, no polling.
#pragma once

#include "paysync/runtime/awaitable.hpp"
#include "paysync/runtime/clock.hpp"

#include <memory>

namespace paysync::runtime {

/// ring() before wait() is remembered (once). All on one lane.
class Wakeup {
public:
    void ring();
    /// Returns at the next ring(), or at once when it rang since the last wait.
    Task<> wait();
    /// The same, but at `until` at the latest.
    Task<> wait_until(Clock& clock, SteadyTime until);

private:
    struct Waiter;
    bool rung_ = false;
    std::shared_ptr<Waiter> waiter_;
};

} // namespace paysync::runtime
