// Workers without threads, for tests on one lane.
#pragma once

#include "paysync/runtime/workers.hpp"

namespace paysync::tests {

/// Runs each job at once, where it is handed in.
class InlineWorkers final : public runtime::Workers {
public:
    explicit InlineWorkers(std::size_t width = 1) : width_{width} {}

    runtime::Task<> run(std::function<void()> job) override {
        ++jobs_;
        job();
        co_return;
    }
    std::size_t width() const override { return width_; }
    std::size_t jobs() const { return jobs_; }

private:
    std::size_t width_;
    std::size_t jobs_ = 0;
};

} // namespace paysync::tests
