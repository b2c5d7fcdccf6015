// Composite: up to 25 requests in one call, of which at most 5 are collections or queries.
#include "paysync/base/text.hpp"
#include "sandbox/salesforce_api.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::size_t subrequests_max = 25;
constexpr std::size_t heavy_max = 5; ///< collections and queries

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

} // namespace

struct SalesforceApi::Subrequest {
    ResourceRequest request;
    std::string id;
    bool has_headers = false;
    std::vector<std::size_t> needs; ///< earlier subrequests whose answers it quotes
    bool done = false;
    Reply reply;

    bool heavy() const {
        return request.target.starts_with("composite/sobjects") || request.target.starts_with("query");
    }
    bool failed() const { return reply.status >= 400; }
};

namespace {

/// Replaces each `@{…}` by what it quotes; false (and `missing` named) where there is nothing to quote.
template <class Subrequests>
bool substitute(std::string& text, const Subrequests& all, bool encode, std::string& missing) {
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
        const std::string plain = value->is_string() ? value->template get<std::string>() : base::to_text(*value);
        made += text.substr(from, at - from) + (encode ? net::percent_encoded(plain) : plain);
        from = close + 1;
    }
    text = made + text.substr(from);
    return true;
}

template <class Subrequests>
bool substitute_all(Json& value, const Subrequests& all, std::string& missing) {
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

std::optional<Reply> SalesforceApi::read_composite(const ResourceRequest& request,
                                                   std::vector<Subrequest>& subrequests) const {
    const Json* list = request.body ? &base::member(*request.body, "compositeRequest") : nullptr;
    if (list == nullptr || !list->is_array() || list->empty())
        return bad_request("JSON_PARSER_ERROR", "The compositeRequest of the request is missing.");
    if (list->size() > subrequests_max)
        return bad_request("LIMIT_EXCEEDED",
                           "Limit on the number of operations in a composite request exceeded. Current operations: " +
                               std::to_string(list->size()) + ", Max operations: 25");
    for (const Json& item : *list) {
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
        constexpr std::string_view root = "/services/data/v";
        const auto slash = url.find('/', root.size());
        if (!url.starts_with(root) || slash == std::string::npos)
            return bad_request("JSON_PARSER_ERROR", "Invalid url '" + url + "' of reference ID " + made.id);
        made.request.version = url.substr(root.size() - 1, slash - root.size() + 1);
        made.request.target = url.substr(slash + 1);
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
    const auto heavy =
        std::count_if(subrequests.begin(), subrequests.end(), [](const Subrequest& one) { return one.heavy(); });
    if (static_cast<std::size_t>(heavy) > heavy_max)
        return bad_request("LIMIT_EXCEEDED", "Limit on the number of sObject Collections and query operations in a "
                                             "composite request exceeded. Current operations: " +
                                                 std::to_string(heavy) + ", Max operations: 5");
    return std::nullopt;
}

/// Collated, the order of subrequests that do not quote each other is Salesforce's own; one that carries headers
/// keeps its place.
std::vector<std::size_t> SalesforceApi::order_of(const std::vector<Subrequest>& subrequests, bool collate) {
    std::vector<std::size_t> order(subrequests.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (!collate) return order;
    std::vector<bool> placed(subrequests.size(), false);
    for (std::size_t place = 0; place < order.size(); ++place) {
        std::vector<std::size_t> ready;
        for (std::size_t i = 0; i < subrequests.size(); ++i) {
            const Subrequest& one = subrequests[i];
            const bool quotes_done =
                std::all_of(one.needs.begin(), one.needs.end(), [&](std::size_t need) { return placed[need]; });
            if (placed[i]) continue;
            if (one.has_headers && !ready.empty()) break;
            if (quotes_done) ready.push_back(i);
            if (one.has_headers) break;
        }
        order[place] = ready[chance_.below(ready.size())];
        placed[order[place]] = true;
    }
    return order;
}

runtime::Task<Reply> SalesforceApi::run_subrequest(Subrequest& subrequest, const std::vector<Subrequest>& all,
                                                   std::string version, Transaction& transaction) {
    ResourceRequest request = subrequest.request;
    std::string missing;
    bool quoted = substitute(request.target, all, true, missing);
    if (quoted && request.body) quoted = substitute_all(*request.body, all, missing);
    if (!quoted)
        co_return error_reply(400, "PROCESSING_HALTED",
                              "Invalid reference specified. No value for " + missing + " found in " +
                                  missing.substr(0, missing.find_first_of(".[")));
    if (request.version != version)
        co_return error_reply(400, "INVALID_VERSION", "The version of a subrequest must be that of the request.");
    const bool allowed = request.target.starts_with("sobjects") || request.target.starts_with("composite/sobjects") ||
                         request.target.starts_with("query") || request.target.starts_with("limits");
    if (!allowed) co_return error_reply(404, "NOT_FOUND", "The requested resource does not exist");
    co_return co_await run(std::move(request), transaction);
}

runtime::Task<Reply> SalesforceApi::composite(ResourceRequest request, runtime::Duration latency) {
    std::vector<Subrequest> subrequests;
    if (auto refused = read_composite(request, subrequests)) co_return std::move(*refused);
    const bool all_or_none = base::member(*request.body, "allOrNone") == Json(true);
    const bool collate = base::member(*request.body, "collateSubrequests") != Json(false);
    AccountLocks::Holder holder{locks_};
    Journal journal;
    const auto share = latency / static_cast<runtime::Duration::rep>(subrequests.size());
    // What others see half done must not be rolled back: all or none runs in one go, after its time has passed.
    Transaction transaction{holder, all_or_none ? runtime::Duration{0} : share, all_or_none ? &journal : nullptr};
    if (all_or_none) co_await clock_.sleep_for(latency);
    std::optional<std::size_t> culprit;
    for (const std::size_t i : order_of(subrequests, collate)) {
        Subrequest& one = subrequests[i];
        one.reply = co_await run_subrequest(one, subrequests, request.version, transaction);
        one.done = true;
        bool bad = one.failed();
        if (all_or_none && one.reply.body.is_array())
            for (const Json& row : one.reply.body) bad = bad || base::member(row, "success") == Json(false);
        if (!all_or_none || !bad) continue;
        culprit = i;
        break;
    }
    if (culprit) {
        org_.roll_back(journal);
        for (std::size_t i = 0; i < subrequests.size(); ++i)
            if (i != *culprit)
                subrequests[i].reply = error_reply(
                    400, "PROCESSING_HALTED",
                    "The transaction was rolled back since another operation in the same transaction failed.");
    }
    Json answers = Json::array();
    for (Subrequest& one : subrequests) {
        Json headers = Json::object();
        for (const auto& [name, value] : one.reply.headers.all()) headers[name] = value;
        answers.push_back({{"body", std::move(one.reply.body)},
                           {"httpHeaders", std::move(headers)},
                           {"httpStatusCode", one.reply.status},
                           {"referenceId", one.id}});
    }
    Reply reply;
    reply.body["compositeResponse"] = std::move(answers);
    co_return reply;
}

} // namespace paysync::sandbox
