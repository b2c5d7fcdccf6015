// Named places at which a crash test kills the process. In the shipped programs nobody listens.
#pragma once

#include <string_view>

namespace paysync::base {

using CrashHook = void (*)(std::string_view point);

/// Set once, before threads start, by the crash tests' own main.
void set_crash_hook(CrashHook hook);

/// Called where a crash would be most harmful: "store.before_commit", "store.after_commit", …
void crash_point(std::string_view point);

} // namespace paysync::base
