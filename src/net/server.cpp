// Listening, admitting and stopping.
#include "paysync/net/server.hpp"

#include "byte_stream.hpp"
#include "paysync/base/log.hpp"
#include "paysync/base/metrics.hpp"
#include "paysync/runtime/task_group.hpp"
#include "paysync/runtime/within.hpp"
#include "session.hpp"
#include "tls_context.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <list>
#include <stdexcept>

namespace paysync::net {

namespace {

using asio::ip::tcp;
using boost::system::error_code;
using runtime::Task;

/// Out of descriptors: time heals it, spinning does not.
constexpr auto accept_pause = std::chrono::milliseconds{100};

[[noreturn]] void cannot_listen(const ServerSettings& settings, const error_code& failure, const std::string& why) {
    throw ListenFailure(failure, "the " + settings.name + " server cannot listen on " + settings.address + " port " +
                                     std::to_string(settings.port) + ": " + why);
}

tcp::acceptor bound(const runtime::Lane& lane, const ServerSettings& settings) {
    error_code failure;
    const auto address = asio::ip::make_address(settings.address, failure);
    if (failure) cannot_listen(settings, failure, "this is no IP address");
    const tcp::endpoint endpoint{address, settings.port};
    tcp::acceptor acceptor{lane};
    acceptor.open(endpoint.protocol(), failure);
    if (!failure) acceptor.set_option(tcp::acceptor::reuse_address{true}, failure);
    if (!failure && address.is_v6() && address.is_unspecified())
        acceptor.set_option(asio::ip::v6_only{false}, failure); // "::" means both, whatever the machine's default
    if (!failure) acceptor.bind(endpoint, failure);
    if (failure) cannot_listen(settings, failure, failure.message());
    return acceptor;
}

tcp::acceptor listening(const runtime::Lane& lane, const ServerSettings& settings) {
    tcp::acceptor acceptor = bound(lane, settings);
    error_code failure;
    acceptor.listen(asio::socket_base::max_listen_connections, failure);
    if (failure) cannot_listen(settings, failure, failure.message());
    return acceptor;
}

/// The state of one listener; the tasks of its connections hold it.
struct Listener {
    Listener(std::shared_ptr<ServerState> with, tcp::acceptor on) : state{std::move(with)}, acceptor{std::move(on)} {}

    std::shared_ptr<ServerState> state;
    tcp::acceptor acceptor;
    TlsContext tls; ///< null: plain HTTP
    std::list<Session*> open;
    bool full = false;      ///< so that a flood is logged once
    bool abandoned = false; ///< the server died without join(): metrics may be gone

    void count_open() {
        if (!abandoned)
            state->metrics.set("paysync_connections", static_cast<double>(open.size()),
                               {{"server", state->settings.name}});
    }
};

/// Keeps a session listed while its task runs, however it ends.
class Listed {
public:
    Listed(std::shared_ptr<Listener> listener, Session& session)
        : listener_{std::move(listener)}, place_{listener_->open.insert(listener_->open.end(), &session)} {
        listener_->count_open();
    }
    ~Listed() {
        listener_->open.erase(place_);
        listener_->count_open();
    }
    Listed(const Listed&) = delete;
    Listed& operator=(const Listed&) = delete;

private:
    std::shared_ptr<Listener> listener_;
    std::list<Session*>::iterator place_;
};

Task<> serve(std::shared_ptr<Listener> listener, std::shared_ptr<Session> session) {
    const Listed listed{std::move(listener), *session};
    co_await session->run();
}

class AsioServer final : public Server {
public:
    AsioServer(runtime::Lane lane, std::shared_ptr<ServerState> state)
        : lane_{lane},
          listener_{std::make_shared<Listener>(state, listening(lane, state->settings))},
          accepting_{lane},
          sessions_{lane} {
        port_ = listener_->acceptor.local_endpoint().port();
        if (!state->settings.certificate_file.empty()) {
            const auto loaded = reload_certificate();
            if (!loaded) throw std::runtime_error(loaded.error().detail);
        }
        accepting_.spawn(state->settings.name + " accept", [this] { return accept(); });
    }

    ~AsioServer() override {
        listener_->state->stopping = true;
        listener_->abandoned = true;
        error_code ignored;
        listener_->acceptor.close(ignored);
    }

    unsigned short port() const override { return port_; }

