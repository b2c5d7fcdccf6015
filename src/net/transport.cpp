// The transport of the daemon: pool, dial, exchange.
#include "paysync/net/transport.hpp"

#include "connection_pool.hpp"
#include "dial.hpp"
#include "exchange.hpp"
#include "message_head.hpp"
#include "paysync/base/text.hpp"
#include "paysync/net/gzip.hpp"
#include "paysync/net/pin.hpp"
#include "tls_context.hpp"
#include "transport_over.hpp"
#include "tunnel.hpp"

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <stdexcept>

namespace paysync::net {

namespace {

using base::Errc;
using base::Error;
using base::Result;
using runtime::Task;

/// What outlives the transport while a request is still under way.
struct TransportState {
    TransportState(TransportSettings with, TlsContext to_origins, TlsContext to_proxy,
                   std::shared_ptr<Resolver> resolver, runtime::Clock& by)
        : settings{std::move(with)},
          ways{settings, std::move(to_origins), std::move(to_proxy), std::move(resolver), by},
          clock{by},
          pool{std::make_shared<ConnectionPool>(
              ConnectionPool::Limits{settings.connections_per_origin_max, settings.idle_max, settings.age_max},
              clock)} {}

    const TransportSettings settings;
    const Ways ways;
    runtime::Clock& clock;
    const std::shared_ptr<ConnectionPool> pool;
};

Result<Response> unpacked(Response response, std::size_t bytes_max) {
    const std::string coding = base::lower(base::trimmed(response.headers.find("Content-Encoding").value_or("")));
    if (coding.empty() || coding == "identity" || response.body.empty()) return response;
    if (coding != "gzip" && coding != "x-gzip")
        return Error{Errc::unknown, "the answer cannot be read: it is packed as something other than gzip, which "
                                    "nobody asked for"};
    auto body = gunzip(response.body, bytes_max);
    if (!body) return Error{Errc::unknown, "the answer cannot be read: " + body.error().detail};
    Response plain{response.status, {}, std::move(*body)};
    for (const auto& [name, value] : response.headers.all()) {
        const std::string known = base::lower(name);
        if (known != "content-encoding" && known != "content-length") plain.headers.add(name, value);
    }
    return plain;
}

Task<Result<Response>> deliver(std::shared_ptr<TransportState> state, Origin origin, Request request,
                               runtime::SteadyTime deadline) {
    const TransportSettings& settings = state->settings;
    state->pool->close_old();
    auto leased = co_await state->pool->lease(origin, deadline);
    if (!leased) co_return leased.error();
    Lease lease = std::move(*leased);
    bool pooled = lease.stream() != nullptr;

    // A proxy reads the requests for plain origins; in a tunnel it sees nothing of them.
    const ProxySettings* const reader = origin.tls ? nullptr : state->ways.proxy_for(origin);
    const std::string head = request_head(origin, request, reader);
    const Outgoing outgoing{head, request.body, request.method};
    const ExchangeLimits limits{settings.write_timeout, settings.response_bytes_max, deadline};
    for (;;) {
        if (lease.stream() == nullptr) {
            auto dialed = co_await dial(origin, state->ways, deadline);
            if (!dialed) co_return dialed.error();
            lease.put(std::move(*dialed));
        }
        if (state->clock.steady() >= deadline)
            co_return Error{Errc::not_sent, "the deadline came before the request could be sent"};
        Exchange came = co_await exchange(*lease.stream(), outgoing, limits, state->clock);
        if (came.response) {
            if (came.reusable) lease.keep_connection();
            if (reader != nullptr && came.response->status == 407)
                co_return Error{Errc::not_sent, proxy_refusal(origin, *reader, *came.response)};
            co_return unpacked(std::move(*came.response), settings.response_bytes_max);
        }
        lease.drop();
        // The server closed the connection while it lay in the pool, most likely. GET has no effect to repeat.
        if (!(pooled && came.stale && request.method == "GET")) co_return came.response.error();
        pooled = false;
    }
}

struct Contexts {
    TlsContext to_origins;
    TlsContext to_proxy; ///< null where there is no proxy with TLS
};

Result<Contexts> make_contexts(const TransportSettings& settings) {
    for (const std::string& pin : settings.pins)
        if (!is_pin(pin))
            return Error{Errc::invalid, "'" + pin + "' is no pin: write sha256/ and 44 characters of base64"};
    auto to_origins = client_tls_context(
        {settings.ca_file, settings.extra_ca_file, settings.client_certificate_file, settings.client_key_file});
    if (!to_origins) return to_origins.error();
    Contexts made{std::move(*to_origins), nullptr};
    if (!settings.proxy || !settings.proxy->origin.tls) return made;
    auto to_proxy = client_tls_context({{}, settings.extra_ca_file, {}, {}});
    if (!to_proxy) return to_proxy.error();
    made.to_proxy = std::move(*to_proxy);
    return made;
}

class PooledTransport final : public Transport {
public:
    explicit PooledTransport(std::shared_ptr<TransportState> state) : state_{std::move(state)} {}

    Task<Result<Response>> send(Origin origin, Request request, runtime::SteadyTime deadline) override {
        const auto state = state_;
        try {
            co_return co_await deliver(state, std::move(origin), std::move(request), deadline);
        } catch (const boost::system::system_error& failure) {
            // How Asio tells a coroutine at its next await that it is cancelled; the lease is given back by then.
            if (failure.code() != asio::error::operation_aborted) throw;
        }
        co_return Error{Errc::canceled, "stopped during a request"};
    }

private:
    std::shared_ptr<TransportState> state_;
};

} // namespace

std::unique_ptr<Transport> make_transport_over(std::shared_ptr<Resolver> resolver, TransportSettings settings,
                                               runtime::Clock& clock) {
    auto contexts = make_contexts(settings);
    if (!contexts) throw std::runtime_error(contexts.error().detail);
    auto state = std::make_shared<TransportState>(std::move(settings), std::move(contexts->to_origins),
                                                  std::move(contexts->to_proxy), std::move(resolver), clock);
    return std::make_unique<PooledTransport>(std::move(state));
}

base::Result<void> check_transport(const TransportSettings& settings) {
    const auto contexts = make_contexts(settings);
    if (!contexts) return contexts.error();
    return {};
}

std::unique_ptr<Transport> make_transport(TransportSettings settings, runtime::Clock& clock) {
    return make_transport_over(make_system_resolver(), std::move(settings), clock);
}

} // namespace paysync::net
