// The access token of an org.
#pragma once

#include "paysync/salesforce/org.hpp"
#include "salesforce/single_flight.hpp"

#include <cstdint>
#include <memory>

namespace paysync::salesforce {

/// What a token answer gave: where to send calls, and as whom.
struct Session {
    base::Secret token;
    net::Origin origin;           ///< instance_url: an org can move, so each renewal may name another
    std::uint64_t generation = 0; ///< which renewal it came from
};
using SessionPtr = std::shared_ptr<const Session>;

/// Reads the answer of the token endpoint; `login` is where it was asked.
Called<Session> read_token(const net::Response& response, const OrgSettings& settings, const net::Origin& login);

/// Keeps the token until somebody says that it ended: Salesforce tells no lifetime. One renewal in flight at a time.
/// Used on one lane.
class TokenKeeper {
public:
    TokenKeeper(const OrgSettings& settings, net::Transport& transport, runtime::Clock& clock,
                base::Metrics& metrics);

    /// The token at hand, or a new one.
    Task<Called<SessionPtr>> session();

    /// The session of that renewal ended. Says nothing of a newer one, so many calls may report the same.
    void drop(std::uint64_t generation);
    /// The session at hand ended, whichever it is.
    void drop_current() { current_.reset(); }

private:
    Task<Called<SessionPtr>> renew();

    const OrgSettings& settings_;
    net::Transport& transport_;
    runtime::Clock& clock_;
    base::Metrics& metrics_;
    SessionPtr current_;
    std::uint64_t renewals_ = 0;
    SingleFlight<Called<SessionPtr>> flight_;
};

} // namespace paysync::salesforce
