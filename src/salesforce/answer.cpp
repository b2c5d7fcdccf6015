// Reading of errors and of the usage header.
#include "salesforce/answer.hpp"

#include "paysync/base/text.hpp"
#include "salesforce/field_text.hpp"

#include <algorithm>
#include <charconv>

namespace paysync::salesforce {

namespace {

constexpr std::size_t kept_bytes_max = 200;
constexpr int retry_after_max = 86'400; // longer than a day is no wish to be asked again

std::string text_or_empty(const Json& body, std::string_view key) {
    return base::member_text(body, key).value_or("");
}

std::optional<std::int64_t> take_whole(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size() || value < 0) return std::nullopt;
    return value;
}

/// Seconds only; the form with a date was never seen of Salesforce.
std::optional<int> read_retry_after(const net::Headers& headers) {
    const auto field = headers.find("Retry-After");
    if (!field) return std::nullopt;
    const auto seconds = take_whole(base::trimmed(*field));
    if (!seconds) return std::nullopt;
    return static_cast<int>(std::min<std::int64_t>(*seconds, retry_after_max));
}

std::string beginning(const std::string& body) {
    if (base::trimmed(body).empty()) return "an empty body";
    std::string kept = stored_text(std::string_view(body).substr(0, kept_bytes_max));
    for (char& c : kept)
        if (c == '\n' || c == '\t') c = ' ';
    return kept;
}

} // namespace

ApiError read_error(const Json& body) {
    if (body.is_array()) return body.empty() ? ApiError{} : read_error(body.front());
    ApiError error;
    for (const char* key : {"errorCode", "statusCode", "error"})
        if (error.code.empty()) error.code = text_or_empty(body, key);
    for (const char* key : {"message", "error_description"})
        if (error.message.empty()) error.message = text_or_empty(body, key);
    for (const Json& field : base::member(body, "fields"))
        if (field.is_string()) error.fields.push_back(field.get<std::string>());
    return error;
}

CallFailure unreached(const base::Error& error, Effect effect) {
    CallFailure failure;
    failure.remedy = Remedy::retry;
    // A call that was cut off while somebody told us to stop may have been sent, too.
    failure.may_have_happened = effect == Effect::writes && error.code != base::Errc::not_sent;
    failure.error.message = error.detail;
    return failure;
}

CallFailure refused(const net::Response& response, Effect effect) {
    CallFailure failure;
    failure.status = static_cast<int>(response.status);
    failure.retry_after_seconds = read_retry_after(response.headers);
    const auto body = base::parse_json(response.body);
    if (body) failure.error = read_error(*body);
    failure.reached = !failure.error.code.empty();
    if (!failure.reached) failure.error.message = beginning(response.body);
    failure.remedy = judge(failure.status, failure.error.code, failure.error.message);
    // A gateway gives up on a request that goes on behind it, and an internal error may strike after the effect.
    failure.may_have_happened = effect == Effect::writes && failure.status >= 500;
    return failure;
}

CallFailure unreadable(std::string_view why, Effect effect) {
    CallFailure failure;
    failure.remedy = Remedy::retry;
    failure.status = 200;
    failure.may_have_happened = effect == Effect::writes;
    failure.error.message = why;
    return failure;
}

std::optional<Usage> read_usage(std::string_view limit_info) {
    constexpr std::string_view key = "api-usage=";
    while (!limit_info.empty()) {
        const auto end = std::min(limit_info.find_first_of(";,"), limit_info.size());
        std::string_view part = base::trimmed(limit_info.substr(0, end));
        limit_info.remove_prefix(std::min(end + 1, limit_info.size()));
        if (!part.starts_with(key)) continue; // per-app-api-usage is another matter
        part.remove_prefix(key.size());
        const auto slash = part.find('/');
        if (slash == std::string_view::npos) return std::nullopt;
        const auto used = take_whole(part.substr(0, slash));
        const auto limit = take_whole(part.substr(slash + 1));
        if (!used || !limit) return std::nullopt;
        return Usage{*used, *limit};
    }
    return std::nullopt;
}

} // namespace paysync::salesforce
