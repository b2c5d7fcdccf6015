// At most so many calls at once; the others wait in the order in which they came.
#pragma once

#include "paysync/runtime/wakeup.hpp"

#include <cstddef>
#include <deque>
#include <memory>
#include <utility>

namespace paysync::salesforce {

/// All on one lane.
class Turns {
    struct Waiter {
        bool granted = false;
        runtime::Wakeup bell;
    };
    struct State {
        std::size_t free = 0;
        std::deque<std::shared_ptr<Waiter>> queue;
        void grant();
    };

public:
    explicit Turns(std::size_t at_once);

    /// Held while a call is under way; given back when it dies, also when its coroutine is cancelled while it waits.
    class Turn {
    public:
        Turn(std::shared_ptr<State> state, std::shared_ptr<Waiter> waiter);
        Turn(Turn&&) noexcept = default;
        Turn& operator=(Turn&&) = delete;
        ~Turn();

    private:
        std::shared_ptr<State> state_; // null: moved from
        std::shared_ptr<Waiter> waiter_;
    };

    runtime::Task<Turn> enter();
    std::size_t waiting() const { return state_->queue.size(); }

private:
    std::shared_ptr<State> state_;
};

} // namespace paysync::salesforce
