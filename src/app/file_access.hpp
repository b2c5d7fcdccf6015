// Who may read a file, in words for the person who must change it.
#pragma once

#include "paysync/yaml/document.hpp"

#include <filesystem>
#include <string>

namespace paysync::app {

/// What to do about a file that could not be read for lack of permission: who we are, whose it is, what would help.
/// Empty where permission is not the reason.
std::string reading_advice(const std::filesystem::path& file);

/// A warning when everybody on this machine may read a file that should be a secret. `name` is the key that names it.
void warn_when_public(const std::filesystem::path& file, const yaml::Place& place, const std::string& name,
                      yaml::Problems& problems);

} // namespace paysync::app
