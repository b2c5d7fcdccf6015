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
    net::Origin origin; ///< instance_url: an org can move, so each renewal may name another
    Identity identity;
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

    /// The token at hand, or a new one. After too many log-ins nobody is asked for a while, which grows: the failure
    /// says how long.
    Task<Called<SessionPtr>> session();

    /// The session of that renewal ended. Says nothing of a newer one, so many calls may report the same.
    void drop(std::uint64_t generation);
    /// The session at hand ended, whichever it is.
    void drop_current() { current_.reset(); }

    const std::optional<Identity>& identity() const { return identity_; }

private:
    struct Asked {
        Called<Session> session;
        std::optional<base::WallTime> server_time;
    };

    Task<Called<SessionPtr>> renew();
    Task<Asked> ask(net::Url login);
    bool set_clock_by(const Asked& refused);
    void note_refusal(CallFailure& failure);
    void take(Session session);

    const OrgSettings& settings_;
    net::Transport& transport_;
    runtime::Clock& clock_;
    base::Metrics& metrics_;
    SessionPtr current_;
    std::optional<Identity> identity_;
    std::uint64_t renewals_ = 0;
    runtime::Duration ahead_{0}; ///< how far the server's clock is before ours, once it mattered
    int rate_refusals_ = 0;      ///< in a row
    runtime::SteadyTime not_before_;
    std::optional<CallFailure> rate_failure_;
    SingleFlight<Called<SessionPtr>> flight_;
};

} // namespace paysync::salesforce
