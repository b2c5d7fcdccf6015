// Ctrl-C for commands that wait.
#pragma once

#include <chrono>
#include <csignal>

namespace paysync::app {

/// While it lives SIGINT and SIGTERM end nothing: they are waited for. Make it before any other thread begins, so
/// that these do not take them.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;

    /// True as soon as one of them comes, or has come before; false when the time is over.
    bool came_within(std::chrono::milliseconds time) const;

private:
    sigset_t signals_{};
    sigset_t before_{};
};

} // namespace paysync::app
