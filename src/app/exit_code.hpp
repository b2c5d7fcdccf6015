// Exit codes after sysexits(3), which scripts and systemd can tell apart.
#pragma once

namespace paysync::app::exit_code {

constexpr int success = 0;
constexpr int failed = 1;       ///< a test of a flow failed
constexpr int usage = 64;       ///< wrong arguments
constexpr int bad_data = 65;    ///< an input file is not what it should be
constexpr int no_input = 66;    ///< an input file is not there
constexpr int unavailable = 69; ///< Salesforce or the daemon does not answer
constexpr int software = 70;    ///< a bug
constexpr int io_error = 74;
constexpr int temporary = 75;
constexpr int configuration = 78;

} // namespace paysync::app::exit_code
