// The coroutine type of the daemon. Rooms that only pass awaitables on include this and no more of Asio.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <boost/version.hpp>
#if BOOST_VERSION < 108100
#error "Boost 1.81 or later is needed (libboost1.81-dev): per-operation cancellation and as_tuple"
#endif

namespace paysync::runtime {

namespace asio = boost::asio;

template <class T = void>
using Task = asio::awaitable<T>;

using Lane = asio::any_io_executor; ///< one io thread; code on a lane is single-threaded

} // namespace paysync::runtime
