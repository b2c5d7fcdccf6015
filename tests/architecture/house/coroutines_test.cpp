// Forms of co_await that g++ 12.2 accepts and compiles to a crash.
#include "source_tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace paysync::house {
namespace {

struct Condition {
    std::size_t line = 0;
    std::string text; ///< what is tested: the parts of a `for` and a declaration before `;` are left out
};

/// What stands between the bracket at `open` and its partner.
std::string_view inside_brackets(std::string_view code, std::size_t open) {
    int depth = 0;
    for (std::size_t at = open; at < code.size(); ++at) {
        if (code[at] == '(') ++depth;
        if (code[at] == ')' && --depth == 0) return code.substr(open + 1, at - open - 1);
    }
    return {};
}

std::string tested_part(const std::string& word, std::string_view inside) {
    const std::size_t first = inside.find(';');
    if (first == std::string_view::npos) return word == "for" ? std::string{} : std::string(inside);
    const std::string_view rest = inside.substr(first + 1);
    return std::string(rest.substr(0, rest.find(';')));
}

/// Of every if, while, switch and for.
std::vector<Condition> conditions_in(const std::string& code) {
    static const std::regex head{R"(\b(if|while|switch|for)\s*(constexpr\s*)?\()"};
    std::vector<Condition> found;
    for (auto it = std::sregex_iterator(code.begin(), code.end(), head); it != std::sregex_iterator(); ++it) {
        const auto at = static_cast<std::size_t>(it->position());
        const std::size_t open = at + static_cast<std::size_t>(it->length()) - 1;
        const auto end_of_head = code.begin() + static_cast<std::ptrdiff_t>(at);
        const auto line = 1 + static_cast<std::size_t>(std::count(code.begin(), end_of_head, '\n'));
        found.push_back({line, tested_part((*it)[1], inside_brackets(code, open))});
    }
    return found;
}

bool awaits_unnamed(const std::string& condition) {
    static const std::regex declaration{R"(^\s*(const\s+)?[A-Za-z_][\w:]*(<.*>)?[\s&*]+\w+\s*=[^=])"};
    return !lines_with(condition, "co_await").empty() && !std::regex_search(condition, declaration);
}

// Reproduced with g++ 12.2.0 (Debian 12) at -O0 and -O2: the frame is left with a broken stack. A named value is
// fine, also when it is declared inside the condition.
TEST(Coroutines, AwaitInNoCondition) {
    std::vector<File> files = room_files();
    files.insert(files.end(), test_files().begin(), test_files().end());
    for (const File& file : files)
        for (const Condition& condition : conditions_in(lexed(file.text).code))
            EXPECT_FALSE(awaits_unnamed(condition.text))
                << place(file.path, condition.line) << ": (" << condition.text
                << "): g++ 12.2 makes a crash of it; name the awaited value on the line above";
}

TEST(Coroutines, AreSearchedForConditions) {
    const auto finds = [](const std::string& code) {
        const auto conditions = conditions_in(code);
        return std::any_of(conditions.begin(), conditions.end(),
                           [](const Condition& condition) { return awaits_unnamed(condition.text); });
    };

    EXPECT_TRUE(finds("if (!co_await f(g(1))) return;"));
    EXPECT_TRUE(finds("if (a && co_await f()) b();"));
    EXPECT_TRUE(finds("do { } while (co_await f());"));
    EXPECT_TRUE(finds("switch (co_await f()) {}"));
    EXPECT_TRUE(finds("for (int i = 0; co_await f(); ++i) {}"));
    EXPECT_TRUE(finds("if (co_await f() > 0) b();"));
    EXPECT_FALSE(finds("if (const bool more = co_await f(); !more) return;"));
    EXPECT_FALSE(finds("if (auto row = co_await f()) b();"));
    EXPECT_FALSE(finds("if (ready) co_await f();"));
    EXPECT_FALSE(finds("while (busy()) co_await f();"));
    EXPECT_FALSE(finds("for (auto x = co_await f(); x; x = next()) {}"));
}

} // namespace
} // namespace paysync::house
