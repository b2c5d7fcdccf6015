// The daemon: the core with real sockets, threads, clocks and signals.
#pragma once

#include "paysync/app/core.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/runtime/task_group.hpp"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

namespace paysync::app {

/// Why the daemon cannot start: a sentence and the exit code (sysexits).
struct StartFailure : std::runtime_error {
    StartFailure(int code, const std::string& sentence) : std::runtime_error{sentence}, exit_code{code} {}
    int exit_code;
};

/// One a process. Order of members is order of birth; a stop goes the other way.
class Daemon {
public:
    /// Opens the store and the listeners. Throws StartFailure. `ready_file` may be empty; else a line of JSON is
    /// written to it once the daemon serves: {"admin": url, "pid": number, "webhooks": url}.
    Daemon(Configuration configuration, std::shared_ptr<const flow::FlowSet> flows, std::filesystem::path ready_file);

    /// Tells systemd, where that started it, when it serves, reloads and stops, and that it still moves. At SIGHUP it
    /// reads configuration, secrets, certificate and flows again and takes over what can be changed in a running
    /// daemon, all or, with one error among them, nothing.
    ///
    /// Serves until SIGTERM or SIGINT, then drains: stops accepting, answers what was accepted, finishes the writes
    /// in flight, leaves the rest in the store. A second signal ends the process at once. Returns the exit code: 0,
    /// or 75 when the drain took longer than shutdown.timeout (nothing is lost then either, but some calls were cut).
    int run();

private:
    struct Host;

    void open_store();
    sync::ConnectEndpoint connect_to_endpoints();
    void listen();
    runtime::Task<> serve();
    runtime::Task<> await_second_signal();
    runtime::Task<> serve_reloads();
    runtime::Task<> reload();
    void begin_heartbeat();
    runtime::Task<> describe_state();
    std::string state_sentence() const;
    runtime::Task<> drain();
    runtime::Task<base::Result<void>> stop_core();
    void announce();

    Configuration configuration_;
    std::shared_ptr<const flow::FlowSet> flows_;
    std::filesystem::path ready_file_;
    boost::asio::io_context io_{1};
    runtime::SystemClock clock_;
    runtime::SystemChance chance_;
    base::Metrics metrics_;
    std::unique_ptr<runtime::Workers> writer_;
    std::unique_ptr<runtime::Workers> readers_;
    std::unique_ptr<runtime::Workers> evaluators_;
    std::unique_ptr<store::Store> store_;
    std::unique_ptr<net::Transport> transport_;
    std::unique_ptr<Core> core_;
    std::unique_ptr<net::Server> admin_server_;
    std::unique_ptr<net::Server> webhook_server_;
    std::unique_ptr<Host, void (*)(Host*)> host_; ///< signals, and what systemd and /status are told
    runtime::TaskGroup tasks_;
};

} // namespace paysync::app
