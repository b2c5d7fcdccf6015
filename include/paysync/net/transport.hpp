// The seam at which requests go out: over TLS in the daemon, straight into a sandbox in a simulation.
#pragma once

#include "paysync/base/result.hpp"
#include "paysync/net/message.hpp"
#include "paysync/runtime/clock.hpp"

#include <memory>
#include <string>

namespace paysync::base {
class Metrics;
}

namespace paysync::net {

class Transport {
public:
    virtual ~Transport() = default;

    /// Sends one request and returns its answer, whatever its status. Errors:
    /// Errc::not_sent  no connection, no TLS, wrong certificate: the request had no effect;
    /// Errc::unknown   sent at least in part, then a reset or the deadline: it may have had its effect;
    /// Errc::canceled  the caller was told to stop.
    virtual runtime::Task<base::Result<Response>> send(Origin origin, Request request,
                                                       runtime::SteadyTime deadline) = 0;
};

/// What the client needs to know of the network. All spans are upper limits of one phase; the deadline of a call
/// cuts them short.
struct TransportSettings {
    std::string ca_file; ///< PEM bundle to trust; empty: the system's own
    runtime::Duration connect_timeout = std::chrono::seconds{5};
    runtime::Duration tls_timeout = std::chrono::seconds{5};
    runtime::Duration write_timeout = std::chrono::seconds{30};
    runtime::Duration idle_max = std::chrono::seconds{50}; ///< a pooled connection unused for longer is closed
    std::size_t connections_per_origin_max = 8;
    std::size_t response_bytes_max = 64U * 1024U * 1024U;
};

/// HTTP/1.1 with keep-alive over a pool, TLS 1.2 or 1.3 with verification of chain and name. A request on a pooled
/// connection that turns out closed before any byte of an answer is sent again on a fresh one only when its method is
/// GET; for all others the error says whether it can have been sent. Beyond connections_per_origin_max callers wait
/// in line, until their deadline. A body in gzip is unpacked (its Content-Encoding and Content-Length are then gone).
/// An answer that is malformed or over response_bytes_max is Errc::unknown. Used on one lane; has no tasks of its
/// own: whoever awaits send() is all there is to wait for. Throws std::runtime_error when ca_file cannot be read.
std::unique_ptr<Transport> make_transport(TransportSettings settings, runtime::Clock& clock);

} // namespace paysync::net
