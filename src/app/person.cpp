// Who types, and the way to the store and to the daemon.
#include "person.hpp"

#include "running_daemon.hpp"

#include <charconv>
#include <cstdlib>
#include <pwd.h>
#include <stdexcept>
#include <unistd.h>

namespace paysync::app {

namespace {

/// Of the person, where sudo knows it, not of the account.
std::string who_types() {
    const char* behind_sudo = std::getenv("SUDO_USER");
    if (behind_sudo != nullptr && *behind_sudo != '\0') return behind_sudo;
    const passwd* account = ::getpwuid(::getuid());
    return account != nullptr ? account->pw_name : "user " + std::to_string(::getuid());
}

} // namespace

void add_person_options(CLI::App& command, PersonOptions& options) {
    command.add_option("--by", options.by, "Who decides, for the audit (default: your login name)")
        ->type_name("NAME");
    command.add_option("--reason", options.reason, "Why, for the audit and for who reads it later")
        ->type_name("TEXT");
}

store::Said said(const PersonOptions& options) {
    const runtime::SystemClock clock;
    return {options.by.empty() ? who_types() : options.by, options.reason, clock.wall()};
}

std::unique_ptr<store::Intervention> open_for_changes(Common& common, const Configuration& configuration) {
    store::SqliteSettings settings;
    settings.path = configuration.store.path;
    try {
        return store::open_sqlite_for_intervention(settings);
    } catch (const store::OpenFailure& failure) {
        const bool foreign = failure.why == store::OpenFailure::Why::not_ours;
        fail(common, foreign ? exit_code::bad_data : exit_code::no_permission, failure.what());
    } catch (const std::runtime_error& failure) {
        fail(common, exit_code::io_error, failure.what());
    }
    return nullptr;
}

bool wake_daemon(const Configuration& configuration) {
    RunningDaemon daemon{RunningDaemon::admin_of(configuration)};
    return daemon.wake();
}

std::string wake_words(bool woken) {
    return woken ? "The daemon was told.\n"
                 : "No daemon answered: one that runs looks within half a minute, another when it starts.\n";
}

std::optional<base::WallTime> parse_since(const std::string& text, base::WallTime now) {
    long long count = 0;
    const char* end = text.data() + text.size();
    const auto [unit, failure] = std::from_chars(text.data(), end, count);
    constexpr long long most = 100'000; // far from the end of what a time can be
    if (failure == std::errc{} && unit + 1 == end && count >= 0 && count <= most) {
        switch (*unit) {
        case 's': return now - std::chrono::seconds{count};
        case 'm': return now - std::chrono::minutes{count};
        case 'h': return now - std::chrono::hours{count};
        case 'd': return now - std::chrono::hours{24} * count;
        default: break;
        }
    }
    return base::parse_time(text);
}

} // namespace paysync::app
