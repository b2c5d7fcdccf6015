// The control resources.
#include "sandbox/control_handler.hpp"

#include "paysync/base/json.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

net::Response ok(const Json& body) {
    return net::json_response(200, base::to_text(body));
}

net::Response invalid(const std::string& sentence) {
    return net::json_error(400, "invalid", sentence);
}

/// Objects are written compactly; text is sent byte for byte.
std::vector<std::string> bodies_of(const Json& list) {
    std::vector<std::string> bodies;
    for (const Json& item : list) bodies.push_back(item.is_string() ? item.get<std::string>() : base::to_text(item));
    return bodies;
}

Json told(std::size_t number, const Delivery& delivery) {
    return {{"number", number},
            {"action", delivery.destination ? Json(delivery.destination->action) : Json()},
            {"id", delivery.event},
            {"type", delivery.type},
            {"attempts", delivery.attempts},
            {"status", delivery.last_status},
            {"first_status", delivery.first_status},
            {"delivered", delivery.delivered},
            {"given_up", delivery.given_up}};
}

} // namespace

bool ControlHandler::serves(std::string_view path) {
    return path.starts_with("/control") || path.starts_with(Notifications::prefix);
}

runtime::Task<net::Response> ControlHandler::handle(net::Request request) {
    if (request.path().starts_with(Notifications::prefix)) co_return notifications_.take(request, clock_.wall());
    Json body;
    if (request.method == "POST" && !request.body.empty()) {
        auto parsed = base::parse_json(request.body);
        if (!parsed) co_return invalid(parsed.error().detail);
        body = std::move(*parsed);
    }
    if (request.method == "POST" && request.path() == "/control/webhooks")
        co_return co_await send_webhooks(std::move(body));
    std::string what = request.method + " " + std::string(request.path());
    std::optional<net::Response> of_checkout = co_await checkout_.handle(std::move(what), body);
    if (of_checkout) co_return std::move(*of_checkout);
    co_return answer(request, body);
}

net::Response ControlHandler::answer(const net::Request& request, const Json& body) {
    const std::string what = request.method + " " + std::string(request.path());
    if (what == "GET /control/records") {
        const auto object = net::query_parameter(request.target, "object");
        if (!object) return invalid("name an object: /control/records?object=Contact");
        return ok(sandbox_.records(*object, net::query_parameter(request.target, "all") == "true"));
    }
    if (what == "POST /control/records") return seed(body);
    if (what == "GET /control/calls")
        return ok(sandbox_.calls(net::query_parameter(request.target, "all") == "true"));
    if (what == "GET /control/faults") return ok(sandbox_.faults().to_json());
    if (what == "POST /control/faults") {
        if (auto applied = sandbox_.faults().apply(body); !applied) return invalid(applied.error().detail);
        return ok(sandbox_.faults().to_json());
    }
    if (what == "GET /control/notifications") return ok(notifications_.received());
    if (what == "POST /control/notifications") {
        if (auto applied = notifications_.apply(body); !applied) return invalid(applied.error().detail);
        return ok(notifications_.faults());
    }
    if (what == "POST /control/payments") return know(body);
    if (what == "POST /control/reset") {
        sandbox_.reset();
        return ok(Json::object());
    }
    if (what == "GET /control/webhooks") {
        Json list = Json::array();
        if (connected_)
            for (std::size_t i = 0; i < sandbox_.sender().deliveries().size(); ++i)
                list.push_back(told(i, *sandbox_.sender().deliveries()[i]));
        return ok(list);
    }
    if (auto told_by_org = org_.answer(request, body)) return std::move(*told_by_org);
    return net::json_error(404, "not_found", "there is no " + what);
}

net::Response ControlHandler::seed(const Json& body) {
    const auto object = base::member_text(body, "object");
    if (!object || !base::member(body, "records").is_array())
        return invalid("give {\"object\": \"Contact\", \"records\": […]}");
    const auto ids = sandbox_.seed(*object, body.at("records"));
    if (!ids) return invalid(ids.error().detail);
    return ok({{"ids", *ids}});
}

net::Response ControlHandler::know(const Json& body) {
    if (!body.is_array()) return invalid("give an array of webhook bodies");
    sandbox_.know(bodies_of(body));
    return ok({{"known", body.size()}});
}

runtime::Task<net::Response> ControlHandler::send_webhooks(Json body) {
    if (!connected_) co_return net::json_error(409, "not_connected", "this sandbox has no webhook URL");
    const Json& list = body.is_array() ? body : base::member(body, "bodies");
    const Json& wait = base::member(body, "wait");
    const Json& parallel = base::member(body, "parallel");
    const bool fine = list.is_array() && (wait.is_null() || wait.is_boolean()) &&
                      (parallel.is_null() || parallel.is_number_unsigned());
    if (!fine)
        co_return invalid("give an array of webhook bodies, or {\"bodies\": […], \"wait\": true, \"parallel\": 16}");
    const std::size_t width = parallel.is_null() ? 0 : parallel.get<std::size_t>();
    std::vector<std::string> bodies = bodies_of(list);
    sandbox_.know(bodies);
    co_await checkout_.deliver_to_others(bodies);
    std::vector<std::size_t> numbers;
    if (wait != Json(false))
        numbers = co_await sandbox_.sender().send(std::move(bodies), width);
    else
        numbers = co_await sandbox_.sender().start(std::move(bodies), width);
    Json answers = Json::array();
    for (const std::size_t number : numbers)
        answers.push_back(told(number, *sandbox_.sender().deliveries().at(number)));
    co_return ok(answers);
}

} // namespace paysync::sandbox
