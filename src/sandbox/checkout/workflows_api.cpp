// /workflows: their definitions, their events, sending again.
#include "paysync/sandbox/payments.hpp"
#include "sandbox/checkout/resources.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;

std::string self_of(const MerchantAccount& account, const Workflow& workflow) {
    return account.url() + "/workflows/" + workflow.id;
}

Json told(const MerchantAccount& account, const Workflow& workflow) {
    Json made = {{"id", workflow.id},
                 {"name", workflow.name},
                 {"active", workflow.active},
                 {"conditions", workflow.conditions},
                 {"actions", workflow.actions}};
    made["_links"]["self"] = link(self_of(account, workflow));
    return made;
}

std::vector<std::string> errors_of_condition(const Json& condition) {
    const std::string type = text(condition, "type");
    if (type == "event") {
        const Json& events = base::member(condition, "events");
        if (!events.is_object() || events.empty()) return {"workflow_condition_events_required"};
        for (const auto& [source, types] : events.items())
            if (!types.is_array()) return {"workflow_condition_events_invalid"};
        return {};
    }
    if (type == "entity" && base::member(condition, "entities").is_array()) return {};
    if (type == "processing_channel" && base::member(condition, "processing_channels").is_array()) return {};
    return {"workflow_condition_type_invalid"};
}

std::vector<std::string> errors_of_action(const Json& action) {
    if (text(action, "type") != "webhook") return {"workflow_action_type_invalid"};
    if (!net::parse_url(text(action, "url"))) return {"workflow_action_url_invalid"};
    const Json& headers = base::member(action, "headers");
    if (!headers.is_null() && !headers.is_object()) return {"workflow_action_headers_invalid"};
    const Json& signature = base::member(action, "signature");
    if (!signature.is_null() && (text(signature, "method") != "HMACSHA256" || text(signature, "key").empty()))
        return {"workflow_action_signature_invalid"};
    return {};
}

ApiReply create(MerchantAccount& account, const Json& body) {
    std::vector<std::string> errors;
    const auto check = [&errors](const Json& list, auto errors_of, const char* missing) {
        if (!list.is_array() || list.empty()) errors.emplace_back(missing);
        if (!list.is_array()) return;
        for (const Json& item : list)
            for (std::string& error : errors_of(item)) errors.push_back(std::move(error));
    };
    check(base::member(body, "conditions"), errors_of_condition, "workflow_conditions_required");
    check(base::member(body, "actions"), errors_of_action, "workflow_actions_required");
    if (!errors.empty()) return request_invalid(std::move(errors));
    Workflow& made =
        account.workflows.add(text(body, "name"), base::member(body, "active") != Json(false)); // active by default
    for (const Json& item : body.at("conditions")) account.workflows.add_item(made.conditions, "wfc_", item);
    for (const Json& item : body.at("actions")) account.workflows.add_item(made.actions, "wfa_", item);
    Json answer = {{"id", made.id}};
    answer["_links"]["self"] = link(self_of(account, made));
    return reply(201, std::move(answer));
}

ApiReply list(const MerchantAccount& account) {
    Json rows = Json::array(); // without actions and conditions
    for (const auto& [id, workflow] : account.workflows.all()) {
        Json row = {{"id", id}, {"name", workflow.name}, {"active", workflow.active}};
        row["_links"]["self"] = link(self_of(account, workflow));
        rows.push_back(std::move(row));
    }
    return reply(200, {{"data", std::move(rows)}});
}

ApiReply change(const MerchantAccount& account, Workflow& workflow, const Json& body) {
    const Json& name = base::member(body, "name");
    const Json& active = base::member(body, "active");
    if (!name.is_null() && !name.is_string()) return request_invalid({"workflow_name_invalid"});
    if (!active.is_null() && !active.is_boolean()) return request_invalid({"workflow_active_invalid"});
    if (name.is_string()) workflow.name = name.get<std::string>();
    if (active.is_boolean()) workflow.active = active.get<bool>();
    return reply(200, told(account, workflow));
}

