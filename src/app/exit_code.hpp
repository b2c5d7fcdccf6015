// Exit codes after sysexits(3), which scripts and systemd can tell apart.
#pragma once

namespace paysync::app::exit_code {

constexpr int success = 0;
constexpr int failed = 1;         ///< a test of a flow failed
constexpr int usage = 64;         ///< wrong arguments
constexpr int bad_data = 65;      ///< an input file is not what it should be
constexpr int no_input = 66;      ///< an input file is not there
constexpr int unavailable = 69;   ///< Salesforce or the daemon does not answer
constexpr int software = 70;      ///< a bug
constexpr int os_error = 71;      ///< an address cannot be had from the system now: its port is taken
constexpr int cannot_create = 73; ///< the store's folder is missing or may not be written
constexpr int io_error = 74;
constexpr int temporary = 75;
constexpr int no_permission = 77; ///< a port that this user may not have, a daemon of another user
constexpr int configuration = 78;

} // namespace paysync::app::exit_code
