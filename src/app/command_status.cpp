// paysync status
#include "paysync/admin/admin_handler.hpp"

#include "command.hpp"
#include "running_daemon.hpp"
#include "stored.hpp"

#include <iostream>

namespace paysync::app {

namespace {

std::string text_at(const base::Json& json, std::string_view key) {
    return base::member_text(json, key).value_or("0");
}

void print_store(const base::Json& store) {
    std::cout << "Webhooks    " << text_at(store, "events") << " stored, " << text_at(store, "unsettled")
              << " on their way";
    if (const auto oldest = base::member_text(store, "oldest_unsettled"))
        std::cout << ", the oldest since " << *oldest;
    std::cout << "\nWork        " << text_at(store, "waiting") << " waiting, " << text_at(store, "held")
              << " held for a person, " << text_at(store, "dead") << " dead, " << text_at(store, "timers")
              << " timers"
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

void print_reload(const base::Json& reload) {
    if (base::member(reload, "refused") != base::Json(true)) return;
    std::cout << "Reload      refused at " << base::member_text(reload, "at").value_or("?")
              << "; what was in use stays in use:\n";
    for (const base::Json& problem : base::member(reload, "problems"))
        std::cout << "            " << base::member_text(problem, "file").value_or("?") << ":"
                  << text_at(problem, "line") << ":" << text_at(problem, "column") << ": "
                  << base::member_text(problem, "message").value_or("") << "\n";
}

void print_status(const base::Json& status) {
    if (base::member(status, "running") == base::Json(true))
        std::cout << "Daemon      running, version " << base::member_text(status, "version").value_or("?")
                  << (base::member(status, "draining") == base::Json(true) ? ", about to stop" : "") << "\n";
    else
        std::cout << "Daemon      " << base::member_text(status, "why").value_or("not running") << "\n";
    print_reload(base::member(status, "reload"));
    print_store(base::member(status, "store"));
    print_salesforce(base::member(status, "salesforce"));
}

/// For health checks of containers and load balancers: the answer of /health/ready in one line and an exit code.
void ready(Common& common) {
    const auto configuration = load_for(common, ConfigFile::required, Secrets::skip);
    if (!configuration) return;
    RunningDaemon daemon{RunningDaemon::admin_of(*configuration)};
    const auto answer = daemon.get("/health/ready");
    if (!answer)
        return fail(common, exit_code::unavailable, "no answer at " + daemon.place() + ": " + answer.error().detail);
    const auto body = base::parse_json(answer->body);
    if (answer->status != 200)
        return fail(common, exit_code::unavailable,
                    "not ready: " + (body ? base::member_text(*body, "why").value_or("?") : "?"));
    std::cout << "ready\n";
}

void status(Common& common, bool as_json) {
    const auto configuration = load_for(common, ConfigFile::required, Secrets::skip);
    if (!configuration) return;
    base::Json status = base::Json::object();
    RunningDaemon daemon{RunningDaemon::admin_of(*configuration)};
    if (auto answer = daemon.status()) {
        status = std::move(*answer);
        status["running"] = true;
    } else {
        status["running"] = false;
        status["why"] = "does not answer at " + daemon.place() + " (" + answer.error().detail +
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
    const auto only_ready = std::make_shared<bool>(false);
    CLI::Option* json = command->add_flag("--json", *as_json, "For programs");
    command->add_flag("--ready", *only_ready, "Only whether webhooks are welcome (/health/ready): exit code 0, or 69")
        ->excludes(json);
    command->footer("Asks the running daemon over its admin listener; without one it reads the store.");
    command->callback([&common, as_json, only_ready] { *only_ready ? ready(common) : status(common, *as_json); });
}

} // namespace paysync::app
