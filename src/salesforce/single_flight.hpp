// One fetch for however many callers want the same at once.
#pragma once

#include "paysync/runtime/wakeup.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace paysync::salesforce {

/// All on one lane. When the caller that fetches is cancelled, one of those that wait fetches in its place.
template <class T>
class SingleFlight {
public:
    /// Runs `start`, or waits for the one that runs and returns a copy of its outcome.
    runtime::Task<T> share(std::function<runtime::Task<T>()> start) {
        const auto slot = slot_; // the owner may go before a frame that is never resumed
        while (slot->flight) {
            const auto joined = slot->flight;
            const auto bell = std::make_shared<runtime::Wakeup>();
            joined->bells.push_back(bell);
            co_await bell->wait();
            if (joined->outcome) co_return *joined->outcome;
        }
        const auto mine = std::make_shared<Flight>();
        const Landing landing{slot, mine};
        slot->flight = mine;
        mine->outcome = co_await start();
        co_return *mine->outcome;
    }

private:
    struct Flight {
        std::optional<T> outcome;
        std::vector<std::shared_ptr<runtime::Wakeup>> bells;
    };
    struct Slot {
        std::shared_ptr<Flight> flight;
    };

    /// Ends the flight however its coroutine is left.
    class Landing {
    public:
        Landing(std::shared_ptr<Slot> slot, std::shared_ptr<Flight> flight)
            : slot_{std::move(slot)}, flight_{std::move(flight)} {}
        Landing(const Landing&) = delete;
        Landing& operator=(const Landing&) = delete;
        ~Landing() {
            slot_->flight.reset();
            for (const auto& bell : flight_->bells) bell->ring();
        }

    private:
        std::shared_ptr<Slot> slot_;
        std::shared_ptr<Flight> flight_;
    };

    std::shared_ptr<Slot> slot_ = std::make_shared<Slot>();
};

} // namespace paysync::salesforce
