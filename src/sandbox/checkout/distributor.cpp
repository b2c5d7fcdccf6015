// Which workflow gets which event.
#include "sandbox/checkout/distributor.hpp"

#include "sandbox/checkout/wire.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

std::shared_ptr<const Destination> destination_of(const Json& action) {
    auto made = std::make_shared<Destination>();
    made->url = text(action, "url");
    made->signature_key = base::Secret{text(base::member(action, "signature"), "key")};
    made->action = text(action, "id");
    const Json& headers = base::member(action, "headers");
    if (headers.is_object())
        for (const auto& [name, value] : headers.items())
            if (value.is_string()) made->headers.set(name, value.get<std::string>());
    return made;
}

} // namespace

runtime::Task<> Distributor::deliver_outbox() {
    std::vector<Outgoing> taken;
    taken.swap(account_.outbox);
    for (Outgoing& outgoing : taken) {
        Json body = std::move(outgoing.body);
        std::string workflow = std::move(outgoing.workflow);
        co_await deliver(std::move(body), std::move(workflow), false);
    }
}

runtime::Task<> Distributor::deliver_to_others(std::vector<std::string> bodies) {
    if (account_.workflows.all().size() < 2) co_return; // only the configured URL
    for (const std::string& body : bodies) {
        auto parsed = base::parse_json(body);
        if (!parsed || !parsed->is_object()) continue;
        Json event = std::move(*parsed);
        co_await deliver(std::move(event), std::string(), true);
    }
}

runtime::Task<> Distributor::deliver(Json body, std::string only_workflow, bool others_only) {
    if (!sender_) co_return;
    std::vector<std::shared_ptr<const Destination>> destinations;
    for (const auto& [id, workflow] : account_.workflows.all()) {
        if (workflow.configured && others_only) continue;
        const bool wanted =
            only_workflow.empty() ? WorkflowBook::takes(workflow, body) : id == only_workflow && workflow.active;
        if (!wanted) continue;
        for (const Json& action : workflow.actions) {
            // The configured URL keeps its settings at the sender.
            const bool own = workflow.configured && text(action, "id") == configured_action;
            destinations.push_back(own ? nullptr : destination_of(action));
        }
    }
    const std::string bytes = base::to_text(body);
    for (std::shared_ptr<const Destination>& destination : destinations) {
        std::vector<std::string> bodies(1, bytes);
        co_await sender_->start(std::move(bodies), 0, std::move(destination));
    }
}

void Distributor::note_attempt(const Delivery& delivery) {
    const bool succeeded = delivery.delivered;
    const std::string action = delivery.destination ? delivery.destination->action : configured_action;
    Json result = {{"url", delivery.destination ? delivery.destination->url : sender_->settings().url},
                   {"headers", Json::object()},
                   {"response_received_timestamp", stamp(account_.now())}};
    if (delivery.last_status != 0) result["status_code"] = delivery.last_status;
    std::string invocation = "ivc_" + delivery.event; // of one event and action, as the published example has it
    if (delivery.event.starts_with("evt_")) invocation.erase(4, 4);
    account_.workflows.note_invocation(delivery.event, action,
                                       {{"invocation_id", std::move(invocation)},
                                        {"timestamp", stamp(account_.now())},
                                        {"retry", delivery.attempts > 1},
                                        {"succeeded", succeeded},
                                        {"final", succeeded || delivery.given_up},
                                        {"result_details", std::move(result)}});
}

} // namespace paysync::sandbox
