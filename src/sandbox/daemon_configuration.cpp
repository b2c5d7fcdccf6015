// Writing a daemon's configuration and secrets.
#include "sandbox/daemon_configuration.hpp"

#include "paysync/base/json.hpp"

#include <fstream>
#include <stdexcept>

namespace paysync::sandbox {

namespace fs = std::filesystem;

namespace {

/// A JSON text is a YAML text too.
std::string quoted(const std::string& text) {
    return base::to_text(base::Json(text));
}

} // namespace

fs::path secrets_folder(const fs::path& file) {
    fs::path name = file.filename();
    if (name.extension() == ".yaml" || name.extension() == ".yml") name = name.stem();
    return file.parent_path() / (name.string() + "-secrets");
}

void write_private_file(const fs::path& file, const std::string& bytes) {
    fs::remove(file);
    std::ofstream{file}.close(); // the mode first, the secret then
    fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
    std::ofstream out{file, std::ios::binary};
    out << bytes;
    out.close();
    if (!out) throw std::runtime_error("cannot write " + file.string());
}

void write_daemon_configuration(const fs::path& file, const DaemonConfiguration& configuration) {
    const fs::path folder = secrets_folder(file);
    const std::string relative = folder.filename().string() + "/";
    fs::create_directories(folder);
    fs::permissions(folder, fs::perms::owner_all);
    fs::create_directories(file.parent_path() / "data");
    const bool tls = !configuration.ca_certificate.empty();
    write_private_file(folder / "signature_key", configuration.signature_key);
    write_private_file(folder / "client_secret", configuration.client_secret);
    if (tls) {
        write_private_file(folder / "ca.pem", configuration.ca_certificate);
        write_private_file(folder / "webhook.pem", configuration.webhook_certificate);
        write_private_file(folder / "webhook.key", configuration.webhook_key);
    }
    std::ofstream out{file};
    out << "# Written by paysync-sandbox: a daemon that uses the sandbox. Good until the sandbox stops.\n"
        << "webhooks:\n"
        << "  address: 127.0.0.1\n"
        << "  port: " << configuration.webhook_port << "\n"
        << "  path: " << configuration.webhook_path << "\n";
    if (tls)
        out << "  tls: { certificate: " << quoted(relative + "webhook.pem")
            << ", key: " << quoted(relative + "webhook.key") << " }\n";
    out << "  signature_keys:\n"
        << "    - { file: " << quoted(relative + "signature_key") << " }\n"
        << "admin: { address: 127.0.0.1, port: " << configuration.admin_port << " }\n"
        << "store: { path: data/paysync.sqlite }\n"
        << "salesforce:\n"
        << "  login_url: " << configuration.login_url << "\n"
        << "  client_id: " << quoted(configuration.client_id) << "\n"
        << "  client_secret: { file: " << quoted(relative + "client_secret") << " }\n";
    if (tls) out << "  ca_file: " << quoted(relative + "ca.pem") << "\n";
    out << "  currency: " << configuration.currency << "\n";
    out.close();
    if (!out) throw std::runtime_error("cannot write " + file.string());
}

} // namespace paysync::sandbox
