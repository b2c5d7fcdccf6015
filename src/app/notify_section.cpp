// Endpoints: URL, headers, signing secret, trust.
#include "notify_section.hpp"

#include "loopback.hpp"
#include "network_section.hpp"
#include "secret_source.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>
#include <array>

namespace paysync::app {

namespace {

/// RFC 9110, token.
bool is_header_name(const std::string& name) {
    constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~";
    return !name.empty() && base::lower(name).find_first_not_of(allowed) == std::string::npos;
}

bool is_header_value(const std::string& value) {
    return std::all_of(value.begin(), value.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || c == '\t';
    });
}

template <std::size_t Count>
bool is_one_of(const std::string& name, const std::array<std::string_view, Count>& names) {
    return std::find(names.begin(), names.end(), base::lower(name)) != names.end();
}

/// Set by paysync, or by HTTP itself.
constexpr std::array<std::string_view, 9> own_headers{"content-length", "content-type",      "host",
                                                      "connection",     "transfer-encoding", "expect",
                                                      "upgrade",        "idempotency-key",   "paysync-signature"};
constexpr std::array<std::string_view, 5> secret_headers{"authorization", "proxy-authorization", "cookie",
                                                         "x-api-key", "api-key"};

/// Text, or a source of secrets where the text itself opens a door.
bool read_text_or_secret(const yaml::Node& node, const std::string& name, Reading& reading, base::Secret& target) {
    if (node.is_map()) return read_secret(node, name, reading, target);
    if (!node.is_scalar() || node.scalar.empty()) {
        reading.problems.error(node.place, name + " must be text or a source of secrets, not " + node.kind_name());
        return false;
    }
    target = base::Secret{node.scalar};
    return true;
}

class Endpoint {
public:
    Endpoint(const yaml::Node::Member& member, Reading& reading)
        : name_{"notify." + member.key}, reading_{reading}, section_{&member.value, member.place, name_, reading} {}

    sync::NotifyEndpoint read() {
        read_url();
        read_headers();
        section_.secret("secret", made_.secret);
        read_authorities(section_, made_.ca_file, reading_);
        section_.finish();
        return std::move(made_);
    }

private:
    void read_url() {
        section_.require("url", "where the body is posted, such as https://hooks.example.com/paysync");
        const yaml::Node* node = section_.any("url");
        if (node == nullptr || !read_text_or_secret(*node, name_ + ".url", reading_, made_.url)) return;
        section_.note("url", base::sha256_hex(made_.url.reveal()));
        if (made_.url.empty()) return; // secrets are not read
        const auto url = net::parse_url(made_.url.reveal());
        // The text is not repeated: it may be the secret itself.
        if (!url) return section_.error("url", "must be an https URL", "such as https://hooks.example.com/paysync");
        if (!url->origin.tls && !loopback(url->origin.host))
            return section_.error("url",
                                  "must begin with https://: what it carries would cross the network in the open");
        made_.origin = url->origin;
    }

    void read_headers() {
        std::string digests;
        section_.each("headers", [&](const yaml::Node::Member& header) {
            const std::string name = name_ + ".headers." + header.key;
            if (!is_header_name(header.key))
                return reading_.problems.error(header.place, name + " is no name of a header");
            if (is_one_of(header.key, own_headers))
                return reading_.problems.error(header.place, name + " is set by paysync", "leave it out");
            if (is_one_of(header.key, secret_headers) && !header.value.is_map())
                return reading_.problems.error(header.value.place, name + " must not stand in this file",
                                               "write { file: PATH }, { env: NAME } or { credential: NAME }");
            base::Secret value;
            if (!read_text_or_secret(header.value, name, reading_, value)) return;
            if (!is_header_value(value.reveal()))
                return reading_.problems.error(header.value.place, name + " has a character that no header may have");
            digests += base::lower(header.key) + " " + base::sha256_hex(value.reveal()) + " ";
            if (!made_.headers.emplace(base::lower(header.key), std::move(value)).second)
                reading_.problems.error(header.place, name + " is there already, in other letters");
        });
        if (section_.has("headers")) section_.note("headers", digests);
    }

    std::string name_;
    Reading& reading_;
    Section section_;
    sync::NotifyEndpoint made_;
};

} // namespace

void read_notify(Section& root, Configuration& configuration, Reading& reading) {
    std::set<std::string> names;
    root.each("notify", [&](const yaml::Node::Member& member) {
        if (!is_plain_name(member.key))
            return reading.problems.error(member.place,
                                          "notify must have names of 1 to 40 letters, digits, -, _ or ., "
                                          "not '" +
                                              member.key + "'");
        configuration.notify[member.key] = Endpoint{member, reading}.read();
        names.insert(member.key);
    });
    configuration.flows.settings.endpoints = std::move(names);
}

} // namespace paysync::app
