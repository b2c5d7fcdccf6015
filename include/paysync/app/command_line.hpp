// The program `paysync`.
#pragma once

namespace paysync::app {

/// Reads the arguments, does what they say and returns the exit code (sysexits).
int run_command_line(int argc, char** argv);

} // namespace paysync::app
