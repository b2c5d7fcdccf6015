// Choices of picklists.
#pragma once

#include "paysync/salesforce/describe.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace paysync::salesforce {

/// The org's own spelling of `text` (clean, not empty), found without regard to case. Where there is none: the text
/// itself, or Errc::invalid for a restricted picklist, with the value that was probably meant.
Result<std::string> choose(const Field& field, const std::string& text);

/// `A; B;` as A and B: cleaned, empty ones left out, in the order given.
std::vector<std::string> split_choices(std::string_view text);

} // namespace paysync::salesforce
