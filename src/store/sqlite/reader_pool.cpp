// Lending and queueing; the queue is first come, first served.
#include "store/sqlite/reader_pool.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace paysync::store::sqlite {

namespace asio = runtime::asio;

ReaderPool::ReaderPool(std::vector<std::shared_ptr<Connection>> connections, runtime::Workers& workers,
                       std::size_t waiting_max)
    : workers_{workers}, waiting_max_{waiting_max}, free_{std::move(connections)} {}

std::optional<base::Error> ReaderPool::refusal() const {
    if (stopping_ || abandoned_) return base::Error{base::Errc::canceled, "the store is stopping"};
    if (waiting_.size() >= waiting_max_)
        return base::Error{base::Errc::unavailable, "too many reads wait for the store"};
    return std::nullopt;
}

Task<std::shared_ptr<Connection>> ReaderPool::borrow() {
    lane_ = co_await asio::this_coro::executor;
    if (!free_.empty()) {
        auto connection = std::move(free_.back());
        free_.pop_back();
        ++lent_;
        co_return connection;
    }
    const auto slot = std::make_shared<Slot>();
    auto start = [this, slot](auto handler) {
        waiting_.push_back(Waiting{slot, asio::any_completion_handler<void()>(std::move(handler))});
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(std::move(start), asio::use_awaitable);
    co_return std::move(slot->lent);
}

void ReaderPool::give_back(std::shared_ptr<Connection> connection) {
    if (abandoned_) return;
    if (waiting_.empty()) {
        free_.push_back(std::move(connection));
        --lent_;
        if (stopping_ && lent_ == 0) idle_.ring();
        return;
    }
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    next.slot->lent = std::move(connection);
    asio::post(*lane_, [resume = std::move(next.resume)]() mutable { std::move(resume)(); });
}

Task<> ReaderPool::stop() {
    const auto pool = shared_from_this();
    stopping_ = true;
    while (lent_ > 0 && !abandoned_) co_await idle_.wait();
}

void ReaderPool::abandon() noexcept {
    abandoned_ = true;
    waiting_.clear();
}

} // namespace paysync::store::sqlite
