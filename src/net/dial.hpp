// From the name of a server to an open connection.
#pragma once

#include "byte_stream.hpp"
#include "paysync/base/result.hpp"
#include "paysync/net/transport.hpp"
#include "resolver.hpp"
#include "tls_context.hpp"

#include <memory>

namespace paysync::net {

/// How one transport reaches others. Outlives the dials.
struct Ways {
    const TransportSettings& settings;
    TlsContext to_origins;
    TlsContext to_proxy;
    std::shared_ptr<Resolver> resolver;
    runtime::Clock& clock;

    /// The proxy on the way to `origin`; null when there is none.
    const ProxySettings* proxy_for(const Origin& origin) const;
};

/// Looks up, connects, asks the proxy for a tunnel where there is one, makes the TLS handshake and compares pins; for
/// a plain origin behind a proxy the stream leads to the proxy. Errc::not_sent with the step that failed,
/// Errc::canceled.
runtime::Task<base::Result<std::unique_ptr<ByteStream>>> dial(Origin origin, const Ways& ways,
                                                              runtime::SteadyTime deadline);

} // namespace paysync::net
