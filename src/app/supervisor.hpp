// What systemd is told of the daemon: sd_notify(3), over the socket that it names in NOTIFY_SOCKET.
#pragma once

#include "paysync/runtime/clock.hpp"

#include <optional>
#include <string>

namespace paysync::app {

/// Without a service manager every call does nothing. Used from one thread.
class Supervisor {
public:
    /// Reads NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID of the environment.
    Supervisor();

    bool listens() const { return listens_; }
    /// The unit's WatchdogSec=: without alive() for so long the service is killed and started again.
    std::optional<runtime::Duration> watchdog() const { return watchdog_; }

    // `status` is one sentence for people, shown by `systemctl status`.
    void ready(const std::string& status) const;
    /// A reload begins; ready() ends it. `now` is on CLOCK_MONOTONIC, as Clock::steady() is.
    void reloading(runtime::SteadyTime now) const;
    void stopping(const std::string& status) const;
    void status(const std::string& status) const;
    void alive() const;

private:
    bool listens_ = false;
    std::optional<runtime::Duration> watchdog_;
};

} // namespace paysync::app
