// Connections kept open between requests, and the line of callers that wait for one.
#pragma once

#include "byte_stream.hpp"
#include "paysync/base/result.hpp"
#include "paysync/net/message.hpp"
#include "paysync/runtime/clock.hpp"

#include <list>
#include <map>
#include <memory>
#include <vector>

namespace paysync::net {

class ConnectionPool;

struct Connection {
    std::unique_ptr<ByteStream> stream; ///< null: none
    runtime::SteadyTime born;
};

/// The right to one connection to an origin, and the connection where there is one already. Gives both back when it
/// dies, also when its coroutine is cancelled.
class Lease {
public:
    Lease() = default;
    Lease(std::shared_ptr<ConnectionPool> pool, Origin origin, Connection connection);
    ~Lease();
    Lease(Lease&& other) noexcept;
    Lease& operator=(Lease&& other) noexcept;

    ByteStream* stream() const { return connection_.stream.get(); }
    void put(std::unique_ptr<ByteStream> fresh); ///< its age counts from now
    void drop() { connection_.stream.reset(); }
    void keep_connection() { keep_ = true; } ///< the stream is in a state from which another request can start

private:
    void give_back();

    std::shared_ptr<ConnectionPool> pool_;
    Origin origin_;
    Connection connection_;
    bool keep_ = false;
};

/// Fair: who came first gets the next place. All on one lane.
class ConnectionPool : public std::enable_shared_from_this<ConnectionPool> {
public:
    struct Limits {
        std::size_t per_origin_max;
        runtime::Duration idle_max; ///< since the last use
        runtime::Duration age_max;  ///< since it was opened
    };
    ConnectionPool(Limits limits, runtime::Clock& clock);
    ~ConnectionPool();

    /// A lease with a pooled connection (the one used last: the others may then age), or with none: the caller opens
    /// it. Errc::not_sent when no place came free before `deadline`, Errc::canceled.
    runtime::Task<base::Result<Lease>> lease(Origin origin, runtime::SteadyTime deadline);
    /// Closes what was unused for too long or is too old, of every origin.
    void close_old();

private:
    friend class Lease;
    struct Waiter;
    struct Waiting;
    struct Idle {
        Connection connection;
        runtime::SteadyTime since;
    };
    struct Place {
        std::size_t leased = 0;
        std::vector<Idle> idle; ///< oldest first; leased + idle never exceeds the maximum
        std::list<std::shared_ptr<Waiter>> line;
    };

    Connection take_idle(Place& place);
    bool outlived(const Idle& idle) const;
    void give_back(const Origin& origin, Connection connection);

    Limits limits_;
    runtime::Clock& clock_;
    std::map<Origin, Place> places_; ///< never erased: an origin is an org or a sandbox, there are few
};

} // namespace paysync::net
