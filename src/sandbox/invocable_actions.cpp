// Invocable actions over REST.
#include "sandbox/invocable_actions.hpp"

#include "paysync/base/time.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

const char* type_of(const std::string& kind) {
    if (kind == "flow") return "FLOW";
    return kind == "apex" ? "APEX" : "STANDARD";
}

std::string root_of(const std::string& version, const std::string& kind) {
    return "/services/data/" + version + "/actions/" + (kind == "standard" ? "" : "custom/") + kind;
}

} // namespace

Reply InvocableActions::answer(const ResourceRequest& request, const std::vector<std::string>& parts,
                               base::WallTime now) {
    const std::string root = "/services/data/" + request.version + "/actions";
    if (parts.size() == 1 || (parts.size() == 2 && parts[1] == "custom")) {
        if (request.method != "GET") return method_not_allowed(request.method, "HEAD,GET");
        Reply reply;
        if (parts.size() == 1)
            reply.body = {{"custom", root + "/custom"}, {"standard", root + "/standard"}};
        else
            reply.body = {{"apex", root + "/custom/apex"}, {"flow", root + "/custom/flow"}};
        return reply;
    }
    const bool standard = parts[1] == "standard";
    const std::size_t name_at = standard ? 2 : 3;
    const auto kind = actions_.find(standard ? "standard" : parts.size() > 2 ? parts[2] : "");
    if ((!standard && parts[1] != "custom") || kind == actions_.end() || parts.size() > name_at + 1)
        return not_found_reply();
    if (parts.size() == name_at) {
        if (request.method != "GET") return method_not_allowed(request.method, "HEAD,GET");
        return list(request.version, kind->first);
    }
    const auto action = kind->second.find(parts[name_at]);
    if (action == kind->second.end()) return not_found_reply();
    if (request.method == "POST") return invoke(request, kind->first, action->first, action->second, now);
    if (request.method != "GET") return method_not_allowed(request.method, "HEAD,GET,POST");
    Reply reply;
    reply.body = {{"name", action->first},   {"label", action->first},      {"type", type_of(kind->first)},
                  {"standard", standard},    {"targetEntityName", nullptr}, {"inputs", Json::array()},
                  {"outputs", Json::array()}};
    return reply;
}

Reply InvocableActions::list(const std::string& version, const std::string& kind) const {
    Reply reply;
    reply.body = {{"actions", Json::array()}};
    for (const auto& [name, action] : actions_.at(kind))
        reply.body["actions"].push_back(
            {{"name", name}, {"label", name}, {"type", type_of(kind)}, {"url", root_of(version, kind) + "/" + name}});
    return reply;
}

/// One failed input makes the answer a 400; its body is a list all the same.
Reply InvocableActions::invoke(const ResourceRequest& request, const std::string& kind, const std::string& name,
                               const Action& action, base::WallTime now) {
    const Json& inputs = request.member("inputs");
    if (!inputs.is_array() || inputs.empty())
        return error_reply(400, "MISSING_ARGUMENT", "The request needs a list of inputs.");
    invocations_.push_back({{"kind", kind}, {"name", name}, {"at", base::format_utc(now)}, {"inputs", inputs}});
    Reply reply;
    reply.body = Json::array();
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        Json outcome = {
            {"actionName", name}, {"errors", nullptr},       {"isSuccess", true}, {"invocationId", nullptr},
            {"sortOrder", -1},    {"outputValues", nullptr}, {"version", 1}};
        if (action.failure.empty()) {
            outcome["outputValues"] = action.outputs;
            if (kind == "flow" && !action.outputs.contains("Flow__InterviewStatus"))
                outcome["outputValues"]["Flow__InterviewStatus"] = "Finished";
        } else {
            reply.status = 400;
            outcome["isSuccess"] = false;
            outcome["errors"] = Json::array({{{"statusCode", kind == "flow" ? "FLOW_EXCEPTION" : "UNKNOWN_EXCEPTION"},
                                              {"message", action.failure},
                                              {"fields", Json::array()}}});
        }
        reply.body.push_back(std::move(outcome));
    }
    return reply;
}

base::Result<void> InvocableActions::define(const Json& actions) {
    const auto wrong = [](const std::string& sentence) { return base::Error{base::Errc::invalid, sentence}; };
    if (!actions.is_object()) return wrong("give {\"flow\": {\"Name\": {}}}");
    auto changed = actions_;
    for (const auto& [kind, list] : actions.items()) {
        if (!changed.contains(kind))
            return wrong("there is no kind of action \"" + kind + "\": flow, apex or standard");
        if (!list.is_object()) return wrong("the actions of a kind are an object of their names");
        changed[kind].clear();
        for (const auto& [name, given] : list.items()) {
            Action action;
            if (const Json& outputs = base::member(given, "outputs"); outputs.is_object()) action.outputs = outputs;
            action.failure = base::member_text(given, "fail").value_or("");
            changed[kind].emplace(name, std::move(action));
        }
    }
    actions_ = std::move(changed);
    for (const auto& [kind, list] : actions.items()) told_[kind] = list;
    return {};
}

} // namespace paysync::sandbox
