// Finds the published samples that some tests read in place; they are no part of the repository.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace paysync::tests {

/// `$PAYSYNC_SHARED`, else the folder `shared` beside the source tree; nothing where neither is there. A test that
/// gets nothing skips and says so.
inline std::optional<std::filesystem::path> shared_folder() {
    const char* named = std::getenv("PAYSYNC_SHARED");
    const std::filesystem::path folder = named != nullptr && *named != '\0'
                                             ? std::filesystem::path{named}
                                             : std::filesystem::path{PAYSYNC_SOURCE_DIR}.parent_path() / "shared";
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored)) return std::nullopt;
    return folder;
}

/// The bytes of a file; empty when it cannot be read.
inline std::string file_bytes(const std::filesystem::path& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

} // namespace paysync::tests
