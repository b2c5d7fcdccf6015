// Where proxies are, and what goes past them.
#include "paysync/net/proxy.hpp"

#include "paysync/base/text.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <algorithm>
#include <charconv>

namespace paysync::net {

namespace {

namespace ip = boost::asio::ip;
using base::Errc;
using base::Error;
using boost::system::error_code;

/// One entry of no_proxy.
struct Exception {
    bool everything = false;
    std::string domain; ///< lower case, no dot at either end; empty: an address or network
    ip::address address;
    unsigned short bits = 0; ///< of the network
    std::optional<unsigned short> port;
};

Error mistake(std::string sentence) {
    return {Errc::invalid, std::move(sentence)};
}

std::optional<unsigned> whole_number(std::string_view text, unsigned most) {
    unsigned value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || value > most) return std::nullopt;
    return value;
}

std::optional<ip::address> parse_address(std::string_view text) {
    error_code failure;
    const auto address = ip::make_address(std::string(text), failure);
    if (failure) return std::nullopt;
    return address;
}

base::Result<Exception> parse_network(std::string_view text) {
    Exception made;
    const auto slash = text.find('/');
    const auto address = parse_address(text.substr(0, slash));
    if (!address) return mistake("must have an IP address in front of /");
    const unsigned most = address->is_v4() ? 32 : 128;
    const auto bits = whole_number(text.substr(slash + 1), most);
    if (!bits) return mistake("must have a number up to " + std::to_string(most) + " behind /");
    made.address = *address;
    made.bits = static_cast<unsigned short>(*bits);
    return made;
}

/// `[fd00::1]:443` and `host:443` without their port; a bare IPv6 address has colons, but no port.
base::Result<std::string_view> without_port(std::string_view text, std::optional<unsigned short>& port) {
    const bool bracketed = text.starts_with('[');
    const auto host_end = bracketed ? text.find(']') : std::string_view::npos;
    if (bracketed && host_end == std::string_view::npos) return mistake("lacks its ]");
    const std::string_view host = bracketed ? text.substr(1, host_end - 1) : text;
    const auto colon = bracketed ? text.find(':', host_end) : text.rfind(':');
    if (bracketed && host_end + 1 != text.size() && colon != host_end + 1) return mistake("has text behind its ]");
    const bool bare_ipv6 = !bracketed && std::count(text.begin(), text.end(), ':') > 1;
    if (colon == std::string_view::npos || bare_ipv6) return host;
    const auto number = whole_number(text.substr(colon + 1), 65535);
    if (!number || *number == 0) return mistake("must have a port of 1 to 65535 behind :");
    port = static_cast<unsigned short>(*number);
    return bracketed ? host : text.substr(0, colon);
}

std::string_view without_dots(std::string_view name) {
    if (name.starts_with("*.")) name.remove_prefix(1);
    if (name.starts_with('.')) name.remove_prefix(1);
    if (name.ends_with('.')) name.remove_suffix(1);
    return name;
}

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
}

base::Result<Exception> parse_exception(std::string_view text) {
    Exception made;
    made.everything = text == "*";
    if (made.everything) return made;
    if (text.find("://") != std::string_view::npos) return mistake("must be a host, not a URL");
    if (text.find('/') != std::string_view::npos) return parse_network(text);
    const auto host = without_port(text, made.port);
    if (!host) return host.error();
    if (const auto address = parse_address(*host)) {
        made.address = *address;
        made.bits = address->is_v4() ? 32 : 128;
        return made;
    }
    made.domain = base::lower(without_dots(*host));
    const bool valid = !made.domain.empty() && !text.starts_with('[') &&
                       std::all_of(made.domain.begin(), made.domain.end(), is_name_character);
    if (!valid) return mistake("must be a host, a domain, an IP address, a network such as 10.0.0.0/8, or *");
    return made;
}

