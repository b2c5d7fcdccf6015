// The picture of rooms in src/README.md is true of the folders, of the #include lines and of CMake's targets.
#include "room_table.hpp"
#include "source_tree.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace paysync::house {
namespace {

namespace fs = std::filesystem;

std::set<std::string> folders_in(const std::string& folder) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(fs::path{PAYSYNC_SOURCE_DIR} / folder))
        if (entry.is_directory()) names.insert(entry.path().filename().string());
    return names;
}

std::string list(const std::set<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

/// The file that a quoted include in `from` means, by its path from the root; empty if there is none. `roots` are
/// searched after the folder of `from`.
std::string included_file(const std::string& from, const std::string& name, const std::vector<std::string>& roots) {
    const std::string beside = (fs::path{from}.parent_path() / name).lexically_normal().generic_string();
    if (exists(beside)) return beside;
    for (const std::string& root : roots)
        if (exists(root + name)) return root + name;
    return {};
}

TEST(Rooms, HaveARowEach) {
    std::set<std::string> rows;
    for (const auto& [room, uses] : room_table()) rows.insert(room);
    EXPECT_EQ(list(rows), list(folders_in("src"))) << "the table in src/README.md against the folders of src";
    for (const std::string& room : folders_in("include/paysync"))
        EXPECT_TRUE(rows.contains(room)) << "include/paysync/" << room << " has no row in src/README.md";
}

TEST(Rooms, UseEachOtherInNoCircle) {
    for (const auto& [room, uses] : room_table())
        for (const std::string& used : uses) {
            EXPECT_TRUE(room_table().contains(used)) << room << " may use " << used << ", which is no room";
            EXPECT_FALSE(reach(room_table(), used).contains(room)) << room << " uses itself by way of " << used;
        }
}

TEST(Rooms, IncludeOnlyWhatTheirRowAllows) {
    for (const File& file : room_files()) {
        const std::string room = room_of(file.path);
        const std::set<std::string> allowed = reach(room_table(), room);
        for (const Include& include : quoted_includes(file.text)) {
            const std::string used = room_of("include/" + include.name);
            if (used.empty()) continue;
            EXPECT_TRUE(allowed.contains(used))
                << place(file.path, include.line) << ": " << room << " may not use " << used << " (src/README.md)";
        }
    }
}

TEST(Rooms, LinkWhatTheirRowSays) {
    const RoomTable targets = read_room_targets();
    for (const auto& [room, uses] : room_table()) {
        ASSERT_TRUE(targets.contains(room))
            << "src/" << room << "/CMakeLists.txt does not call paysync_room(" << room;
        EXPECT_EQ(list(reach(targets, room)), list(reach(room_table(), room)))
            << "what src/" << room << "/CMakeLists.txt USES, against its row in src/README.md, with all that follows";
    }
}

TEST(Rooms, KeepTheirPrivateHeadersToThemselves) {
    for (const File& file : room_files())
        for (const Include& include : quoted_includes(file.text)) {
            if (include.name.starts_with("paysync/")) continue;
            const std::string meant = included_file(file.path, include.name, {"src/"});
            EXPECT_FALSE(meant.empty()) << place(file.path, include.line) << ": there is no " << include.name;
            if (meant.empty()) continue;
            EXPECT_EQ(room_of(meant), room_of(file.path))
                << place(file.path, include.line) << ": " << include.name << " is private to another room";
            EXPECT_TRUE(file.path.starts_with("src/"))
                << place(file.path, include.line) << ": a public header shows a private one";
        }
}

TEST(Rooms, ShowTheirPrivateHeadersToNoOtherRoomsUnitTests) {
    for (const File& file : test_files())
        for (const Include& include : quoted_includes(file.text)) {
            if (include.name.starts_with("paysync/")) continue;
            const std::string meant = included_file(file.path, include.name, {"src/", "tests/"});
            EXPECT_FALSE(meant.empty()) << place(file.path, include.line) << ": there is no " << include.name;
            if (room_of(meant).empty() || !file.path.starts_with("tests/unit/")) continue;
            const std::string own = "tests/unit/" + room_of(meant) + "/";
            EXPECT_TRUE(file.path.starts_with(own)) << place(file.path, include.line) << ": " << include.name
                                                    << " is private; only " << own << " may look at it";
        }
}

TEST(RoomTable, IsReadFromMarkdown) {
    const RoomTable table = read_room_table("| room | what | may use |\n|---|---|---|\n| `a` | x | nothing |\n"
                                            "| `b` | y, z | a |\n| `c` | w | b, d |\n");

    ASSERT_EQ(table.size(), 3U);
    EXPECT_EQ(list(table.at("a")), "");
    EXPECT_EQ(list(table.at("c")), "b, d");
    EXPECT_EQ(list(reach(table, "c")), "a, b, c, d");
    EXPECT_EQ(list(reach(table, "a")), "a");
}

} // namespace
} // namespace paysync::house
