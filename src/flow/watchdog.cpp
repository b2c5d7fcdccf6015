// The thread that calls jq_halt().
#include "flow/watchdog.hpp"

#include "flow/libjq.hpp"
#include <pthread.h>

namespace paysync::flow {

namespace {

constexpr std::chrono::milliseconds beat{20};

std::chrono::nanoseconds processor_time(clockid_t clock) {
    timespec time{};
    clock_gettime(clock, &time);
    return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

} // namespace

std::shared_ptr<Watchdog> Watchdog::shared() {
    static std::mutex mutex;
    static std::weak_ptr<Watchdog> existing;
    const std::lock_guard lock{mutex};
    auto watchdog = existing.lock();
    if (!watchdog) {
        watchdog = std::make_shared<Watchdog>();
        existing = watchdog;
    }
    return watchdog;
}

Watchdog::Watchdog() : thread_{[this] { patrol(); }} {}

Watchdog::~Watchdog() {
    {
        const std::lock_guard lock{mutex_};
        closing_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

Watchdog::Post* Watchdog::add() {
    const std::lock_guard lock{mutex_};
    return &posts_.emplace_back();
}

void Watchdog::remove(Post* post) {
    const std::lock_guard lock{mutex_};
    posts_.remove_if([post](const Post& candidate) { return &candidate == post; });
}

void Watchdog::watch(Post& post, jq_state* jq, std::chrono::milliseconds deadline) {
    {
        const std::lock_guard lock{post.mutex};
        pthread_getcpuclockid(pthread_self(), &post.cpu);
        post.stop_at = processor_time(post.cpu) + deadline;
        post.stopped = false;
        post.running = jq;
    }
    if (!asleep_.load()) return;
    const std::lock_guard lock{mutex_};
    asleep_.store(false);
    wake_.notify_all();
}

bool Watchdog::done(Post& post) {
    const std::lock_guard lock{post.mutex};
    post.running = nullptr;
    return post.stopped;
}

bool Watchdog::look() {
    bool something = false;
    for (Post& post : posts_) {
        // Held while halting: the program cannot end, or begin its next expression, in between.
        const std::lock_guard lock{post.mutex};
        if (post.running == nullptr) continue;
        something = true;
        if (processor_time(post.cpu) < post.stop_at) continue;
        jq_halt(post.running, jv_invalid(), jv_invalid());
        post.stopped = true;
        post.running = nullptr;
    }
    return something;
}

void Watchdog::patrol() {
    std::unique_lock lock{mutex_};
    int quiet = 0;
    while (!closing_) {
        if (asleep_.load()) {
            wake_.wait(lock, [this] { return closing_ || !asleep_.load(); });
            quiet = 0;
            continue;
        }
        wake_.wait_for(lock, beat, [this] { return closing_; });
        quiet = look() ? 0 : quiet + 1;
        if (quiet < 50) continue;
        asleep_.store(true);
        // An expression that began just before the flag was set saw "awake" and woke nobody.
        if (look()) asleep_.store(false);
    }
}

} // namespace paysync::flow
