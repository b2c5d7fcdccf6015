// Calls, answers and the writing of values.
#include "sandbox/checkout/wire.hpp"

#include <algorithm>
#include <charconv>

namespace paysync::sandbox {

using base::Json;

bool ApiCall::is(std::string_view wanted_method, std::initializer_list<std::string_view> pattern) const {
    if (method != wanted_method || path.size() != pattern.size()) return false;
    return std::equal(pattern.begin(), pattern.end(), path.begin(),
                      [](std::string_view wanted, const std::string& given) {
                          return wanted == "*" ? !given.empty() : wanted == given;
                      });
}

std::optional<std::string> ApiCall::query(std::string_view name) const {
    return net::query_parameter(target, name);
}

std::optional<std::size_t> ApiCall::number(std::string_view name, std::size_t otherwise, std::size_t least,
                                           std::size_t most) const {
    const auto given = query(name);
    if (!given) return otherwise;
    std::size_t value = 0;
    const auto [end, failure] = std::from_chars(given->data(), given->data() + given->size(), value);
    if (failure != std::errc{} || end != given->data() + given->size() || value < least || value > most)
        return std::nullopt;
    return value;
}

ApiReply reply(unsigned status, Json body) {
    ApiReply made;
    made.status = status;
    made.body = std::move(body);
    return made;
}

ApiReply request_invalid(std::vector<std::string> codes) {
    return reply(422, {{"error_type", "request_invalid"}, {"error_codes", std::move(codes)}});
}

ApiReply processing_error(std::string code) {
    Json codes = Json::array();
    codes.push_back(std::move(code));
    return reply(422, {{"error_type", "processing_error"}, {"error_codes", std::move(codes)}});
}

std::string stamp(base::WallTime time) {
    std::string written = base::format_utc_exact(time);
    return written.substr(0, written.size() - 3) + "Z";
}

Json link(const std::string& url) {
    Json made = Json::object();
    made["href"] = url;
    return made;
}

std::string text(const Json& object, std::string_view name) {
    return base::member_text(object, name).value_or("");
}

std::int64_t number(const Json& object, std::string_view name) {
    const Json& value = base::member(object, name);
    return value.is_number_integer() ? value.get<std::int64_t>() : 0;
}

base::WallTime event_time(const Json& event) {
    const std::string created = text(event, "created_on");
    return base::parse_time(created.empty() ? text(event, "timestamp") : created).value_or(base::WallTime{});
}

void copy_members(const Json& from, Json& to, std::initializer_list<const char*> names) {
    if (!from.is_object()) return;
    for (const char* name : names)
        if (from.contains(name)) to[name] = from.at(name);
}

bool is_email(std::string_view given) {
    const auto at = given.find('@');
    return at != std::string_view::npos && at > 0 && at == given.rfind('@') &&
           given.find('.', at) != std::string_view::npos && given.back() != '.' &&
           given.find(' ') == std::string::npos;
}

} // namespace paysync::sandbox
