// What the answers of Salesforce's HTTP side say, apart from who asked.
#pragma once

#include "paysync/base/json.hpp"
#include "paysync/base/result.hpp"
#include "paysync/net/message.hpp"
#include "paysync/salesforce/org.hpp"
#include "paysync/salesforce/verdict.hpp"

#include <optional>
#include <string_view>

namespace paysync::salesforce {

/// Can the call change the org? Only then can an answer that never came hide something.
enum class Effect { reads, writes };

/// Reads all three shapes (facts 0.2): `[{errorCode, message, fields}]`, `{statusCode, message, fields}` or a list of
/// those, and OAuth's `{error, error_description}`. Members that are not there stay empty.
ApiError read_error(const Json& body);

/// Why a request without any answer failed.
CallFailure unreached(const base::Error& error, Effect effect);

/// Why an answer with a status of 300 or more was given. HTML and empty bodies are no answers of Salesforce's own:
/// their first 200 bytes are kept and `reached` is false.
CallFailure refused(const net::Response& response, Effect effect);

/// A status of 200 with a body that is not what the call asked for.
CallFailure unreadable(std::string_view why, Effect effect);

/// `api-usage=18/100000` of the Sforce-Limit-Info header, whatever stands beside it.
std::optional<Usage> read_usage(std::string_view limit_info);

} // namespace paysync::salesforce