bool is_within(const ip::address& address, const Exception& exception) {
    if (address.is_v4() != exception.address.is_v4()) return false;
    if (address.is_v4())
        return ip::network_v4{address.to_v4(), exception.bits}.network() ==
               ip::network_v4{exception.address.to_v4(), exception.bits}.network();
    return ip::network_v6{address.to_v6(), exception.bits}.network() ==
           ip::network_v6{exception.address.to_v6(), exception.bits}.network();
}

bool holds_for(const Exception& exception, const Origin& origin) {
    if (exception.everything) return true;
    if (exception.port && *exception.port != origin.port) return false;
    const auto address = parse_address(origin.host);
    if (address.has_value() != exception.domain.empty()) return false;
    if (address) return is_within(*address, exception);
    const std::string host =
        base::lower(origin.host.ends_with('.') ? origin.host.substr(0, origin.host.size() - 1) : origin.host);
    return host == exception.domain || host.ends_with("." + exception.domain);
}

/// percent_decoded() is for queries: there a plus means a blank.
std::string decoded(std::string_view text) {
    std::string kept;
    for (const char c : text) kept += c == '+' ? std::string("%2B") : std::string(1, c);
    return percent_decoded(kept);
}

bool has_control_character(const std::string& text) {
    return std::any_of(text.begin(), text.end(), [](char c) { return (c >= '\0' && c < ' ') || c == '\x7f'; });
}

std::optional<Error> take_credentials(std::string_view text, ProxySettings& proxy) {
    const auto colon = text.find(':');
    proxy.username = decoded(text.substr(0, colon));
    std::string password = colon == std::string_view::npos ? std::string{} : decoded(text.substr(colon + 1));
    if (has_control_character(proxy.username) || has_control_character(password))
        return mistake("has a control character in its credentials");
    if (proxy.username.find(':') != std::string::npos) return mistake("has a colon in its user name");
    proxy.password = base::Secret{std::move(password)};
    return std::nullopt;
}

} // namespace

base::Result<ProxySettings> parse_proxy(std::string_view text) {
    text = base::trimmed(text);
    const auto mark = text.find("://");
    const std::string scheme = mark == std::string_view::npos ? "http" : base::lower(text.substr(0, mark));
    if (scheme != "http" && scheme != "https")
        return mistake("must begin with http:// or https://: other kinds of proxies (SOCKS) are not spoken here");
    if (mark != std::string_view::npos) text.remove_prefix(mark + 3);
    ProxySettings made;
    const auto authority_end = std::min(text.find_first_of("/?#"), text.size());
    const auto at = text.substr(0, authority_end).rfind('@');
    if (at != std::string_view::npos) {
        const auto wrong = take_credentials(text.substr(0, at), made);
        if (wrong) return *wrong;
        text.remove_prefix(at + 1);
    }
    const auto url = parse_url(scheme + "://" + std::string(text));
    if (!url || url->target != "/") return mistake("must be http://HOST:PORT or https://HOST:PORT and nothing more");
    const std::string_view authority = text.substr(0, text.find('/'));
    const auto colon = authority.rfind(':');
    const auto bracket = authority.rfind(']');
    if (colon == std::string_view::npos || (bracket != std::string_view::npos && colon < bracket))
        return mistake("must say the proxy's port: programs differ in what they take for a default");
    made.origin = url->origin;
    return made;
}

bool bypasses_proxy(const Origin& origin, const std::vector<std::string>& no_proxy) {
    return std::any_of(no_proxy.begin(), no_proxy.end(), [&](const std::string& entry) {
        const auto exception = parse_exception(entry);
        return exception && holds_for(*exception, origin);
    });
}

std::optional<std::string> no_proxy_mistake(std::string_view entry) {
    const auto exception = parse_exception(entry);
    if (exception) return std::nullopt;
    return exception.error().detail;
}

std::vector<std::string> split_no_proxy(std::string_view text) {
    constexpr std::string_view separators = ", \t";
    std::vector<std::string> entries;
    while (!text.empty()) {
        const auto end = std::min(text.find_first_of(separators), text.size());
        if (end > 0) entries.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return entries;
}

} // namespace paysync::net
