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

/// Trusts what `ca_file` holds, or the system's own authorities when it is empty. Errc::invalid when it cannot be
/// read.
base::Result<TlsContext> client_tls_context(const std::string& ca_file);

} // namespace paysync::net
