// A program run beside us.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace paysync::demo {

/// Standard error goes to a file; standard output to a pipe. The destructor ends the child (SIGTERM, then SIGKILL).
class ChildProcess {
public:
    /// Throws std::runtime_error when the program cannot be started.
    ChildProcess(const std::vector<std::string>& command, const std::string& error_file);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    /// The first line that it prints; nothing when it ends before, or prints none within `seconds`.
    std::optional<std::string> first_line(int seconds);
    bool running();
    void kill_hard();
    /// Asks it to end and waits; its exit code, or minus the signal that ended it.
    int end(int seconds = 15);
    pid_t pid() const { return pid_; }

private:
    bool reap(bool wait);

    pid_t pid_ = -1;
    int output_ = -1;
    std::optional<int> status_;
};

} // namespace paysync::demo
