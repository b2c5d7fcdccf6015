// The hook of the crash tests.
#include "paysync/base/crash_point.hpp"

namespace paysync::base {

namespace {
CrashHook hook_set = nullptr;
}

void set_crash_hook(CrashHook hook) {
    hook_set = hook;
}

void crash_point(std::string_view point) {
    if (hook_set != nullptr) hook_set(point);
}

} // namespace paysync::base
