// Looking at files and machine.
#include "examination.hpp"

#include "exit_code.hpp"
#include "flow_files.hpp"

#include <cerrno>
#include <exception>

#include <fcntl.h>
#include <unistd.h>

namespace paysync::app {

namespace {

bool may(const std::filesystem::path& path, int what) {
    return faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0;
}

void add(Examination& found, const yaml::Problems& more) {
    for (const yaml::Problem& problem : more.all()) {
        if (problem.warning)
            found.problems.warning(problem.place, problem.message, problem.advice);
        else
            found.error(exit_code::configuration, problem.place, problem.message, problem.advice);
    }
}

void examine_flows(Examination& found) {
    yaml::Problems of_flows;
    found.flows = load_flows(found.configuration.flows, of_flows);
    add(found, of_flows);
}

/// Only where both files could be read: else that is said already.
void examine_certificate(Examination& found) {
    const net::ServerSettings& server = found.configuration.webhooks_server;
    if (server.certificate_file.empty() || server.key_file.empty()) return;
    if (!may(server.certificate_file, R_OK) || !may(server.key_file, R_OK)) return;
    const auto usable = net::check_certificate(server.certificate_file, server.key_file);
    if (!usable)
        found.error(exit_code::configuration, found.configuration.place_of("webhooks.tls.certificate"),
                    "webhooks.tls: " + usable.error().detail);
}

void examine_store(Examination& found) {
    const std::filesystem::path file = found.configuration.store.path;
    const std::filesystem::path folder = file.parent_path();
    const yaml::Place place = found.configuration.place_of("store.path");
    std::error_code failure;
    if (!std::filesystem::is_directory(folder, failure))
        return found.error(exit_code::cannot_create, place,
                           "store.path: the folder " + folder.string() + " is not there",
                           "make it, and let the daemon's user own it");
    if (!may(folder, W_OK | X_OK))
        return found.error(exit_code::cannot_create, place,
                           "store.path: this user may not write to the folder " + folder.string(),
                           "let the daemon's user own it; run a check as that user");
    if (std::filesystem::exists(file, failure) && !may(file, R_OK | W_OK))
        found.error(exit_code::cannot_create, place, "store.path: this user may not write to " + file.string(),
                    "let the daemon's user own it; run a check as that user");
}

void examine_address(Examination& found, const net::ServerSettings& server, TakenPort taken) {
    if (server.port == 0) return;
    std::error_code reason;
    const auto free = net::check_address(server, reason);
    if (free || reason == std::errc::invalid_argument) return; // no address at all: said where it was read
    const std::string key = server.name + ".port";
    const yaml::Place place = found.configuration.place_of(key);
    const std::string message = key + ": " + free.error().detail;
    if (reason == std::errc::permission_denied)
        return found.error(
            exit_code::no_permission, place, message,
            "a port below 1024 needs CAP_NET_BIND_SERVICE; docs/operating.md shows the drop-in for 443");
    if (reason == std::errc::address_in_use && taken == TakenPort::is_a_warning)
        return found.problems.warning(place, message, "another program has the port (ss -ltnp names it)");
    if (reason == std::errc::address_in_use)
        return found.error(exit_code::os_error, place, message,
                           "another program has the port (ss -ltnp names it): stop that, or choose another port");
    found.error(exit_code::os_error, place, message, "`ip address` lists the addresses of this machine");
}

} // namespace

void Examination::error(int code, yaml::Place place, std::string message, std::string advice) {
    codes.insert(code);
    problems.error(std::move(place), std::move(message), std::move(advice));
}

int Examination::exit_code() const {
    if (codes.empty()) return exit_code::success;
    return codes.size() == 1 ? *codes.begin() : exit_code::configuration;
}

Examination examine(const std::filesystem::path& file) {
    Examination found;
    try {
        yaml::Problems of_file;
        found.configuration = load_configuration(file, Secrets::read, of_file);
        add(found, of_file);
        examine_flows(found);
        examine_certificate(found);
    } catch (const std::exception& bug) { // a running daemon must survive whatever its files hold
        found.error(exit_code::software, yaml::Place{file.string(), 0, 0},
                    std::string("cannot be examined: ") + bug.what());
    }
    return found;
}

void examine_machine(Examination& found, TakenPort taken) {
    const bool readable = !found.configuration.said.empty();
    if (!readable) return; // defaults say nothing about what somebody meant
    examine_store(found);
    if (taken == TakenPort::is_the_daemons) return;
    examine_address(found, found.configuration.webhooks_server, taken);
    examine_address(found, found.configuration.admin_server, taken);
}

} // namespace paysync::app
