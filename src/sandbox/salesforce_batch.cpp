// Batches: up to 25 requests that know nothing of each other. Trees: up to 200 new records with their children, all
// or none.
#include "sandbox/salesforce_api.hpp"

#include <set>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::size_t batch_max = 25;
constexpr std::size_t tree_records_max = 200;
constexpr std::size_t tree_types_max = 5;
constexpr std::size_t tree_depth_max = 5;

Reply bad_request(std::string code, std::string message) {
    return error_reply(400, std::move(code), std::move(message));
}

/// "v64.0/sobjects/Contact" or the same from the root.
bool read_url(std::string url, ResourceRequest& request) {
    if (url.starts_with('/')) url.erase(0, 1);
    constexpr std::string_view root = "services/data/";
    if (url.starts_with(root)) url.erase(0, root.size());
    return split_url("/services/data/" + url, request);
}

struct TreeNode {
    std::string reference;
    std::size_t parent = 0; ///< place in the list, from 1; 0: none
    const FieldDefinition* link = nullptr;
    PlannedRow row;
};

/// All or none, so one list of what is wrong.
Reply tree_failure(const std::vector<std::pair<std::string, RowError>>& errors) {
    Reply reply;
    reply.status = 400;
    reply.body = {{"hasErrors", true}, {"results", Json::array()}};
    for (const auto& [reference, error] : errors)
        reply.body["results"].push_back({{"referenceId", reference}, {"errors", Json::array({error.as_row()})}});
    return reply;
}

struct TreeFault {
    std::string reference;
    RowError error;
};

/// The records of a tree in an order in which parents come before their children.
class TreeReader {
public:
    TreeReader(const Org& org, std::vector<TreeNode>& nodes) : org_{org}, nodes_{nodes} {}

    std::optional<TreeFault> read(const Json& records, const ObjectDefinition& object, std::size_t parent,
                                  const FieldDefinition* link, std::size_t depth) {
        if (!records.is_array()) return fault("", "JSON_PARSER_ERROR", "The records of the tree are missing.");
        if (depth > tree_depth_max) return fault("", "LIMIT_EXCEEDED", "A tree may be 5 levels deep.");
        for (const Json& record : records) {
            if (auto wrong = read_one(record, object, parent, link, depth)) return wrong;
        }
        return std::nullopt;
    }

private:
    static std::optional<TreeFault> fault(const std::string& reference, std::string code, std::string message) {
        return TreeFault{reference, {std::move(code), std::move(message), {}}};
    }

    std::optional<TreeFault> read_one(const Json& record, const ObjectDefinition& object, std::size_t parent,
                                      const FieldDefinition* link, std::size_t depth) {
        const Json& attributes = base::member(record, "attributes");
        const std::string reference = base::member_text(attributes, "referenceId").value_or("");
        if (reference.empty())
            return fault("", "INVALID_INPUT", "Include a reference ID for each record in the request.");
        if (!references_.insert(reference).second)
            return fault(reference, "INVALID_INPUT",
                         "Duplicate ReferenceId provided in the request: " + reference + ".");
        if (org_.catalog().find(base::member_text(attributes, "type").value_or("")) != &object)
            return fault(reference, "INVALID_INPUT", "Include a type for each record: " + object.name + ".");
        types_.insert(object.name);
        if (nodes_.size() == tree_records_max || types_.size() > tree_types_max)
            return fault(reference, "LIMIT_EXCEEDED", "A tree may hold 200 records of 5 types.");
        Json own = Json::object();
        std::vector<std::pair<ChildRelationship, const Json*>> children;
        for (const auto& [name, value] : record.items()) {
            if (name == "attributes") continue;
            const auto relationship =
                value.is_object() && value.contains("records") ? org_.catalog().child(object, name) : std::nullopt;
            if (relationship)
                children.emplace_back(*relationship, &value.at("records"));
            else
                own[name] = value;
        }
        TreeNode node;
        node.reference = reference;
        node.parent = parent;
        node.link = link;
        node.row.object = &object;
        ReadRow read_row = org_.read(object, own, true);
        node.row.values = std::move(read_row.values);
        node.row.error = std::move(read_row.error);
        nodes_.push_back(std::move(node));
        const std::size_t place = nodes_.size();
        for (const auto& [relationship, list] : children)
            if (auto wrong = read(*list, *relationship.object, place, relationship.field, depth + 1)) return wrong;
        return std::nullopt;
    }

