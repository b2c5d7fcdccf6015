// The machine's clocks.
#include "paysync/runtime/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace paysync::runtime {

WallTime SystemClock::wall() const {
    return std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
}

SteadyTime SystemClock::steady() const {
    return std::chrono::steady_clock::now();
}

Task<> SystemClock::sleep_until(SteadyTime until) {
    asio::steady_timer timer{co_await asio::this_coro::executor};
    timer.expires_at(std::chrono::time_point_cast<std::chrono::steady_clock::duration>(until));
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
}

} // namespace paysync::runtime
