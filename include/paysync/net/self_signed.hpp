// Certificates made on the spot: for the sandbox, for tests, for trying the daemon out.
#pragma once

#include "paysync/runtime/clock.hpp"

#include <string>
#include <vector>

namespace paysync::net {

struct Identity {
    std::string certificate_pem;
    std::string key_pem; ///< PKCS#8, not encrypted
};

/// P-256, signed by itself, valid for `days` from `not_before`, for all of `names` (DNS names or IP addresses; the
/// first is also the common name). Who trusts it names it as certificate authority. Throws std::runtime_error when
/// OpenSSL cannot.
Identity make_self_signed(const std::vector<std::string>& names, runtime::WallTime not_before, int days);

/// P-256, an authority of one's own: signs others and is no server itself. `name` is its common name. Throws as
/// above.
Identity make_authority(const std::string& name, runtime::WallTime not_before, int days);

/// P-256, for all of `names` as above, for a server or a client, signed by `authority`. Throws as above, also when
/// `authority` cannot be read.
Identity make_signed(const Identity& authority, const std::vector<std::string>& names, runtime::WallTime not_before,
                     int days);

struct IdentityFiles {
    std::string certificate_file;
    std::string key_file;
};

/// Writes `<path_prefix>-cert.pem` and, readable by the owner alone, `<path_prefix>-key.pem`; replaces what is there.
/// Throws std::runtime_error when a file cannot be written.
IdentityFiles write_identity(const Identity& identity, const std::string& path_prefix);

} // namespace paysync::net
