// Start, life and stop of the daemon.
#include "paysync/app/daemon.hpp"

#include "paysync/runtime/within.hpp"

#include "exit_code.hpp"
#include "version.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <unistd.h>

namespace paysync::app {

namespace asio = boost::asio;

namespace {

/// The URL at which a listener is reached from this machine.
std::string url_of(const net::ServerSettings& settings, unsigned short port) {
    const bool any = settings.address == "0.0.0.0" || settings.address == "::";
    net::Origin origin;
    origin.tls = !settings.certificate_file.empty();
    origin.host = any ? "127.0.0.1" : settings.address;
    origin.port = port;
    return origin.text();
}

/// Whole or not at all: who waits for the file must not read half of it.
void write_whole(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::path beside = file;
    beside += ".new";
    {
        std::ofstream out{beside, std::ios::binary | std::ios::trunc};
        out << text;
        out.flush();
        if (!out) throw StartFailure(exit_code::io_error, beside.string() + " cannot be written");
    }
    std::error_code failure;
    std::filesystem::rename(beside, file, failure);
    if (failure) throw StartFailure(exit_code::io_error, file.string() + " cannot be written: " + failure.message());
}

} // namespace

struct Daemon::Signals {
    explicit Signals(asio::io_context& io) : set{io, SIGINT, SIGTERM} {}
    asio::signal_set set;
};

Daemon::Daemon(Configuration configuration, std::shared_ptr<const flow::FlowSet> flows,
               std::filesystem::path ready_file)
    : configuration_{std::move(configuration)},
      ready_file_{std::move(ready_file)},
      signals_{new Signals{io_}, [](Signals* signals) { delete signals; }},
      tasks_{io_.get_executor()} {
    std::signal(SIGPIPE, SIG_IGN); // a peer that goes away is an error code, not the end
    writer_ = runtime::make_thread_workers("db-writer", 1);
    readers_ = runtime::make_thread_workers("db-read", configuration_.store.readers);
    evaluators_ = runtime::make_thread_workers("flow", configuration_.workers);
    try {
        store_ = store::open_sqlite_store(configuration_.store, *writer_, *readers_, clock_, metrics_);
    } catch (const std::runtime_error& failure) {
        throw StartFailure(exit_code::io_error, failure.what());
    }
    try {
        transport_ = net::make_transport(configuration_.transport, clock_);
        const Seams seams{io_.get_executor(), clock_, chance_, *evaluators_, *transport_, *store_, metrics_};
        core_ = std::make_unique<Core>(configuration_, std::move(flows), seams);
        admin_server_ =
            net::start_server(io_.get_executor(), configuration_.admin_server, core_->admin(), clock_, metrics_);
        webhook_server_ = net::start_server(io_.get_executor(), configuration_.webhooks_server, core_->webhooks(),
                                            clock_, metrics_);
    } catch (const std::runtime_error& failure) {
        throw StartFailure(exit_code::configuration, failure.what());
    }
    const std::chrono::duration<double> started = clock_.wall().time_since_epoch();
    metrics_.set("paysync_start_time_seconds", started.count());
}

int Daemon::run() {
    announce();
    core_->start();
    tasks_.spawn("daemon", [this] { return serve(); });
    io_.run();
    return exit_code::success;
}

void Daemon::announce() {
    const std::string webhooks =
        url_of(configuration_.webhooks_server, webhook_server_->port()) + configuration_.webhooks.path;
    const std::string admin = url_of(configuration_.admin_server, admin_server_->port());
    base::log::info("app", "started", {{"version", version()}, {"store", configuration_.store.path}});
    base::log::info("app", "listening", {{"for", "webhooks"}, {"url", webhooks}});
    base::log::info("app", "listening", {{"for", "admin"}, {"url", admin}});
    if (const auto& proxy = configuration_.transport.proxy)
        base::log::info("app", "calls go out through a proxy", {{"proxy", proxy->origin.text()}});
    if (ready_file_.empty()) return;
    const base::Json ready{{"webhooks", webhooks}, {"admin", admin}, {"pid", ::getpid()}};
    write_whole(ready_file_, base::to_text(ready) + "\n");
}

runtime::Task<> Daemon::serve() {
    const auto [failure, number] = co_await signals_->set.async_wait(asio::as_tuple(asio::use_awaitable));
    if (failure) co_return;
    base::log::info("app", "stopping", {{"signal", number}});
    tasks_.spawn("second signal", [this] { return await_second_signal(); });
    co_await drain();
    signals_->set.cancel();
}

runtime::Task<> Daemon::await_second_signal() {
    const auto [failure, number] = co_await signals_->set.async_wait(asio::as_tuple(asio::use_awaitable));
    if (failure) co_return; // the drain came to its end
    base::log::warning("app", "stopped at once by a second signal", {{"signal", number}});
    std::_Exit(128 + number);
}

runtime::Task<base::Result<void>> Daemon::stop_core() {
    co_await core_->stop();
    co_return base::Result<void>{};
}

/// In the order of the architecture: input first, then what works on it, last what keeps it.
runtime::Task<> Daemon::drain() {
    const runtime::SteadyTime deadline = clock_.steady() + configuration_.shutdown_timeout;
    core_->drain();
    webhook_server_->stop();
    co_await webhook_server_->join(deadline);
    base::log::info("app", "webhooks are no longer accepted");

    const auto stopped = co_await runtime::within(clock_, deadline, stop_core());
    if (stopped) base::log::info("app", "the writes in flight are finished");

    admin_server_->stop();
    co_await admin_server_->join(deadline);
    const auto counts = co_await store_->counts();
    co_await store_->stop();
    if (counts) base::log::info("app", "stopped", {{"left_in_the_store", counts->unsettled + counts->waiting}});
    if (!stopped) {
        // Tasks that still run would keep the lane alive; what they were doing is found by its key next time.
        base::log::error(
            "app", "calls to Salesforce took longer than shutdown.timeout and were cut",
            {{"timeout_seconds",
              std::chrono::duration_cast<std::chrono::seconds>(configuration_.shutdown_timeout).count()}});
        std::_Exit(exit_code::temporary);
    }
}

} // namespace paysync::app
