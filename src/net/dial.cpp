// Opening connections.
#include "dial.hpp"

#include "connect_race.hpp"
#include "tunnel.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>

namespace paysync::net {

namespace {

using base::Errc;
using base::Error;
using base::Result;
using boost::system::error_code;
using runtime::Duration;
using runtime::Task;
using Stream = std::unique_ptr<ByteStream>;

/// The end of a phase of at most `span`.
Duration phase(const Ways& ways, Duration span, runtime::SteadyTime deadline) {
    return std::min<Duration>(span, deadline - ways.clock.steady());
}

Task<Result<Stream>> connect(Origin origin, std::string name, const Ways& ways, runtime::SteadyTime deadline) {
    const auto connected_by = ways.clock.steady() + phase(ways, ways.settings.connect_timeout, deadline);
    const auto endpoints =
        co_await ways.resolver->resolve(origin.host, origin.port, connected_by - ways.clock.steady());
    if (!endpoints) co_return endpoints.error();
    auto socket = co_await connect_first(*endpoints, connected_by - ways.clock.steady());
    if (socket) co_return make_plain_stream(std::move(*socket));
    const Error failure = socket.error();
    if (failure.code == Errc::canceled) co_return failure;
    co_return Error{failure.code, "cannot connect to " + name + ": " + failure.detail};
}

std::string why_no_tls(const ByteStream& stream, error_code failure) {
    const std::string certificate = stream.certificate_failure();
    if (!certificate.empty()) return "its certificate " + certificate;
    return stream.expired() ? "no answer in time" : failure.message();
}

Task<Result<Stream>> secure(Stream below, TlsContext context, Origin origin, std::string name, Duration span) {
    Stream stream = std::move(*below).under_tls(std::move(context));
    stream->expires_after(span);
    const error_code failure = co_await stream->connect_handshake(origin.host);
    if (!failure) co_return stream;
    if (failure == asio::error::operation_aborted && !stream->expired())
        co_return Error{Errc::canceled, "stopped while connecting"};
    co_return Error{Errc::not_sent, "no TLS with " + name + ": " + why_no_tls(*stream, failure)};
}

/// Nothing when one of the chain's keys is among the pins.
std::optional<Error> pin_mistake(const ByteStream& stream, const std::vector<std::string>& pins,
                                 const Origin& origin) {
    if (pins.empty()) return std::nullopt;
    const std::vector<std::string> seen = stream.peer_pins();
    if (std::find_first_of(seen.begin(), seen.end(), pins.begin(), pins.end()) != seen.end()) return std::nullopt;
    return Error{Errc::not_sent, "no TLS with " + origin.text() + ": its certificate is valid, but has the key " +
                                     (seen.empty() ? "of nobody" : seen.front()) +
                                     ", which is none of the pins, nor is a key of its authorities; if the server "
                                     "has a new key by right, add that pin"};
}

/// An open connection to the proxy itself.
Task<Result<Stream>> reach_proxy(const ProxySettings& proxy, const Ways& ways, runtime::SteadyTime deadline) {
    const std::string name = "the proxy " + proxy.origin.text();
    auto stream = co_await connect(proxy.origin, name, ways, deadline);
    if (!stream || !proxy.origin.tls) co_return stream;
    const Duration span = phase(ways, ways.settings.tls_timeout, deadline);
    Stream below = std::move(*stream);
    auto secured = co_await secure(std::move(below), ways.to_proxy, proxy.origin, name, span);
    co_return secured;
}

Task<Result<Stream>> reach_through(const ProxySettings& proxy, Origin origin, const Ways& ways,
                                   runtime::SteadyTime deadline) {
    auto stream = co_await reach_proxy(proxy, ways, deadline);
    if (!stream || !origin.tls) co_return stream;
    (*stream)->expires_after(phase(ways, ways.settings.connect_timeout, deadline));
    const auto opened = co_await open_tunnel(**stream, origin, proxy);
    if (!opened) co_return opened.error();
    co_return stream;
}

} // namespace

const ProxySettings* Ways::proxy_for(const Origin& origin) const {
    if (!settings.proxy || bypasses_proxy(origin, settings.proxy->no_proxy)) return nullptr;
    return &*settings.proxy;
}

Task<Result<Stream>> dial(Origin origin, const Ways& ways, runtime::SteadyTime deadline) {
    const ProxySettings* const proxy = ways.proxy_for(origin);
    const std::string name = origin.text();
    Result<Stream> reached = Error{};
    if (proxy != nullptr)
        reached = co_await reach_through(*proxy, origin, ways, deadline);
    else
        reached = co_await connect(origin, name, ways, deadline);
    if (!reached || !origin.tls) co_return reached;

    const Duration span = phase(ways, ways.settings.tls_timeout, deadline);
    Stream below = std::move(*reached);
    auto secured = co_await secure(std::move(below), ways.to_origins, origin, name, span);
    if (!secured) co_return secured;
    const auto mistake = pin_mistake(**secured, ways.settings.pins, origin);
    if (mistake) co_return *mistake;
    co_return secured;
}

} // namespace paysync::net