/// POST, PUT and DELETE of one action or condition.
std::optional<ApiReply> change_items(MerchantAccount& account, Workflow& workflow, const ApiCall& call) {
    const bool actions = call.path[2] == "actions";
    if (!actions && call.path[2] != "conditions") return std::nullopt;
    Json& items = actions ? workflow.actions : workflow.conditions;
    if (call.method != "DELETE") {
        std::vector<std::string> errors = actions ? errors_of_action(call.body) : errors_of_condition(call.body);
        if (!errors.empty()) return request_invalid(std::move(errors));
    }
    if (call.method == "POST" && call.path.size() == 3) {
        Json answer = {{"id", account.workflows.add_item(items, actions ? "wfa_" : "wfc_", call.body)}};
        answer["_links"]["self"] = link(self_of(account, workflow) + "/" + call.path[2] + "/" + text(answer, "id"));
        return reply(201, std::move(answer));
    }
    if (call.path.size() != 4) return std::nullopt;
    const auto item = std::find_if(items.begin(), items.end(),
                                   [&call](const Json& entry) { return text(entry, "id") == call.path[3]; });
    if (item == items.end()) return reply(404);
    if (call.method == "DELETE") {
        items.erase(item);
        return reply(204);
    }
    if (call.method != "PUT") return std::nullopt;
    *item = call.body;
    (*item)["id"] = call.path[3];
    return reply(200, *item);
}

/// An example of an event type: a made-up payment or dispute.
Json example_event(const MerchantAccount& account, const std::string& type) {
    runtime::Chance& chance = account.chance();
    Payment payment{make_shopper(chance), 1000, "EUR", "ORD-5023-4E89", chance};
    const base::WallTime now = account.now();
    Json body;
    if (source_of_event(type) == "dispute")
        body = payment.disputed(now, type);
    else if (type == "payment_captured")
        body = payment.captured(now);
    else if (type == "payment_declined")
        body = payment.declined(now);
    else
        body = payment.approved(now);
    body["type"] = type;
    body["isTest"] = true;
    return body;
}

ApiReply test_workflow(MerchantAccount& account, const Workflow& workflow, const Json& body) {
    const Json& types = base::member(body, "event_types");
    if (!types.is_array() || types.empty()) return request_invalid({"event_types_required"});
    for (const Json& type : types)
        if (!type.is_string()) return request_invalid({"event_types_invalid"});
    for (const Json& type : types)
        account.outbox.push_back({example_event(account, type.get<std::string>()), workflow.id});
    return reply(204);
}

Json event_resource(const MerchantAccount& account, const Json& event) {
    const std::string id = text(event, "id");
    const std::string type = text(event, "type");
    const std::string self = account.url() + "/workflows/events/" + id;
    Json invoked = Json::array();
    for (const auto& [workflow_id, workflow] : account.workflows.all())
        for (const Json& action : workflow.actions) {
            const std::string action_id = text(action, "id");
            const Json& attempts = account.workflows.invocations(id, action_id);
            if (attempts.is_null()) continue;
            Json row = {{"workflow_id", workflow_id},
                        {"workflow_action_id", action_id},
                        {"status", invocation_status(attempts)}};
            row["_links"]["self"] = link(self + "/actions/" + action_id);
            invoked.push_back(std::move(row));
        }
    const std::string created = text(event, "created_on");
    Json made = {{"id", id},
                 {"source", source_of_event(type)},
                 {"type", type},
                 {"timestamp", created.empty() ? text(event, "timestamp") : created},
                 {"version", base::member(event, "version")},
                 {"data", base::member(event, "data")},
                 {"action_invocations", std::move(invoked)}};
    made["_links"]["self"] = link(self);
    return made;
}

ApiReply list_of_subject(const MerchantAccount& account, const std::string& subject) {
    Json rows = Json::array();
    for (const Json* event : account.events.of(subject)) {
        Json row = Json::object();
        copy_members(event_resource(account, *event), row, {"id", "type", "timestamp", "_links"});
        rows.push_back(std::move(row));
    }
    return rows.empty() ? reply(404) : reply(200, {{"data", std::move(rows)}});
}

ApiReply tell_invocations(const MerchantAccount& account, const std::string& event_id, const std::string& action_id) {
    for (const auto& [workflow_id, workflow] : account.workflows.all())
        for (const Json& action : workflow.actions) {
            const Json& attempts = account.workflows.invocations(event_id, action_id);
            if (text(action, "id") != action_id || attempts.is_null()) continue;
            return reply(200, {{"workflow_id", workflow_id},
                               {"event_id", event_id},
                               {"workflow_action_id", action_id},
                               {"action_type", text(action, "type")},
                               {"status", invocation_status(attempts)},
                               {"action_invocations", attempts}});
        }
    return reply(404);
}

