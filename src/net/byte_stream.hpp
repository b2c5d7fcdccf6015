// A TCP connection, plain or under TLS, with one deadline. HTTP on both sides is written against this.
#pragma once

#include "paysync/runtime/clock.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace boost::asio::ssl {
class context;
}

namespace paysync::net {

namespace asio = boost::asio;

/// What one operation did: `bytes` of payload even when it failed half way.
struct Transfer {
    boost::system::error_code failure;
    std::size_t bytes = 0;
};

/// The deadline interrupts an operation but leaves the connection open, so that a slow peer can still be told; the
/// operation then reports asio::error::timed_out. It holds for all operations until it is set anew.
/// At most one operation at a time. All on one lane.
class ByteStream {
public:
    explicit ByteStream(const runtime::Lane& lane);
    virtual ~ByteStream();
    ByteStream(const ByteStream&) = delete;
    ByteStream& operator=(const ByteStream&) = delete;

    void expires_after(runtime::Duration span);
    void expires_never();
    bool expired() const { return expired_; }

    /// Nothing to do for a plain stream. The one that accepted is the server.
    virtual runtime::Task<boost::system::error_code> accept_handshake() = 0;
    /// Verifies the chain and that the certificate is for `host` (a DNS name, which is also sent, or an address).
    virtual runtime::Task<boost::system::error_code> connect_handshake(std::string host) = 0;
    /// Why the peer's certificate was not accepted, as what is said of it; empty when that was not the reason.
    virtual std::string certificate_failure() const = 0;
    /// The pins of the verified chain, the peer's own first; after connect_handshake() succeeded.
    virtual std::vector<std::string> peer_pins() const = 0;
    /// A stream of TLS through this one, which is used up. Two layers are the most: to a proxy, and through it.
    virtual std::unique_ptr<ByteStream> under_tls(std::shared_ptr<asio::ssl::context> context) && = 0;

    virtual runtime::Task<Transfer> read_some(char* data, std::size_t size) = 0;
    /// Both, one after the other. The views must live until this returns.
    virtual runtime::Task<Transfer> write(std::string_view first, std::string_view second) = 0;

    /// Says that no more will be sent, lets the peer read it (an abrupt close would throw away what it has not read
    /// yet), and closes. Returns within `limit`.
    runtime::Task<> finish(runtime::Duration limit);
    /// At once; operations under way fail.
    void close();
    /// Open, and nothing has come: neither bytes nor the peer's end.
    bool quiet();

protected:
    virtual asio::ip::tcp::socket& socket() = 0;
    virtual runtime::Task<> say_end() = 0;
    /// What to report for an operation that ended with `failure`.
    boost::system::error_code outcome(boost::system::error_code failure) const;

private:
    void arm(runtime::Duration span);

    asio::steady_timer timer_;
    std::shared_ptr<int> alive_; // a timer that has rung cannot be called back: its completion looks here first
    unsigned turn_ = 0;
    bool expired_ = false;
};

std::unique_ptr<ByteStream> make_plain_stream(asio::ip::tcp::socket socket);
/// Keeps the context alive, also when it is replaced in the meantime.
std::unique_ptr<ByteStream> make_tls_stream(asio::ip::tcp::socket socket,
                                            std::shared_ptr<asio::ssl::context> context);

} // namespace paysync::net
