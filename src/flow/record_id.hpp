// When two ids mean one record.
#pragma once

#include <string_view>

namespace paysync::flow {

/// The first 15 characters are the record; the other three only repair capitals. Tokens are compared whole.
inline bool same_record(std::string_view a, std::string_view b) {
    const auto is_id = [](std::string_view id) { return id.size() == 15 || id.size() == 18; };
    if (is_id(a) && is_id(b)) return a.substr(0, 15) == b.substr(0, 15);
    return a == b;
}

} // namespace paysync::flow
