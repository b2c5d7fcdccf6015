// Requests over a network that may lose them.
#include "paysync/demo/wire.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>

namespace paysync::demo {

namespace asio = boost::asio;

namespace {

/// An answer on its way between two lanes. Either end may die; the other then just never hears.
struct Letter {
    explicit Letter(const runtime::Lane& lane) : bell{lane, asio::steady_timer::time_point::max()} {}
    asio::steady_timer bell;
    std::optional<net::Response> response;
};

Task<> answer(net::Handler* handler, net::Request request, std::weak_ptr<Letter> letter) {
    std::optional<net::Response> refused = handler->screen(request);
    net::Response response;
    if (refused)
        response = std::move(*refused);
    else
        response = co_await handler->handle(std::move(request));
    if (const auto waiting = letter.lock()) {
        waiting->response = std::move(response);
        waiting->bell.cancel();
    }
}

} // namespace

Duration Wire::delay() {
    return Duration{static_cast<std::int64_t>(chance_.unit() * static_cast<double>(faults_.delay_max.count()))};
}

Task<base::Result<net::Response>> Wire::send(net::Origin, net::Request request, SteadyTime deadline) {
    const Duration there = delay();
    co_await clock_.sleep_until(std::min(clock_.steady() + there, deadline));
    const FarSide far = far_side_();
    if (far.handler == nullptr || chance_.happens(faults_.not_sent))
        co_return base::Error{base::Errc::not_sent, "no connection"};
    if (chance_.happens(faults_.lost_before)) {
        co_await clock_.sleep_until(deadline);
        co_return base::Error{base::Errc::unknown, "lost on its way"};
    }
    const bool lost_after = chance_.happens(faults_.lost_after);
    const auto letter = std::make_shared<Letter>(co_await asio::this_coro::executor);
    const net::Request sent = request;
    asio::co_spawn(far.lane, answer(far.handler, std::move(request), letter), must_not_throw);
    // The deadline rings too: a far side that died answers nobody.
    auto alarm = [](VirtualClock* clock, SteadyTime until, std::weak_ptr<Letter> waiting) -> Task<> {
        co_await clock->sleep_until(until);
        if (const auto still = waiting.lock()) still->bell.cancel();
    };
    asio::co_spawn(co_await asio::this_coro::executor, alarm(&clock_, deadline, letter), must_not_throw);
    co_await letter->bell.async_wait(asio::as_tuple(asio::use_awaitable));
    observe_(sent, letter->response ? &*letter->response : nullptr);
    if (!letter->response || lost_after) {
        co_await clock_.sleep_until(deadline);
        co_return base::Error{base::Errc::unknown, "no answer before the deadline"};
    }
    const Duration back = delay();
    if (clock_.steady() + back > deadline) co_return base::Error{base::Errc::unknown, "answered too late"};
    co_await clock_.sleep_for(back);
    if (letter->response->status == 0) co_return base::Error{base::Errc::unknown, "connection cut"};
    co_return std::move(*letter->response);
}

} // namespace paysync::demo
