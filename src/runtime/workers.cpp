// Threads that do blocking work for lanes.
#include "paysync/runtime/workers.hpp"

#include "paysync/base/result.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <pthread.h>

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace paysync::runtime {

namespace {

class ThreadWorkers final : public Workers {
public:
    ThreadWorkers(const std::string& name, std::size_t threads) {
        PAYSYNC_ASSERT(threads > 0, "workers without a thread");
        for (std::size_t i = 0; i < threads; ++i) {
            threads_.emplace_back([this, label = (name + "-" + std::to_string(i)).substr(0, 15)] {
                pthread_setname_np(pthread_self(), label.c_str());
                work();
            });
        }
    }

    ~ThreadWorkers() override {
        {
            const std::lock_guard lock{mutex_};
            closing_ = true;
        }
        wake_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }

    std::size_t width() const override { return threads_.size(); }

    Task<> run(std::function<void()> job) override {
        auto start = [this, job = std::move(job)](auto handler) mutable {
            auto lane = asio::get_associated_executor(handler);
            auto guard = asio::make_work_guard(lane);
            auto shared = std::make_shared<decltype(handler)>(std::move(handler));
            push([job = std::move(job), shared, guard, lane]() mutable {
                std::exception_ptr failure;
                try {
                    job();
                } catch (...) { // carried to the caller, who decides
                    failure = std::current_exception();
                }
                job = nullptr; // captures die here, before the caller goes on
                asio::post(lane, [shared = std::move(shared), failure]() mutable { std::move (*shared)(failure); });
            });
        };
        co_await asio::async_initiate<const asio::use_awaitable_t<>, void(std::exception_ptr)>(std::move(start),
                                                                                               asio::use_awaitable);
    }

private:
    void push(std::function<void()> entry) {
        {
            const std::lock_guard lock{mutex_};
            queue_.push_back(std::move(entry));
        }
        wake_.notify_one();
    }

    void work() {
        for (;;) {
            std::function<void()> entry;
            {
                std::unique_lock lock{mutex_};
                wake_.wait(lock, [this] { return closing_ || !queue_.empty(); });
                if (queue_.empty()) return;
                entry = std::move(queue_.front());
                queue_.pop_front();
            }
            entry();
        }
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
    bool closing_ = false;
    std::vector<std::thread> threads_;
};

} // namespace

std::unique_ptr<Workers> make_thread_workers(std::string name, std::size_t threads) {
    return std::make_unique<ThreadWorkers>(name, threads);
}

} // namespace paysync::runtime
