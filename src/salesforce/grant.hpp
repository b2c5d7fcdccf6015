// What is posted to the token endpoint, and what its refusals mean for the next try.
#pragma once

#include "paysync/net/message.hpp"
#include "paysync/salesforce/org.hpp"

#include <optional>

namespace paysync::salesforce {

/// How long an assertion is good. Salesforce wants it short, and allows three minutes of difference between clocks.
inline constexpr std::chrono::minutes assertion_life{3};

/// The request of the settings' flow, as an application/x-www-form-urlencoded form. `now`: the authorisation
/// server's time, as far as it is known. Errc::invalid when the private key is none.
base::Result<net::Request> token_request(const OrgSettings& settings, const net::Url& login, base::WallTime now);

/// Was an assertion refused because of its time? A fresh one, made by the server's own clock, may pass.
bool is_refusal_of_time(const CallFailure& failure);

/// Were there too many log-ins? Each further one makes it worse.
bool is_refusal_of_rate(const CallFailure& failure);

/// The Date of an answer (RFC 9110 6.6.1, IMF-fixdate): the server's clock, to the second.
std::optional<base::WallTime> server_time(const net::Response& response);

} // namespace paysync::salesforce
