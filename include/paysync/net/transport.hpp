// The seam at which requests go out: over TLS in the daemon, straight into a sandbox in a simulation.
#pragma once

#include "paysync/base/result.hpp"
#include "paysync/net/message.hpp"
#include "paysync/net/proxy.hpp"
#include "paysync/runtime/clock.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

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
    std::string ca_file;       ///< PEM bundle: the authorities to trust for origins, these alone; empty: the system's
    std::string extra_ca_file; ///< PEM bundle to trust beside the system's authorities; for a proxy with TLS, too
    /// When not empty, the verified chain of every origin must have one of these keys (see net::is_pin).
    std::vector<std::string> pins;
    std::string client_certificate_file; ///< PEM chain shown to origins that ask for one; empty: none
    std::string client_key_file;         ///< PEM
    std::optional<ProxySettings> proxy;
    runtime::Duration connect_timeout = std::chrono::seconds{5}; ///< of TCP, look-up included; again for CONNECT
    runtime::Duration tls_timeout = std::chrono::seconds{5};
    runtime::Duration write_timeout = std::chrono::seconds{30};
    runtime::Duration idle_max = std::chrono::seconds{50}; ///< a pooled connection unused for longer is closed
    /// An older connection takes no further request: each new one looks the name up anew, so a host that moves is
    /// followed.
    runtime::Duration age_max = std::chrono::minutes{10};
    std::size_t connections_per_origin_max = 8;
    std::size_t response_bytes_max = 64U * 1024U * 1024U;
};

/// HTTP/1.1 with keep-alive over a pool, TLS 1.2 or 1.3 with verification of chain and name. A request on a pooled
/// connection that turns out closed before any byte of an answer is sent again on a fresh one only when its method is
/// GET; for all others the error says whether it can have been sent. Beyond connections_per_origin_max callers wait
/// in line, until their deadline. A body in gzip is unpacked (its Content-Encoding and Content-Length are then gone).
/// An answer that is malformed, over response_bytes_max or in another coding is Errc::unknown. A host's addresses are
/// tried side by side (RFC 8305). What a proxy refuses is Errc::not_sent. Used on one lane; has no tasks of its own:
/// whoever awaits send() is all there is to wait for. Throws std::runtime_error with a full sentence when a file
/// cannot be used.
std::unique_ptr<Transport> make_transport(TransportSettings settings, runtime::Clock& clock);

/// What make_transport() would throw, as Errc::invalid.
base::Result<void> check_transport(const TransportSettings& settings);

} // namespace paysync::net
