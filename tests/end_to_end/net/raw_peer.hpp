// Peers on plain POSIX sockets, blocking: they can be slow, wrong and rude as no HTTP library would be.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace paysync::net {

/// One end of a TCP connection. Every wait ends after 10 s at the latest: then the test fails instead of hanging.
class RawSocket {
public:
    explicit RawSocket(int descriptor);
    ~RawSocket();
    RawSocket(RawSocket&& other) noexcept;
    RawSocket(const RawSocket&) = delete;
    RawSocket& operator=(const RawSocket&) = delete;
    RawSocket& operator=(RawSocket&&) = delete;

    static RawSocket connected(unsigned short port, const std::string& address = "127.0.0.1");

    /// False when the peer has gone.
    bool send(std::string_view bytes);
    /// What comes until the peer closes; sets reset() when it did so rudely.
    std::string read_to_end();
    /// What comes until `mark` was seen (and perhaps more), or the end.
    std::string read_until(std::string_view mark);
    bool reset() const { return reset_; }
    void close_rudely(); ///< RST
    int descriptor() const { return descriptor_; }

private:
    int descriptor_;
    bool reset_ = false;
};

/// Accepts connections one after the other, each treated as its script says.
class ScriptedPeer {
public:
    using Script = std::function<void(RawSocket&)>;
    explicit ScriptedPeer(std::vector<Script> scripts);
    ~ScriptedPeer(); ///< waits until all scripts were played, or 10 s for the next connection
    ScriptedPeer(const ScriptedPeer&) = delete;
    ScriptedPeer& operator=(const ScriptedPeer&) = delete;

    unsigned short port() const { return port_; }

private:
    int listener_ = -1;
    unsigned short port_ = 0;
    std::thread thread_;
};

/// Whether a TLS handshake with at most this version (of OpenSSL's constants) succeeds; no certificate is checked.
bool tls_handshake_succeeds(unsigned short port, int version_max);

} // namespace paysync::net
