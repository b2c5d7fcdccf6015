// HTTP messages, URLs and their encodings.
#include "paysync/net/message.hpp"

#include "paysync/base/json.hpp"
#include "paysync/base/text.hpp"

#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <charconv>

namespace paysync::net {

void Headers::set(std::string name, std::string value) {
    const std::string wanted = base::lower(name);
    std::erase_if(fields_, [&](const auto& field) { return base::lower(field.first) == wanted; });
    add(std::move(name), std::move(value));
}

void Headers::add(std::string name, std::string value) {
    fields_.emplace_back(std::move(name), std::move(value));
}

std::optional<std::string> Headers::find(std::string_view name) const {
    const std::string wanted = base::lower(name);
    for (const auto& [field, value] : fields_)
        if (base::lower(field) == wanted) return value;
    return std::nullopt;
}

Response json_response(unsigned status, std::string body) {
    Response response;
    response.status = status;
    response.headers.set("Content-Type", "application/json");
    response.body = std::move(body);
    return response;
}

Response json_error(unsigned status, std::string_view code, std::string_view sentence) {
    return json_response(status, base::to_text(base::Json{{"error", code}, {"message", sentence}}));
}

std::string Origin::text() const {
    std::string made = tls ? "https://" : "http://";
    made += host.find(':') == std::string::npos ? host : "[" + host + "]";
    if (port != (tls ? 443 : 80)) made += ":" + std::to_string(port);
    return made;
}

namespace {

/// What a registered name or an address is made of; an international name has its ASCII form here (`xn--…`).
bool is_host(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_' || c == ':';
    });
}

} // namespace

std::optional<Url> parse_url(std::string_view text) {
    Url url;
    const std::string scheme = base::lower(text.substr(0, text.find("://")));
    if (scheme != "http" && scheme != "https") return std::nullopt;
    url.origin.tls = scheme == "https";
    url.origin.port = url.origin.tls ? 443 : 80;
    text.remove_prefix(scheme.size() + 3);
    const auto slash = text.find_first_of("/?#");
    std::string_view authority = text.substr(0, slash);
    if (slash != std::string_view::npos) {
        url.target = text.substr(slash, text.find('#', slash) - slash);
        if (url.target.empty() || url.target.front() != '/') url.target.insert(0, 1, '/');
    }
    if (authority.empty() || authority.find('@') != std::string_view::npos) return std::nullopt;
    std::string_view port;
    if (authority.front() == '[') {
        const auto end = authority.find(']');
        if (end == std::string_view::npos) return std::nullopt;
        boost::system::error_code no_address;
        const auto address = boost::asio::ip::make_address_v6(std::string(authority.substr(1, end - 1)), no_address);
        if (no_address) return std::nullopt;
        url.origin.host = address.to_string(); // one address has many spellings
        port = authority.substr(end + 1);
    } else {
        const auto colon = authority.find(':');
        url.origin.host = authority.substr(0, colon);
        port = colon == std::string_view::npos ? std::string_view{} : authority.substr(colon);
    }
    if (url.origin.host.empty() || !is_host(url.origin.host)) return std::nullopt;
    if (!port.empty()) {
        if (port.front() != ':') return std::nullopt;
        port.remove_prefix(1);
        const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), url.origin.port);
        if (failure != std::errc{} || end != port.data() + port.size() || url.origin.port == 0) return std::nullopt;
    }
    url.origin.host = base::lower(url.origin.host);
    return url;
}

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string made;
    made.reserve(text.size());
    for (const char c : text) {
        const bool unreserved = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                                c == '-' || c == '.' || c == '_' || c == '~';
        if (unreserved) {
            made += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            made += {'%', digits[byte >> 4U], digits[byte & 15U]};
        }
    }
    return made;
}

std::string percent_decoded(std::string_view text) {
    std::string made;
    made.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+') {
            made += ' ';
        } else if (text[i] == '%' && i + 2 < text.size() && base::from_hex(text.substr(i + 1, 2))) {
            made += *base::from_hex(text.substr(i + 1, 2));
            i += 2;
        } else {
            made += text[i];
        }
    }
    return made;
}

std::optional<std::string> query_parameter(std::string_view target, std::string_view name) {
    const auto question = target.find('?');
    if (question == std::string_view::npos) return std::nullopt;
    std::string_view rest = target.substr(question + 1);
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        const auto equals = pair.find('=');
        if (percent_decoded(pair.substr(0, equals)) == name)
            return equals == std::string_view::npos ? std::string{} : percent_decoded(pair.substr(equals + 1));
        rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    }
    return std::nullopt;
}

std::string form_encoded(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string made;
    for (const auto& [name, value] : fields) {
        if (!made.empty()) made += '&';
        made += percent_encoded(name) + "=" + percent_encoded(value);
    }
    return made;
}

} // namespace paysync::net
