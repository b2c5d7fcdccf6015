// Composite: up to 25 requests in one call, of which at most 5 are collections or queries. Graphs: up to 75 of them,
// each all or none.
#include "sandbox/salesforce_api.hpp"

#include <algorithm>
#include <numeric>
#include <set>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::size_t subrequests_max = 25;
constexpr std::size_t heavy_max = 5; ///< collections and queries
constexpr std::size_t graphs_max = 75;
constexpr std::size_t nodes_max = 500;
constexpr std::size_t kinds_max = 15;
constexpr std::size_t depth_max = 15;
constexpr std::size_t failed_graphs_max = 14;

Reply bad_request(std::string code, std::string message) {
    return error_reply(400, std::move(code), std::move(message));
}

/// A request failed, or in all-or-none a row of it.
bool is_bad(const Subrequest& one) {
    bool bad = one.failed();
    if (one.reply.body.is_array())
        for (const Json& row : one.reply.body) bad = bad || base::member(row, "success") == Json(false);
    return bad;
}

Json answers_of(std::vector<Subrequest>& subrequests) {
    Json answers = Json::array();
    for (Subrequest& one : subrequests) {
        Json headers = Json::object();
        for (const auto& [name, value] : one.reply.headers.all()) headers[name] = value;
        answers.push_back({{"body", std::move(one.reply.body)},
                           {"httpHeaders", std::move(headers)},
                           {"httpStatusCode", one.reply.status},
                           {"referenceId", one.id}});
    }
    return answers;
}

std::size_t depth_of(const std::vector<Subrequest>& all, std::size_t i) {
    std::size_t deepest = 0;
    for (const std::size_t need : all[i].needs) deepest = std::max(deepest, depth_of(all, need));
    return deepest + 1;
}

std::optional<Reply> over_composite_limit(const std::vector<Subrequest>& subrequests) {
    if (subrequests.size() > subrequests_max)
        return bad_request("LIMIT_EXCEEDED",
                           "Limit on the number of operations in a composite request exceeded. Current operations: " +
                               std::to_string(subrequests.size()) + ", Max operations: 25");
    const auto heavy =
        std::count_if(subrequests.begin(), subrequests.end(), [](const Subrequest& one) { return one.heavy(); });
    if (static_cast<std::size_t>(heavy) > heavy_max)
        return bad_request("LIMIT_EXCEEDED", "Limit on the number of sObject Collections and query operations in a "
                                             "composite request exceeded. Current operations: " +
                                                 std::to_string(heavy) + ", Max operations: 5");
    return std::nullopt;
}

struct Graph {
    std::string id;
    std::vector<Subrequest> nodes;
};

/// Reads all graphs; an answer of 400 when one of them, or all together, may not be.
std::variant<std::vector<Graph>, Reply> read_graphs(const ResourceRequest& request) {
    const Json& list = request.member("graphs");
    if (!list.is_array() || list.empty())
        return bad_request("JSON_PARSER_ERROR", "The graphs of the request are missing.");
    if (list.size() > graphs_max)
        return bad_request("LIMIT_EXCEEDED",
                           "A payload may hold at most 75 graphs, and this one holds " + std::to_string(list.size()));
    std::vector<Graph> graphs;
    std::size_t nodes = 0;
    for (const Json& item : list) {
        const auto id = base::member_text(item, "graphId");
        if (!id) return bad_request("JSON_PARSER_ERROR", "A graph has no graphId.");
        const Json& requests = base::member(item, "compositeRequest");
        if (!requests.is_array() || requests.empty())
            return bad_request("JSON_PARSER_ERROR", "The compositeRequest of graph " + *id + " is missing.");
        auto read = read_subrequests(requests);
        if (auto* refused = std::get_if<Reply>(&read)) return std::move(*refused);
        graphs.push_back({*id, std::move(std::get<std::vector<Subrequest>>(read))});
        std::set<std::string> kinds;
        const std::vector<Subrequest>& made = graphs.back().nodes;
        for (std::size_t i = 0; i < made.size(); ++i) {
            const std::vector<std::string> parts = made[i].request.parts();
            if (parts.size() < 2 || parts.front() != "sobjects")
                return bad_request("INVALID_INPUT", "A graph takes only sobjects resources: " + made[i].id);
            kinds.insert(parts[1] + made[i].request.version);
            if (depth_of(made, i) > depth_max)
                return bad_request("LIMIT_EXCEEDED", "Graph " + *id + " is deeper than 15 nodes.");
        }
        nodes += made.size();
        if (kinds.size() > kinds_max)
            return bad_request("LIMIT_EXCEEDED", "Graph " + *id + " has more than 15 different kinds of nodes.");
    }
    if (nodes > nodes_max)
        return bad_request("LIMIT_EXCEEDED",
                           "A payload may hold at most 500 nodes, and this one holds " + std::to_string(nodes));
    return graphs;
}

} // namespace

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
    auto resolved = resolve_references(subrequest, all);
    if (auto* refused = std::get_if<Reply>(&resolved)) co_return std::move(*refused);
    auto request = std::move(std::get<ResourceRequest>(resolved));
    if (request.version != version)
        co_return error_reply(400, "INVALID_VERSION", "The version of a subrequest must be that of the request.");
    const bool allowed = request.target.starts_with("sobjects") || request.target.starts_with("composite/sobjects") ||
                         request.target.starts_with("query") || request.target.starts_with("limits") ||
                         request.target.starts_with("actions");
    if (!allowed) co_return not_found_reply();
    co_return co_await run(std::move(request), transaction);
}

