// Unpacking answers.
#pragma once

#include "paysync/base/result.hpp"

#include <string>
#include <string_view>

namespace paysync::net {

/// RFC 1952, also several members in a row. Errc::invalid when it is broken, cut off or unpacks to more than
/// `bytes_max`: a small answer must not be able to fill the memory.
base::Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max);

} // namespace paysync::net
