// Start, life and stop of the daemon.
#include "paysync/app/daemon.hpp"

#include "paysync/runtime/within.hpp"

#include "changes.hpp"
#include "examination.hpp"
#include "exit_code.hpp"
#include "heartbeat.hpp"
#include "reload_report.hpp"
#include "supervisor.hpp"
#include "version.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
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

int exit_code_of(store::OpenFailure::Why why) {
    switch (why) {
    case store::OpenFailure::Why::no_place: return exit_code::cannot_create;
    case store::OpenFailure::Why::in_use: return exit_code::temporary; // it may be about to stop
    case store::OpenFailure::Why::not_ours: return exit_code::bad_data;
    }
    return exit_code::io_error;
}

/// An empty settlement goes the whole way of a commit. What it answers does not matter here.
runtime::Task<> writer_answers(store::Store& store) {
    store::Settlement empty;
    const auto settled = co_await store.settle(std::move(empty));
    if (!settled)
        base::log::debug("app", "the store's writer answers with an error", {{"why", settled.error().detail}});
}

void log_reload(const ReloadReport& report) {
    for (const yaml::Problem& problem : report.problems.all()) {
        if (problem.warning)
            base::log::warning("app", problem.text());
        else
            base::log::error("app", problem.text());
    }
    if (report.refused())
        return base::log::error("app", "the reload is refused as a whole; everything stays as it was",
                                {{"problems", report.problems.all().size()}});
    base::log::info("app", "reloaded",
                    {{"changed", listed(report.changes.taken)}, {"flows", listed(report.changes.flows)}});
    if (!report.changes.need_restart.empty())
        base::log::warning("app", "these take effect at the next start only",
                           {{"keys", listed(report.changes.need_restart)}});
}

} // namespace

struct Daemon::Host {
    explicit Host(asio::io_context& io) : stop{io, SIGINT, SIGTERM}, hang_up{io, SIGHUP} {}

    asio::signal_set stop;
    asio::signal_set hang_up;
    Supervisor supervisor;
    std::unique_ptr<Heartbeat> heartbeat;
    ReloadReport reloaded;
    bool draining = false;
};

Daemon::Daemon(Configuration configuration, std::shared_ptr<const flow::FlowSet> flows,
               std::filesystem::path ready_file)
    : configuration_{std::move(configuration)},
      flows_{std::move(flows)},
      ready_file_{std::move(ready_file)},
      host_{new Host{io_}, [](Host* host) { delete host; }},
      tasks_{io_.get_executor()} {
    std::signal(SIGPIPE, SIG_IGN); // a peer that goes away is an error code, not the end
    host_->supervisor.status("Starting: opening the store " + configuration_.store.path);
    writer_ = runtime::make_thread_workers("db-writer", 1);
    readers_ = runtime::make_thread_workers("db-read", configuration_.store.readers);
    evaluators_ = runtime::make_thread_workers("flow", configuration_.workers);
    open_store();
    listen();
    core_->tell("pid", ::getpid());
    core_->tell("reload", to_json(host_->reloaded));
    const std::chrono::duration<double> started = clock_.wall().time_since_epoch();
    metrics_.set("paysync_start_time_seconds", started.count());
}

void Daemon::open_store() {
    try {
        store_ = store::open_sqlite_store(configuration_.store, *writer_, *readers_, clock_, metrics_);
    } catch (const store::OpenFailure& failure) {
        throw StartFailure(exit_code_of(failure.why), failure.what());
    } catch (const std::runtime_error& failure) {
        throw StartFailure(exit_code::io_error, failure.what());
    }
}

/// Each endpoint has connections of its own, with the network's settings and none of Salesforce's.
sync::ConnectEndpoint Daemon::connect_to_endpoints() {
    return [this](const sync::NotifyEndpoint& endpoint) -> std::shared_ptr<net::Transport> {
        net::TransportSettings settings;
        settings.extra_ca_file = endpoint.ca_file.empty() ? configuration_.transport.extra_ca_file : endpoint.ca_file;
        settings.proxy = configuration_.transport.proxy;
        settings.age_max = configuration_.transport.age_max;
        return net::make_transport(std::move(settings), clock_);
    };
}

void Daemon::listen() {
    try {
        transport_ = net::make_transport(configuration_.transport, clock_);
        configuration_.sync.in_hand_file = configuration_.store.path + "-inhand";
        const Seams seams{io_.get_executor(),     clock_,  chance_, *evaluators_, *transport_,
                          connect_to_endpoints(), *store_, metrics_};
        core_ = std::make_unique<Core>(configuration_, flows_, seams);
        admin_server_ =
            net::start_server(io_.get_executor(), configuration_.admin_server, core_->admin(), clock_, metrics_);
        webhook_server_ = net::start_server(io_.get_executor(), configuration_.webhooks_server, core_->webhooks(),
                                            clock_, metrics_);
    } catch (const net::ListenFailure& failure) {
        const bool forbidden = failure.code == std::errc::permission_denied;
        throw StartFailure(forbidden ? exit_code::no_permission : exit_code::os_error, failure.what());
    } catch (const std::runtime_error& failure) {
        throw StartFailure(exit_code::configuration, failure.what());
    }
}

int Daemon::run() {
    announce();
    core_->start();
    tasks_.spawn("daemon", [this] { return serve(); });
    tasks_.spawn("reloads", [this] { return serve_reloads(); });
    host_->supervisor.ready(state_sentence());
    begin_heartbeat();
    io_.run();
    return exit_code::success;
}

