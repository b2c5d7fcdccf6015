// Datagrams to systemd, sent by libsystemd.
#include "supervisor.hpp"

#include <systemd/sd-daemon.h>

#include <algorithm>
#include <cstdlib>

namespace paysync::app {

namespace {

void tell(bool somebody, const std::string& assignments) {
    if (somebody) sd_notify(0, assignments.c_str());
}

/// A line end would begin another assignment.
std::string status_line(std::string status) {
    std::replace(status.begin(), status.end(), '\n', ' ');
    return "STATUS=" + status;
}

} // namespace

Supervisor::Supervisor() : listens_{std::getenv("NOTIFY_SOCKET") != nullptr} {
    std::uint64_t microseconds = 0;
    if (sd_watchdog_enabled(0, &microseconds) > 0) watchdog_ = std::chrono::microseconds{microseconds};
}

void Supervisor::ready(const std::string& status) const {
    tell(listens_, "READY=1\n" + status_line(status));
}

void Supervisor::reloading(runtime::SteadyTime now) const {
    const auto since_boot = std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch());
    tell(listens_, "RELOADING=1\nMONOTONIC_USEC=" + std::to_string(since_boot.count()) + "\n" +
                       status_line("Reloading configuration, secrets, certificates and flows"));
}

void Supervisor::stopping(const std::string& status) const {
    tell(listens_, "STOPPING=1\n" + status_line(status));
}

void Supervisor::status(const std::string& status) const {
    tell(listens_, status_line(status));
}

void Supervisor::alive() const {
    tell(listens_, "WATCHDOG=1");
}

} // namespace paysync::app
