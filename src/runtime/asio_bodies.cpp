// The bodies of Asio, compiled once for the whole program (BOOST_ASIO_SEPARATE_COMPILATION); those of TLS are in net.
#include <boost/asio/impl/src.hpp>
