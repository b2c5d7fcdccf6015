// The real programs: a sandbox and a daemon that uses it, over TLS on free ports, in a folder of their own.
#pragma once

#include "demo/child_process.hpp"
#include "demo/day.hpp"
#include "paysync/base/text.hpp"
#include "paysync/demo/shop.hpp"
#include "paysync/net/transport.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>

namespace paysync::tests {

class RunningPair {
public:
    /// `sandbox_options`: further words for paysync-sandbox.
    explicit RunningPair(std::vector<std::string> sandbox_options = {}) {
        std::string name = (std::filesystem::temp_directory_path() / "paysync-test-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        folder_ = name;
        std::vector<std::string> command{
            program("paysync-sandbox"), "--salesforce-port", "0", "--checkout-port", "0", "--config-out", config()};
        if (sandbox_options.empty()) sandbox_options = {"--tls"};
        command.insert(command.end(), sandbox_options.begin(), sandbox_options.end());
        sandbox_ = std::make_unique<demo::ChildProcess>(command, (folder_ / "sandbox.log").string());
        const auto line = sandbox_->first_line(60);
        if (!line) throw std::runtime_error("the sandbox did not start: " + log("sandbox.log"));
        urls = base::parse_json(*line).value();
        places.control = urls.at("control").get<std::string>();
        net::TransportSettings trust;
        if (const auto ca = base::member_text(urls, "ca_file")) trust.ca_file = *ca;
        transport = net::make_transport(trust, clock);
        if (const auto own = base::member_text(urls, "webhook_certificate")) trust.ca_file = *own;
        webhook_transport_ = net::make_transport(trust, clock);
    }

    ~RunningPair() {
        if (daemon) daemon->end();
        sandbox_->end();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    std::string config() const { return (folder_ / "paysync.yaml").string(); }
    const std::filesystem::path& folder() const { return folder_; }
    static std::string program(const std::string& name) { return std::string(PAYSYNC_BINARY_DIR) + "/" + name; }

    std::string log(const std::string& file) const {
        std::ifstream in{folder_ / file};
        return {std::istreambuf_iterator<char>{in}, {}};
    }

    /// Starts the daemon and waits until it serves; false when it ends before (a planned crash).
    bool start_daemon(const std::string& binary = "paysync") {
        const auto ready = folder_ / "ready.json";
        std::filesystem::remove(ready);
        std::vector<std::string> command{"/usr/bin/env"};
        command.insert(command.end(), environment.begin(), environment.end());
        command.insert(command.end(),
                       {program(binary), "run", "--config", config(), "--ready-file", ready.string()});
        daemon = std::make_unique<demo::ChildProcess>(command, (folder_ / "paysync.log").string());
        for (int i = 0; i < 3000 && daemon->running(); ++i) {
            std::ifstream in{ready};
            std::string line;
            if (std::getline(in, line)) {
                const auto listening = base::parse_json(line).value();
                places.admin = listening.at("admin").get<std::string>();
                webhooks = listening.at("webhooks").get<std::string>();
                return true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds{20});
        }
        return false;
    }

    template <class T>
    T await(runtime::Task<T> task) {
        std::optional<T> value;
        std::exception_ptr failure;
        boost::asio::co_spawn(io_, std::move(task), [&](std::exception_ptr thrown, T got) {
            failure = thrown;
            if (!thrown) value.emplace(std::move(got));
        });
        io_.restart();
        while (!value && !failure && io_.run_one() > 0) {
        }
        if (failure) std::rethrow_exception(failure);
        return std::move(*value);
    }

    base::Result<net::Response> send(const std::string& url, net::Request request) {
        const net::Url where = net::parse_url(url).value();
        request.target = where.target;
        net::Transport& way = !webhooks.empty() && url.starts_with(webhooks) ? *webhook_transport_ : *transport;
        return await(way.send(where.origin, std::move(request), clock.steady() + std::chrono::seconds{30}));
    }

    net::Request signed_webhook(const std::string& body) const {
        net::Request request;
        request.method = "POST";
        request.headers.set("Content-Type", "application/json");
        request.headers.set("Cko-Signature",
                            base::to_hex(base::hmac_sha256(urls.at("signature_key").get<std::string>(), body)));
        request.body = body;
        return request;
    }

    base::Json get(const std::string& url) {
        auto answer = send(url, net::Request{});
        if (!answer) throw std::runtime_error(url + ": " + answer.error().detail);
        return base::parse_json(answer->body).value();
    }

    base::Json store_counts() { return get(places.admin + "/status").at("store"); }

    enum class Until { events_are_settled, nothing_waits };
    /// False after two minutes. A payment whose payer nobody names waits for longer than a test does.
    bool wait_until_settled(Until until = Until::nothing_waits) {
        for (int i = 0; i < 1200; ++i) {
            const base::Json counts = store_counts();
            const bool waits = until == Until::nothing_waits && counts.value("waiting", 1) != 0;
            if (counts.value("unsettled", 1) == 0 && !waits) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds{100});
        }
        return false;
    }

    demo::AskOrg org() {
        return [this](const std::string& object) { return get(places.control + "/records?object=" + object); };
    }

private:
    boost::asio::io_context io_{1}; // outlives the transport's connections

public:
    runtime::SystemClock clock;
    base::Json urls;
    demo::Places places;
    std::string webhooks;
    std::vector<std::string> environment; ///< `NAME=value`, for the daemon
    std::unique_ptr<net::Transport> transport;
    std::unique_ptr<demo::ChildProcess> daemon;

private:
    std::unique_ptr<net::Transport> webhook_transport_; ///< trusts the daemon's own certificate
    std::filesystem::path folder_;
    std::unique_ptr<demo::ChildProcess> sandbox_;
};

/// What a program prints and how it ends.
struct Ran {
    int exit_code = 0;
    std::string output;
};

inline Ran run_program(const std::string& command) {
    Ran ran;
    FILE* pipe = popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
    char buffer[4096];
    for (std::size_t got = 0; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) ran.output.append(buffer, got);
    const int status = pclose(pipe);
    ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
}

} // namespace paysync::tests