/// Runs requests in the order given. With a journal in the transaction the first failure undoes all.
runtime::Task<bool> SalesforceApi::run_subrequests(std::vector<Subrequest>& subrequests,
                                                   std::vector<std::size_t> order, std::string version,
                                                   Transaction& transaction) {
    const bool all_or_none = transaction.journal != nullptr;
    std::optional<std::size_t> culprit;
    for (const std::size_t i : order) {
        Subrequest& one = subrequests[i];
        one.reply = co_await run_subrequest(one, subrequests, version, transaction);
        one.done = true;
        if (!all_or_none || !is_bad(one)) continue;
        culprit = i;
        break;
    }
    if (!culprit) co_return true;
    org_.roll_back(*transaction.journal);
    for (std::size_t i = 0; i < subrequests.size(); ++i)
        if (i != *culprit)
            subrequests[i].reply = error_reply(
                400, "PROCESSING_HALTED",
                "The transaction was rolled back since another operation in the same transaction failed.");
    co_return false;
}

runtime::Task<Reply> SalesforceApi::composite(ResourceRequest request, runtime::Duration latency) {
    const Json& list = request.member("compositeRequest");
    if (!list.is_array() || list.empty())
        co_return bad_request("JSON_PARSER_ERROR", "The compositeRequest of the request is missing.");
    auto read = read_subrequests(list);
    if (auto* refused = std::get_if<Reply>(&read)) co_return std::move(*refused);
    auto subrequests = std::move(std::get<std::vector<Subrequest>>(read));
    if (auto refused = over_composite_limit(subrequests)) co_return std::move(*refused);
    const bool all_or_none = request.member("allOrNone") == Json(true);
    const bool collate = request.member("collateSubrequests") != Json(false);
    AccountLocks::Holder holder{locks_};
    Journal journal;
    const auto share = latency / static_cast<runtime::Duration::rep>(subrequests.size());
    // What others see half done must not be rolled back: all or none runs in one go, after its time has passed.
    Transaction transaction{holder, all_or_none ? runtime::Duration{0} : share, all_or_none ? &journal : nullptr};
    if (all_or_none) co_await clock_.sleep_for(latency);
    std::vector<std::size_t> order = order_of(subrequests, collate);
    co_await run_subrequests(subrequests, std::move(order), request.version, transaction);
    Reply reply;
    reply.body["compositeResponse"] = answers_of(subrequests);
    co_return reply;
}

runtime::Task<Reply> SalesforceApi::graph(ResourceRequest request, runtime::Duration latency) {
    auto read = read_graphs(request);
    if (auto* refused = std::get_if<Reply>(&read)) co_return std::move(*refused);
    auto graphs = std::move(std::get<std::vector<Graph>>(read));
    co_await clock_.sleep_for(latency);
    Reply reply;
    reply.body["graphs"] = Json::array();
    std::size_t failed = 0;
    for (Graph& one : graphs) {
        AccountLocks::Holder holder{locks_};
        Journal journal;
        Transaction transaction{holder, runtime::Duration{0}, &journal};
        bool done = false;
        if (failed < failed_graphs_max) {
            std::vector<std::size_t> order = order_of(one.nodes, false);
            done = co_await run_subrequests(one.nodes, std::move(order), request.version, transaction);
        } else {
            for (Subrequest& node : one.nodes)
                node.reply = error_reply(400, "PROCESSING_HALTED",
                                         "The graph was not run since 14 graphs of the request failed.");
        }
        if (!done) ++failed;
        reply.body["graphs"].push_back({{"graphId", one.id},
                                        {"graphResponse", {{"compositeResponse", answers_of(one.nodes)}}},
                                        {"isSuccessful", done}});
    }
    co_return reply;
}

} // namespace paysync::sandbox
