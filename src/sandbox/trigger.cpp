// Making and sending a payment's webhooks from the command line.
#include "sandbox/trigger.hpp"

#include "paysync/net/transport.hpp"
#include "paysync/runtime/clock.hpp"
#include "paysync/sandbox/payments.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <charconv>
#include <iostream>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr int exit_usage = 64;       // sysexits: EX_USAGE
constexpr int exit_unavailable = 69; // EX_UNAVAILABLE

constexpr const char* known_steps =
    "approve, capture, refund, void, decline, retry, dispute, dispute-won or dispute-lost";

/// The step without which this one cannot be; nullptr for none.
const char* needed_before(const std::string& step) {
    if (step == "refund" || step == "dispute") return "capture";
    if (step == "capture" || step == "void") return "approve";
    if (step == "dispute-won" || step == "dispute-lost") return "dispute";
    return nullptr;
}

bool is_step(const std::string& step) {
    static const std::vector<std::string> known = {"approve", "capture", "refund",      "void",        "decline",
                                                   "retry",   "dispute", "dispute-won", "dispute-lost"};
    return std::find(known.begin(), known.end(), step) != known.end();
}

/// Adds the step after all that must come before it and is not there yet.
void add_step(const std::string& step, std::vector<std::string>& steps) {
    const char* needed = needed_before(step);
    if (needed != nullptr && std::find(steps.begin(), steps.end(), needed) == steps.end()) add_step(needed, steps);
    steps.push_back(step);
}

/// The steps with those that must come before them.
base::Result<std::vector<std::string>> completed(const std::vector<std::string>& asked) {
    std::vector<std::string> steps;
    for (const std::string& step : asked) {
        if (!is_step(step))
            return base::Error{base::Errc::invalid, "\"" + step + "\" is no step: use " + known_steps};
        if (step == "approve" && std::find(steps.begin(), steps.end(), step) != steps.end()) continue;
        add_step(step, steps);
    }
    return steps;
}

std::vector<Json> bodies_of(Payment& payment, const std::string& step, base::WallTime at) {
    if (step == "approve") return {payment.approved(at)};
    if (step == "capture") return {payment.captured(at)};
    if (step == "refund") return {payment.refunded(at)};
    if (step == "void") return {payment.voided(at)};
    if (step == "retry") return {payment.retry_scheduled(at)};
    if (step == "dispute-won") return {payment.disputed(at, "dispute_won")};
    if (step == "dispute-lost") return {payment.disputed(at, "dispute_lost")};
    if (step == "decline") return {payment.declined(at)};
    std::vector<Json> opened; // it is told before it is known whether evidence can be given
    opened.push_back(payment.disputed(at, "dispute_received"));
    opened.push_back(payment.disputed(at + std::chrono::milliseconds{500}, "dispute_evidence_required"));
    return opened;
}

runtime::Task<> post(net::Transport& transport, runtime::Clock& clock, net::Origin origin, net::Request request,
                     base::Result<net::Response>& answer) {
    answer = co_await transport.send(std::move(origin), std::move(request), clock.steady() + std::chrono::minutes{2});
}

int print(const Json& answers) {
    bool all = true;
    for (const Json& answer : answers) {
        const bool taken = answer.at("delivered").get<bool>();
        all = all && taken;
        std::cout << (taken ? "taken    " : "refused  ") << answer.at("status").get<unsigned>() << "  "
                  << answer.at("id").get<std::string>() << "  " << answer.at("type").get<std::string>() << '\n';
    }
    return all ? 0 : 1;
}

} // namespace

base::Result<std::vector<Json>> trigger_bodies(const TriggerPlan& plan, base::WallTime now, runtime::Chance& chance) {
    const auto steps = completed(plan.steps);
    if (!steps) return steps.error();
    Shopper shopper = make_shopper(chance);
    if (!plan.email.empty()) shopper.email = plan.email;
    std::string reference = plan.reference;
    if (reference.empty()) reference = "ORD-" + std::to_string(10'000 + chance.below(90'000));
    Payment payment{std::move(shopper), plan.amount, plan.currency, std::move(reference), chance};
    std::vector<Json> bodies;
    // A webhook is made up to two seconds after what it tells: none may come from the future.
    base::WallTime at = now - plan.late - std::chrono::seconds{steps->size() + 2};
    for (const std::string& step : *steps) {
        at += std::chrono::seconds{1};
        for (Json& body : bodies_of(payment, step, at)) bodies.push_back(std::move(body));
    }
    if (plan.late.count() > 0 && !bodies.empty()) std::rotate(bodies.begin(), bodies.begin() + 1, bodies.end());
    const std::vector<Json> once = bodies;
    for (unsigned i = 1; i < plan.duplicate; ++i) bodies.insert(bodies.end(), once.begin(), once.end());
    return bodies;
}

std::optional<std::chrono::seconds> read_span(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failure != std::errc{} || end + 1 != text.data() + text.size() || number < 0 || number > 1'000'000)
        return std::nullopt;
    switch (*end) {
    case 's': return std::chrono::seconds{number};
    case 'm': return std::chrono::minutes{number};
    case 'h': return std::chrono::hours{number};
    case 'd': return std::chrono::hours{24 * number};
    default: return std::nullopt;
    }
}

int run_trigger(const TriggerPlan& plan, const std::string& url, const std::string& ca_file) {
    runtime::SystemClock clock;
    runtime::SystemChance chance;
    const auto bodies = trigger_bodies(plan, clock.wall(), chance);
    const auto sandbox = net::parse_url(url);
    if (!bodies || !sandbox) {
        std::cerr << (bodies ? "--sandbox must be an http or https URL" : bodies.error().detail) << '\n';
        return exit_usage;
    }
    net::TransportSettings settings;
    settings.ca_file = ca_file;
    const auto transport = net::make_transport(settings, clock);
    net::Request request;
    request.method = "POST";
    request.target = "/control/webhooks";
    request.headers.set("Content-Type", "application/json");
    request.body = base::to_text({{"bodies", *bodies}, {"wait", true}, {"parallel", 1}});
    base::Result<net::Response> answer = base::Error{base::Errc::not_sent, "nothing was sent"};
    boost::asio::io_context io;
    auto work = post(*transport, clock, sandbox->origin, std::move(request), answer);
    const auto done = [&io](std::exception_ptr) { io.stop(); }; // pooled connections would keep it running
    boost::asio::co_spawn(io, std::move(work), done);
    io.run();
    if (!answer || answer->status != 200) {
        std::cerr << "the sandbox at " << url
                  << " did not send them: " << (answer ? answer->body : answer.error().detail) << '\n';
        return exit_unavailable;
    }
    const auto answers = base::parse_json(answer->body);
    return answers ? print(*answers) : exit_unavailable;
}

} // namespace paysync::sandbox
