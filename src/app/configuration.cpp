// The schema of paysync.yaml.
#include "paysync/app/configuration.hpp"

#include "paysync/base/text.hpp"

#include "file_access.hpp"
#include "file_text.hpp"
#include "flows_section.hpp"
#include "log_in_section.hpp"
#include "loopback.hpp"
#include "network_section.hpp"
#include "notify_section.hpp"
#include "revenue_section.hpp"
#include "section.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <tuple>

namespace paysync::app {

namespace {

using namespace std::chrono_literals;
using runtime::Duration;

constexpr std::size_t kib = 1024;
constexpr std::size_t mib = 1024 * kib;

/// True when the section's `address` is one that can be bound.
bool check_address(Section& section, const std::string& address, std::string_view example) {
    boost::system::error_code failure;
    boost::asio::ip::make_address(address, failure);
    if (failure)
        section.error("address", "must be an IP address, not '" + address + "'", "such as " + std::string(example));
    return !failure;
}

void check_file(Section& section, std::string_view key, const std::string& file, const Reading& reading) {
    if (reading.secrets == Secrets::skip || !section.has(key)) return;
    const auto text = read_file_text(file);
    if (!text) return section.error(key, "does not work: " + text.error().detail, reading_advice(file));
    section.note(key, file + " " + base::sha256_hex(*text));
}

void read_tls(Section section, net::ServerSettings& server, const Reading& reading) {
    section.path("certificate", server.certificate_file);
    section.path("key", server.key_file);
    if (section.has("certificate") != section.has("key")) {
        const bool lacks_key = section.has("certificate");
        section.require(lacks_key ? "key" : "certificate", "a certificate and its key belong together");
    }
    check_file(section, "certificate", server.certificate_file, reading);
    check_file(section, "key", server.key_file, reading);
    if (reading.secrets == Secrets::read && section.has("key"))
        warn_when_public(server.key_file, section.place("key"), "webhooks.tls.key", reading.problems);
    section.finish();
}

void read_timeouts(Section section, net::ServerSettings& server) {
    section.duration("handshake", server.handshake_timeout, 1s, 5min);
    section.duration("idle", server.idle_timeout, 1s, 1h);
    section.duration("header", server.header_timeout, 1s, 5min);
    section.duration("body", server.body_timeout, 1s, 5min);
    section.duration("write", server.write_timeout, 1s, 5min);
    section.finish();
}

void check_webhooks(Section& section, const Configuration& configuration) {
    const net::ServerSettings& server = configuration.webhooks_server;
    const bool valid = check_address(section, server.address, "0.0.0.0, :: or 127.0.0.1");
    const bool plain = server.certificate_file.empty() && server.key_file.empty();
    if (valid && plain && !loopback(server.address))
        section.error("address",
                      "is " + server.address +
                          ", where plain HTTP would be open to the network: card holders' data "
                          "needs TLS",
                      "add tls: { certificate: …, key: … }, or bind to 127.0.0.1 behind a proxy that has TLS");
}

constexpr const char* keys_advice = "paysync must be able to tell Checkout.com's webhooks from others: give "
                                    "signature_keys, authorization or both";

/// Path and keys: the same words at the top of `webhooks` and in each of `endpoints`.
ingest::Endpoint read_endpoint(Section& section, ingest::Endpoint endpoint) {
    section.text("path", endpoint.path);
    section.secrets("signature_keys", endpoint.signature_keys);
    base::Secret authorization;
    section.secret("authorization", authorization);
    if (!authorization.empty()) endpoint.authorization = std::move(authorization);
    if (!endpoint.path.starts_with('/') || endpoint.path.find_first_of("?# ") != std::string::npos)
        section.error("path", "must begin with / and have no query, not '" + endpoint.path + "'",
                      "/webhooks/checkout");
    return endpoint;
}

bool has_keys(const Section& section) {
    return section.has("signature_keys") || section.has("authorization");
}

/// One of `endpoints`; its name and path must be nobody else's.
void add_endpoint(Section& section, std::vector<ingest::Endpoint>& endpoints) {
    ingest::Endpoint fresh;
    fresh.name.clear();
    section.text("name", fresh.name);
    section.require("name", "a word by which logs and metrics call it");
    section.require("path", "such as /webhooks/outlet: each endpoint has one of its own");
    if (section.has("name") && !is_plain_name(fresh.name))
        section.error("name", "must be 1 to 40 letters, digits, -, _ or ., not '" + fresh.name + "'");
    if (!section.has("path")) fresh.path = "/"; // that it is missing is said already
    fresh = read_endpoint(section, std::move(fresh));
    if (!has_keys(section)) section.require("signature_keys", keys_advice);
    for (const ingest::Endpoint& other : endpoints) {
        if (section.has("name") && other.name == fresh.name)
            section.error("name", "'" + fresh.name + "' is the name of another endpoint already");
        if (section.has("path") && other.path == fresh.path)
            section.error("path", "'" + fresh.path + "' is the path of the endpoint '" + other.name + "' already");
    }
    section.finish();
    endpoints.push_back(std::move(fresh));
}

/// The simple form is an endpoint by the name of its default; `endpoints` come beside it, or instead of it.
void read_endpoints(Section& section, Configuration& configuration) {
    std::vector<ingest::Endpoint> endpoints;
    ingest::Endpoint simple = read_endpoint(section, ingest::Endpoint{});
    const bool listed = section.has("endpoints");
    if (has_keys(section) || !listed) endpoints.push_back(std::move(simple));
    if (!has_keys(section) && !listed) section.require("signature_keys", keys_advice);
    if (!has_keys(section) && listed && section.has("path"))
        section.error("path", "has no keys beside it", "give it signature_keys, or make it one of endpoints");
    section.list("endpoints", [&](Section& one) { add_endpoint(one, endpoints); });
    if (endpoints.empty()) section.error("endpoints", "must have at least one");
    configuration.webhooks.endpoints = std::move(endpoints);
}

void read_webhooks(Section section, Configuration& configuration, Reading& reading) {
    net::ServerSettings& server = configuration.webhooks_server;
    section.text("address", server.address);
    section.port("port", server.port);
    read_endpoints(section, configuration);
    read_tls(section.section("tls"), server, reading);
    section.size("body_max", server.body_bytes_max, kib, 64 * mib);
    section.size("header_max", server.header_bytes_max, kib, mib);
    section.whole("connections_max", server.connections_max, 1, 100'000);
    read_timeouts(section.section("timeouts"), server);
    check_webhooks(section, configuration);
    section.finish();
}

void read_admin(Section section, Configuration& configuration) {
    net::ServerSettings& server = configuration.admin_server;
    section.text("address", server.address);
    section.port("port", server.port);
    if (check_address(section, server.address, "127.0.0.1") && !loopback(server.address))
        section.error("address", "must be a loopback address, not " + server.address,
                      "health, metrics and status are for this machine: 127.0.0.1 or ::1");
    section.finish();
}

void read_store(Section section, Configuration& configuration) {
    section.path("path", configuration.store.path);
    section.finish();
}

void check_org(Section& section, Configuration& configuration) {
    salesforce::OrgSettings& org = configuration.org;
    const std::string& version = org.api_version;
    const bool digits = version.size() >= 4 && version.ends_with(".0") &&
                        std::all_of(version.begin(), version.end() - 2, [](char c) { return c >= '0' && c <= '9'; });
    if (!digits) section.error("api_version", "must be a version such as 64.0, not '" + version + "'");
    if (!org.expected_org_id.empty() &&
        (!org.expected_org_id.starts_with("00D") || !salesforce::long_id(org.expected_org_id)))
        section.error("org_id", "must be an organisation's id, 15 or 18 characters that begin with 00D");
    const std::string& currency = configuration.sync.org_currency;
    const bool letters = std::all_of(currency.begin(), currency.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!currency.empty() && (currency.size() != 3 || !letters))
        section.error("currency", "must be three capital letters, not '" + currency + "'", "such as EUR");
}

void read_salesforce(Section section, Configuration& configuration, const Reading& reading) {
    salesforce::OrgSettings& org = configuration.org;
    read_log_in(section, org);
    section.text("api_version", org.api_version);
    section.text("org_id", org.expected_org_id);
    read_salesforce_trust(section, configuration, reading);
    section.text("currency", configuration.sync.org_currency);
    section.whole("max_in_flight", org.max_in_flight, 1, 25);
    section.flag("compress", org.compress);
    section.duration("call_timeout", org.call_timeout, 1s, 10min);
    section.duration("connect_timeout", configuration.transport.connect_timeout, 100ms, 1min);
    section.duration("describe_lifetime", org.describe_lifetime, 1min, 24h);
    check_log_in(section, org, reading);
    check_org(section, configuration);
    configuration.transport.connections_per_origin_max = std::max<std::size_t>(8, org.max_in_flight + 2);
    section.finish();
}

void read_waits(Section& section, sync::RetrySettings& waits) {
    section.duration("first", waits.first, 10ms, 1h);
    section.duration("most", waits.most, 10ms, 24h);
    if (waits.most < waits.first)
        section.error(section.has("most") ? "most" : "first", "is out of order: first is " +
                                                                  duration_text(waits.first) + ", most is " +
                                                                  duration_text(waits.most));
}

void read_sync(Section section, Configuration& configuration) {
    sync::EngineSettings& sync = configuration.sync;
    section.whole("batch_events_max", sync.batch_events_max, 1, 10'000);
    section.whole("batches_in_flight_max", sync.batches_in_flight_max, 1, 25);
    section.whole("buffered_events_max", sync.buffered_events_max, 1, 1'000'000);
    if (sync.buffered_events_max < sync.batch_events_max)
        section.error("buffered_events_max",
                      "must not be below batch_events_max (" + std::to_string(sync.batch_events_max) + ")");
    section.whole("workers", configuration.workers, 1, 64);
    Section retry = section.section("retry");
    read_waits(retry, sync.retry);
    retry.whole("attempts_max", sync.retry.attempts_max, 1, 1000);
    retry.finish();
    Section outage = section.section("outage");
    read_waits(outage, sync.outage);
    outage.finish();
    section.finish();
}

void read_log(Section section, Configuration& configuration) {
    std::string level = "info";
    section.choice("level", level, {"debug", "info", "warning", "error", "off"});
    base::log::parse_level(level, configuration.log.level);
    std::string format = "text";
    section.choice("format", format, {"text", "json"});
    configuration.log.json = format == "json";
    section.finish();
}

void read_shutdown(Section section, Configuration& configuration) {
    section.duration("timeout", configuration.shutdown_timeout, 1s, 10min);
    section.finish();
}

Configuration read_root(const yaml::Node* root, const std::filesystem::path& file, Reading& reading) {
    Configuration configuration;
    configuration.file = file;
    const yaml::Place start{file.string(), 1, 1};
    Section section{root, start, "", reading};
    read_webhooks(section.section("webhooks"), configuration, reading);
    read_admin(section.section("admin"), configuration);
    read_store(section.section("store"), configuration);
    read_salesforce(section.section("salesforce"), configuration, reading);
    read_network(section.section("network"), configuration, reading);
    read_sync(section.section("sync"), configuration);
    read_flows(section.section("flows"), configuration, reading);
    read_notify(section, configuration, reading);
    read_revenue(section.section("revenue"), configuration.revenue);
    read_log(section.section("log"), configuration);
    read_shutdown(section.section("shutdown"), configuration);
    section.finish();
    configuration.said = std::move(reading.said);
    return configuration;
}

std::filesystem::path folder_of(const std::filesystem::path& file) {
    std::error_code failure;
    const auto absolute = std::filesystem::absolute(file, failure);
    return (failure ? file : absolute).parent_path();
}

/// In the order of the file, whatever the order of the schema.
void add_in_order(const yaml::Problems& found, yaml::Problems& problems) {
    std::vector<yaml::Problem> sorted = found.all();
    std::stable_sort(sorted.begin(), sorted.end(), [](const yaml::Problem& a, const yaml::Problem& b) {
        return std::tie(a.place.line, a.place.column) < std::tie(b.place.line, b.place.column);
    });
    for (const yaml::Problem& problem : sorted) {
        if (problem.warning)
            problems.warning(problem.place, problem.message, problem.advice);
        else
            problems.error(problem.place, problem.message, problem.advice);
    }
}

} // namespace

Configuration::Configuration() {
    webhooks.endpoints.emplace_back();
    webhooks_server.name = "webhooks";
    webhooks_server.port = 8443;
    admin_server.name = "admin";
    admin_server.address = "127.0.0.1";
    admin_server.port = 9464;
    admin_server.connections_max = 64;
    store.path = "/var/lib/paysync/paysync.sqlite";
    flows.settings.groups = standard_groups();
}

yaml::Place Configuration::place_of(const std::string& key) const {
    const auto found = said.find(key);
    return found == said.end() ? yaml::Place{file.string(), 0, 0} : found->second.place;
}

Configuration read_configuration(std::string_view text, const std::filesystem::path& file, Secrets secrets,
                                 yaml::Problems& problems) {
    const auto root = yaml::read(text, file.string(), problems);
    if (!root) return {};
    yaml::Problems found;
    Reading reading{found, folder_of(file), secrets, {}};
    Configuration configuration = read_root(&*root, file, reading);
    add_in_order(found, problems);
    return configuration;
}

Configuration load_configuration(const std::filesystem::path& file, Secrets secrets, yaml::Problems& problems) {
    const auto text = read_file_text(file);
    if (!text) {
        const std::string advice = reading_advice(file);
        problems.error(yaml::Place{file.string(), 0, 0}, text.error().detail,
                       advice.empty() ? "name another with --config FILE; config/paysync.yaml is a commented start"
                                      : advice);
        return {};
    }
    return read_configuration(*text, file, secrets, problems);
}

std::vector<KnownKey> known_keys() {
    yaml::Problems ignored; // what is missing in an empty file
    Reading reading{ignored, {}, Secrets::skip, {}};
    read_root(nullptr, {}, reading);
    return reading.keys;
}

} // namespace paysync::app
