// The line of a mistake as it was probably meant.
#pragma once

#include "paysync/yaml/document.hpp"

#include <string>
#include <string_view>

namespace paysync::flow {

/// For a problem whose advice is "did you mean 'word'?": its line in `text` with that word in place of the one that
/// stands there, without the white space round it. Empty where there is no such advice, or the word is not found.
std::string mended_line(const yaml::Problem& problem, std::string_view text);

} // namespace paysync::flow
