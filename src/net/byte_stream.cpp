// The one unit that compiles Asio's operations for plain and TLS streams: each is heavy.
#include "byte_stream.hpp"

#include "paysync/base/result.hpp"
#include "peer_certificate.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <openssl/x509v3.h>

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <type_traits>

namespace paysync::net {

namespace {

using asio::ip::tcp;
using boost::system::error_code;
using runtime::Task;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t drained_max = 256U * 1024U;

class PlainStream final : public ByteStream {
public:
    explicit PlainStream(tcp::socket socket) : ByteStream{socket.get_executor()}, socket_{std::move(socket)} {}

    Task<error_code> accept_handshake() override { co_return error_code{}; }
    Task<error_code> connect_handshake(std::string) override { co_return error_code{}; }
    std::string certificate_failure() const override { return {}; }
    std::vector<std::string> peer_pins() const override { return {}; }
    std::unique_ptr<ByteStream> under_tls(std::shared_ptr<asio::ssl::context> context) && override;

    Task<Transfer> read_some(char* data, std::size_t size) override {
        if (expired()) co_return Transfer{asio::error::timed_out, 0};
        auto [failure, bytes] = co_await socket_.async_read_some(asio::buffer(data, size), as_result);
        co_return Transfer{outcome(failure), bytes};
    }

    Task<Transfer> write(std::string_view first, std::string_view second) override {
        const std::array<asio::const_buffer, 2> buffers{asio::buffer(first), asio::buffer(second)};
        auto [failure, bytes] = co_await asio::async_write(socket_, buffers, as_result);
        co_return Transfer{outcome(failure), bytes};
    }

private:
    tcp::socket& socket() override { return socket_; }
    Task<> say_end() override { co_return; }

    tcp::socket socket_;
};

tcp::socket& socket_below(tcp::socket& socket) {
    return socket;
}

template <class Lower>
tcp::socket& socket_below(asio::ssl::stream<Lower>& stream) {
    return socket_below(stream.next_layer());
}

/// Contexts of all layers, kept alive as long as their stream.
using Contexts = std::vector<std::shared_ptr<asio::ssl::context>>;

template <class Lower>
class TlsStream final : public ByteStream {
public:
    TlsStream(Lower lower, Contexts contexts)
        : ByteStream{lower.get_executor()},
          contexts_{std::move(contexts)},
          stream_{std::move(lower), *contexts_.back()},
          failure_{std::make_shared<std::string>()} {}

    Task<error_code> accept_handshake() override {
        auto [failure] = co_await stream_.async_handshake(asio::ssl::stream_base::server, as_result);
        co_return outcome(failure);
    }

    Task<error_code> connect_handshake(std::string host) override {
        expect_peer(std::move(host));
        auto [failure] = co_await stream_.async_handshake(asio::ssl::stream_base::client, as_result);
        co_return outcome(failure);
    }

    std::string certificate_failure() const override { return *failure_; }
    std::vector<std::string> peer_pins() const override {
        return pins_of_peer(const_cast<TlsStream*>(this)->stream_.native_handle());
    }
    std::unique_ptr<ByteStream> under_tls([[maybe_unused]] std::shared_ptr<asio::ssl::context> context) && override {
        if constexpr (std::is_same_v<Lower, tcp::socket>) {
            contexts_.push_back(std::move(context));
            return std::make_unique<TlsStream<asio::ssl::stream<tcp::socket>>>(std::move(stream_),
                                                                               std::move(contexts_));
        } else {
            base::assertion_failed("Lower is a socket", "a third layer of TLS");
        }
    }

    Task<Transfer> read_some(char* data, std::size_t size) override {
        if (expired()) co_return Transfer{asio::error::timed_out, 0};
        auto [failure, bytes] = co_await stream_.async_read_some(asio::buffer(data, size), as_result);
        co_return Transfer{outcome(failure), bytes};
    }

