// The last thousand latencies, for people who ask how things are now.
#pragma once

#include "paysync/sync/engine.hpp"

#include <algorithm>
#include <vector>

namespace paysync::sync {

class RecentLatencies {
public:
    void add(double seconds) {
        if (seconds_.size() < most)
            seconds_.push_back(seconds);
        else
            seconds_[next_] = seconds;
        next_ = (next_ + 1) % most;
    }

    EngineStatus::Latency summary() const {
        if (seconds_.empty()) return {};
        std::vector<double> sorted = seconds_;
        std::sort(sorted.begin(), sorted.end());
        return {sorted.size(), sorted[sorted.size() / 2], sorted[(sorted.size() - 1) * 99 / 100]};
    }

private:
    static constexpr std::size_t most = 1000;
    std::vector<double> seconds_;
    std::size_t next_ = 0;
};

} // namespace paysync::sync
