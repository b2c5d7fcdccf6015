// Stops expressions that run too long.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <ctime>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

struct jq_state;

namespace paysync::flow {

/// One thread for the process, alive while a Program is. It looks every few milliseconds while expressions run, and
/// sleeps otherwise. What counts is the processor time of the thread that evaluates: a busy machine must not turn a
/// good expression into a failure.
class Watchdog {
public:
    static std::shared_ptr<Watchdog> shared();
    Watchdog();
    ~Watchdog();

    /// Where one Program stands while it runs.
    struct Post {
        std::mutex mutex;
        jq_state* running = nullptr; ///< null: nothing to watch
        clockid_t cpu{};
        std::chrono::nanoseconds stop_at{0}; ///< of the thread's processor time
        bool stopped = false;
    };

    Post* add();
    void remove(Post* post);
    /// Call on the thread that evaluates.
    void watch(Post& post, jq_state* jq, std::chrono::milliseconds deadline);
    /// True: it was stopped.
    bool done(Post& post);

private:
    void patrol();
    bool look(); ///< true: something runs

    std::mutex mutex_;
    std::condition_variable wake_;
    std::list<Post> posts_;
    std::atomic<bool> asleep_{true};
    bool closing_ = false;
    std::thread thread_;
};

} // namespace paysync::flow
