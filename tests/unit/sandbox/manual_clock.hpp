// Virtual time: tasks run until all of them wait, then time steps to the next moment that somebody waits for.
#pragma once

#include "paysync/runtime/clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <list>
#include <stdexcept>
#include <vector>

namespace paysync::sandbox {

class ManualClock final : public runtime::Clock {
public:
    runtime::WallTime wall() const override {
        return base::parse_time("2026-03-01T09:00:00Z").value() + (now_ - begin);
    }
    runtime::SteadyTime steady() const override { return now_; }

    runtime::Task<> sleep_until(runtime::SteadyTime until) override {
        if (until <= now_) co_return;
        Sleeper sleeper{until, boost::asio::steady_timer{co_await boost::asio::this_coro::executor,
                                                         boost::asio::steady_timer::time_point::max()}};
        const auto place = sleepers_.insert(sleepers_.end(), &sleeper);
        co_await sleeper.timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
        sleepers_.erase(place);
    }

    void advance(runtime::Duration span) { step_to(now_ + span); }

    /// Runs all tasks to their end and returns the virtual time that this took.
    template <class... Tasks>
    runtime::Duration run(Tasks... tasks) {
        const runtime::SteadyTime started = now_;
        std::size_t open = sizeof...(tasks);
        std::exception_ptr failure;
        const auto done = [&open, &failure](std::exception_ptr thrown) {
            --open;
            if (thrown) failure = thrown;
        };
        (boost::asio::co_spawn(io_, std::move(tasks), done), ...);
        while (open > 0) {
            io_.restart();
            io_.poll();
            if (open > 0) step();
        }
        if (failure) std::rethrow_exception(failure);
        return now_ - started;
    }

private:
    struct Sleeper {
        runtime::SteadyTime until;
        boost::asio::steady_timer timer;
    };

    void step() {
        if (sleepers_.empty()) throw std::logic_error("everything waits, and nothing for time");
        runtime::SteadyTime next = runtime::SteadyTime::max();
        for (const Sleeper* sleeper : sleepers_) next = std::min(next, sleeper->until);
        step_to(next);
    }

    void step_to(runtime::SteadyTime time) {
        now_ = std::max(now_, time);
        for (Sleeper* sleeper : sleepers_)
            if (sleeper->until <= now_) sleeper->timer.cancel();
    }

    static constexpr runtime::SteadyTime begin{std::chrono::hours{1000}};

    boost::asio::io_context io_;
    runtime::SteadyTime now_ = begin;
    std::list<Sleeper*> sleepers_;
};

} // namespace paysync::sandbox
