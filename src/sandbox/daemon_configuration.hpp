// `--config-out`: a complete configuration of a daemon that uses this sandbox.
#pragma once

#include <filesystem>
#include <string>

namespace paysync::sandbox {

struct DaemonConfiguration {
    unsigned short webhook_port = 0;
    unsigned short admin_port = 0;
    std::string webhook_path;
    std::string login_url;
    std::string client_id;
    std::string client_secret;
    std::string signature_key;
    std::string currency;
    std::string ca_certificate;      ///< PEM of the sandbox; empty: no TLS
    std::string webhook_certificate; ///< PEM and key for the daemon's own listener; empty: no TLS
    std::string webhook_key;
};

/// Writes `file`, its secrets (mode 0600) into the folder `<file without .yaml>-secrets` beside it, and makes the
/// folder `data`. Paths in it are relative to it. Throws std::runtime_error or std::filesystem::filesystem_error.
void write_daemon_configuration(const std::filesystem::path& file, const DaemonConfiguration& configuration);

/// The folder for the secrets of that configuration file.
std::filesystem::path secrets_folder(const std::filesystem::path& file);

/// Writes exactly these bytes, readable by the owner alone.
void write_private_file(const std::filesystem::path& file, const std::string& bytes);

} // namespace paysync::sandbox
