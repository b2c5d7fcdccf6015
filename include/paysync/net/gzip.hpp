// The gzip coding of bodies, RFC 1952 (RFC 9110 8.4.1.3).
#pragma once

#include "paysync/base/result.hpp"

#include <string>
#include <string_view>

namespace paysync::net {

/// One member; the same bytes give the same bytes (no time and no name are written). Throws std::bad_alloc only.
std::string gzip(std::string_view plain);

/// Also several members in a row. Errc::invalid when it is broken, cut off, followed by anything that is no gzip, or
/// unpacks to more than `bytes_max`: a small body must not be able to fill the memory.
base::Result<std::string> gunzip(std::string_view packed, std::size_t bytes_max);

} // namespace paysync::net
