// Heads of HTTP/1.1 messages as text. Pure.
#pragma once

#include "paysync/base/time.hpp"
#include "paysync/net/message.hpp"
#include "paysync/net/proxy.hpp"

#include <string>
#include <string_view>

namespace paysync::net {

/// `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 5.6.7).
std::string http_date(base::WallTime time);

enum class AfterAnswer { keep_alive, close };

/// Status line to empty line. Framing (Content-Length, Connection, Date) is ours: what the response's headers say
/// about it is left out. No Content-Length where a status has no body (1xx, 204, 304).
std::string response_head(const Response& response, AfterAnswer after, base::WallTime now);

/// Whether an answer with this status to this method carries its body.
bool carries_body(unsigned status, std::string_view method);

/// Request line to empty line, for a server at `origin`; accepts gzip. For a request that a proxy is to pass on
/// (`via_proxy`) the target is in absolute-form.
std::string request_head(const Origin& origin, const Request& request, const ProxySettings* via_proxy = nullptr);

} // namespace paysync::net
