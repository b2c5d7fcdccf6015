// Virtual clocks and workers.
#include "paysync/demo/virtual_time.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace paysync::demo {

namespace asio = boost::asio;

Task<> VirtualClock::sleep_until(SteadyTime until) {
    auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor,
                                                      asio::steady_timer::time_point::max());
    sleepers_.emplace(std::pair(std::max(until, now_), ++order_), timer);
    co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
}

bool VirtualClock::advance(SteadyTime limit) {
    while (!sleepers_.empty() && sleepers_.begin()->second.expired()) sleepers_.erase(sleepers_.begin());
    if (sleepers_.empty() || sleepers_.begin()->first.first > limit) return false;
    now_ = std::max(now_, sleepers_.begin()->first.first);
    // One at a time: who wakes first may be what the others wait for.
    if (const auto timer = sleepers_.begin()->second.lock()) timer->cancel();
    sleepers_.erase(sleepers_.begin());
    return true;
}

Task<> VirtualWorkers::run(std::function<void()> job) {
    const Duration delay{static_cast<std::int64_t>(chance_.unit() * static_cast<double>(delay_max_.count()))};
    co_await clock_.sleep_for(delay);
    job();
}

} // namespace paysync::demo
