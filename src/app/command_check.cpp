// paysync check
#include "paysync/base/metrics.hpp"
#include "paysync/runtime/chance.hpp"

#include "command.hpp"
#include "flow_files.hpp"
#include "live_org.hpp"
#include "run_to_end.hpp"

#include <iostream>
#include <unistd.h>

namespace paysync::app {

namespace {

yaml::Place whole_file(const Configuration& configuration) {
    return {configuration.file.string(), 0, 0};
}

void check_store(const Configuration& configuration, yaml::Problems& problems) {
    const std::filesystem::path file = configuration.store.path;
    const std::filesystem::path folder = file.parent_path();
    std::error_code failure;
    if (!std::filesystem::is_directory(folder, failure))
        return problems.error(whole_file(configuration),
                              "store.path: the folder " + folder.string() + " is not there",
                              "make it, and let the daemon's user own it");
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        return problems.error(whole_file(configuration),
                              "store.path: this user may not write to the folder " + folder.string(),
                              "run the check as the daemon's user");
    if (std::filesystem::exists(file, failure) && ::access(file.c_str(), R_OK | W_OK) != 0)
        problems.error(whole_file(configuration), "store.path: this user may not write to " + file.string(),
                       "run the check as the daemon's user");
}

/// Certificate and key are what a listener makes of them: one is opened for a moment, on a free port of this machine.
void check_tls(const Configuration& configuration, yaml::Problems& problems) {
    if (configuration.webhooks_server.certificate_file.empty()) return;
    struct Nobody final : net::Handler {
        runtime::Task<net::Response> handle(net::Request) override {
            co_return net::json_error(503, "check", "a check");
        }
    };
    boost::asio::io_context io{1};
    runtime::SystemClock clock;
    base::Metrics metrics;
    Nobody nobody;
    net::ServerSettings settings = configuration.webhooks_server;
    settings.address = "127.0.0.1";
    settings.port = 0;
    try {
        const auto server = net::start_server(io.get_executor(), settings, nobody, clock, metrics);
        run_to_end<bool>(io, [&]() -> runtime::Task<bool> {
            server->stop();
            co_await server->join(clock.steady());
            co_return true;
        });
    } catch (const std::runtime_error& failure) {
        problems.error(whole_file(configuration), std::string("webhooks.tls: ") + failure.what());
    }
}

void check_org(const Configuration& configuration, const flow::FlowSet& flows, yaml::Problems& problems) {
    LiveOrg org{configuration};
    for (const auto& [object, fields] : flows.fields_read()) {
        const auto description = org.describe(object);
        if (!description) {
            problems.error(whole_file(configuration), "Salesforce: " + object + ": " + description.error().text());
            // It will not answer the next question either.
            if (!description.error().reached || description.error().remedy == salesforce::Remedy::pause) return;
            continue;
        }
        for (const std::string& field : fields) {
            const std::string first = field.substr(0, field.find('.'));
            const auto& described = **description;
            const bool there = first.size() == field.size() ? described.find(field) != nullptr
                                                            : described.find_relationship(first) != nullptr;
            if (!there)
                problems.warning(whole_file(configuration),
                                 "Salesforce: " + object + " has no field " + field + " that this login can see",
                                 "make it, grant it, or list it under the step's `optional`");
        }
    }
}

base::Json as_json(const yaml::Problems& problems) {
    base::Json list = base::Json::array();
    for (const yaml::Problem& problem : problems.all())
        list.push_back(base::Json{{"file", problem.place.file},
                                  {"line", problem.place.line},
                                  {"column", problem.place.column},
                                  {"severity", problem.warning ? "warning" : "error"},
                                  {"message", problem.message},
                                  {"advice", problem.advice}});
    return base::Json{{"ok", !problems.has_errors()}, {"problems", list}};
}

void print_summary(const Configuration& configuration, const flow::FlowSet& flows) {
    std::cout << configuration.file.string() << " is in order.\n";
    for (const flow::Flow& flow : flows.flows()) {
        std::cout << "  " << (flow.enabled ? "flow " : "off  ") << flow.name << "  on";
        for (const std::string& type : flow.on) std::cout << " " << type;
        std::cout << "\n";
    }
}

void check(Common& common, bool live, bool json) {
    std::error_code failure;
    if (!std::filesystem::exists(common.config, failure))
        return fail(common, exit_code::no_input, common.config + " is not there; name another with --config FILE");
    yaml::Problems problems;
    const Configuration configuration = load_configuration(common.config, Secrets::read, problems);
    const bool usable = !problems.has_errors();
    yaml::Problems of_flows;
    const auto flows = load_flows(configuration.flows, of_flows);
    for (const yaml::Problem& problem : of_flows.all()) {
        if (problem.warning)
            problems.warning(problem.place, problem.message, problem.advice);
        else
            problems.error(problem.place, problem.message, problem.advice);
    }
    check_store(configuration, problems);
    if (usable) check_tls(configuration, problems);
    if (usable && flows && live) check_org(configuration, *flows, problems);
    if (problems.has_errors()) common.exit_code = exit_code::configuration;

    if (json) {
        std::cout << base::to_text(as_json(problems)) << "\n";
        return;
    }
    if (report(problems) && flows) print_summary(configuration, *flows);
}

} // namespace

void add_check(CLI::App& app, Common& common) {
    CLI::App* command = app.add_subcommand("check", "Looks at configuration, secrets, flows, certificate and store");
    const auto live = std::make_shared<bool>(false);
    const auto json = std::make_shared<bool>(false);
    command->add_flag("--live", *live,
                      "Also ask Salesforce whether it has the objects and fields that the flows use");
    command->add_flag("--json", *json, "For programs");
    command->footer("Names every mistake at once, with file, line, column and what to write instead.\n"
                    "Exit code 78 when there is one. Run it as the daemon's user, so that secrets can be read.");
    command->callback([&common, live, json] { check(common, *live, *json); });
}

} // namespace paysync::app
