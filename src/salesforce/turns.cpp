// A fair queue for calls.
#include "salesforce/turns.hpp"

#include "paysync/base/result.hpp"

#include <algorithm>

namespace paysync::salesforce {

void Turns::State::grant() {
    while (free > 0 && !queue.empty()) {
        const auto next = queue.front();
        queue.pop_front();
        --free;
        next->granted = true;
        next->bell.ring();
    }
}

Turns::Turns(std::size_t at_once) : state_{std::make_shared<State>()} {
    PAYSYNC_ASSERT(at_once > 0, "no call would ever be made");
    state_->free = at_once;
}

Turns::Turn::Turn(std::shared_ptr<State> state, std::shared_ptr<Waiter> waiter)
    : state_{std::move(state)}, waiter_{std::move(waiter)} {}

Turns::Turn::~Turn() {
    if (!state_) return;
    if (waiter_->granted) {
        ++state_->free;
    } else {
        std::erase(state_->queue, waiter_);
    }
    state_->grant();
}

runtime::Task<Turns::Turn> Turns::enter() {
    const auto waiter = std::make_shared<Waiter>();
    Turn turn{state_, waiter};
    state_->queue.push_back(waiter);
    state_->grant();
    // Woken without a turn it was cancelled; the next wait then throws.
    while (!waiter->granted) co_await waiter->bell.wait();
    co_return turn;
}

} // namespace paysync::salesforce
