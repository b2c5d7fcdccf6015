// The table of rooms in src/README.md, and what CMake makes of it.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace paysync::house {

/// By room: the rooms named beside it.
using RoomTable = std::map<std::string, std::set<std::string>>;

/// Rows such as "| `net` | what lives there | base, runtime |".
RoomTable read_room_table(std::string_view markdown);

/// The `USES` of every paysync_room(…) below src/.
RoomTable read_room_targets();

/// `room`, and all that it may use by its own row or another's.
std::set<std::string> reach(const RoomTable& table, const std::string& room);

/// The one of this repository.
const RoomTable& room_table();

} // namespace paysync::house
