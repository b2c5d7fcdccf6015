// The HTTPS server.
#pragma once

#include "paysync/base/result.hpp"
#include "paysync/net/handler.hpp"
#include "paysync/runtime/clock.hpp"

#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

namespace paysync::base {
class Metrics;
}

namespace paysync::net {

struct ServerSettings {
    std::string name = "http";       ///< label in logs and metrics: "webhooks", "admin", "sandbox"
    std::string address = "0.0.0.0"; ///< to bind; IPv4 or IPv6
    unsigned short port = 0;         ///< 0: any free one, see Server::port()
    std::string certificate_file;    ///< PEM chain; empty: plain HTTP
    std::string key_file;            ///< PEM
    std::size_t connections_max = 1024;
    std::size_t body_bytes_max = 1024U * 1024U;
    std::size_t header_bytes_max = 16U * 1024U;
    runtime::Duration handshake_timeout = std::chrono::seconds{10};
    runtime::Duration idle_timeout = std::chrono::seconds{60};   ///< between requests of a connection
    runtime::Duration header_timeout = std::chrono::seconds{10}; ///< from a head's first byte to its last
    runtime::Duration body_timeout = std::chrono::seconds{20};
    runtime::Duration write_timeout = std::chrono::seconds{20};
};

/// HTTP/1.1, keep-alive, pipelining, TLS 1.2 and 1.3. Refuses without asking the handler: 400 malformed, 408 head or
/// body too slow, 413 body over the limit before reading it (a chunked one when it grows over it), 417 an expectation
/// other than 100-continue, 431 head over the limit; each as a short JSON error, counted, and the connection closed.
/// Beyond connections_max the newest connection is refused (closed at accept) and counted. A handler's answer with
/// status 0 closes the connection without an answer. HTTP/1.0 is answered and closed. All members run on the lane.
class Server {
public:
    virtual ~Server() = default;
    virtual unsigned short port() const = 0;
    /// Stops accepting, closes idle connections, answers what was received (with Connection: close).
    virtual void stop() = 0;
    /// Returns when the last connection ended, at the latest at `deadline`: then the rest is cut.
    virtual runtime::Task<> join(runtime::SteadyTime deadline) = 0;
    /// Reads the certificate and key files again, for handshakes from now on. On an error the old ones stay in use.
    virtual base::Result<void> reload_certificate() = 0;
    /// Takes over the certificate's files (read now, for handshakes from now on) and the limits and timeouts (for
    /// what begins from now on). Name, address, port, and whether there is TLS at all stay as they are. On an error
    /// nothing changes.
    virtual base::Result<void> change(const ServerSettings& settings) = 0;
};

/// The address cannot be bound: `code` is the system's reason (std::errc::address_in_use, permission_denied, …).
struct ListenFailure : std::runtime_error {
    ListenFailure(std::error_code reason, const std::string& sentence) : std::runtime_error{sentence}, code{reason} {}
    std::error_code code;
};

/// Binds and begins to accept on `lane`; stop() and join() it before it dies. Throws with a full sentence:
/// ListenFailure, or std::runtime_error when the certificate or key cannot be read or they do not belong together.
/// `handler` and `metrics` outlive the server.
std::unique_ptr<Server> start_server(runtime::Lane lane, ServerSettings settings, Handler& handler,
                                     runtime::Clock& clock, base::Metrics& metrics);

/// Whether a server could use this certificate and key: both readable, PEM, and of one pair; else a sentence.
base::Result<void> check_certificate(const std::string& certificate_file, const std::string& key_file);

/// Whether the address could be bound now, by binding to it for a moment without listening.
base::Result<void> check_address(const ServerSettings& settings, std::error_code& reason);

} // namespace paysync::net