    Task<Transfer> write(std::string_view first, std::string_view second) override {
        // Each buffer would become a record of its own: a small message is joined into one.
        std::string joined;
        if (first.size() + second.size() <= 16U * 1024U) {
            joined.append(first).append(second);
            first = joined;
            second = {};
        }
        const std::array<asio::const_buffer, 2> buffers{asio::buffer(first), asio::buffer(second)};
        auto [failure, bytes] = co_await asio::async_write(stream_, buffers, as_result);
        co_return Transfer{outcome(failure), bytes};
    }

private:
    void expect_peer(std::string host) {
        SSL* const ssl = stream_.native_handle();
        X509_VERIFY_PARAM* const wanted = SSL_get0_param(ssl);
        error_code no_address;
        asio::ip::make_address(host, no_address);
        if (no_address) {
            if (host.ends_with('.')) host.pop_back(); // the root of DNS stands in no certificate (RFC 6066 3)
            SSL_set_tlsext_host_name(ssl, host.c_str());
            X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
            X509_VERIFY_PARAM_set1_host(wanted, host.c_str(), host.size());
        } else {
            X509_VERIFY_PARAM_set1_ip_asc(wanted, host.c_str());
        }
        // After a failed handshake OpenSSL no longer knows the certificate: what is to be said of it is said here.
        auto note = [failure = failure_, host](bool valid, asio::ssl::verify_context& chain) {
            if (!valid && failure->empty()) *failure = certificate_mistake(chain.native_handle(), host);
            return valid;
        };
        stream_.set_verify_mode(asio::ssl::verify_peer);
        stream_.set_verify_callback(std::move(note));
    }

    tcp::socket& socket() override { return socket_below(stream_); }
    Task<> say_end() override { co_await stream_.async_shutdown(as_result); }

    Contexts contexts_;
    asio::ssl::stream<Lower> stream_;
    std::shared_ptr<std::string> failure_;
};

std::unique_ptr<ByteStream> PlainStream::under_tls(std::shared_ptr<asio::ssl::context> context) && {
    return make_tls_stream(std::move(socket_), std::move(context));
}

} // namespace

ByteStream::ByteStream(const runtime::Lane& lane) : timer_{lane}, alive_{std::make_shared<int>(0)} {}

ByteStream::~ByteStream() = default;

void ByteStream::expires_after(runtime::Duration span) {
    expires_never();
    arm(span);
}

void ByteStream::expires_never() {
    ++turn_;
    expired_ = false;
    timer_.cancel();
}

void ByteStream::arm(runtime::Duration span) {
    timer_.expires_after(std::chrono::duration_cast<asio::steady_timer::duration>(span));
    timer_.async_wait([this, alive = std::weak_ptr<int>(alive_), turn = turn_](error_code failure) {
        if (failure || alive.expired() || turn != turn_) return;
        expired_ = true;
        error_code ignored;
        socket().cancel(ignored);
        // An operation in several steps may just be between two of them, with nothing to cancel: ring until it ended.
        arm(std::chrono::milliseconds{20});
    });
}

error_code ByteStream::outcome(error_code failure) const {
    return failure && expired_ ? error_code{asio::error::timed_out} : failure;
}

Task<> ByteStream::finish(runtime::Duration limit) {
    expires_after(limit);
    co_await say_end();
    error_code failure;
    socket().shutdown(tcp::socket::shutdown_send, failure);
    std::array<char, 4096> rest;
    for (std::size_t drained = 0; !failure && !expired_ && drained < drained_max;) {
        auto [ended, bytes] = co_await socket().async_read_some(asio::buffer(rest), as_result);
        failure = ended;
        drained += bytes;
    }
    close();
}

void ByteStream::close() {
    expires_never();
    error_code ignored;
    socket().close(ignored);
}

bool ByteStream::quiet() {
    char one = 0;
    return socket().is_open() && ::recv(socket().native_handle(), &one, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK);
}

std::unique_ptr<ByteStream> make_plain_stream(tcp::socket socket) {
    return std::make_unique<PlainStream>(std::move(socket));
}

std::unique_ptr<ByteStream> make_tls_stream(tcp::socket socket, std::shared_ptr<asio::ssl::context> context) {
    Contexts contexts{std::move(context)};
    return std::make_unique<TlsStream<tcp::socket>>(std::move(socket), std::move(contexts));
}

} // namespace paysync::net
