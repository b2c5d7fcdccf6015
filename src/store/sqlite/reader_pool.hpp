// Reading connections, lent to one job at a time.
#pragma once

#include "paysync/runtime/wakeup.hpp"
#include "paysync/runtime/workers.hpp"
#include "paysync/store/store.hpp"
#include "store/sqlite/connection.hpp"
#include "store/sqlite/failure.hpp"

#include <boost/asio/any_completion_handler.hpp>

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace paysync::store::sqlite {

/// Lives on one lane; shared, because coroutines that wait in it may outlive the store at a crash.
class ReaderPool : public std::enable_shared_from_this<ReaderPool> {
public:
    /// `workers` outlives every job. At most `waiting_max` reads wait for a connection.
    ReaderPool(std::vector<std::shared_ptr<Connection>> connections, runtime::Workers& workers,
               std::size_t waiting_max);

    /// Runs `query` on a worker. Errors: Errc::canceled after stop(), Errc::unavailable, Errc::corrupt.
    /// Static: the coroutine owns what it runs in even when it starts after the store died.
    template <class T>
    static Task<Result<T>> read(std::shared_ptr<ReaderPool> pool, std::function<T(Connection&)> query);

    Task<> stop();           ///< refuses new reads, waits for those accepted
    void abandon() noexcept; ///< nobody is resumed any more

private:
    struct Slot {
        std::shared_ptr<Connection> lent;
    };
    /// The handler owns the waiting coroutine, which owns its slot: the slot must not own the handler.
    struct Waiting {
        std::shared_ptr<Slot> slot;
        runtime::asio::any_completion_handler<void()> resume;
    };
    /// Gives the connection back when the reading coroutine ends, however it ends.
    class Lease {
    public:
        Lease(std::shared_ptr<ReaderPool> pool, std::shared_ptr<Connection> connection)
            : pool_{std::move(pool)}, connection_{std::move(connection)} {}
        ~Lease() { pool_->give_back(std::move(connection_)); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;
        const std::shared_ptr<Connection>& connection() const { return connection_; }

    private:
        std::shared_ptr<ReaderPool> pool_;
        std::shared_ptr<Connection> connection_;
    };

    std::optional<base::Error> refusal() const;
    Task<std::shared_ptr<Connection>> borrow();
    void give_back(std::shared_ptr<Connection> connection);

    runtime::Workers& workers_;
    std::size_t waiting_max_;
    std::size_t lent_ = 0;
    std::vector<std::shared_ptr<Connection>> free_;
    std::deque<Waiting> waiting_;
    std::optional<runtime::Lane> lane_;
    runtime::Wakeup idle_;
    bool stopping_ = false;
    bool abandoned_ = false;
};

template <class T>
Task<Result<T>> ReaderPool::read(std::shared_ptr<ReaderPool> pool, std::function<T(Connection&)> query) {
    // The job owns all that it touches: it may still run when this frame is gone.
    struct Call {
        std::function<T(Connection&)> query;
        Result<T> result;
    };
    const auto refused = pool->refusal();
    if (refused) co_return *refused;
    const auto call = std::make_shared<Call>();
    call->query = std::move(query);
    auto connection = co_await pool->borrow();
    const Lease lease{pool, std::move(connection)};
    std::function<void()> job = [call, reader = lease.connection()] {
        try {
            call->result = call->query(*reader);
        } catch (const Failure& failure) {
            call->result = to_error(failure);
        }
    };
    co_await pool->workers_.run(std::move(job));
    co_return std::move(call->result);
}

} // namespace paysync::store::sqlite
