// Sends what `notify` steps say to the endpoints of the configuration.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/net/transport.hpp"
#include "paysync/runtime/awaitable.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/sync/notify_endpoint.hpp"

#include <functional>
#include <memory>
#include <string>

namespace paysync::sync {

/// What became of one notification.
struct Delivery {
    enum class Kind {
        taken,    ///< a status from 200 to 299
        refused,  ///< it will not be taken as it is: 4xx but 408, 425 and 429, or there is no such endpoint
        not_sent, ///< it had no effect: no connection, 429, 503
        unknown,  ///< sent, and nobody knows what became of it
    };
    Kind kind = Kind::taken;
    int status = 0;  ///< 0: no answer
    std::string why; ///< for people; empty when taken
};

/// Used on one lane.
class Notifier {
public:
    virtual ~Notifier() = default;
    /// POSTs `body` as JSON with `Idempotency-Key: key`. Ends within the endpoint's time (10 s).
    virtual runtime::Task<Delivery> notify(std::string endpoint, std::string key, base::Json body) = 0;
    /// Other endpoints from the next notification on.
    virtual void use(NotifyEndpoints endpoints) = 0;
};

/// The way to one endpoint; called once for each when it is first used.
using ConnectEndpoint = std::function<std::shared_ptr<net::Transport>(const NotifyEndpoint&)>;

std::unique_ptr<Notifier> make_notifier(NotifyEndpoints endpoints, ConnectEndpoint connect, runtime::Clock& clock);

} // namespace paysync::sync
