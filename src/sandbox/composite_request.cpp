// Composite requests, read and resolved. Pure: nothing here touches the org.
#include "sandbox/composite_request.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace paysync::sandbox {

namespace {

using base::Json;

Reply bad_request(std::string code, std::string message) {
    return error_reply(400, std::move(code), std::move(message));
}

bool is_reference_id(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    });
}

/// The names before the first `.` or `[` in each `@{…}`.
void collect_references(std::string_view text, std::vector<std::string>& names) {
    for (auto at = text.find("@{"); at != std::string_view::npos; at = text.find("@{", at + 2)) {
        const std::string_view inner = text.substr(at + 2, text.find('}', at) - at - 2);
        names.emplace_back(inner.substr(0, inner.find_first_of(".[")));
    }
}

void collect_references(const Json& value, std::vector<std::string>& names) {
    if (value.is_string()) collect_references(std::string_view(value.get_ref<const std::string&>()), names);
    if (value.is_structured())
        for (const Json& item : value) collect_references(item, names);
}

/// Follows `.name` and `[3]` steps.
const Json* follow(const Json& body, std::string_view steps) {
    const Json* at = &body;
    while (!steps.empty()) {
        if (steps.front() == '[') {
            std::size_t index = 0;
            const auto close = steps.find(']');
            if (close == std::string_view::npos) return nullptr;
            std::from_chars(steps.data() + 1, steps.data() + close, index);
            if (!at->is_array() || index >= at->size()) return nullptr;
            at = &(*at)[index];
            steps.remove_prefix(close + 1);
        } else {
            steps.remove_prefix(steps.front() == '.' ? 1 : 0);
            const std::string name{steps.substr(0, steps.find_first_of(".["))};
            if (name.empty() || !at->is_object() || !at->contains(name)) return nullptr;
            at = &(*at)[name];
            steps.remove_prefix(name.size());
        }
    }
    return at;
}

/// Replaces each `@{…}` by what it quotes; false (and `missing` named) where there is nothing to quote.
bool substitute(std::string& text, const std::vector<Subrequest>& all, bool encode, std::string& missing) {
    std::string made;
    std::size_t from = 0;
    for (auto at = text.find("@{"); at != std::string::npos; at = text.find("@{", from)) {
        const auto close = text.find('}', at);
        if (close == std::string::npos) break;
        const std::string inner = text.substr(at + 2, close - at - 2);
        const auto end = inner.find_first_of(".[");
        const Json* value = nullptr;
        for (const auto& other : all)
            if (other.id == inner.substr(0, end) && other.done && !other.failed() && end != std::string::npos)
                value = follow(other.reply.body, std::string_view(inner).substr(end));
        if (value == nullptr || value->is_structured() || value->is_null()) {
            missing = inner;
            return false;
        }
        const std::string plain = value->is_string() ? value->get<std::string>() : base::to_text(*value);
        made += text.substr(from, at - from) + (encode ? net::percent_encoded(plain) : plain);
        from = close + 1;
    }
    text = made + text.substr(from);
    return true;
}

bool substitute_all(Json& value, const std::vector<Subrequest>& all, std::string& missing) {
    if (value.is_string()) {
        std::string text = value.get<std::string>();
        if (text.find("@{") == std::string::npos) return true;
        const bool found = substitute(text, all, false, missing);
        value = std::move(text);
        return found;
    }
    if (value.is_structured())
        for (Json& item : value)
            if (!substitute_all(item, all, missing)) return false;
    return true;
}

} // namespace

bool split_url(std::string_view url, ResourceRequest& request) {
    constexpr std::string_view root = "/services/data/v";
    const auto slash = url.find('/', root.size());
    if (!url.starts_with(root) || slash == std::string_view::npos) return false;
    request.version = url.substr(root.size() - 1, slash - root.size() + 1);
    request.target = url.substr(slash + 1);
    return true;
}

std::variant<std::vector<Subrequest>, Reply> read_subrequests(const Json& list) {
    std::vector<Subrequest> subrequests;
    for (const Json& item : list) {
        Subrequest made;
        made.request.method = base::member_text(item, "method").value_or("");
        made.id = base::member_text(item, "referenceId").value_or("");
        const std::string url = base::member_text(item, "url").value_or("");
        if (!is_reference_id(made.id))
            return bad_request("JSON_PARSER_ERROR", "Invalid reference ID: '" + made.id + "'");
        for (const Subrequest& other : subrequests)
            if (other.id == made.id)
                return bad_request("JSON_PARSER_ERROR", "Duplicate reference ID: '" + made.id + "'");
        static constexpr std::string_view methods[] = {"GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"};
        if (std::find(std::begin(methods), std::end(methods), made.request.method) == std::end(methods))
            return bad_request("JSON_PARSER_ERROR",
                               "Invalid method '" + made.request.method + "' of reference ID " + made.id);
        if (!split_url(url, made.request))
            return bad_request("JSON_PARSER_ERROR", "Invalid url '" + url + "' of reference ID " + made.id);
        const Json& headers = base::member(item, "httpHeaders");
        if (headers.is_object()) {
            for (const auto& [name, value] : headers.items()) {
                const std::string plain = base::lower(name);
                if (plain == "accept" || plain == "authorization" || plain == "content-type")
                    return bad_request("JSON_PARSER_ERROR",
                                       "The header " + name + " is inherited and must not be in a subrequest.");
                made.request.headers.add(name, value.is_string() ? value.get<std::string>() : base::to_text(value));
            }
            made.has_headers = !headers.empty();
        }
        if (item.contains("body")) made.request.body = item.at("body");
        std::vector<std::string> names;
        collect_references(std::string_view(url), names);
        collect_references(base::member(item, "body"), names);
        for (std::size_t i = 0; i < subrequests.size(); ++i)
            if (std::find(names.begin(), names.end(), subrequests[i].id) != names.end()) made.needs.push_back(i);
        subrequests.push_back(std::move(made));
    }
    return subrequests;
}

std::variant<ResourceRequest, Reply> resolve_references(const Subrequest& subrequest,
                                                        const std::vector<Subrequest>& all) {
    ResourceRequest request = subrequest.request;
    std::string missing;
    bool quoted = substitute(request.target, all, true, missing);
    if (quoted && request.body) quoted = substitute_all(*request.body, all, missing);
    if (quoted) return request;
    return error_reply(400, "PROCESSING_HALTED",
                       "Invalid reference specified. No value for " + missing + " found in " +
                           missing.substr(0, missing.find_first_of(".[")));
}

} // namespace paysync::sandbox
