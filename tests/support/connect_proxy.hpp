// A small real HTTP proxy that knows CONNECT, on 127.0.0.1, with a thread of its own.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace paysync::tests {

struct ConnectProxySettings {
    std::string certificate_file; ///< PEM; empty: plain HTTP to the proxy
    std::string key_file;
    std::string authorization; ///< the value of Proxy-Authorization that it demands; empty: none
    /// Hosts that nobody but the proxy can find: `acme.example:443` is a port of 127.0.0.1.
    std::map<std::string, unsigned short> hosts;
};

/// What it does may be changed while it runs. All members may be called from any thread.
class ConnectProxy {
public:
    explicit ConnectProxy(ConnectProxySettings settings = {});
    ~ConnectProxy();
    ConnectProxy(const ConnectProxy&) = delete;
    ConnectProxy& operator=(const ConnectProxy&) = delete;

    unsigned short port() const { return port_; }
    std::string url() const;

    /// From now on CONNECT is answered with these bytes; empty: as it should be.
    void answer_with(std::string bytes);
    /// From now on CONNECT gets no answer.
    void stall() { stalling_ = true; }
    /// Ends all tunnels.
    void cut();

    std::vector<std::string> targets() const;                ///< of every CONNECT that came, in order
    std::vector<std::string> heads() const;                  ///< the same, whole
    std::size_t connections() const { return connections_; } ///< ever accepted
    std::size_t tunnels() const { return tunnels_; }         ///< ever opened
    std::size_t bytes_through() const { return bytes_through_; }

private:
    using Socket = boost::asio::ip::tcp::socket;
    template <class T = void>
    using Task = boost::asio::awaitable<T>;

    Task<> accept();
    Task<> serve(Socket socket);
    template <class Stream>
    Task<> serve_client(Stream& client, Socket& server);
    template <class From, class To>
    Task<> pump(From& from, To& to, Socket& one, Socket& other);
    std::string answer_to(const std::string& head, std::string& target);
    Task<bool> connect(Socket& server, const std::string& target);

    ConnectProxySettings settings_;
    std::optional<boost::asio::ssl::context> tls_;
    boost::asio::io_context io_{1};
    boost::asio::ip::tcp::acceptor acceptor_{io_};
    unsigned short port_ = 0;
    std::list<Socket*> open_; ///< on the thread of io_
    mutable std::mutex mutex_;
    std::string answer_;
    std::vector<std::string> targets_;
    std::vector<std::string> heads_;
    std::atomic<bool> stalling_ = false;
    std::atomic<std::size_t> connections_ = 0;
    std::atomic<std::size_t> tunnels_ = 0;
    std::atomic<std::size_t> bytes_through_ = 0;
    std::thread thread_;
};

} // namespace paysync::tests
