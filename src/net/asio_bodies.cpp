// The bodies of Asio's TLS and of Beast, compiled once for the whole program; those of Asio itself are in runtime.
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
