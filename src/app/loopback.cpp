// Loopback addresses.
#include "loopback.hpp"

#include <boost/asio/ip/address.hpp>

namespace paysync::app {

bool loopback(const std::string& host) {
    boost::system::error_code failure;
    const auto address = boost::asio::ip::make_address(host, failure);
    return failure ? host == "localhost" : address.is_loopback();
}

} // namespace paysync::app
