// What TLS may and must do here, for both sides.
#pragma once

#include "paysync/base/result.hpp"

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace paysync::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

/// TLS 1.2 with forward secrecy and authenticated ciphers, or 1.3. Errc::invalid with a full sentence when a file
/// cannot be read or the two do not belong together.
base::Result<TlsContext> server_tls_context(const std::string& certificate_file, const std::string& key_file);

/// Whom a client believes, and what it shows of itself.
struct ClientTls {
    std::string ca_file;          ///< trusted alone; empty: the system's authorities
    std::string extra_ca_file;    ///< trusted beside the system's; without effect when there is a ca_file
    std::string certificate_file; ///< empty: none is shown
    std::string key_file;
};

/// Errc::invalid with a full sentence when a file cannot be read or certificate and key do not belong together.
base::Result<TlsContext> client_tls_context(const ClientTls& wanted);

} // namespace paysync::net
