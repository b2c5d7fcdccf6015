// Time, workers and io contexts of a simulation: one thread, one order of things for one seed.
#pragma once

#include "paysync/runtime/chance.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/runtime/workers.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace paysync::demo {

using runtime::Duration;
using runtime::SteadyTime;
using runtime::Task;
using runtime::WallTime;

/// The end of a coroutine of a simulated peer. No group owns it: a simulated crash drops its frame with its lane.
inline void must_not_throw(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
}

/// Stands still while anything can run, then jumps to the next sleeper.
class VirtualClock final : public runtime::Clock {
public:
    explicit VirtualClock(WallTime start) : start_{start} {}

    WallTime wall() const override { return start_ + now_.time_since_epoch(); }
    SteadyTime steady() const override { return now_; }
    Task<> sleep_until(SteadyTime until) override;

    /// Wakes all who sleep until the next moment at which anybody does; false when nobody sleeps, or only beyond
    /// `limit`.
    bool advance(SteadyTime limit);

private:
    using Sleeper = std::weak_ptr<boost::asio::steady_timer>;
    WallTime start_;
    SteadyTime now_{};
    std::uint64_t order_ = 0;
    std::map<std::pair<SteadyTime, std::uint64_t>, Sleeper> sleepers_;
};

/// Jobs run on the one thread, after a drawn delay: what threads do in the daemon, made repeatable.
class VirtualWorkers final : public runtime::Workers {
public:
    VirtualWorkers(VirtualClock& clock, runtime::Chance& chance, Duration delay_max)
        : clock_{clock}, chance_{chance}, delay_max_{delay_max} {}

    Task<> run(std::function<void()> job) override;
    std::size_t width() const override { return 1; }

private:
    VirtualClock& clock_;
    runtime::Chance& chance_;
    Duration delay_max_;
};

/// An io context whose pending work can be dropped while everything that it refers to still lives: what a crash does.
class Lane : public boost::asio::io_context {
public:
    Lane() : boost::asio::io_context{1} {}
    /// Destroys all suspended coroutines and queued handlers.
    void drop_everything() { shutdown(); }
};

} // namespace paysync::demo
