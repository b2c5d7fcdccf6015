// Workflows and their invocations.
#include "sandbox/checkout/workflow_book.hpp"

#include "paysync/sandbox/payments.hpp"
#include "sandbox/checkout/event_log.hpp"
#include "sandbox/checkout/wire.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;

bool contains(const Json& list, const std::string& value) {
    return list.is_array() && std::find(list.begin(), list.end(), Json(value)) != list.end();
}

bool holds(const Json& condition, const Json& event) {
    const std::string type = text(condition, "type");
    const Json& data = base::member(event, "data");
    const auto named = [&data](const char* member, const char* own) {
        const std::string told = text(data, member);
        return told.empty() ? std::string(own) : told;
    };
    if (type == "event") {
        const std::string of_event = text(event, "type");
        return contains(base::member(base::member(condition, "events"), source_of_event(of_event)), of_event);
    }
    if (type == "entity") return contains(base::member(condition, "entities"), named("entity_id", entity_id));
    if (type == "processing_channel")
        return contains(base::member(condition, "processing_channels"),
                        named("processing_channel_id", processing_channel_id));
    return true;
}

} // namespace

Workflow& WorkflowBook::add(std::string name, bool active) {
    std::string id = make_checkout_id(chance_, "wf_");
    Workflow& made = workflows_[id];
    made.id = id;
    made.name = std::move(name);
    made.active = active;
    return made;
}

void WorkflowBook::set_configured(const std::string& url, const std::string& key, const std::string& authorization) {
    url_ = url;
    key_ = key;
    authorization_ = authorization;
    Workflow made;
    made.id = configured_workflow;
    made.name = "The sandbox's webhook URL";
    made.configured = true;
    Json events = Json::object();
    for (const Json& source : event_type_catalog()) {
        Json types = Json::array();
        for (const Json& event : source.at("events")) types.push_back(event.at("id"));
        events[source.at("id").get<std::string>()] = std::move(types);
    }
    made.conditions.push_back(
        {{"id", "wfc_configuredwebhookurlevents"}, {"type", "event"}, {"events", std::move(events)}});
    Json action = {{"id", configured_action}, {"type", "webhook"}, {"url", url}, {"headers", Json::object()}};
    if (!authorization.empty()) action["headers"]["Authorization"] = authorization;
    if (!key.empty()) action["signature"] = {{"method", "HMACSHA256"}, {"key", key}};
    made.actions.push_back(std::move(action));
    workflows_[made.id] = std::move(made);
}

Workflow* WorkflowBook::find(const std::string& id) {
    const auto found = workflows_.find(id);
    return found == workflows_.end() ? nullptr : &found->second;
}

bool WorkflowBook::remove(const std::string& id) {
    return workflows_.erase(id) > 0;
}

std::string WorkflowBook::add_item(Json& list, const char* prefix, Json item) {
    std::string id = make_checkout_id(chance_, prefix);
    item["id"] = id;
    list.push_back(std::move(item));
    return id;
}

bool WorkflowBook::takes(const Workflow& workflow, const Json& event) {
    return workflow.active && std::all_of(workflow.conditions.begin(), workflow.conditions.end(),
                                          [&event](const Json& condition) { return holds(condition, event); });
}

void WorkflowBook::note_invocation(const std::string& event, const std::string& action, Json invocation) {
    Json& attempts = invocations_[event][action];
    if (!attempts.is_array()) attempts = Json::array();
    attempts.push_back(std::move(invocation));
}

const Json& WorkflowBook::invocations(const std::string& event, const std::string& action) const {
    static const Json none;
    const auto of_event = invocations_.find(event);
    if (of_event == invocations_.end()) return none;
    const auto found = of_event->second.find(action);
    return found == of_event->second.end() ? none : found->second;
}

void WorkflowBook::clear() {
    workflows_.clear();
    invocations_.clear();
    if (!url_.empty()) set_configured(std::string(url_), std::string(key_), std::string(authorization_));
}

std::string invocation_status(const Json& attempts) {
    for (const Json& attempt : attempts)
        if (attempt.at("succeeded") == true) return "successful";
    return !attempts.empty() && attempts.back().at("final") == true ? "failed" : "pending";
}

} // namespace paysync::sandbox
