// paysync-sandbox as a running program.
#include "sandbox/sandbox_program.hpp"

#include "paysync/base/metrics.hpp"
#include "paysync/net/self_signed.hpp"
#include "paysync/net/server.hpp"
#include "paysync/net/transport.hpp"
#include "paysync/runtime/task_group.hpp"
#include "paysync/sandbox/sandbox.hpp"
#include "sandbox/daemon_configuration.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <vector>

#include <stdlib.h>

namespace paysync::sandbox {

namespace fs = std::filesystem;
namespace asio = boost::asio;

namespace {

constexpr const char* webhook_path = "/webhooks/checkout";
constexpr std::size_t request_bytes_max = 64U * 1024U * 1024U; // a thousand rows, or a day of webhooks
constexpr int identity_days = 30;

base::Json read_json(const char* option, const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    std::ostringstream text;
    text << in.rdbuf();
    auto parsed = base::parse_json(text.str());
    if (!in || !parsed)
        throw std::runtime_error(std::string(option) + ": " + file + " cannot be read, or is no JSON");
    return std::move(*parsed);
}

/// A port that was free a moment ago.
unsigned short free_port(asio::io_context& io) {
    const asio::ip::tcp::endpoint any{asio::ip::address_v4::loopback(), 0};
    asio::ip::tcp::acceptor acceptor{io, any};
    return acceptor.local_endpoint().port();
}

std::string random_key(runtime::Chance& chance, std::size_t length) {
    constexpr std::string_view digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    std::string made;
    for (std::size_t i = 0; i < length; ++i) made += digits[chance.below(digits.size())];
    return made;
}

/// The folder of the TLS files and secrets: beside the configuration, else one that goes with the program.
class Folder {
public:
    explicit Folder(const ProgramOptions& options) {
        if (!options.config_out.empty()) {
            path_ = secrets_folder(fs::absolute(options.config_out));
            fs::create_directories(path_);
        } else if (options.tls) {
            std::string name = (fs::temp_directory_path() / "paysync-sandbox-XXXXXX").string();
            if (mkdtemp(name.data()) == nullptr)
                throw std::runtime_error("cannot make a folder in " + fs::temp_directory_path().string());
            path_ = name;
            temporary_ = true;
        }
    }
    ~Folder() {
        std::error_code ignored;
        if (temporary_) fs::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    std::string file(const char* name) const { return (path_ / name).string(); }

private:
    fs::path path_;
    bool temporary_ = false;
};

/// Everything that runs, in order of birth.
class Program {
public:
    explicit Program(const ProgramOptions& options)
        : options_{options}, folder_{options}, chance_{make_chance(options)}, sandbox_{settings(), clock_, *chance_} {
        if (options.tls) make_identities();
        salesforce_ = listen("salesforce", options.salesforce_port, sandbox_.salesforce());
        checkout_ = listen("checkout", options.checkout_port, sandbox_.checkout());
        sandbox_.set_instance_url(url(salesforce_->port()));
        sandbox_.set_checkout_url(url(checkout_->port()));
        connect();
        if (!options.config_out.empty()) write_configuration();
    }

    void announce() {
        base::Json line = {{"salesforce", url(salesforce_->port())},
                           {"checkout", url(checkout_->port())},
                           {"webhook_url", webhook_url_},
                           {"signature_key", signature_key_},
                           {"client_id", sandbox_.settings().client_id},
                           {"client_secret", sandbox_.settings().client_secret},
                           {"access_token", sandbox_.access_token()},
                           {"username", sandbox_.settings().username},
                           {"checkout_key", sandbox_.settings().checkout_key},
                           {"checkout_public_key", "pk_" + sandbox_.settings().checkout_key.substr(3)},
                           {"checkout_client_id", sandbox_.settings().checkout_client_id},
                           {"checkout_client_secret", sandbox_.settings().checkout_client_secret},
                           {"control", url(salesforce_->port()) + "/control"}};
        if (options_.tls) {
            line["ca_file"] = folder_.file("ca.pem");
            line["webhook_certificate"] = folder_.file("webhook.pem");
            line["webhook_key"] = folder_.file("webhook.key");
        }
        if (!options_.config_out.empty()) line["config"] = fs::absolute(options_.config_out).string();
        std::cout << base::to_text(line) << std::endl; // flushed: somebody waits for it
    }

    int run() {
        asio::signal_set signals{io_, SIGTERM, SIGINT};
        auto stop = [this](const boost::system::error_code& failure, int) {
            auto work = [this] { return shut_down(); };
            if (!failure) tasks_.spawn("shut down", std::move(work));
        };
        signals.async_wait(std::move(stop));
        io_.run();
        return 0;
    }

private:
    static std::unique_ptr<runtime::Chance> make_chance(const ProgramOptions& options) {
        if (options.seed) return std::make_unique<runtime::SeededChance>(*options.seed);
        return std::make_unique<runtime::SystemChance>();
    }

