// Files: their size, their first line, their names, and where tests stand.
#include "room_table.hpp"
#include "source_tree.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace paysync::house {
namespace {

std::vector<File> all_sources() {
    std::vector<File> files = room_files();
    files.insert(files.end(), test_files().begin(), test_files().end());
    return files;
}

TEST(Files, FitIntoAHead) {
    constexpr std::size_t lines_max = 600;
    for (const File& file : all_sources())
        EXPECT_LE(lines_of(file.text).size(), lines_max) << file.path << " is too long: what are its two halves?";
}

TEST(Files, BeginWithTheirPurpose) {
    for (const File& file : all_sources()) {
        if (file.path.ends_with("_test.cpp")) continue; // its name and its tests' names say it
        EXPECT_TRUE(file.text.starts_with("// "))
            << place(file.path, 1) << ": say in one comment what the file is for";
    }
}

TEST(Files, AreNamedAfterWhatTheyHold) {
    static const std::regex name{R"([a-z0-9_]+\.(cpp|hpp))"};
    static const std::regex empty_word{R"((^|[/_])(utils?|common|helpers?|misc|managers?)([_./]|$))"};
    for (const File& file : all_sources()) {
        const std::string last = file.path.substr(file.path.rfind('/') + 1);
        EXPECT_TRUE(std::regex_match(last, name)) << file.path << ": small letters, digits and _";
        EXPECT_FALSE(std::regex_search(file.path, empty_word)) << file.path << ": a name that says nothing";
    }
}

TEST(Files, NameNoPathOfSomebodysMachine) {
    // In two pieces, so that this file does not name them either.
    const std::vector<std::string> paths{std::string("/ho") + "me/", std::string("/ro") + "ot/",
                                         std::string("/Us") + "ers/", std::string("/wo") + "rk/"};
    for (const File& file : files_below(""))
        for (const std::string& path : paths)
            for (const std::size_t line : lines_with(file.text, path))
                ADD_FAILURE() << place(file.path, line) << ": " << path << " is there on one machine only";
}

TEST(Files, TestsStandInTheFolderOfTheirKind) {
    static const std::set<std::string> kinds{"unit",         "contract",    "end_to_end", "crash",
                                             "simulation",   "fuzz",        "clients",    "bench",
                                             "architecture", "concurrency", "support",    "sanitizer"};
    static const std::regex place_of_test{R"(tests/([a-z_]+)/([a-z0-9_]+)/CMakeLists\.txt)"};
    static const std::regex call{R"(paysync_test\(\s*([a-z_]+)\s+([a-z0-9_]+))"};
    for (const File& file : files_below("tests")) {
        if (file.path == "tests/CMakeLists.txt") continue;
        const std::string below = file.path.substr(std::string_view{"tests/"}.size());
        EXPECT_TRUE(kinds.contains(below.substr(0, below.find('/')))) << file.path << ": not a kind of test";
        std::smatch where;
        std::smatch what;
        if (!std::regex_match(file.path, where, place_of_test)) continue;
        if (!std::regex_search(file.text, what, call)) continue;
        EXPECT_EQ(what[1], where[1]) << file.path;
        EXPECT_EQ(what[2], where[2]) << file.path;
        if (where[1] != "unit") continue;
        EXPECT_TRUE(room_table().contains(where[2])) << file.path << ": there is no such room";
    }
}

/// The suites of clients are JavaScript, and under the same rules.
TEST(Files, ScriptsOfClientsAreAsShortAndSayTheirPurpose) {
    static const std::regex place_of_script{R"(tests/clients/[a-z0-9_]+/[a-z0-9_]+(\.test)?\.mjs)"};
    constexpr std::size_t lines_max = 600;
    for (const File& file : files_below("tests/clients", {".mjs"})) {
        EXPECT_TRUE(std::regex_match(file.path, place_of_script)) << file.path << ": small letters, digits and _";
        EXPECT_TRUE(file.text.starts_with("// ")) << place(file.path, 1) << ": say in one comment what it is for";
        EXPECT_LE(lines_of(file.text).size(), lines_max) << file.path << " is too long: what are its two halves?";
    }
}

/// Where packages come from is each machine's own matter: the lock has their digests, and no address.
TEST(Files, LocksNameNoRegistry) {
    for (const File& file : files_below("", {"package-lock.json"}))
        EXPECT_TRUE(lines_with(file.text, "\"resolved\"").empty())
            << file.path << ": write it with npm's setting omit-lockfile-registry-resolved=true";
}

TEST(Files, EveryTestIsBuilt) {
    static const std::regex in_suite{R"((tests/[a-z_]+/[a-z0-9_]+)/[a-z0-9_]+(_test\.cpp|\.test\.mjs))"};
    for (const File& file : files_below("tests", {"_test.cpp", ".test.mjs"})) {
        std::smatch suite;
        ASSERT_TRUE(std::regex_match(file.path, suite, in_suite)) << file.path << ": no suite takes it in";
        EXPECT_TRUE(exists(suite[1].str() + "/CMakeLists.txt")) << file.path << ": its folder has no CMakeLists.txt";
    }
}

} // namespace
} // namespace paysync::house
