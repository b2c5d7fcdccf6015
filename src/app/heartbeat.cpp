// Asking the parts, one after the other.
#include "heartbeat.hpp"

#include "paysync/base/log.hpp"

namespace paysync::app {

Heartbeat::Heartbeat(runtime::Clock& clock, runtime::Duration every, std::vector<Part> parts,
                     std::function<void()> beat)
    : clock_{clock}, every_{every}, parts_{std::move(parts)}, beat_{std::move(beat)} {}

runtime::Task<> Heartbeat::run() {
    while (!stopping_) {
        for (const Part& part : parts_) {
            asked_at_ = clock_.steady();
            asked_ = &part;
            co_await part.answers();
            asked_ = nullptr;
        }
        if (stopping_) co_return;
        beat_();
        co_await stop_running_.wait_until(clock_, clock_.steady() + every_);
    }
}

runtime::Task<> Heartbeat::complain() {
    while (!stopping_) {
        co_await stop_complaining_.wait_until(clock_, clock_.steady() + every_);
        const runtime::Duration waited = clock_.steady() - asked_at_;
        if (stopping_ || asked_ == nullptr || waited < every_) continue;
        base::log::error(
            "app", "a part of the daemon does not answer; the watchdog gets no sign of life",
            {{"part", asked_->name}, {"seconds", std::chrono::duration_cast<std::chrono::seconds>(waited).count()}});
    }
}

void Heartbeat::stop() {
    stopping_ = true;
    stop_running_.ring();
    stop_complaining_.ring();
}

} // namespace paysync::app
