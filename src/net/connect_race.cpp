// Attempts to connect that overlap.
#include "connect_race.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <optional>
#include <sstream>

namespace paysync::net {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using base::Errc;
using base::Error;
using boost::system::error_code;

asio::steady_timer::duration timer_span(runtime::Duration span) {
    return std::chrono::duration_cast<asio::steady_timer::duration>(span);
}

std::string text_of(const tcp::endpoint& endpoint) {
    std::ostringstream text;
    text << endpoint;
    return text.str();
}

/// Held by the handlers of its attempts, which may come after who waited has gone on.
class Race : public std::enable_shared_from_this<Race> {
public:
    Race(const runtime::Lane& lane, Endpoints endpoints, runtime::Duration attempt_delay)
        : lane_{lane},
          endpoints_{std::move(endpoints)},
          attempt_delay_{attempt_delay},
          next_turn_{lane},
          bell{lane} {}

    void start_next() {
        next_turn_.cancel();
        if (ended_) return;
        if (next_ == endpoints_.size()) {
            if (open_ == 0) end();
            return;
        }
        const std::size_t number = next_++;
        const auto socket = std::make_shared<tcp::socket>(lane_);
        sockets_.push_back(socket);
        ++open_;
        auto on_end = [self = shared_from_this(), socket, number](error_code failure) {
            self->attempt_ended(number, *socket, failure);
        };
        socket->async_connect(endpoints_[number], std::move(on_end));
        if (next_ < endpoints_.size()) wait_for_turn();
    }

    /// Closes what is still being tried.
    void end() {
        ended_ = true;
        next_turn_.cancel();
        error_code ignored;
        for (const auto& socket : sockets_) socket->close(ignored);
        sockets_.clear();
        bell.cancel();
    }

    bool ended() const { return ended_; }

    std::optional<tcp::socket> winner;
    std::string failures; ///< address and reason of each

private:
    void wait_for_turn() {
        next_turn_.expires_after(timer_span(attempt_delay_));
        auto on_turn = [self = shared_from_this()](error_code cancelled) {
            if (!cancelled) self->start_next();
        };
        next_turn_.async_wait(std::move(on_turn));
    }

    void attempt_ended(std::size_t number, tcp::socket& socket, error_code failure) {
        --open_;
        if (ended_) return;
        if (!failure) {
            winner.emplace(std::move(socket));
            return end();
        }
        failures += (failures.empty() ? "" : "; ") + text_of(endpoints_[number]) + " " + failure.message();
        start_next();
    }

    runtime::Lane lane_;
    Endpoints endpoints_;
    runtime::Duration attempt_delay_;
    std::size_t next_ = 0;
    std::size_t open_ = 0;
    bool ended_ = false;
    std::vector<std::shared_ptr<tcp::socket>> sockets_;
    asio::steady_timer next_turn_;

public:
    asio::steady_timer bell; ///< rings at the deadline, cancelled when the race has ended
};

} // namespace

Endpoints interleaved(const Endpoints& endpoints) {
    Endpoints first;
    Endpoints second;
    for (const tcp::endpoint& endpoint : endpoints)
        (endpoint.protocol() == endpoints.front().protocol() ? first : second).push_back(endpoint);
    Endpoints mixed;
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size()) mixed.push_back(first[i]);
        if (i < second.size()) mixed.push_back(second[i]);
    }
    return mixed;
}

runtime::Task<base::Result<tcp::socket>> connect_first(Endpoints endpoints, runtime::Duration limit,
                                                       runtime::Duration attempt_delay) {
    const auto lane = co_await asio::this_coro::executor;
    const auto race = std::make_shared<Race>(lane, interleaved(endpoints), attempt_delay);
    race->bell.expires_after(timer_span(limit));
    race->start_next();
    error_code stopped;
    if (!race->ended()) {
        auto [rung] = co_await race->bell.async_wait(asio::as_tuple(asio::use_awaitable));
        stopped = rung;
    }
    const bool in_time = race->ended();
    if (race->winner) {
        error_code ignored;
        race->winner->set_option(tcp::no_delay{true}, ignored);
        co_return std::move(*race->winner);
    }
    race->end();
    if (stopped && !in_time) co_return Error{Errc::canceled, "stopped while connecting"};
    const std::string failures = race->failures;
    if (in_time) co_return Error{Errc::not_sent, failures};
    const std::string late = "no answer in time";
    co_return Error{Errc::not_sent, failures.empty() ? late : failures + "; " + late};
}

} // namespace paysync::net