/// Delivers events again: the same ids, the same bodies. No workflow: to every workflow that takes them.
ApiReply reflow(MerchantAccount& account, const std::vector<const Json*>& events,
                const std::vector<std::string>& workflows) {
    for (const std::string& workflow : workflows)
        if (account.workflows.find(workflow) == nullptr) return reply(404);
    for (const Json* event : events) {
        if (workflows.empty()) account.outbox.push_back({*event, {}});
        for (const std::string& workflow : workflows) account.outbox.push_back({*event, workflow});
    }
    return reply(202);
}

std::vector<std::string> texts(const Json& list) {
    std::vector<std::string> found;
    if (!list.is_array()) return found;
    for (const Json& item : list)
        if (item.is_string()) found.push_back(item.get<std::string>());
    return found;
}

ApiReply reflow_listed(MerchantAccount& account, const Json& body) {
    const std::vector<std::string> ids = texts(base::member(body, "events"));
    const std::vector<std::string> subjects = texts(base::member(body, "subjects"));
    const std::vector<std::string> workflows = texts(base::member(body, "workflows"));
    if (ids.empty() && subjects.empty()) return request_invalid({"events_or_subjects_required"});
    if (workflows.empty()) return request_invalid({"workflows_required"});
    std::vector<const Json*> events;
    for (const std::string& id : ids) events.push_back(account.events.find(id));
    for (const std::string& subject : subjects) {
        const std::vector<const Json*> of_subject = account.events.of(subject);
        if (of_subject.empty()) events.push_back(nullptr);
        events.insert(events.end(), of_subject.begin(), of_subject.end());
    }
    if (std::find(events.begin(), events.end(), nullptr) != events.end()) return reply(404);
    return reflow(account, events, workflows);
}

std::optional<ApiReply> answer_reflows(MerchantAccount& account, const ApiCall& call) {
    if (call.method != "POST" || call.path.back() != "reflow") return std::nullopt;
    if (call.path.size() == 3) return reflow_listed(account, call.body);
    const bool by_subject = call.path[2] == "subject";
    const std::size_t rest = by_subject ? 4 : 3; // after the event or subject
    if (call.path.size() <= rest) return std::nullopt;
    const std::string& id = call.path[rest - 1];
    std::vector<const Json*> events;
    if (by_subject)
        events = account.events.of(id);
    else if (const Json* event = account.events.find(id))
        events.push_back(event);
    if (events.empty()) return reply(404);
    if (call.path.size() == rest + 1) return reflow(account, events, {});
    if (call.path.size() != rest + 3 || call.path[rest] != "workflow") return std::nullopt;
    return reflow(account, events, {call.path[rest + 1]});
}

std::optional<ApiReply> answer_events(MerchantAccount& account, const ApiCall& call) {
    if (call.is("GET", {"workflows", "events", "subject", "*"})) return list_of_subject(account, call.path[3]);
    if (call.is("GET", {"workflows", "events", "*", "actions", "*"}))
        return tell_invocations(account, call.path[2], call.path[4]);
    if (call.is("GET", {"workflows", "events", "*"})) {
        const Json* event = account.events.find(call.path[2]);
        return event == nullptr ? reply(404) : reply(200, event_resource(account, *event));
    }
    return answer_reflows(account, call);
}

} // namespace

std::optional<ApiReply> answer_workflows(MerchantAccount& account, const ApiCall& call) {
    if (call.path.empty() || call.path[0] != "workflows") return std::nullopt;
    if (call.is("GET", {"workflows"})) return list(account);
    if (call.is("POST", {"workflows"})) return create(account, call.body);
    if (call.is("GET", {"workflows", "event-types"})) return reply(200, event_type_catalog());
    if (call.path.size() >= 3 && call.path[1] == "events") return answer_events(account, call);
    if (call.path.size() < 2) return std::nullopt;
    Workflow* workflow = account.workflows.find(call.path[1]);
    if (workflow == nullptr) return reply(404);
    if (call.is("GET", {"workflows", "*"})) return reply(200, told(account, *workflow));
    if (call.is("PATCH", {"workflows", "*"})) return change(account, *workflow, call.body);
    if (call.is("DELETE", {"workflows", "*"})) {
        account.workflows.remove(call.path[1]);
        return reply(204);
    }
    if (call.is("POST", {"workflows", "*", "test"})) return test_workflow(account, *workflow, call.body);
    if (call.path.size() >= 3) return change_items(account, *workflow, call);
    return std::nullopt;
}

} // namespace paysync::sandbox
