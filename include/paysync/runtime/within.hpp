// A deadline for work that is no stream: streams have deadlines of their own.
#pragma once

#include "paysync/base/result.hpp"
#include "paysync/runtime/clock.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace paysync::runtime {

/// `work`, or Errc::unknown when `deadline` came first; the work is then cancelled. Ends at the first completion,
/// not at the first success as Asio's `||` does. T must be default-constructible inside Result (co_spawn needs it).
template <class T>
Task<base::Result<T>> within(Clock& clock, SteadyTime deadline, Task<base::Result<T>> work) {
    const auto lane = co_await asio::this_coro::executor;
    auto race =
        asio::experimental::make_parallel_group(asio::co_spawn(lane, std::move(work), asio::deferred),
                                                asio::co_spawn(lane, clock.sleep_until(deadline), asio::deferred));
    auto [order, failure, value, alarm_failure] =
        co_await race.async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
    if (order[0] == 1) co_return base::Error{base::Errc::unknown, "no answer before the deadline"};
    if (failure) std::rethrow_exception(failure);
    co_return value;
}

} // namespace paysync::runtime
