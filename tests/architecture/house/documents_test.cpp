// Documents: their links lead somewhere, and their tables say what the code says.
#include "source_tree.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

namespace paysync::house {
namespace {

/// Everything outside ``` blocks, where a link is a link.
std::string prose_of(const std::string& markdown) {
    std::string prose;
    bool in_block = false;
    for (const std::string& line : lines_of(markdown)) {
        const bool fence = line.find("```") != std::string::npos;
        if (fence) in_block = !in_block;
        if (!fence && !in_block) prose += line;
        prose += '\n';
    }
    return prose;
}

std::set<std::string> names_in(const std::string& text, const std::regex& name) {
    std::set<std::string> names;
    for (auto it = std::sregex_iterator(text.begin(), text.end(), name); it != std::sregex_iterator(); ++it)
        names.insert((*it)[1]);
    return names;
}

TEST(Documents, LinkToWhatIsThere) {
    static const std::regex link{R"(\]\(([^)#\s]+))"};
    for (const File& file : files_below("", {".md"})) {
        const std::filesystem::path folder = std::filesystem::path{file.path}.parent_path();
        for (const std::string& target : names_in(prose_of(file.text), link)) {
            if (target.find("://") != std::string::npos || target.starts_with("mailto:")) continue;
            EXPECT_TRUE(exists((folder / target).lexically_normal().generic_string()))
                << file.path << " links to " << target << ", which is not there";
        }
    }
}

TEST(Documents, ListEveryMetric) {
    static const std::regex in_code{R"re("(paysync_[a-z_]+)")re"};
    static const std::regex in_table{R"(\| `(paysync_[a-z_]+)[`{])"};
    const std::set<std::string> known = names_in(text_of("src/base/metrics.cpp"), in_code);
    const std::set<std::string> told = names_in(text_of("docs/operating.md"), in_table);

    ASSERT_FALSE(known.empty());
    for (const std::string& name : known)
        EXPECT_TRUE(told.contains(name)) << "docs/operating.md does not list " << name;
    for (const std::string& name : told) EXPECT_TRUE(known.contains(name)) << "there is no metric " << name;
}

TEST(Metrics, AreAllRecorded) {
    static const std::regex name{R"re("(paysync_[a-z_]+)")re"};
    std::set<std::string> recorded;
    for (const File& file : room_files())
        if (file.path != "src/base/metrics.cpp") recorded.merge(names_in(file.text, name));
    for (const std::string& known : names_in(text_of("src/base/metrics.cpp"), name))
        EXPECT_TRUE(recorded.contains(known)) << known << " stands in the table and is never recorded";
}

TEST(Documents, ListEveryExitCode) {
    static const std::regex in_code{R"(constexpr int \w+ = (\d+);)"};
    static const std::regex in_table{R"(\| (\d+) \|)"};
    const std::set<std::string> known = names_in(text_of("src/app/exit_code.hpp"), in_code);
    const std::set<std::string> told = names_in(text_of("README.md"), in_table);

    ASSERT_FALSE(known.empty());
    for (const std::string& code : known)
        EXPECT_TRUE(told.contains(code)) << "README.md does not list exit code " << code;
}

} // namespace
} // namespace paysync::house
