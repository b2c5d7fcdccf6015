// What is said to an HTTP proxy, and what its answers mean.
#pragma once

#include "byte_stream.hpp"
#include "paysync/base/result.hpp"
#include "paysync/net/message.hpp"
#include "paysync/net/proxy.hpp"

#include <string>

namespace paysync::net {

/// `acme.example:443`, `[::1]:443` (RFC 9112 3.2.3).
std::string authority_of(const Origin& origin);

/// Request line to empty line, with the credentials where there are some.
std::string connect_head(const Origin& origin, const ProxySettings& proxy);

/// `Basic …` of RFC 7617, in UTF-8; empty without a user name.
std::string basic_credentials(const ProxySettings& proxy);

/// A sentence for people: the proxy, what it answered, and what to do about it. No credentials.
std::string proxy_refusal(const Origin& origin, const ProxySettings& proxy, const Response& answer);

/// Sends CONNECT over an open stream to the proxy and reads the answer's head, no byte more. The stream's deadline
/// holds. Afterwards the stream leads to `origin`. Errc::not_sent with a sentence, Errc::canceled.
runtime::Task<base::Result<void>> open_tunnel(ByteStream& stream, Origin origin, const ProxySettings& proxy);

} // namespace paysync::net
