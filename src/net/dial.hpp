// From the name of a server to an open connection.
#pragma once

#include "byte_stream.hpp"
#include "paysync/base/result.hpp"
#include "paysync/net/transport.hpp"
#include "tls_context.hpp"

#include <memory>

namespace paysync::net {

/// Resolves, connects (address after address, each with its share of the time) and makes the TLS handshake.
/// Errc::not_sent with the step that failed, Errc::canceled.
runtime::Task<base::Result<std::unique_ptr<ByteStream>>> dial(Origin origin, TlsContext tls,
                                                              const TransportSettings& settings,
                                                              runtime::Clock& clock, runtime::SteadyTime deadline);

} // namespace paysync::net
