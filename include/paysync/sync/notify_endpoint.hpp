// Where `notify` steps send to.
#pragma once

#include "paysync/base/secret.hpp"
#include "paysync/net/message.hpp"

#include <map>
#include <string>

namespace paysync::sync {

/// One endpoint of paysync.yaml. Its URL and its headers may hold what lets anybody write there: none of it is
/// logged.
struct NotifyEndpoint {
    base::Secret url; ///< whole, as written
    net::Origin origin;
    std::map<std::string, base::Secret> headers; ///< by name in lower case; sent beside paysync's own
    base::Secret secret; ///< signs the body in `Paysync-Signature`: HMAC-SHA256, base-16; empty: unsigned
    std::string ca_file; ///< PEM of authorities to trust beside the system's; empty: none more
};

using NotifyEndpoints = std::map<std::string, NotifyEndpoint>;

} // namespace paysync::sync
