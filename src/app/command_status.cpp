// paysync status
#include "paysync/admin/admin_handler.hpp"
#include "paysync/base/metrics.hpp"

#include "command.hpp"
#include "run_to_end.hpp"
#include "stored.hpp"

#include <iostream>

namespace paysync::app {

namespace {

using namespace std::chrono_literals;

net::Origin admin_origin(const Configuration& configuration) {
    return net::Origin{false, configuration.admin_server.address, configuration.admin_server.port};
}

/// What the running daemon says of itself.
base::Result<base::Json> ask_daemon(const Configuration& configuration) {
    boost::asio::io_context io{1};
    runtime::SystemClock clock;
    const auto transport = net::make_transport(net::TransportSettings{}, clock);
    const net::Origin origin = admin_origin(configuration);
    net::Request request;
    request.target = "/status";
    const auto answer = run_to_end<base::Result<net::Response>>(
        io, [&] { return transport->send(origin, request, clock.steady() + 3s); });
    if (!answer) return answer.error();
    if (answer->status != 200)
        return base::Error{base::Errc::unavailable, "it answers " + std::to_string(answer->status)};
    return base::parse_json(answer->body);
}

std::string text_at(const base::Json& json, std::string_view key) {
    return base::member_text(json, key).value_or("0");
}

void print_store(const base::Json& store) {
    std::cout << "Webhooks    " << text_at(store, "events") << " stored, " << text_at(store, "unsettled")
              << " on their way";
    if (const auto oldest = base::member_text(store, "oldest_unsettled"))
        std::cout << ", the oldest since " << *oldest;
    std::cout << "\nWork        " << text_at(store, "waiting") << " waiting, " << text_at(store, "held")
              << " held for a person, " << text_at(store, "dead") << " dead"
              << "\nRecords     " << text_at(store, "created") << " created, " << text_at(store, "updated")
              << " updated, " << text_at(store, "unchanged") << " needed nothing\n";
}

void print_salesforce(const base::Json& salesforce) {
    if (!salesforce.is_object()) return;
    const bool reachable = base::member(salesforce, "reachable") == base::Json(true);
    std::cout << "Salesforce  ";
    if (reachable)
        std::cout << "reachable";
    else
        std::cout << "away since " << base::member_text(salesforce, "since").value_or("?") << ": "
                  << base::member_text(salesforce, "why").value_or("?");
    if (text_at(salesforce, "calls_allowed_a_day") != "0")
        std::cout << "; " << text_at(salesforce, "calls_used_today") << " of "
                  << text_at(salesforce, "calls_allowed_a_day") << " calls of the day used by all, "
                  << text_at(salesforce, "calls_made") << " by this process";
    std::cout << "\n";
    if (const auto instance = base::member_text(salesforce, "instance"))
        std::cout << "            at " << *instance << " as user " << text_at(salesforce, "user") << " of org "
                  << text_at(salesforce, "org") << ", scopes "
                  << base::member_text(salesforce, "scopes").value_or("not told") << "\n";
}

void print_status(const base::Json& status) {
    if (base::member(status, "running") == base::Json(true))
        std::cout << "Daemon      running, version " << base::member_text(status, "version").value_or("?")
                  << (base::member(status, "draining") == base::Json(true) ? ", about to stop" : "") << "\n";
    else
        std::cout << "Daemon      " << base::member_text(status, "why").value_or("not running") << "\n";
    print_store(base::member(status, "store"));
    print_salesforce(base::member(status, "salesforce"));
}

void status(Common& common, bool as_json) {
    const auto configuration = load_for(common, ConfigFile::required, Secrets::skip);
    if (!configuration) return;
    base::Json status = base::Json::object();
    if (auto answer = ask_daemon(*configuration)) {
        status = std::move(*answer);
        status["running"] = true;
    } else {
        status["running"] = false;
        status["why"] = "does not answer at " + admin_origin(*configuration).text() + " (" + answer.error().detail +
                        "); what follows is from the store";
        Stored stored{configuration->store.path};
        const auto counts = stored.counts();
        if (!counts)
            return fail(common, exit_code::unavailable, "neither daemon nor store: " + counts.error().detail);
        status["store"] = admin::to_json(*counts);
    }
    if (as_json)
        std::cout << base::to_text(status) << "\n";
    else
        print_status(status);
}

} // namespace

void add_status(CLI::App& app, Common& common) {
    CLI::App* command =
        app.add_subcommand("status", "Queue, age of the oldest webhook, dead and held work, Salesforce's calls");
    const auto as_json = std::make_shared<bool>(false);
    command->add_flag("--json", *as_json, "For programs");
    command->footer("Asks the running daemon over its admin listener; without one it reads the store.");
    command->callback([&common, as_json] { status(common, *as_json); });
}

} // namespace paysync::app
