// Reads rows of Markdown and calls of paysync_room.
#include "room_table.hpp"

#include "source_tree.hpp"

#include <regex>
#include <sstream>

namespace paysync::house {

namespace {

std::set<std::string> rooms_in(std::string cell) {
    for (char& c : cell)
        if (c == ',') c = ' ';
    std::istringstream words{cell};
    std::set<std::string> rooms;
    for (std::string word; words >> word;)
        if (word != "nothing") rooms.insert(word);
    return rooms;
}

} // namespace

RoomTable read_room_table(std::string_view markdown) {
    static const std::regex row{R"(^\| `([a-z]+)` \|.*\|([^|]*)\|$)"};
    RoomTable table;
    for (const std::string& line : lines_of(markdown)) {
        std::smatch cells;
        if (std::regex_match(line, cells, row)) table[cells[1]] = rooms_in(cells[2]);
    }
    return table;
}

RoomTable read_room_targets() {
    static const std::regex call{R"(paysync_room\(\s*([a-z]+)([^)]*)\))"};
    static const std::set<std::string> other_words{"LIBRARIES", "PRIVATE_LIBRARIES", "HEAVY"};
    RoomTable table;
    for (const File& file : files_below("src", {"CMakeLists.txt"})) {
        std::smatch found;
        if (!std::regex_search(file.text, found, call)) continue;
        std::set<std::string>& uses = table[found[1]];
        std::istringstream words{found[2].str()};
        bool in_uses = false;
        for (std::string word; words >> word;) {
            if (word == "USES")
                in_uses = true;
            else if (other_words.contains(word))
                in_uses = false;
            else if (in_uses)
                uses.insert(word);
        }
    }
    return table;
}

std::set<std::string> reach(const RoomTable& table, const std::string& room) {
    std::set<std::string> reached{room};
    std::set<std::string> open{room};
    while (!open.empty()) {
        const std::string next = *open.begin();
        open.erase(open.begin());
        const auto row = table.find(next);
        if (row == table.end()) continue;
        for (const std::string& used : row->second)
            if (reached.insert(used).second) open.insert(used);
    }
    return reached;
}

const RoomTable& room_table() {
    static const RoomTable table = read_room_table(text_of("src/README.md"));
    return table;
}

} // namespace paysync::house