    void stop() override {
        if (listener_->state->stopping) return;
        listener_->state->stopping = true;
        error_code ignored;
        listener_->acceptor.close(ignored);
        accepting_.cancel();
        sessions_.close();
        for (Session* session : listener_->open) session->stop_waiting();
    }

    Task<> join(runtime::SteadyTime deadline) override {
        co_await accepting_.join();
        auto ended = co_await runtime::within(listener_->state->clock, deadline, sessions_ended());
        if (ended) co_return;
        base::log::warning("net", "connections are cut, their time to end is over",
                           {{"server", listener_->state->settings.name}, {"connections", listener_->open.size()}});
        for (Session* session : listener_->open) session->cut();
        sessions_.cancel();
        co_await sessions_.join();
    }

    base::Result<void> reload_certificate() override {
        const ServerSettings& settings = listener_->state->settings;
        if (settings.certificate_file.empty()) return {};
        auto loaded = server_tls_context(settings.certificate_file, settings.key_file);
        if (!loaded) return loaded.error();
        listener_->tls = std::move(*loaded);
        return {};
    }

    base::Result<void> change(const ServerSettings& settings) override {
        ServerSettings& own = listener_->state->settings;
        if (!own.certificate_file.empty()) {
            auto loaded = server_tls_context(settings.certificate_file, settings.key_file);
            if (!loaded) return loaded.error();
            listener_->tls = std::move(*loaded);
        }
        ServerSettings fresh = settings;
        fresh.name = own.name;
        fresh.address = own.address;
        fresh.port = own.port;
        if (own.certificate_file.empty()) {
            fresh.certificate_file.clear();
            fresh.key_file.clear();
        }
        own = std::move(fresh);
        return {};
    }

private:
    Task<base::Result<bool>> sessions_ended() {
        co_await sessions_.join();
        co_return true;
    }

    Task<> accept() {
        const auto& state = *listener_->state;
        constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
        while (!state.stopping) {
            auto [failure, socket] = co_await listener_->acceptor.async_accept(as_result);
            if (state.stopping) co_return;
            if (failure) {
                base::log::warning("net", "accepting failed, trying again",
                                   {{"server", state.settings.name}, {"failure", failure.message()}});
                co_await state.clock.sleep_for(accept_pause);
                continue;
            }
            admit(std::move(socket));
        }
    }

    void admit(tcp::socket socket) {
        const auto& state = *listener_->state;
        if (sessions_.size() >= state.settings.connections_max) {
            state.metrics.count("paysync_connections_refused_total", {{"server", state.settings.name}});
            if (!listener_->full) {
                base::log::warning(
                    "net", "new connections are refused, the limit is reached",
                    {{"server", state.settings.name}, {"connections", state.settings.connections_max}});
            }
            listener_->full = true;
            return; // the socket closes here
        }
        listener_->full = false;
        error_code ignored;
        socket.set_option(tcp::no_delay{true}, ignored);
        auto stream = listener_->tls ? make_tls_stream(std::move(socket), listener_->tls)
                                     : make_plain_stream(std::move(socket));
        auto session = std::make_shared<Session>(listener_->state, std::move(stream));
        auto start = [listener = listener_, session] { return serve(listener, session); };
        sessions_.spawn(state.settings.name + " connection", std::move(start));
    }

    runtime::Lane lane_;
    unsigned short port_ = 0;
    std::shared_ptr<Listener> listener_;
    runtime::TaskGroup accepting_;
    runtime::TaskGroup sessions_;
};

} // namespace

std::unique_ptr<Server> start_server(runtime::Lane lane, ServerSettings settings, Handler& handler,
                                     runtime::Clock& clock, base::Metrics& metrics) {
    auto state = std::make_shared<ServerState>(std::move(settings), handler, clock, metrics);
    return std::make_unique<AsioServer>(std::move(lane), std::move(state));
}

base::Result<void> check_certificate(const std::string& certificate_file, const std::string& key_file) {
    const auto loaded = server_tls_context(certificate_file, key_file);
    if (!loaded) return loaded.error();
    return {};
}

base::Result<void> check_address(const ServerSettings& settings, std::error_code& reason) {
    asio::io_context io{1};
    try {
        bound(io.get_executor(), settings);
    } catch (const ListenFailure& failure) {
        reason = failure.code;
        return base::Error{base::Errc::unavailable, failure.what()};
    }
    reason.clear();
    return {};
}

} // namespace paysync::net
