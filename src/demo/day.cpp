// Driving sandbox and daemon over HTTP.
#include "demo/day.hpp"

#include <algorithm>
#include <stdexcept>

namespace paysync::demo {

using base::Json;
using runtime::Task;

Task<Json> Day::get(std::string url) {
    return call(std::move(url), net::Request{});
}

Task<Json> Day::post(std::string url, Json body) {
    net::Request request;
    request.method = "POST";
    request.headers.set("Content-Type", "application/json");
    request.body = base::to_text(body);
    return call(std::move(url), std::move(request));
}

Task<Json> Day::call(std::string url, net::Request request) {
    const auto where = net::parse_url(url);
    if (!where) throw std::runtime_error("not a URL: " + url);
    request.target = where->target;
    const auto deadline = clock_.steady() + std::chrono::minutes{2};
    auto answer = co_await transport_.send(where->origin, std::move(request), deadline);
    if (!answer) throw std::runtime_error(url + " does not answer: " + answer.error().detail);
    if (answer->status != 200)
        throw std::runtime_error(url + " answers " + std::to_string(answer->status) + ": " + answer->body);
    auto json = base::parse_json(answer->body);
    if (!json) throw std::runtime_error(url + " answers no JSON");
    co_return std::move(*json);
}

Task<> Day::prepare(const Places& places) {
    const std::string url = places.control + "/records";
    for (std::size_t i = 0; i < shop_.people.size(); ++i) {
        const PersonTruth& person = shop_.people[i];
        if (!person.known) continue;
        Json account{{"object", "Account"}, {"records", Json::array({Json{{"Name", person.last_name + " Ltd"}}})}};
        const Json made = co_await post(url, std::move(account));
        const Json account_id = made.at("ids").at(0);
        Json contact_fields{{"LastName", person.last_name},
                            {"Email", person.spelled},
                            {"Phone", person.known_phone},
                            {"AccountId", account_id}};
        Json contact{{"object", "Contact"}, {"records", Json::array({contact_fields})}};
        co_await post(url, std::move(contact));
        for (const Deal& deal : shop_.deals) {
            if (deal.person != i) continue;
            Json deal_fields{{"Name", deal.name},
                             {"StageName", "Prospecting"},
                             {"CloseDate", "2030-12-31"},
                             {"AccountId", account_id},
                             {"Amount", std::stod(deal.amount)}};
            Json opportunity{{"object", "Opportunity"}, {"records", Json::array({deal_fields})}};
            co_await post(url, std::move(opportunity));
        }
    }
}

Task<std::vector<unsigned>> Day::deliver(const Places& places, std::vector<std::string> bodies) {
    Json request{{"bodies", bodies}, {"wait", true}, {"parallel", 8}};
    const Json answers = co_await post(places.control + "/webhooks", std::move(request));
    std::vector<unsigned> statuses;
    for (const Json& answer : answers) statuses.push_back(answer.value("first_status", 0U));
    co_return statuses;
}

Task<std::size_t> Day::send(const Places& places, std::size_t first, std::size_t last) {
    std::vector<std::string> bodies;
    for (std::size_t i = first; i < last; ++i) bodies.push_back(shop_.posts[i].body);
    const std::vector<unsigned> statuses = co_await deliver(places, bodies);
    std::size_t taken = 0;
    for (std::size_t i = 0; i < bodies.size(); ++i) {
        if (i < statuses.size() && statuses[i] == 200)
            ++taken;
        else
            unanswered_.push_back(bodies[i]);
    }
    co_return taken;
}

Task<std::size_t> Day::send_again(const Places& places) {
    const std::vector<std::string> bodies = std::exchange(unanswered_, {});
    if (bodies.empty()) co_return 0;
    const std::vector<unsigned> statuses = co_await deliver(places, bodies);
    for (std::size_t i = 0; i < bodies.size(); ++i)
        if (i >= statuses.size() || statuses[i] != 200) unanswered_.push_back(bodies[i]);
    co_return unanswered_.size();
}

} // namespace paysync::demo