    const Org& org_;
    std::vector<TreeNode>& nodes_;
    std::set<std::string> references_;
    std::set<std::string> types_;
};

} // namespace

runtime::Task<Reply> SalesforceApi::batch(ResourceRequest request, runtime::Duration latency) {
    const Json& list = request.member("batchRequests");
    if (!list.is_array() || list.empty())
        co_return bad_request("JSON_PARSER_ERROR", "The batchRequests of the request are missing.");
    if (list.size() > batch_max)
        co_return bad_request("LIMIT_EXCEEDED", "The batch request count exceeds the limit of 25.");
    const bool halting = request.member("haltOnError") == Json(true);
    const auto share = latency / static_cast<runtime::Duration::rep>(list.size());
    Reply reply;
    reply.body = {{"hasErrors", false}, {"results", Json::array()}};
    bool failed = false;
    for (const Json& item : list) {
        ResourceRequest one;
        one.method = base::member_text(item, "method").value_or("");
        if (item.contains("richInput")) one.body = item.at("richInput");
        Reply answer;
        if (halting && failed) {
            answer = error_reply(412, "BATCH_PROCESSING_HALTED",
                                 "Batch request execution was halted due to an earlier error.");
        } else if (!read_url(base::member_text(item, "url").value_or(""), one) || one.method.empty()) {
            answer = bad_request("INVALID_BATCH_REQUEST", "A request of a batch needs a method and a url.");
        } else if (one.target.starts_with("composite") && !one.target.starts_with("composite/sobjects")) {
            answer =
                bad_request("INVALID_BATCH_REQUEST", "A batch must not hold another batch or composite request.");
        } else {
            AccountLocks::Holder holder{locks_};
            Transaction transaction{holder, share, nullptr};
            answer = co_await run(std::move(one), transaction);
        }
        failed = failed || answer.status >= 400;
        reply.body["results"].push_back({{"statusCode", answer.status}, {"result", std::move(answer.body)}});
    }
    reply.body["hasErrors"] = failed;
    co_return reply;
}

runtime::Task<Reply> SalesforceApi::tree(ResourceRequest request, const ObjectDefinition& object,
                                         runtime::Duration latency) {
    co_await clock_.sleep_for(latency);
    std::vector<TreeNode> nodes;
    TreeReader reader{org_, nodes};
    std::vector<std::pair<std::string, RowError>> errors;
    if (auto fault = reader.read(request.member("records"), object, 0, nullptr, 1)) {
        errors.emplace_back(std::move(fault->reference), std::move(fault->error));
        co_return tree_failure(errors);
    }
    const WriteOptions options = request.write_options();
    const base::WallTime now = clock_.wall();
    Journal journal;
    for (TreeNode& node : nodes) {
        if (node.parent > 0) node.row.values[node.link->name] = nodes[node.parent - 1].row.id;
        if (!node.row.error && (node.parent == 0 || !nodes[node.parent - 1].row.id.empty())) {
            Written written = org_.insert(*node.row.object, node.row.values, options, now, journal);
            node.row.error = std::move(written.error);
            node.row.id = std::move(written.id);
        }
        if (node.row.error) errors.emplace_back(node.reference, *node.row.error);
    }
    if (!errors.empty()) {
        org_.roll_back(journal);
        co_return tree_failure(errors);
    }
    Reply reply;
    reply.status = 201;
    reply.body = {{"hasErrors", false}, {"results", Json::array()}};
    for (const TreeNode& node : nodes)
        reply.body["results"].push_back({{"referenceId", node.reference}, {"id", node.row.id}});
    co_return reply;
}

} // namespace paysync::sandbox