    SandboxSettings settings() {
        SandboxSettings made;
        made.currency = options_.currency;
        made.multi_currency = options_.multi_currency;
        made.person_accounts = options_.person_accounts;
        made.jwt_certificate = options_.jwt_certificate;
        if (!options_.jwt_username.empty()) made.username = options_.jwt_username;
        if (!options_.rules.empty()) made.rules = read_json("--rules", options_.rules);
        if (!options_.objects.empty()) {
            const base::Json list = read_json("--objects", options_.objects);
            if (!list.is_array()) throw std::runtime_error("--objects: " + options_.objects + " must hold an array");
            made.objects.assign(list.begin(), list.end());
        }
        made.client_id = "3MVG9" + random_key(*chance_, 40);
        made.client_secret = random_key(*chance_, 64);
        return made;
    }

    std::string url(unsigned short port) const { return net::Origin{options_.tls, "127.0.0.1", port}.text(); }

    void make_identities() {
        const std::vector<std::string> names = {"localhost", "127.0.0.1"};
        const runtime::WallTime since = clock_.wall() - std::chrono::hours{1};
        authority_ = net::make_authority("paysync-sandbox authority", since, identity_days);
        const net::Identity own = net::make_signed(authority_, names, since, identity_days);
        webhook_ = net::make_self_signed(names, since, identity_days);
        write_private_file(folder_.file("ca.pem"), authority_.certificate_pem);
        write_private_file(folder_.file("sandbox.pem"), own.certificate_pem);
        write_private_file(folder_.file("sandbox.key"), own.key_pem);
        write_private_file(folder_.file("webhook.pem"), webhook_.certificate_pem);
        write_private_file(folder_.file("webhook.key"), webhook_.key_pem);
    }

    std::unique_ptr<net::Server> listen(const char* name, unsigned short port, net::Handler& handler) {
        net::ServerSettings made;
        made.name = name;
        made.address = "127.0.0.1";
        made.port = port;
        if (options_.tls) {
            made.certificate_file = folder_.file("sandbox.pem");
            made.key_file = folder_.file("sandbox.key");
        }
        made.body_bytes_max = request_bytes_max;
        made.header_bytes_max = 64U * 1024U; // the org itself refuses what Salesforce would
        made.body_timeout = std::chrono::minutes{2};
        made.write_timeout = std::chrono::minutes{2};
        return net::start_server(io_.get_executor(), made, handler, clock_, metrics_);
    }

    void connect() {
        webhook_port_ = options_.webhook_port != 0 ? options_.webhook_port : free_port(io_);
        webhook_url_ = options_.webhook_url.empty() ? url(webhook_port_) + webhook_path : options_.webhook_url;
        signature_key_ = options_.signature_key.empty() ? random_key(*chance_, 40) : options_.signature_key;
        net::TransportSettings transport;
        transport.ca_file = options_.webhook_ca;
        if (transport.ca_file.empty() && options_.tls) transport.ca_file = folder_.file("webhook.pem");
        transport.connections_per_origin_max = 64;
        transport_ = net::make_transport(transport, clock_);
        SenderSettings sender;
        sender.url = webhook_url_;
        sender.signature_key = base::Secret{signature_key_};
        sender.authorization = base::Secret{options_.authorization};
        sender.time_scale = options_.time_scale;
        sandbox_.connect(*transport_, std::move(sender));
    }

    void write_configuration() {
        DaemonConfiguration made;
        made.webhook_port = webhook_port_;
        made.admin_port = free_port(io_);
        made.webhook_path = webhook_path;
        made.login_url = url(salesforce_->port());
        made.client_id = sandbox_.settings().client_id;
        made.client_secret = sandbox_.settings().client_secret;
        made.signature_key = signature_key_;
        made.currency = options_.currency;
        made.ca_certificate = authority_.certificate_pem;
        made.webhook_certificate = webhook_.certificate_pem;
        made.webhook_key = webhook_.key_pem;
        write_daemon_configuration(fs::absolute(options_.config_out), made);
    }

    runtime::Task<> shut_down() {
        const runtime::SteadyTime until = clock_.steady() + std::chrono::seconds{5};
        salesforce_->stop();
        checkout_->stop();
        co_await sandbox_.sender().stop();
        co_await salesforce_->join(until);
        co_await checkout_->join(until);
        io_.stop(); // idle connections of the transport need no farewell
    }

    ProgramOptions options_;
    Folder folder_;
    asio::io_context io_{1};
    runtime::SystemClock clock_;
    std::unique_ptr<runtime::Chance> chance_;
    base::Metrics metrics_;
    net::Identity authority_; ///< signs the certificate of both listeners
    net::Identity webhook_;
    std::string signature_key_;
    std::string webhook_url_;
    unsigned short webhook_port_ = 0;
    std::unique_ptr<net::Transport> transport_;
    Sandbox sandbox_;
    std::unique_ptr<net::Server> salesforce_;
    std::unique_ptr<net::Server> checkout_;
    runtime::TaskGroup tasks_{io_.get_executor()};
};

} // namespace

int run_sandbox(const ProgramOptions& options) {
    Program program{options};
    program.announce();
    return program.run();
}

} // namespace paysync::sandbox
