// The seam at which requests come in: ingest, admin and sandbox are handlers; a simulation calls them without
// sockets.
#pragma once

#include "paysync/net/message.hpp"
#include "paysync/runtime/awaitable.hpp"

#include <optional>

namespace paysync::net {

/// Outlives the server that calls it. Every call comes on the server's lane; calls overlap.
class Handler {
public:
    virtual ~Handler() = default;

    /// Looks at the head before the body is read (the request's body is empty). An answer given here is sent and the
    /// connection closed: a wrong path or a missing signature costs no megabyte.
    virtual std::optional<Response> screen(const Request& head) {
        static_cast<void>(head);
        return std::nullopt;
    }

    /// Must not throw for any input. What it throws all the same becomes a 500 with a correlation id.
    virtual runtime::Task<Response> handle(Request request) = 0;
};

} // namespace paysync::net
