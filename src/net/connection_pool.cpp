// Leasing and keeping connections.
#include "connection_pool.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace paysync::net {

using runtime::Task;

Lease::Lease(std::shared_ptr<ConnectionPool> pool, Origin origin, Connection connection)
    : pool_{std::move(pool)}, origin_{std::move(origin)}, connection_{std::move(connection)} {}

Lease::~Lease() {
    give_back();
}

Lease::Lease(Lease&& other) noexcept
    : pool_{std::move(other.pool_)},
      origin_{std::move(other.origin_)},
      connection_{std::move(other.connection_)},
      keep_{other.keep_} {}

Lease& Lease::operator=(Lease&& other) noexcept {
    if (this != &other) {
        give_back();
        pool_ = std::move(other.pool_);
        origin_ = std::move(other.origin_);
        connection_ = std::move(other.connection_);
        keep_ = other.keep_;
    }
    return *this;
}

void Lease::put(std::unique_ptr<ByteStream> fresh) {
    connection_ = Connection{std::move(fresh), pool_->clock_.steady()};
}

void Lease::give_back() {
    if (!pool_) return;
    if (!keep_) connection_.stream.reset();
    std::exchange(pool_, nullptr)->give_back(origin_, std::move(connection_));
}

struct ConnectionPool::Waiter {
    explicit Waiter(const runtime::Lane& lane) : bell{lane} {}
    asio::steady_timer bell; ///< rings at the deadline, cancelled when granted
    bool granted = false;
    Connection connection;
};

/// Leaves the line when the waiting coroutine ends, however it ends; passes a grant on that it did not use.
struct ConnectionPool::Waiting {
    Waiting(std::shared_ptr<ConnectionPool> pool_in, const Origin& origin_in, std::shared_ptr<Waiter> waiter_in)
        : pool{std::move(pool_in)}, origin{origin_in}, waiter{std::move(waiter_in)} {
        pool->places_[origin].line.push_back(waiter);
    }
    ~Waiting() {
        if (waiter->granted)
            pool->give_back(origin, std::move(waiter->connection));
        else
            pool->places_[origin].line.remove(waiter);
    }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

    Lease take() {
        waiter->granted = false;
        return Lease{pool, origin, std::move(waiter->connection)};
    }

    std::shared_ptr<ConnectionPool> pool;
    Origin origin;
    std::shared_ptr<Waiter> waiter;
};

ConnectionPool::ConnectionPool(Limits limits, runtime::Clock& clock) : limits_{limits}, clock_{clock} {
    PAYSYNC_ASSERT(limits.per_origin_max > 0, "a pool without places");
}

ConnectionPool::~ConnectionPool() = default;

Task<base::Result<Lease>> ConnectionPool::lease(Origin origin, runtime::SteadyTime deadline) {
    Place& place = places_[origin];
    auto pooled = take_idle(place);
    if (pooled.stream || place.leased + place.idle.size() < limits_.per_origin_max) {
        ++place.leased;
        co_return Lease{shared_from_this(), std::move(origin), std::move(pooled)};
    }
    const auto waiter = std::make_shared<Waiter>(co_await asio::this_coro::executor);
    Waiting waiting{shared_from_this(), origin, waiter};
    const auto left = std::max(deadline - clock_.steady(), runtime::Duration::zero());
    waiter->bell.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(left));
    auto [cancelled] = co_await waiter->bell.async_wait(asio::as_tuple(asio::use_awaitable));
    if (waiter->granted) co_return waiting.take();
    if (cancelled) co_return base::Error{base::Errc::canceled, "stopped while waiting for a connection"};
    co_return base::Error{base::Errc::not_sent,
                          "no connection to " + origin.text() + " came free before the deadline"};
}

bool ConnectionPool::outlived(const Idle& idle) const {
    const auto now = clock_.steady();
    return now - idle.since > limits_.idle_max || now - idle.connection.born > limits_.age_max;
}

Connection ConnectionPool::take_idle(Place& place) {
    while (!place.idle.empty()) {
        Idle newest = std::move(place.idle.back());
        place.idle.pop_back();
        if (!outlived(newest) && newest.connection.stream->quiet()) return std::move(newest.connection);
    }
    return {};
}

void ConnectionPool::give_back(const Origin& origin, Connection connection) {
    if (connection.stream && clock_.steady() - connection.born > limits_.age_max) connection.stream.reset();
    Place& place = places_[origin];
    if (!place.line.empty()) { // the place goes on to the next in line
        const auto next = place.line.front();
        place.line.pop_front();
        next->granted = true;
        next->connection = std::move(connection);
        next->bell.cancel();
        return;
    }
    --place.leased;
    if (connection.stream) {
        connection.stream->expires_never();
        place.idle.push_back({std::move(connection), clock_.steady()});
    }
}

void ConnectionPool::close_old() {
    for (auto& [origin, place] : places_) std::erase_if(place.idle, [&](const Idle& idle) { return outlived(idle); });
}

} // namespace paysync::net
