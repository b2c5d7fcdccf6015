// Blocking sockets.
#include "raw_peer.hpp"

#include <gtest/gtest.h>

#include <openssl/ssl.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace paysync::net {

RawSocket::RawSocket(int descriptor) : descriptor_{descriptor} {
    const timeval patience{10, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

RawSocket::~RawSocket() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

RawSocket::RawSocket(RawSocket&& other) noexcept
    : descriptor_{std::exchange(other.descriptor_, -1)}, reset_{other.reset_} {}

RawSocket RawSocket::connected(unsigned short port, const std::string& address) {
    sockaddr_storage storage{};
    socklen_t size = sizeof(sockaddr_in);
    const bool six = address.find(':') != std::string::npos;
    if (six) {
        auto* const to = reinterpret_cast<sockaddr_in6*>(&storage);
        to->sin6_family = AF_INET6;
        to->sin6_port = htons(port);
        ::inet_pton(AF_INET6, address.c_str(), &to->sin6_addr);
        size = sizeof(sockaddr_in6);
    } else {
        auto* const to = reinterpret_cast<sockaddr_in*>(&storage);
        to->sin_family = AF_INET;
        to->sin_port = htons(port);
        ::inet_pton(AF_INET, address.c_str(), &to->sin_addr);
    }
    RawSocket made{::socket(six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    EXPECT_EQ(::connect(made.descriptor_, reinterpret_cast<sockaddr*>(&storage), size), 0) << errno;
    return made;
}

bool RawSocket::send(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::string RawSocket::read_to_end() {
    return read_until("\x01 never sent");
}

std::string RawSocket::read_until(std::string_view mark) {
    std::string got;
    std::array<char, 65536> piece{};
    while (got.find(mark) == std::string::npos) {
        const ssize_t size = ::recv(descriptor_, piece.data(), piece.size(), 0);
        if (size < 0) {
            reset_ = errno == ECONNRESET;
            EXPECT_TRUE(reset_) << "nothing came for 10 s, after: " << got;
        }
        if (size <= 0) break;
        got.append(piece.data(), static_cast<std::size_t>(size));
    }
    return got;
}

void RawSocket::close_rudely() {
    const linger now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(std::exchange(descriptor_, -1));
}

ScriptedPeer::ScriptedPeer(std::vector<Script> scripts)
    : listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 16), 0);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread{[this, scripts = std::move(scripts)] {
        for (const Script& script : scripts) {
            pollfd ready{listener_, POLLIN, 0};
            if (::poll(&ready, 1, 10'000) != 1) {
                ADD_FAILURE() << "nobody connected for 10 s";
                return;
            }
            RawSocket peer{::accept(listener_, nullptr, nullptr)};
            script(peer);
        }
    }};
}

ScriptedPeer::~ScriptedPeer() {
    thread_.join();
    ::close(listener_);
}

bool tls_handshake_succeeds(unsigned short port, int version_max) {
    const RawSocket raw = RawSocket::connected(port);
    SSL_CTX* const context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(context, 0); // or this OpenSSL itself would refuse the old versions
    SSL_CTX_set_max_proto_version(context, version_max);
    SSL* const ssl = SSL_new(context);
    SSL_set_fd(ssl, raw.descriptor());
    const bool done = SSL_connect(ssl) == 1;
    SSL_free(ssl);
    SSL_CTX_free(context);
    return done;
}

} // namespace paysync::net
