// The order in which addresses are tried.
#include "net/connect_race.hpp"

#include <gtest/gtest.h>

#include <boost/asio/ip/address.hpp>

namespace paysync::net {
namespace {

Endpoints at(const std::vector<std::string>& addresses) {
    Endpoints made;
    for (const std::string& address : addresses) made.emplace_back(boost::asio::ip::make_address(address), 443);
    return made;
}

TEST(Interleaved, TakesTheFamiliesInTurnFromTheFirstOn) {
    EXPECT_EQ(interleaved(at({"fd00::1", "fd00::2", "fd00::3", "10.0.0.1"})),
              at({"fd00::1", "10.0.0.1", "fd00::2", "fd00::3"}));
    EXPECT_EQ(interleaved(at({"10.0.0.1", "10.0.0.2", "fd00::1", "fd00::2", "fd00::3"})),
              at({"10.0.0.1", "fd00::1", "10.0.0.2", "fd00::2", "fd00::3"}));
}

TEST(Interleaved, LeavesOneFamilyAlone) {
    EXPECT_EQ(interleaved(at({"10.0.0.2", "10.0.0.1"})), at({"10.0.0.2", "10.0.0.1"}));
    EXPECT_EQ(interleaved({}), Endpoints{});
}

} // namespace
} // namespace paysync::net
