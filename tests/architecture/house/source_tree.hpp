// The repository as these tests read it: its files, the rooms they belong to, and their code without comments.
#pragma once

#include <cstddef>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::house {

struct File {
    std::string path; ///< from the root of the repository, with '/'
    std::string text;
};

/// Files below `folder` whose names end with one of `endings` (any, if there is none), sorted by path. Nothing of
/// build/ and of hidden folders, .ci apart.
std::vector<File> files_below(std::string_view folder, const std::vector<std::string>& endings = {});

/// C++ sources and headers of all rooms.
const std::vector<File>& room_files();
/// C++ sources and headers below tests/.
const std::vector<File>& test_files();

/// `net` for src/net/… and include/paysync/net/…, empty elsewhere.
std::string room_of(std::string_view path);

bool exists(const std::string& path);
std::string text_of(const std::string& path);

struct Literal {
    std::size_t line = 0;
    std::string text; ///< between its quotes, as written
};

/// C++ taken apart just far enough to look for words.
struct Lexed {
    std::string code; ///< comments and the insides of literals are blanks; line ends stand where they stood
    std::vector<Literal> literals;
};
Lexed lexed(std::string_view text);

struct Include {
    std::size_t line = 0;
    std::string name;
};
/// `#include "…"` lines.
std::vector<Include> quoted_includes(std::string_view text);

/// Lines (from 1) at which `words` stands in `text`, not as a part of a longer word.
std::vector<std::size_t> lines_with(std::string_view text, std::string_view words);

std::vector<std::string> lines_of(std::string_view text);

/// `path:line`, as compilers print it.
std::string place(const std::string& path, std::size_t line);

} // namespace paysync::house
