// A transport that looks names up as it is told to.
#pragma once

#include "paysync/net/transport.hpp"
#include "resolver.hpp"

#include <memory>

namespace paysync::net {

/// As make_transport(), with a resolver in place of the machine's.
std::unique_ptr<Transport> make_transport_over(std::shared_ptr<Resolver> resolver, TransportSettings settings,
                                               runtime::Clock& clock);

} // namespace paysync::net
