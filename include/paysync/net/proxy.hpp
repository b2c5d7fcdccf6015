// The HTTP proxy through which connections go out, and the hosts that are reached without it.
#pragma once

#include "paysync/base/result.hpp"
#include "paysync/base/secret.hpp"
#include "paysync/net/message.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::net {

/// https origins are reached by CONNECT (RFC 9110 9.3.6), http origins by requests in absolute-form (RFC 9112 3.2.2).
struct ProxySettings {
    Origin origin;        ///< of the proxy itself; with TLS the proxy's certificate is verified, too
    std::string username; ///< empty: no credentials. Basic, RFC 7617: no colon in it
    base::Secret password;
    std::vector<std::string> no_proxy; ///< entries for which no_proxy_mistake() finds nothing
};

/// Reads `http://HOST:PORT`, `https://HOST:PORT` or, as curl does, `HOST:PORT`; user information in front of the host
/// (percent-encoded) becomes the credentials. Errc::invalid says what is wrong without repeating the text, because
/// a password may stand in it.
base::Result<ProxySettings> parse_proxy(std::string_view text);

/// Whether `origin` is reached directly. An entry is, as in curl's NO_PROXY,
///   `*`                           everything;
///   `example.com`, `.example.com` that domain and all below it (`*.example.com` means the same here);
///   `10.1.2.3`, `fd00::1`         that address, when the origin is written as an address: names are not looked up;
///   `10.0.0.0/8`, `fd00::/8`      addresses of that network;
/// each but a network also with a port, which curl has not: `example.com:8443`, `[fd00::1]:8443`. Without one it is
/// good for every port. Case does not matter, nor does a dot at the end.
bool bypasses_proxy(const Origin& origin, const std::vector<std::string>& no_proxy);

/// What is wrong with an entry, if anything.
std::optional<std::string> no_proxy_mistake(std::string_view entry);

/// The entries of a NO_PROXY variable: commas and blanks separate them.
std::vector<std::string> split_no_proxy(std::string_view text);

} // namespace paysync::net
