// Signals taken one at a time instead of being handled.
#include "interrupt.hpp"

#include <ctime>

namespace paysync::app {

Interrupt::Interrupt() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals_, &before_);
}

Interrupt::~Interrupt() {
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool Interrupt::came_within(std::chrono::milliseconds time) const {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
    timespec rest{};
    rest.tv_sec = seconds.count();
    rest.tv_nsec = std::chrono::nanoseconds{time - seconds}.count();
    return sigtimedwait(&signals_, nullptr, &rest) > 0;
}

} // namespace paysync::app
