// Names of error codes, and what a broken invariant does.
#include "paysync/base/result.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace paysync::base {

std::string_view name(Errc code) {
    switch (code) {
    case Errc::invalid: return "invalid";
    case Errc::not_found: return "not found";
    case Errc::unauthorized: return "unauthorized";
    case Errc::not_sent: return "not sent";
    case Errc::unknown: return "outcome unknown";
    case Errc::overloaded: return "overloaded";
    case Errc::unavailable: return "unavailable";
    case Errc::corrupt: return "corrupt";
    case Errc::canceled: return "canceled";
    case Errc::internal: return "internal error";
    }
    return "unnamed error";
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw std::runtime_error(std::string(name(error.code)) + ": " + error.detail);
}

void assertion_failed(const char* condition, const char* message, std::source_location where) {
    std::fprintf(stderr, "paysync: broken invariant at %s:%u: %s (%s)\n", where.file_name(),
                 static_cast<unsigned>(where.line()), message, condition);
    std::abort();
}

} // namespace paysync::base