void Daemon::announce() {
    const std::string listener = url_of(configuration_.webhooks_server, webhook_server_->port());
    const std::string admin = url_of(configuration_.admin_server, admin_server_->port());
    base::log::info("app", "started", {{"version", version()}, {"store", configuration_.store.path}});
    base::Json endpoints = base::Json::object();
    for (const ingest::Endpoint& endpoint : configuration_.webhooks.endpoints) {
        endpoints[endpoint.name] = listener + endpoint.path;
        base::log::info("app", "listening",
                        {{"for", "webhooks"}, {"endpoint", endpoint.name}, {"url", listener + endpoint.path}});
    }
    base::log::info("app", "listening", {{"for", "admin"}, {"url", admin}});
    if (const auto& proxy = configuration_.transport.proxy)
        base::log::info("app", "calls go out through a proxy", {{"proxy", proxy->origin.text()}});
    if (ready_file_.empty()) return;
    const base::Json ready{{"webhooks", listener + configuration_.webhooks.endpoints.front().path},
                           {"endpoints", endpoints},
                           {"admin", admin},
                           {"pid", ::getpid()}};
    write_whole(ready_file_, base::to_text(ready) + "\n");
}

/// Without a service manager nobody listens. With one the sign of life is tied to the lane (this runs on it), to the
/// store's writer and readers, and to the engine's loop; that these answer with an error, or that Salesforce does not
/// answer, is no reason to be killed: a restart mends neither.
void Daemon::begin_heartbeat() {
    if (!host_->supervisor.listens()) return;
    constexpr runtime::Duration status_every = std::chrono::seconds{20};
    const auto limit = host_->supervisor.watchdog();
    const runtime::Duration every = limit ? std::min<runtime::Duration>(*limit / 3, status_every) : status_every;
    std::vector<Heartbeat::Part> parts;
    parts.push_back({"the store's writer", [this] { return writer_answers(*store_); }});
    parts.push_back({"the store's readers", [this] { return describe_state(); }});
    parts.push_back({"the engine", [this] { return core_->engine().come_round(); }});
    host_->heartbeat =
        std::make_unique<Heartbeat>(clock_, every, std::move(parts), [this] { host_->supervisor.alive(); });
    tasks_.spawn("heartbeat", [this] { return host_->heartbeat->run(); });
    tasks_.spawn("heartbeat's complaints", [this] { return host_->heartbeat->complain(); });
}

std::string Daemon::state_sentence() const {
    std::string sentence = "Serving webhooks on " + url_of(configuration_.webhooks_server, webhook_server_->port());
    const sync::EngineStatus engine = core_->engine().status();
    if (!engine.salesforce_reachable) sentence += "; Salesforce is away: " + engine.why;
    const std::string reload = host_->reloaded.sentence();
    if (!reload.empty()) sentence += "; " + reload;
    return sentence;
}

/// Asks the store by the way of its readers, and tells systemd what people want to know at a glance.
runtime::Task<> Daemon::describe_state() {
    const auto counts = co_await store_->counts();
    if (host_->draining) co_return;
    std::string sentence = state_sentence();
    if (counts)
        sentence += "; " + std::to_string(counts->unsettled) + " webhooks on their way, " +
                    std::to_string(counts->held) + " held, " + std::to_string(counts->dead) + " dead";
    else
        sentence += "; the store cannot be read: " + counts.error().detail;
    host_->supervisor.status(sentence);
}

runtime::Task<> Daemon::serve_reloads() {
    while (!host_->draining) {
        const auto [failure, number] = co_await host_->hang_up.async_wait(asio::as_tuple(asio::use_awaitable));
        if (failure || host_->draining) co_return;
        co_await reload();
    }
}

/// Files are read and flows compiled by a worker; what can still be refused after that, the certificate, is tried
/// first. What follows cannot fail, and nothing runs between its parts.
runtime::Task<> Daemon::reload() {
    host_->supervisor.reloading(clock_.steady());
    base::log::info("app", "reloading", {{"file", configuration_.file.string()}});
    const auto found = std::make_shared<Examination>();
    std::function<void()> job = [found, file = configuration_.file] { *found = examine(file); };
    co_await evaluators_->run(std::move(job));
    if (host_->draining) co_return; // too late

    ReloadReport report;
    report.number = host_->reloaded.number + 1;
    report.at = clock_.wall();
    if (!found->problems.has_errors()) {
        report.changes = changes_between(configuration_, *flows_, found->configuration, *found->flows);
        const auto taken = webhook_server_->change(found->configuration.webhooks_server);
        if (!taken)
            found->error(exit_code::configuration, found->configuration.place_of("webhooks.tls.certificate"),
                         "webhooks.tls: " + taken.error().detail);
    }
    if (!found->problems.has_errors()) {
        configuration_ = in_use(configuration_, std::move(found->configuration), report.changes);
        flows_ = found->flows;
        core_->use(configuration_, flows_);
        base::log::set_level(configuration_.log.level);
    }
    report.problems = std::move(found->problems);
    log_reload(report);
    core_->tell("reload", to_json(report));
    host_->reloaded = std::move(report);
    host_->supervisor.ready(state_sentence());
}

runtime::Task<> Daemon::serve() {
    const auto [failure, number] = co_await host_->stop.async_wait(asio::as_tuple(asio::use_awaitable));
    if (failure) co_return;
    base::log::info("app", "stopping", {{"signal", number}});
    host_->supervisor.stopping("Stopping: answering what came in and finishing the calls in flight");
    host_->draining = true;
    host_->hang_up.cancel();
    if (host_->heartbeat) host_->heartbeat->stop();
    tasks_.spawn("second signal", [this] { return await_second_signal(); });
    co_await drain();
    host_->stop.cancel();
}

runtime::Task<> Daemon::await_second_signal() {
    const auto [failure, number] = co_await host_->stop.async_wait(asio::as_tuple(asio::use_awaitable));
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
