// How alike two names are.
#pragma once

#include <string>
#include <string_view>

namespace paysync::flow {

/// UTF-8 to code points in lower case (Latin, Greek, Cyrillic). Broken bytes become U+FFFD.
std::u32string folded(std::string_view text);

/// 1 for equal, 0 for nothing in common: one less the edit distance (insert, remove, replace, exchange neighbours)
/// over the longer length. Letters and digits only, no case; at most the first 200 of each.
double likeness(std::string_view a, std::string_view b);

} // namespace paysync::flow
