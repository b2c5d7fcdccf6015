// Hosts with several addresses, of both families, and hosts that move.
#include "net_bench.hpp"

#include <gmock/gmock.h>

#include <arpa/inet.h>
#include <fcntl.h>

#include <deque>

namespace paysync::net {
namespace {

using base::Errc;
using boost::asio::ip::make_address;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;

/// Says what a name means now.
class TestResolver final : public Resolver {
public:
    runtime::Task<base::Result<Endpoints>> resolve(std::string, unsigned short, runtime::Duration) override {
        ++asked;
        co_return meaning;
    }
    Endpoints meaning; ///< changed on the lane, or while nothing runs
    int asked = 0;
};

/// An address that never answers: its backlog is full, so the kernel drops every further SYN.
class SilentPort {
public:
    SilentPort() : listener_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
        address_.sin_family = AF_INET;
        address_.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address_;
        EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address_), size), 0);
        EXPECT_EQ(::listen(listener_, 0), 0);
        EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address_), &size), 0);
        for (int i = 0; i < 4; ++i) {
            fillers_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
            ::connect(fillers_.back(), reinterpret_cast<sockaddr*>(&address_), size);
        }
    }
    ~SilentPort() {
        for (const int filler : fillers_) ::close(filler);
        ::close(listener_);
    }
    SilentPort(const SilentPort&) = delete;
    SilentPort& operator=(const SilentPort&) = delete;

    unsigned short port() const { return ntohs(address_.sin_port); }

private:
    int listener_;
    sockaddr_in address_{};
    std::vector<int> fillers_;
};

class AddressTest : public NetTest {
protected:
    static boost::asio::ip::tcp::endpoint at(const std::string& address, unsigned short port) {
        return {make_address(address), port};
    }
    unsigned short closed_port() { return started(plain()).port(); }
    std::unique_ptr<Transport> transport(TransportSettings settings = {}) {
        return make_transport_over(names_, std::move(settings), clock_);
    }

    const std::shared_ptr<TestResolver> names_ = std::make_shared<TestResolver>();
    const Origin acme_{false, "acme.test", 80};
};

TEST_F(AddressTest, AnAddressThatSwallowsEverythingDoesNotEatTheDeadline) {
    const SilentPort silent;
    RunningServer server = started(plain());
    names_->meaning = {at("127.0.0.1", silent.port()), at("127.0.0.1", silent.port()),
                       at("127.0.0.1", server.port())};
    TransportSettings patient;
    patient.connect_timeout = seconds{30};
    const auto before = clock_.steady();

    const auto got = get(*transport(patient), acme_, seconds{30});

    ASSERT_TRUE(got) << got.error().detail;
    EXPECT_LT(clock_.steady() - before, seconds{5});
    EXPECT_GE(clock_.steady() - before, milliseconds{400}) << "each had its time";
}

TEST_F(AddressTest, AnAddressThatRefusesIsPassedOverAtOnce) {
    RunningServer server = started(plain());
    names_->meaning.assign(12, at("127.0.0.1", closed_port()));
    names_->meaning.push_back(at("127.0.0.1", server.port()));
    const auto before = clock_.steady();

    ASSERT_TRUE(get(*transport(), acme_));

    EXPECT_LT(clock_.steady() - before, seconds{2}) << "with a pause behind each it would be three";
}

TEST_F(AddressTest, SaysWhatBecameOfEachAddress) {
    const SilentPort silent;
    const unsigned short closed = closed_port();
    names_->meaning = {at("127.0.0.1", closed), at("127.0.0.1", silent.port())};
    TransportSettings hasty;
    hasty.connect_timeout = milliseconds{100};

    const auto got = get(*transport(hasty), acme_);

    ASSERT_FALSE(got);
    EXPECT_EQ(got.error().code, Errc::not_sent);
    EXPECT_THAT(got.error().detail, AllOf(HasSubstr("cannot connect to http://acme.test: 127.0.0.1:" +
                                                    std::to_string(closed) + " Connection refused"),
                                          HasSubstr("no answer in time")));
}

TEST_F(AddressTest, KeepsItsConnectionUntilThatIsOldAndThenFollowsTheHost) {
    RunningServer before = started(plain("127.0.0.1"));
    RunningServer after = started(plain("127.0.0.2"));
    names_->meaning = {at("127.0.0.1", before.port())};
    TransportSettings settings;
    settings.idle_max = std::chrono::hours{1};
    settings.age_max = minutes{10};
    const auto over = transport(settings);
    ASSERT_TRUE(get(*over, acme_));

    names_->meaning = {at("127.0.0.2", after.port())};
    clock_.advance(minutes{9});
    ASSERT_TRUE(get(*over, acme_));
    EXPECT_EQ(names_->asked, 1);
    EXPECT_EQ(before.open(), 1);
    EXPECT_EQ(after.open(), 0);

    clock_.advance(minutes{2});
    ASSERT_TRUE(get(*over, acme_));
    EXPECT_EQ(names_->asked, 2);
    EXPECT_EQ(after.open(), 1);
    while (before.open() > 0) std::this_thread::sleep_for(milliseconds{1});
}

TEST_F(AddressTest, AConnectionThatGrewOldDuringItsRequestIsNotKept) {
    RunningServer server = started(plain());
    names_->meaning = {at("127.0.0.1", server.port())};
    const auto over = transport();
    auto slow = begin(*over, acme_, {"GET", "/slow", {}, ""}, std::chrono::hours{1});
    while (handler_.busy < 1) std::this_thread::sleep_for(milliseconds{1});

    clock_.advance(minutes{11});
    handler_.released = true;
    ASSERT_TRUE(slow.get());

    while (server.open() > 0) std::this_thread::sleep_for(milliseconds{1});
    ASSERT_TRUE(get(*over, acme_));
    EXPECT_EQ(names_->asked, 2);
}

TEST_F(AddressTest, AsksTheResolverForEveryNewConnection) {
    RunningServer server = started(plain());
    names_->meaning = {at("127.0.0.1", server.port())};
    for (int i = 1; i <= 3; ++i) {
        ASSERT_TRUE(get(*transport(), acme_));
        EXPECT_EQ(names_->asked, i);
    }
}

TEST_F(AddressTest, ReachesAnIpv6Server) {
    if (!has_ipv6_loopback()) GTEST_SKIP() << "this machine has no ::1";
    RunningServer server = started(plain("::1"));
    const auto over = make_transport({}, clock_);

    const auto got = get(*over, parse_url("http://[::1]:" + std::to_string(server.port())).value().origin);

    ASSERT_TRUE(got) << got.error().detail;
}

TEST_F(AddressTest, FallsBackToTheOtherFamily) {
    if (!has_ipv6_loopback()) GTEST_SKIP() << "this machine has no ::1";
    RunningServer server = started(plain("127.0.0.1"));
    names_->meaning = {at("::1", server.port()), at("127.0.0.1", server.port())};

    EXPECT_TRUE(get(*transport(), acme_));
}

TEST_F(AddressTest, AServerOnTheUnspecifiedIpv6AddressServesBothFamilies) {
    if (!has_ipv6_loopback()) GTEST_SKIP() << "this machine has no ::1";
    RunningServer server = started(plain("::"));
    const auto over = make_transport({}, clock_);

    EXPECT_TRUE(get(*over, {false, "::1", server.port()}));
    EXPECT_TRUE(get(*over, {false, "127.0.0.1", server.port()}));
}

} // namespace
} // namespace paysync::net
