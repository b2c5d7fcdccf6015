// One request and its answer over an open connection.
#pragma once

#include "byte_stream.hpp"
#include "paysync/base/result.hpp"
#include "paysync/net/message.hpp"
#include "paysync/runtime/clock.hpp"

#include <string>
#include <string_view>

namespace paysync::net {

struct Outgoing {
    std::string_view head;
    std::string_view body;
    std::string_view method;
};

struct ExchangeLimits {
    runtime::Duration write_timeout;
    std::size_t response_bytes_max;
    runtime::SteadyTime deadline;
};

/// What came of it.
struct Exchange {
    base::Result<Response> response = base::Error{};
    bool reusable = false; ///< another request may follow on this connection
    bool stale = false;    ///< the peer had gone before a byte of an answer came
};

/// Never throws away an answer that came although the request could not be written to its end: a server that refuses
/// a body says so and stops reading.
runtime::Task<Exchange> exchange(ByteStream& stream, const Outgoing& outgoing, const ExchangeLimits& limits,
                                 runtime::Clock& clock);

} // namespace paysync::net
