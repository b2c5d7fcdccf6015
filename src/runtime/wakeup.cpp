// Waking one waiting coroutine.
#include "paysync/runtime/wakeup.hpp"

#include "paysync/base/result.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace paysync::runtime {

struct Wakeup::Waiter {
    explicit Waiter(const Lane& lane) : timer{lane, asio::steady_timer::time_point::max()} {}
    asio::steady_timer timer; // never expires; cancelled by ring()
};

void Wakeup::ring() {
    rung_ = true;
    if (waiter_) waiter_->timer.cancel();
}

Task<> Wakeup::wait() {
    PAYSYNC_ASSERT(!waiter_, "a wake-up has one waiter");
    if (!rung_) {
        const auto mine = std::make_shared<Waiter>(co_await asio::this_coro::executor);
        waiter_ = mine;
        co_await mine->timer.async_wait(asio::as_tuple(asio::use_awaitable));
        waiter_.reset();
    }
    rung_ = false;
}

Task<> Wakeup::wait_until(Clock& clock, SteadyTime until) {
    PAYSYNC_ASSERT(!waiter_, "a wake-up has one waiter");
    if (!rung_) {
        const auto lane = co_await asio::this_coro::executor;
        const auto mine = std::make_shared<Waiter>(lane);
        waiter_ = mine;
        auto race = asio::experimental::make_parallel_group(
            mine->timer.async_wait(asio::deferred), asio::co_spawn(lane, clock.sleep_until(until), asio::deferred));
        co_await race.async_wait(asio::experimental::wait_for_one(), asio::as_tuple(asio::use_awaitable));
        waiter_.reset();
    }
    rung_ = false;
}

} // namespace paysync::runtime
