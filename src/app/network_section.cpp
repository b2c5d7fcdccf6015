// Proxies, authorities and pins.
#include "network_section.hpp"

#include "paysync/base/text.hpp"
#include "paysync/net/pin.hpp"
#include "paysync/net/proxy.hpp"

#include "file_access.hpp"
#include "file_text.hpp"

#include <cstdlib>

namespace paysync::app {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view no_proxy_at_all = "none";

/// The first of the variables that is set and not empty.
std::pair<std::string, std::string> first_set(std::initializer_list<const char*> names) {
    for (const char* name : names)
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return {name, value};
    return {};
}

/// As curl reads them, but for loopback: these variables tell the machine's way out, and what runs on the machine
/// itself needs none.
void proxy_of_environment(Section& section, std::optional<net::ProxySettings>& target) {
    const auto [name, value] = first_set({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
    if (value.empty()) return;
    auto proxy = net::parse_proxy(value);
    if (!proxy)
        return section.error("url", "is not given, and " + name + " in the environment " + proxy.error().detail,
                             "mend the variable, or write url: none to go without a proxy");
    proxy->no_proxy = net::split_no_proxy(first_set({"no_proxy", "NO_PROXY"}).second);
    for (const char* here : {"localhost", "127.0.0.0/8", "::1"}) proxy->no_proxy.emplace_back(here);
    target = std::move(*proxy);
}

void check_credentials(Section& section, const net::ProxySettings& proxy) {
    if (section.has("password") && !section.has("username"))
        section.require("username", "the password alone says nothing to the proxy");
    if (proxy.username.find(':') != std::string::npos)
        section.error("username", "must have no colon: Basic authentication ends the name at the first one");
}

void read_proxy(Section section, std::optional<net::ProxySettings>& target) {
    std::string url;
    net::ProxySettings written;
    section.text("url", url);
    section.text("username", written.username);
    section.secret("password", written.password);
    section.texts("no_proxy", written.no_proxy, net::no_proxy_mistake);
    check_credentials(section, written);
    section.finish();
    if (url == no_proxy_at_all) return;
    if (url.empty()) {
        for (const char* key : {"username", "password", "no_proxy"})
            if (section.has(key)) section.error(key, "says nothing without a url");
        return proxy_of_environment(section, target);
    }
    auto proxy = net::parse_proxy(url);
    if (!proxy) return section.error("url", proxy.error().detail, "such as http://proxy.example.com:3128, or none");
    if (!proxy->username.empty() || !proxy->password.empty())
        return section.error("url", "must have no credentials in it",
                             "write username: …, and password: { file: PATH } or another source of secrets");
    written.origin = proxy->origin;
    target = std::move(written);
}

std::optional<std::string> pin_mistake(const std::string& text) {
    if (net::is_pin(text)) return std::nullopt;
    return "must be sha256/ and 44 characters of base64, not '" + text + "'";
}

/// What the file holds counts, not only its name, when a reload looks for changes.
void note_contents(Section& section, std::string_view key, const std::string& file, const Reading& reading) {
    if (reading.secrets == Secrets::skip || !section.has(key)) return;
    if (const auto text = read_file_text(file)) section.note(key, file + " " + base::sha256_hex(*text));
}

/// Whether TLS can use files that are there: `settings` names them and nothing else.
void check_use(Section& section, std::string_view key, const net::TransportSettings& settings,
               const Reading& reading) {
    if (reading.secrets == Secrets::skip || !section.has(key)) return;
    const auto usable = net::check_transport(settings);
    if (!usable) section.error(key, "does not work: " + usable.error().detail);
}

void read_client_certificate(Section& section, net::TransportSettings& target, const Reading& reading) {
    section.path("client_certificate", target.client_certificate_file);
    section.path("client_key", target.client_key_file);
    const bool certificate = section.has("client_certificate");
    const bool key = section.has("client_key");
    if (certificate != key)
        return section.require(key ? "client_certificate" : "client_key",
                               "a certificate and its key belong together");
    net::TransportSettings only;
    only.client_certificate_file = target.client_certificate_file;
    only.client_key_file = target.client_key_file;
    check_use(section, "client_certificate", only, reading);
    note_contents(section, "client_certificate", target.client_certificate_file, reading);
    note_contents(section, "client_key", target.client_key_file, reading);
    if (reading.secrets == Secrets::read && key)
        warn_when_public(target.client_key_file, section.place("client_key"), "salesforce.client_key",
                         reading.problems);
}

} // namespace

void read_authorities(Section& section, std::string& target, const Reading& reading) {
    section.path("ca_file", target);
    net::TransportSettings only;
    only.ca_file = target;
    check_use(section, "ca_file", only, reading);
    note_contents(section, "ca_file", target, reading);
}

void read_network(Section section, Configuration& configuration, const Reading& reading) {
    net::TransportSettings& transport = configuration.transport;
    read_proxy(section.section("proxy"), transport.proxy);
    read_authorities(section, transport.extra_ca_file, reading);
    section.duration("connection_age", transport.age_max, 1s, 24h);
    section.finish();
}

void read_salesforce_trust(Section& section, Configuration& configuration, const Reading& reading) {
    net::TransportSettings& transport = configuration.transport;
    read_authorities(section, transport.ca_file, reading);
    section.texts("pins", transport.pins, pin_mistake);
    read_client_certificate(section, transport, reading);
}

} // namespace paysync::app
