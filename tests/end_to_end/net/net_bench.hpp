// What the tests of outgoing connections share: a server with a certificate of a private authority, and transports.
#pragma once

#include "net/transport_over.hpp"
#include "running_lane.hpp"
#include "test_handler.hpp"
#include "test_identity.hpp"

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>

namespace paysync::net {

/// The machine's clock, which the test may put forward instead of waiting.
class ShiftedClock final : public runtime::Clock {
public:
    runtime::WallTime wall() const override { return clock_.wall(); }
    runtime::SteadyTime steady() const override { return clock_.steady() + shift_.load(); }
    runtime::Task<> sleep_until(runtime::SteadyTime until) override {
        return clock_.sleep_until(until - shift_.load());
    }
    void advance(runtime::Duration span) { shift_ = shift_.load() + span; }

private:
    runtime::SystemClock clock_;
    std::atomic<runtime::Duration> shift_{runtime::Duration::zero()};
};

/// Whether this machine has ::1; a container may lack it.
inline bool has_ipv6_loopback() {
    const int descriptor = ::socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return false;
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_addr = in6addr_loopback;
    const bool bound = ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(descriptor);
    return bound;
}

class NetTest : public testing::Test {
protected:
    ServerSettings plain(const std::string& address = "127.0.0.1") const {
        ServerSettings made;
        made.address = address;
        return made;
    }
    /// With a certificate of the authority for `names`.
    ServerSettings secure(const std::vector<std::string>& names, const std::string& address = "127.0.0.1",
                          int days = 2) {
        const IdentityFiles files = identities_.issued("server", names, days);
        ServerSettings made = plain(address);
        made.certificate_file = files.certificate_file;
        made.key_file = files.key_file;
        return made;
    }
    RunningServer started(ServerSettings with) { return RunningServer{lane_, std::move(with), handler_, clock_}; }

    /// Settings that trust the authority.
    TransportSettings trusting() {
        TransportSettings made;
        made.ca_file = identities_.authority_file();
        return made;
    }

    std::future<base::Result<Response>> begin(Transport& transport, Origin origin, Request request,
                                              runtime::Duration patience = std::chrono::seconds{10}) {
        return lane_.start(transport.send(std::move(origin), std::move(request), clock_.steady() + patience));
    }
    base::Result<Response> get(Transport& transport, Origin origin,
                               runtime::Duration patience = std::chrono::seconds{10}) {
        return begin(transport, std::move(origin), {"GET", "/echo", {}, ""}, patience).get();
    }
    /// The error of a POST that must not reach the handler.
    base::Error error_of_post(const TransportSettings& settings, Origin origin,
                              runtime::Duration patience = std::chrono::seconds{10}) {
        const auto transport = make_transport(settings, clock_);
        const auto got = begin(*transport, std::move(origin), {"POST", "/echo", {}, "x"}, patience).get();
        EXPECT_FALSE(got);
        EXPECT_EQ(handler_.handled, 0);
        return got ? base::Error{} : got.error();
    }

    ShiftedClock clock_;
    TestHandler handler_{clock_};
    TestIdentities identities_;
    RunningLane lane_; // last of these: its thread ends first
};

} // namespace paysync::net
