// paysync, but it dies by SIGKILL at the n-th passing of a named point: PAYSYNC_CRASH_AT=store.after_commit:3.
#include "paysync/app/command_line.hpp"
#include "paysync/base/crash_point.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>

namespace {

std::string wanted_point;
std::atomic<int> passes_left{0};

void passed(std::string_view point) {
    if (point == wanted_point && --passes_left == 0) std::raise(SIGKILL);
}

} // namespace

int main(int argc, char** argv) {
    if (const char* at = std::getenv("PAYSYNC_CRASH_AT")) {
        const std::string text = at;
        const auto colon = text.find(':');
        wanted_point = text.substr(0, colon);
        passes_left = colon == std::string::npos ? 1 : std::atoi(text.c_str() + colon + 1);
        paysync::base::set_crash_hook(passed);
    }
    return paysync::app::run_command_line(argc, argv);
}
