// Starting and ending other programs.
#include "demo/child_process.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace paysync::demo {

ChildProcess::ChildProcess(const std::vector<std::string>& command, const std::string& error_file) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error(std::string("pipe: ") + std::strerror(errno));
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, error_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    // A group of its own: Ctrl-C at the terminal is for us, who then end the child in order.
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setpgroup(&attributes, 0);
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    const int failure = posix_spawn(&pid_, arguments[0], &actions, &attributes, arguments.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    output_ = ends[0];
    if (failure != 0) {
        close(output_);
        throw std::runtime_error("cannot start " + command.front() + ": " + std::strerror(failure));
    }
}

ChildProcess::~ChildProcess() {
    end(5);
    close(output_);
}

std::optional<std::string> ChildProcess::first_line(int seconds) {
    std::string line;
    for (;;) {
        pollfd waiting{output_, POLLIN, 0};
        if (poll(&waiting, 1, seconds * 1000) <= 0) return std::nullopt;
        char c = 0;
        if (read(output_, &c, 1) != 1) return std::nullopt;
        if (c == '\n') return line;
        line += c;
    }
}

bool ChildProcess::reap(bool wait) {
    if (status_) return true;
    int status = 0;
    if (waitpid(pid_, &status, wait ? 0 : WNOHANG) != pid_) return false;
    status_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return true;
}

bool ChildProcess::running() {
    return !reap(false);
}

void ChildProcess::kill_hard() {
    if (!running()) return;
    kill(pid_, SIGKILL);
    reap(true);
}

int ChildProcess::end(int seconds) {
    if (running()) kill(pid_, SIGTERM);
    for (int i = 0; i < seconds * 50 && running(); ++i) usleep(20'000);
    kill_hard();
    return *status_;
}

} // namespace paysync::demo
