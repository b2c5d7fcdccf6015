// Opening connections.
#include "dial.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <vector>

namespace paysync::net {

namespace {

using asio::ip::tcp;
using base::Errc;
using base::Error;
using boost::system::error_code;
using runtime::Task;
using Endpoints = std::vector<tcp::endpoint>;

/// A look-up cannot be interrupted while getaddrinfo runs: who waited goes on at the deadline, and this outlives him.
struct LookUp {
    explicit LookUp(const runtime::Lane& lane) : resolver{lane}, bell{lane} {}
    tcp::resolver resolver;
    asio::steady_timer bell; ///< rings at the deadline, cancelled when the look-up has ended
    bool ended = false;
    error_code failure;
    Endpoints found;
};

void start(const std::shared_ptr<LookUp>& look_up, const Origin& origin) {
    auto on_end = [look_up](error_code failure, const tcp::resolver::results_type& found) {
        look_up->ended = true;
        look_up->failure = failure;
        for (const auto& entry : found) look_up->found.push_back(entry.endpoint());
        look_up->bell.cancel();
    };
    look_up->resolver.async_resolve(origin.host, std::to_string(origin.port), tcp::resolver::numeric_service,
                                    std::move(on_end));
}

Task<base::Result<Endpoints>> resolve(Origin origin, runtime::Duration limit) {
    error_code no_address;
    const auto address = asio::ip::make_address(origin.host, no_address);
    if (!no_address) co_return Endpoints{tcp::endpoint{address, origin.port}};
    const auto look_up = std::make_shared<LookUp>(co_await asio::this_coro::executor);
    look_up->bell.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(limit));
    start(look_up, origin);
    auto [cancelled] = co_await look_up->bell.async_wait(asio::as_tuple(asio::use_awaitable));
    if (look_up->ended && !look_up->failure && !look_up->found.empty()) co_return look_up->found;
    look_up->resolver.cancel();
    if (cancelled && !look_up->ended) co_return Error{Errc::canceled, "stopped while looking up " + origin.host};
    const std::string why = look_up->ended ? look_up->failure.message() : "no answer in time";
    co_return Error{Errc::not_sent, origin.host + " cannot be looked up: " + why};
}

std::string why(const ByteStream& stream, error_code failure) {
    return stream.expired() ? "no answer in time" : failure.message();
}

bool is_cancellation(const ByteStream& stream, error_code failure) {
    return failure == asio::error::operation_aborted && !stream.expired();
}

} // namespace

Task<base::Result<std::unique_ptr<ByteStream>>> dial(Origin origin, TlsContext tls, const TransportSettings& settings,
                                                     runtime::Clock& clock, runtime::SteadyTime deadline) {
    const auto connected_by = std::min(deadline, clock.steady() + settings.connect_timeout);
    const auto endpoints = co_await resolve(origin, connected_by - clock.steady());
    if (!endpoints) co_return endpoints.error();

    tcp::socket socket{co_await asio::this_coro::executor};
    std::unique_ptr<ByteStream> stream;
    if (origin.tls)
        stream = make_tls_stream(std::move(socket), std::move(tls));
    else
        stream = make_plain_stream(std::move(socket));
    error_code failure = asio::error::timed_out;
    auto attempts_left = static_cast<runtime::Duration::rep>(endpoints->size());
    for (const tcp::endpoint& endpoint : *endpoints) {
        stream->expires_after((connected_by - clock.steady()) / attempts_left--);
        failure = co_await stream->connect(endpoint);
        if (!failure) break;
        if (is_cancellation(*stream, failure)) co_return Error{Errc::canceled, "stopped while connecting"};
    }
    if (failure) co_return Error{Errc::not_sent, "cannot connect to " + origin.text() + ": " + why(*stream, failure)};

    stream->expires_after(std::min<runtime::Duration>(settings.tls_timeout, deadline - clock.steady()));
    failure = co_await stream->connect_handshake(origin.host);
    if (!failure) co_return stream;
    if (is_cancellation(*stream, failure)) co_return Error{Errc::canceled, "stopped while connecting"};
    const std::string certificate = stream->certificate_failure();
    co_return Error{Errc::not_sent,
                    "no TLS with " + origin.text() + ": " +
                        (certificate.empty() ? why(*stream, failure) : "its certificate: " + certificate)};
}

} // namespace paysync::net
