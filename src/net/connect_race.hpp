// One TCP connection to whichever address of a host answers first.
#pragma once

#include "paysync/base/result.hpp"
#include "resolver.hpp"

namespace paysync::net {

/// The addresses with their families taking turns, beginning with the family of the first (RFC 8305 4).
Endpoints interleaved(const Endpoints& endpoints);

/// RFC 8305 5: a new address is tried when the one before has failed or has not answered for `attempt_delay`; the
/// first connection that stands is taken, the others are closed. So an address that swallows everything costs
/// `attempt_delay`, not the deadline. Errc::not_sent with every address that failed and why, Errc::canceled.
runtime::Task<base::Result<boost::asio::ip::tcp::socket>>
connect_first(Endpoints endpoints, runtime::Duration limit,
              runtime::Duration attempt_delay = std::chrono::milliseconds{250});

} // namespace paysync::net
