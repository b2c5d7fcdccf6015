// A request to a resource under /services/data/vXX.0, and its answer, without the envelope of HTTP.
#pragma once

#include "paysync/net/message.hpp"
#include "sandbox/org.hpp"
#include "sandbox/row_error.hpp"

#include <optional>
#include <string>
#include <vector>

namespace paysync::sandbox {

/// One request to a resource: a call's own, or one of a composite's.
struct ResourceRequest {
    std::string method;
    std::string version; ///< "v64.0"
    std::string
        target; ///< after the version, without leading slash, with the query: "sobjects/Contact/003…?fields=Id"
    net::Headers headers;
    std::optional<base::Json> body; ///< nothing: none, or not JSON

    /// The path's parts, decoded.
    std::vector<std::string> parts() const;
    int version_number() const; ///< 64
    /// A member of the body; null where there is none.
    const base::Json& member(std::string_view name) const;
    /// What Sforce-Auto-Assign and Sforce-Duplicate-Rule-Header say.
    WriteOptions write_options() const;
    /// The query's parameter as a list: "a,b".
    std::vector<std::string> list_parameter(std::string_view name) const;
};

struct Reply {
    unsigned status = 200;
    base::Json body; ///< null: none
    net::Headers headers;
};

Reply error_reply(unsigned status, const RowError& error);
Reply error_reply(unsigned status, std::string code, std::string message);
Reply not_found_reply();
/// `allowed`: "HEAD,GET,POST".
Reply method_not_allowed(const std::string& method, const std::string& allowed);

/// OPERATION_ENQUEUED, which stands among the `errors` of a platform event that was published well (Platform Events
/// Developer Guide: platform_events_publish_api). The message is a UUID.
base::Json enqueued(const std::string& id);

/// "/services/data/v64.0/sobjects/Contact/003…"
std::string record_url(std::string_view version, std::string_view object, std::string_view id);

} // namespace paysync::sandbox
