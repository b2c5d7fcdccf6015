// One coroutine on a lane of its own, for commands that end.
#pragma once

#include "paysync/runtime/awaitable.hpp"
#include "paysync/runtime/task_group.hpp"

#include <boost/asio/io_context.hpp>

#include <functional>
#include <optional>

namespace paysync::app {

/// Runs `io` until the coroutine of `start` has ended, and returns what it returned.
template <class T>
T run_to_end(boost::asio::io_context& io, std::function<runtime::Task<T>()> start) {
    std::optional<T> result;
    runtime::TaskGroup tasks{io.get_executor()};
    tasks.spawn("command", [&result, &start]() -> runtime::Task<> { result.emplace(co_await start()); });
    io.restart();
    io.run();
    return std::move(*result);
}

} // namespace paysync::app
