// What can happen to a correct program: values, not exceptions.
#pragma once

#include <boost/system/result.hpp>

#include <source_location>
#include <string>
#include <string_view>

namespace paysync::base {

enum class Errc {
    invalid,      ///< the input cannot be what it should be; trying again changes nothing
    not_found,    ///< asked for something that is not there
    unauthorized, ///< the other side does not accept who we are
    not_sent,     ///< the request never left: no effect is possible
    unknown,      ///< sent, but no answer: the effect may or may not have happened
    overloaded,   ///< somebody asks us to slow down
    unavailable,  ///< a service or the disk cannot do it now
    corrupt,      ///< stored data cannot be read as what it was written as
    canceled,     ///< we were told to stop
    internal,     ///< a bug of ours, caught at a boundary
};

std::string_view name(Errc code);

struct Error {
    Errc code = Errc::internal;
    std::string detail; ///< a sentence for people, without secrets or card data

    bool operator==(const Error&) const = default;
};

template <class T>
using Result = boost::system::result<T, Error>;

/// Called by Result::value() on an error: throws std::runtime_error with the detail.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

[[noreturn]] void assertion_failed(const char* condition, const char* message,
                                   std::source_location where = std::source_location::current());

} // namespace paysync::base

/// Active in every build: a broken invariant stops the process rather than the books. Never for input.
#define PAYSYNC_ASSERT(condition, message)                                                                           \
    ((condition) ? static_cast<void>(0) : ::paysync::base::assertion_failed(#condition, message))
