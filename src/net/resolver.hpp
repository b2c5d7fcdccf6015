// From names to addresses. A seam: tests say what a name means.
#pragma once

#include "paysync/base/result.hpp"
#include "paysync/runtime/clock.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>
#include <vector>

namespace paysync::net {

using Endpoints = std::vector<boost::asio::ip::tcp::endpoint>;

class Resolver {
public:
    virtual ~Resolver() = default;
    /// In the order of preference, at least one. Errc::not_sent with the reason, also when it takes longer than
    /// `limit`; Errc::canceled.
    virtual runtime::Task<base::Result<Endpoints>> resolve(std::string host, unsigned short port,
                                                           runtime::Duration limit) = 0;
};

/// The machine's own (getaddrinfo). Keeps nothing: each call asks anew, so that a host which moves is found.
std::shared_ptr<Resolver> make_system_resolver();

} // namespace paysync::net
