// The bytes of a file, or a sentence why not.
#pragma once

#include "paysync/base/result.hpp"

#include <filesystem>
#include <string>

namespace paysync::app {

/// Errc::not_found or Errc::unavailable, with the path and the system's reason.
base::Result<std::string> read_file_text(const std::filesystem::path& file);

} // namespace paysync::app
