// Waiting questions to the admin listener.
#include "running_daemon.hpp"

#include "run_to_end.hpp"

namespace paysync::app {

namespace {

constexpr runtime::Duration patience = std::chrono::seconds{3};

/// On the same machine nobody stands between: proxies and private authorities are for the way to Salesforce.
std::unique_ptr<net::Transport> plain_transport(runtime::Clock& clock) {
    return net::make_transport(net::TransportSettings{}, clock);
}

} // namespace

RunningDaemon::RunningDaemon(net::Origin admin) : admin_{std::move(admin)}, transport_{plain_transport(clock_)} {}

net::Origin RunningDaemon::admin_of(const Configuration& configuration) {
    return net::Origin{false, configuration.admin_server.address, configuration.admin_server.port};
}

base::Result<net::Response> RunningDaemon::get(const std::string& page) {
    return ask("GET", page);
}

bool RunningDaemon::wake() {
    const auto answer = ask("POST", "/wake");
    return answer && answer->status == 200;
}

base::Result<net::Response> RunningDaemon::ask(const std::string& method, const std::string& page) {
    net::Request request;
    request.method = method;
    request.target = page;
    return run_to_end<base::Result<net::Response>>(
        io_, [&] { return transport_->send(admin_, request, clock_.steady() + patience); });
}

base::Result<base::Json> RunningDaemon::status() {
    const auto answer = get("/status");
    if (!answer) return answer.error();
    if (answer->status != 200)
        return base::Error{base::Errc::unavailable, "it answers " + std::to_string(answer->status)};
    return base::parse_json(answer->body);
}

void RunningDaemon::wait(runtime::Duration span) {
    run_to_end<bool>(io_, [&]() -> runtime::Task<bool> {
        co_await clock_.sleep_for(span);
        co_return true;
    });
}

} // namespace paysync::app
