// Keys and progress.
#include "demo/terminal.hpp"

#include <csignal>
#include <cstdio>

#include <poll.h>
#include <unistd.h>

namespace paysync::demo {

namespace {

volatile std::sig_atomic_t interrupted_ = 0;

void note_interruption(int) {
    interrupted_ = 1;
}

} // namespace

bool Keys::interrupted() {
    return interrupted_ != 0;
}

Keys::Keys() {
    std::signal(SIGINT, note_interruption);
    std::signal(SIGTERM, note_interruption);
    termios now{};
    if (isatty(STDIN_FILENO) == 0 || tcgetattr(STDIN_FILENO, &now) != 0) return;
    saved_ = now;
    now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
    tcsetattr(STDIN_FILENO, TCSANOW, &now);
}

Keys::~Keys() {
    if (saved_) tcsetattr(STDIN_FILENO, TCSANOW, &*saved_);
}

std::optional<char> Keys::typed(int milliseconds) const {
    pollfd waiting{STDIN_FILENO, POLLIN, 0};
    char key = 0;
    if (!saved_ || poll(&waiting, 1, milliseconds) <= 0 || read(STDIN_FILENO, &key, 1) != 1) return std::nullopt;
    return key;
}

ProgressBar::ProgressBar(std::string label, std::size_t total)
    : label_{std::move(label)}, total_{total}, terminal_{isatty(STDOUT_FILENO) != 0} {}

void ProgressBar::show(std::size_t done, const std::string& note) {
    constexpr std::size_t width = 40;
    if (terminal_) {
        const std::size_t filled = total_ == 0 ? width : done * width / total_;
        std::printf("\r  %s [%s%s] %zu/%zu %s\033[K", label_.c_str(), std::string(filled, '=').c_str(),
                    std::string(width - filled, ' ').c_str(), done, total_, note.c_str());
    } else if (done * 4 / total_ > quarters_) {
        quarters_ = done * 4 / total_;
        std::printf("  %s %zu/%zu %s\n", label_.c_str(), done, total_, note.c_str());
    }
    std::fflush(stdout);
}

void ProgressBar::finish() {
    if (terminal_) std::printf("\n");
    std::fflush(stdout);
}

std::string bold(const std::string& text) {
    return isatty(STDOUT_FILENO) != 0 ? "\033[1m" + text + "\033[0m" : text;
}

} // namespace paysync::demo
