// When the write-ahead log is written back into the database. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace paysync::store::sqlite {

/// PASSIVE checkpoints on another thread do most of the work beside the commits; but while commits go on they never
/// reach the log's end, so it would grow for ever (measured: 800 MB in 5 s). Above `bytes_max` the writer itself
/// therefore runs RESTART, right after a passive one, when little is left to copy. Each attempt waits for the log to
/// have grown by a step: a reader that stands in the way must not make every commit slow.
class LogPolicy {
public:
    explicit LogPolicy(std::size_t bytes_max)
        : frames_max_{std::max<std::int64_t>(static_cast<std::int64_t>(bytes_max) / frame_bytes, 1)},
          step_{std::clamp<std::int64_t>(frames_max_ / 4, 1, passive_bytes / frame_bytes)},
          next_passive_{step_} {}

    /// After each commit: the pages in the log.
    void committed(int frames) {
        if (frames < frames_) next_passive_ = step_; // it started again from its beginning
        frames_ = frames;
    }
    bool wants_passive() const { return !running_ && frames_ >= next_passive_; }
    void passive_started() {
        running_ = true;
        next_passive_ = frames_ + step_;
    }
    void passive_ended() {
        running_ = false;
        restart_ = frames_ > frames_max_;
    }
    bool passive_running() const { return running_; }

    /// The next commit is to be preceded by a restart of the log. Asking takes the wish back.
    bool take_restart() {
        const bool wanted = restart_;
        restart_ = false;
        return wanted;
    }
    /// Commits are faster than the checkpoint: they must wait for it.
    bool far_behind() const { return frames_ > 2 * frames_max_; }

private:
    static constexpr std::int64_t frame_bytes = 8192 + 24;
    static constexpr std::int64_t passive_bytes = 4LL * 1024 * 1024;

    std::int64_t frames_max_;
    std::int64_t step_;
    std::int64_t next_passive_;
    std::int64_t frames_ = 0;
    bool running_ = false;
    bool restart_ = false;
};

} // namespace paysync::store::sqlite
