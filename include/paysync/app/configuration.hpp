// All that paysync.yaml says, as the settings of the rooms.
#pragma once

#include "paysync/base/log.hpp"
#include "paysync/flow/flow_set.hpp"
#include "paysync/ingest/webhook_handler.hpp"
#include "paysync/net/server.hpp"
#include "paysync/net/transport.hpp"
#include "paysync/revenue/settings.hpp"
#include "paysync/salesforce/org.hpp"
#include "paysync/store/sqlite_store.hpp"
#include "paysync/sync/engine.hpp"
#include "paysync/sync/notify_endpoint.hpp"
#include "paysync/yaml/document.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace paysync::app {

/// Where the flows come from. An empty path: those that were compiled into the binary.
struct FlowFiles {
    std::filesystem::path folder;    ///< of *.yaml and *.yml files
    std::filesystem::path functions; ///< the user's own functions.jq
    flow::FlowSettings settings;
    /// Names of flows that `enabled` and `vars` speak of, to say where an unknown one stands.
    std::vector<std::pair<std::string, yaml::Place>> mentioned;
};

struct LogSettings {
    base::log::Level level = base::log::Level::info;
    bool json = false;
};

/// What a key came to: its text in the file, else its default; of a secret, and of a file that is read once, a digest
/// of the contents. For comparing two readings, never for showing.
struct Said {
    std::string value;
    yaml::Place place;
};

/// Its defaults are those of the file; config/paysync.yaml states them, and a test compares the two.
struct Configuration {
    std::filesystem::path file; ///< empty: no file was read
    net::ServerSettings webhooks_server;
    ingest::WebhookSettings webhooks;
    net::ServerSettings admin_server;
    store::SqliteSettings store;
    salesforce::OrgSettings org;
    net::TransportSettings transport;
    sync::EngineSettings sync;
    sync::NotifyEndpoints notify; ///< by name
    std::size_t workers = 2;      ///< threads that evaluate flows
    FlowFiles flows;
    revenue::Settings revenue; ///< its zone is that of the flows
    LogSettings log;
    runtime::Duration shutdown_timeout = std::chrono::seconds{30};
    std::map<std::string, Said> said; ///< by key, `webhooks.timeouts.idle`

    /// Of a key that the file names, else of the file as a whole.
    yaml::Place place_of(const std::string& key) const;

    Configuration();
};

/// `skip`: their form is checked, but nothing is opened. For commands that need none of them, run by people who may
/// not read them.
enum class Secrets { read, skip };

/// Reads the file and reports everything that is wrong with it at once, each with its place and what to write
/// instead. Relative paths are taken from the file's folder. Use what comes back only when `problems` has no error.
Configuration load_configuration(const std::filesystem::path& file, Secrets secrets, yaml::Problems& problems);

/// The same from text: `file` names it and its folder.
Configuration read_configuration(std::string_view text, const std::filesystem::path& file, Secrets secrets,
                                 yaml::Problems& problems);

/// A key that the loader knows.
struct KnownKey {
    std::string path;     ///< `webhooks.timeouts.idle`
    std::string standard; ///< its default as it would stand in the file; empty where there is none
};

/// Every key that the loader knows, in its order.
std::vector<KnownKey> known_keys();

} // namespace paysync::app
