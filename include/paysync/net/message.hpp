// HTTP requests and answers as plain values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace paysync::net {

/// Header fields in the order sent; names are compared without case.
class Headers {
public:
    Headers() = default;
    Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_{fields} {}

    void set(std::string name, std::string value); ///< replaces every field of that name
    void add(std::string name, std::string value);
    /// The first field of that name.
    std::optional<std::string> find(std::string_view name) const;
    const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

struct Request {
    std::string method = "GET"; ///< upper case
    std::string target = "/";   ///< path and query as on the wire, percent-encoded
    Headers headers;
    std::string body; ///< the bytes as received

    /// The target without its query.
    std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
};

struct Response {
    unsigned status = 200;
    Headers headers;
    std::string body;
};

/// `{"error": code, "message": sentence}` with its content type.
Response json_error(unsigned status, std::string_view code, std::string_view sentence);
Response json_response(unsigned status, std::string body);

/// Where a server is: `https://acme.my.salesforce.com`, `http://127.0.0.1:8080`.
struct Origin {
    bool tls = true;
    std::string host; ///< without brackets for IPv6
    unsigned short port = 443;

    auto operator<=>(const Origin&) const = default;
    std::string text() const; ///< as a URL without a path; the port is left out when it is the scheme's own
};

struct Url {
    Origin origin;
    std::string target = "/"; ///< path and query
};

/// http and https URLs; nothing for anything else (no user information, no other scheme).
std::optional<Url> parse_url(std::string_view text);

/// Percent-encoding for one query value (RFC 3986: all but unreserved characters).
std::string percent_encoded(std::string_view text);
/// Decodes %xx and, in queries, `+`.
std::string percent_decoded(std::string_view text);
/// The value of a query parameter of `target`, decoded.
std::optional<std::string> query_parameter(std::string_view target, std::string_view name);
/// `a=1&b=2` of application/x-www-form-urlencoded.
std::string form_encoded(const std::vector<std::pair<std::string, std::string>>& fields);

} // namespace paysync::net
