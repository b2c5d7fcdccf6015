// Record ids as Salesforce makes and reads them: 15 characters where case matters, 18 with a checksum of the case.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace paysync::sandbox {

/// The 18-character id number `serial` of the object with this three-character key prefix. Ids of one prefix sort as
/// text in order of their serials.
std::string make_record_id(std::string_view key_prefix, std::uint64_t serial);

/// The 18-character form of an id in either form; nothing when it cannot be an id. The case of an 18-character id is
/// restored from its checksum, as Salesforce does.
std::optional<std::string> full_record_id(std::string_view text);

} // namespace paysync::sandbox
