// The seam of time: every timer, deadline and time stamp of the daemon goes through it.
#pragma once

#include "paysync/base/time.hpp"
#include "paysync/runtime/awaitable.hpp"

#include <chrono>

namespace paysync::runtime {

using base::WallTime;
using Duration = std::chrono::nanoseconds;
/// Time that never steps. Only differences mean anything.
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::nanoseconds>;

/// wall() may step (NTP, an administrator); steady() cannot. Lives as long as the program.
class Clock {
public:
    virtual ~Clock() = default;
    virtual WallTime wall() const = 0;
    virtual SteadyTime steady() const = 0;
    /// Returns when `until` is reached, or earlier when the caller is cancelled (it then sees the cancellation at its
    /// next suspension, or asks `co_await this_coro::cancellation_state`).
    virtual Task<> sleep_until(SteadyTime until) = 0;

    Task<> sleep_for(Duration span) { return sleep_until(steady() + span); }
};

/// The clocks of the machine and Asio's timers.
class SystemClock final : public Clock {
public:
    WallTime wall() const override;
    SteadyTime steady() const override;
    Task<> sleep_until(SteadyTime until) override;
};

} // namespace paysync::runtime
