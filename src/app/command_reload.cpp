// paysync reload
#include "command.hpp"
#include "file_text.hpp"
#include "reload_report.hpp"
#include "running_daemon.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <iostream>

namespace paysync::app {

namespace {

using namespace std::chrono_literals;

/// Where the daemon is: in the file that it wrote when it began to serve, else where its configuration says.
std::optional<net::Origin> admin_origin(Common& common, const std::string& ready_file) {
    if (ready_file.empty()) {
        const auto configuration = load_for(common, ConfigFile::required, Secrets::skip);
        if (!configuration) return std::nullopt;
        return RunningDaemon::admin_of(*configuration);
    }
    const auto text = read_file_text(ready_file);
    if (!text) {
        fail(common, exit_code::unavailable, text.error().detail + ": is the daemon running?");
        return std::nullopt;
    }
    const auto ready = base::parse_json(*text);
    const auto url = ready ? net::parse_url(base::member_text(*ready, "admin").value_or("")) : std::nullopt;
    if (!url) {
        fail(common, exit_code::bad_data, ready_file + " was not written by `paysync run --ready-file`");
        return std::nullopt;
    }
    return url->origin;
}

long long number_at(const base::Json& json, std::string_view key) {
    const base::Json& value = base::member(json, key);
    return value.is_number_integer() ? value.get<long long>() : 0;
}

void print_words(const base::Json& list, const std::string& label) {
    if (!list.is_array() || list.empty()) return;
    std::cout << label;
    for (const base::Json& word : list) std::cout << (&word == &list.front() ? " " : ", ") << word.get<std::string>();
    std::cout << "\n";
}

/// As `paysync check` prints them.
yaml::Problems problems_of(const base::Json& list) {
    yaml::Problems problems;
    for (const base::Json& one : list) {
        yaml::Place place{base::member_text(one, "file").value_or(""), static_cast<int>(number_at(one, "line")),
                          static_cast<int>(number_at(one, "column"))};
        const std::string message = base::member_text(one, "message").value_or("");
        const std::string advice = base::member_text(one, "advice").value_or("");
        if (base::member_text(one, "severity") == "warning")
            problems.warning(std::move(place), message, advice);
        else
            problems.error(std::move(place), message, advice);
    }
    return problems;
}

void tell(Common& common, const base::Json& reload) {
    report(problems_of(base::member(reload, "problems")));
    if (base::member(reload, "refused") == base::Json(true))
        return fail(common, exit_code::configuration, "the reload is refused as a whole; everything stays as it was");
    std::cout << "Reloaded.\n";
    const bool nothing = base::member(reload, "taken").empty() && base::member(reload, "flows").empty() &&
                         base::member(reload, "need_restart").empty();
    if (nothing) std::cout << "Nothing had changed.\n";
    print_words(base::member(reload, "taken"), "Changed:");
    print_words(base::member(reload, "flows"), "Flows:");
    print_words(base::member(reload, "need_restart"), "At the next start only:");
}

void reload(Common& common, const std::string& ready_file) {
    const auto origin = admin_origin(common, ready_file);
    if (!origin) return;
    RunningDaemon daemon{*origin};
    const auto before = daemon.status();
    if (!before)
        return fail(common, exit_code::unavailable,
                    "the daemon does not answer at " + daemon.place() + " (" + before.error().detail + ")");
    const long long pid = number_at(*before, "pid");
    if (pid <= 1)
        return fail(common, exit_code::unavailable,
                    "what answers at " + daemon.place() + " is no paysync of this kind");
    if (::kill(static_cast<pid_t>(pid), SIGHUP) != 0) {
        const int reason = errno;
        return fail(common, reason == EPERM ? exit_code::no_permission : exit_code::unavailable,
                    "process " + std::to_string(pid) + " cannot be signalled: " + std::strerror(reason) +
                        (reason == EPERM ? "; be root or the daemon's user" : ""));
    }
    const long long number = number_at(base::member(*before, "reload"), "number");
    constexpr int looks = 600;
    for (int i = 0; i < looks; ++i) {
        daemon.wait(100ms);
        const auto now = daemon.status();
        if (!now) return fail(common, exit_code::unavailable, "the daemon answers no more: " + now.error().detail);
        const base::Json& last = base::member(*now, "reload");
        if (number_at(last, "number") > number) return tell(common, last);
    }
    fail(common, exit_code::unavailable, "the daemon took the signal and says nothing of it after a minute");
}

} // namespace

void add_reload(CLI::App& app, Common& common) {
    CLI::App* command = app.add_subcommand(
        "reload", "Lets the running daemon read configuration, secrets, certificate and flows again");
    const auto ready_file = std::make_shared<std::string>();
    command->add_option("--ready-file", *ready_file, "Find the daemon by the file of `run --ready-file`")
        ->type_name("FILE");
    command->footer("Sends SIGHUP and waits for what becomes of it. All is taken over or, with one error, nothing:\n"
                    "exit code 78, and the reasons. Nothing that is under way is dropped either way.");
    command->callback([&common, ready_file] { reload(common, *ready_file); });
}

} // namespace paysync::app
