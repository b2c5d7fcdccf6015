// The proxy's connections.
#include "support/connect_proxy.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <exception>

namespace paysync::tests {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t head_bytes_max = 16U * 1024U;

void end_with_bugs(std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure); // out of io_context::run(): the test program dies
}

} // namespace

ConnectProxy::ConnectProxy(ConnectProxySettings settings) : settings_{std::move(settings)} {
    if (!settings_.certificate_file.empty()) {
        tls_.emplace(asio::ssl::context::tls_server);
        tls_->use_certificate_chain_file(settings_.certificate_file);
        tls_->use_private_key_file(settings_.key_file, asio::ssl::context::pem);
    }
    const tcp::endpoint any{asio::ip::address_v4::loopback(), 0};
    acceptor_.open(any.protocol());
    acceptor_.bind(any);
    acceptor_.listen();
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(io_, accept(), end_with_bugs);
    thread_ = std::thread{[this] { io_.run(); }};
}

ConnectProxy::~ConnectProxy() {
    asio::post(io_, [this] { acceptor_.close(); });
    cut();
    thread_.join();
}

std::string ConnectProxy::url() const {
    return (tls_ ? "https://127.0.0.1:" : "http://127.0.0.1:") + std::to_string(port_);
}

void ConnectProxy::answer_with(std::string bytes) {
    const std::lock_guard lock{mutex_};
    answer_ = std::move(bytes);
}

void ConnectProxy::cut() {
    asio::post(io_, [this] {
        error_code ignored;
        for (Socket* socket : open_) socket->close(ignored);
    });
}

std::vector<std::string> ConnectProxy::targets() const {
    const std::lock_guard lock{mutex_};
    return targets_;
}

std::vector<std::string> ConnectProxy::heads() const {
    const std::lock_guard lock{mutex_};
    return heads_;
}

ConnectProxy::Task<> ConnectProxy::accept() {
    for (;;) {
        auto [failure, socket] = co_await acceptor_.async_accept(as_result);
        if (failure) co_return;
        ++connections_;
        asio::co_spawn(io_, serve(std::move(socket)), end_with_bugs);
    }
}

ConnectProxy::Task<> ConnectProxy::serve(Socket socket) {
    Socket server{io_};
    if (!tls_) {
        const auto place = open_.insert(open_.end(), &socket);
        co_await serve_client(socket, server);
        open_.erase(place);
        co_return;
    }
    asio::ssl::stream<Socket> client{std::move(socket), *tls_};
    const auto place = open_.insert(open_.end(), &client.next_layer());
    auto [failure] = co_await client.async_handshake(asio::ssl::stream_base::server, as_result);
    if (!failure) co_await serve_client(client, server);
    open_.erase(place);
}

std::string ConnectProxy::answer_to(const std::string& head, std::string& target) {
    const std::lock_guard lock{mutex_};
    heads_.push_back(head);
    if (!head.starts_with("CONNECT ")) return "HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n";
    target = head.substr(8, head.find(' ', 8) - 8);
    targets_.push_back(target);
    if (!answer_.empty()) return answer_;
    const std::string wanted = "\r\nProxy-Authorization: " + settings_.authorization + "\r\n";
    if (!settings_.authorization.empty() && head.find(wanted) == std::string::npos)
        return "HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\n"
               "Content-Length: 0\r\n\r\n";
    return {};
}

ConnectProxy::Task<bool> ConnectProxy::connect(Socket& server, const std::string& target) {
    const auto known = settings_.hosts.find(target);
    const auto colon = target.rfind(':');
    const std::string name = target.substr(0, colon);
    const std::string bare = name.starts_with('[') ? name.substr(1, name.size() - 2) : name;
    error_code failure;
    tcp::endpoint endpoint{asio::ip::address_v4::loopback(), 0};
    if (known != settings_.hosts.end()) {
        endpoint.port(known->second);
    } else {
        endpoint = {asio::ip::make_address(bare == "localhost" ? "127.0.0.1" : bare, failure),
                    static_cast<unsigned short>(std::stoi(target.substr(colon + 1)))};
    }
    if (failure) co_return false;
    auto [refused] = co_await server.async_connect(endpoint, as_result);
    co_return !refused;
}

template <class Stream>
ConnectProxy::Task<> ConnectProxy::serve_client(Stream& client, Socket& server) {
    using namespace asio::experimental::awaitable_operators;
    std::string head;
    auto buffer = asio::dynamic_buffer(head, head_bytes_max);
    auto [failure, size] = co_await asio::async_read_until(client, buffer, "\r\n\r\n", as_result);
    if (failure) co_return;
    std::string target;
    std::string answer = answer_to(head, target);
    if (stalling_) { // until the client goes
        co_await asio::async_read_until(client, buffer, "never sent", as_result);
        co_return;
    }
    bool connected = false;
    if (answer.empty()) {
        connected = co_await connect(server, target);
        answer = connected ? "HTTP/1.1 200 Connection established\r\n\r\n"
                           : "HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n";
    }
    const auto answer_bytes = asio::buffer(answer);
    co_await asio::async_write(client, answer_bytes, as_result);
    if (!connected) co_return;
    ++tunnels_;
    Socket* socket = nullptr;
    if constexpr (std::is_same_v<Stream, Socket>)
        socket = &client;
    else
        socket = &client.next_layer();
    co_await (pump(client, server, *socket, server) && pump(server, client, *socket, server));
}

template <class From, class To>
ConnectProxy::Task<> ConnectProxy::pump(From& from, To& to, Socket& one, Socket& other) {
    std::array<char, 16384> piece{};
    for (;;) {
        const auto room = asio::buffer(piece);
        auto [ended, bytes] = co_await from.async_read_some(room, as_result);
        bytes_through_ += bytes;
        const auto got = asio::buffer(piece.data(), bytes);
        auto [gone, written] = co_await asio::async_write(to, got, as_result);
        if (ended || gone) break;
    }
    error_code ignored;
    one.close(ignored);
    other.close(ignored);
}

} // namespace paysync::tests
