// One call of Checkout.com's API and its answer, and how values are written there.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/time.hpp"
#include "paysync/net/message.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::sandbox {

struct ApiCall {
    std::string method;
    std::vector<std::string> path; ///< decoded: {"payments", "pay_…", "captures"}
    std::string target;            ///< as on the wire, for its query
    base::Json body;               ///< null where there is none
    std::string raw;               ///< the body of an upload, which is no JSON
    std::string content_type;

    /// Whether it is this method on this path; "*" stands for any one segment.
    bool is(std::string_view wanted_method, std::initializer_list<std::string_view> pattern) const;
    std::optional<std::string> query(std::string_view name) const;
    /// A whole number of the query within the bounds, `otherwise` where it is left out, nothing where it is neither.
    std::optional<std::size_t> number(std::string_view name, std::size_t otherwise, std::size_t least,
                                      std::size_t most) const;
};

struct ApiReply {
    unsigned status = 200;
    base::Json body; ///< null: no body
    net::Headers headers;
    std::string text; ///< a body that is no JSON, with its Content-Type among the headers
};

ApiReply reply(unsigned status, base::Json body = nullptr);
/// 422 `{error_type, error_codes}`; the handler adds request_id (Checkout.com API reference, Errors).
ApiReply request_invalid(std::vector<std::string> codes);
ApiReply processing_error(std::string code);

/// `2026-03-01T09:00:00.1234567Z`: seven digits, as in most of Checkout.com's bodies.
std::string stamp(base::WallTime time);
/// `{"href": url}`
base::Json link(const std::string& url);
/// The member as text, "" where there is none.
std::string text(const base::Json& object, std::string_view name);
/// The member as a whole number, 0 where there is none.
std::int64_t number(const base::Json& object, std::string_view name);
/// created_on, or timestamp where an event has that; the epoch where it has neither.
base::WallTime event_time(const base::Json& event);
/// Copies those of the members that `from` has.
void copy_members(const base::Json& from, base::Json& to, std::initializer_list<const char*> names);
bool is_email(std::string_view text);

/// The account's fixed ids.
inline constexpr const char* entity_id = "ent_paysyncsandboxmerchantaaaa";
inline constexpr const char* client_id_of_account = "cli_paysyncsandboxclientaaaaaa";
inline constexpr const char* processing_channel_id = "pc_paysyncsandboxchannelaaaaa";

} // namespace paysync::sandbox
