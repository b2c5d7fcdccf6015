// Words that may stand in few places only, each with its reason.
#include "source_tree.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace paysync::house {
namespace {

struct Rule {
    std::string words;
    std::set<std::string> where; ///< rooms, or paths of files, that may use them
    std::string reason;
};

bool is_allowed(const Rule& rule, const std::string& path) {
    return rule.where.contains(room_of(path)) || rule.where.contains(path);
}

void check(const std::vector<Rule>& rules, const std::vector<File>& files) {
    for (const File& file : files) {
        const std::string code = lexed(file.text).code;
        for (const Rule& rule : rules) {
            if (is_allowed(rule, file.path)) continue;
            for (const std::size_t line : lines_with(code, rule.words))
                ADD_FAILURE() << place(file.path, line) << ": " << rule.words << ": " << rule.reason;
        }
    }
}

/// Of rooms, and of tests that run on a clock of their own.
const std::vector<Rule>& rules_of_time_and_chance() {
    static const std::vector<Rule> rules{
        {"system_clock::now", {"runtime"}, "time comes from the seam Clock"},
        {"steady_clock::now", {"runtime"}, "time comes from the seam Clock"},
        {"high_resolution_clock", {}, "time comes from the seam Clock"},
        {"gettimeofday", {}, "time comes from the seam Clock"},
        {"clock_gettime", {"src/flow/watchdog.cpp"}, "time comes from the seam Clock"}, // a thread's processor time
        {"std::time", {}, "time comes from the seam Clock"},
        {"std::rand", {}, "chance comes from the seam Chance"},
        {"random_device", {"runtime"}, "chance comes from the seam Chance"},
        // The demo is a program that waits for other processes while a person looks on.
        {"this_thread::sleep_for", {"demo"}, "waiting goes through the seam Clock"},
        {"this_thread::sleep_until", {"demo"}, "waiting goes through the seam Clock"},
        {"usleep", {"demo"}, "waiting goes through the seam Clock"},
    };
    return rules;
}

TEST(Words, TimeAndChanceComeFromTheSeams) {
    check(rules_of_time_and_chance(), room_files());
}

TEST(Words, UnitTestsHaveNoClockOfTheMachine) {
    check(rules_of_time_and_chance(), files_below("tests/unit", {".cpp", ".hpp"}));
}

TEST(Words, SqlKnowsNoTime) {
    for (const File& file : files_below("src", {".cpp", ".hpp", ".sql"})) {
        const bool is_sql = file.path.ends_with(".sql");
        const std::vector<Literal> texts = is_sql ? std::vector<Literal>{{1, file.text}} : lexed(file.text).literals;
        for (const Literal& text : texts)
            for (const std::string_view word : {"CURRENT_TIMESTAMP", "CURRENT_TIME", "CURRENT_DATE", "'now'"})
                EXPECT_TRUE(lines_with(text.text, word).empty())
                    << place(file.path, text.line) << ": " << word << ": time comes from the seam Clock";
    }
}

TEST(Words, CoroutinesHaveAnOwner) {
    check({{"detached", {"runtime", "net"}, "start it through a TaskGroup, which is joined"},
           {"awaitable_operators", {}, "|| waits for the first success, not the first end: use within()"},
           {"std::thread", {"runtime", "src/flow/watchdog.hpp"}, "blocking work goes through the seam Workers"},
           {"std::jthread", {"runtime"}, "blocking work goes through the seam Workers"},
           {"std::async", {}, "blocking work goes through the seam Workers"}},
          room_files());
}

TEST(Words, UnknownExceptionsAreCaughtInFewPlaces) {
    check({{"catch (...)",
            {"src/runtime/task_group.cpp", "src/runtime/workers.cpp", "src/net/session.cpp"},
            "only a task's end, a worker's job and the boundary of a request catch what nobody knows"}},
          room_files());
}

TEST(Words, NamespacesAreNotEmptiedOut) {
    check({{"using namespace std;", {}, "say std:: where you mean it"},
           {"using namespace boost;", {}, "say boost:: where you mean it"}},
          room_files());
    check({{"using namespace std;", {}, "say std:: where you mean it"}}, test_files());
}

TEST(Words, NothingIsLeftForLater) {
    for (const std::string_view folder : {"src", "include", "tests", "config", "cmake", "docs"})
        for (const File& file : files_below(folder)) {
            if (file.path.starts_with("tests/architecture/")) continue; // it must name what it looks for
            for (const std::string_view word : {"TODO", "FIXME", "HACK"})
                for (const std::size_t line : lines_with(file.text, word))
                    ADD_FAILURE() << place(file.path, line) << ": " << word << ": do it, or open an issue";
        }
}

/// Salesforce's objects that flows write, by the files and by heart.
std::set<std::string> objects_of_flows() {
    std::set<std::string> names{"Opportunity", "Contact", "Account", "Case",     "Task",
                                "Lead",        "Order",   "Invoice", "Campaign", "PersonAccount"};
    static const std::regex step{R"(\brecord:\s*['"]?([A-Za-z_0-9]+))"};
    for (const File& file : files_below("config/flows", {".yaml", ".yml"}))
        for (auto it = std::sregex_iterator(file.text.begin(), file.text.end(), step); it != std::sregex_iterator();
             ++it)
            names.insert((*it)[1]);
    return names;
}

/// The sandbox is an org, and the demo shows what the shipped flows do; the engine knows neither.
bool may_know_objects(const std::string& path) {
    return room_of(path) == "sandbox" || room_of(path) == "demo";
}

TEST(Words, TheEngineKnowsNoObjectOfTheFlows) {
    const std::set<std::string> objects = objects_of_flows();
    const std::set<std::string> only_in_texts{"Task", "Case", "Order"}; // ordinary words of C++ code
    for (const File& file : room_files()) {
        if (may_know_objects(file.path)) continue;
        const Lexed source = lexed(file.text);
        for (const std::string& object : objects) {
            for (const Literal& literal : source.literals)
                EXPECT_TRUE(lines_with(literal.text, object).empty())
                    << place(file.path, literal.line) << ": " << object << " belongs into a flow file";
            if (only_in_texts.contains(object)) continue;
            for (const std::size_t line : lines_with(source.code, object))
                ADD_FAILURE() << place(file.path, line) << ": " << object << " belongs into a flow file";
        }
    }
}

TEST(Words, TheEngineKnowsNoCustomField) {
    static const std::regex custom{R"([A-Za-z0-9_]+__[cr]\b)"};
    for (const File& file : room_files()) {
        if (may_know_objects(file.path)) continue;
        for (const Literal& literal : lexed(file.text).literals)
            EXPECT_FALSE(std::regex_search(literal.text, custom))
                << place(file.path, literal.line) << ": \"" << literal.text << "\" belongs into a flow file";
    }
}

TEST(Lexer, TakesCommentsAndLiteralsOutOfTheCode) {
    const Lexed source = lexed("int a; // catch (...)\n/* detached\n*/ f(\"std::time \\\" x\", 'u', 1'000);\n");

    EXPECT_TRUE(lines_with(source.code, "catch (...)").empty());
    EXPECT_TRUE(lines_with(source.code, "detached").empty());
    EXPECT_TRUE(lines_with(source.code, "std::time").empty());
    EXPECT_EQ(lines_with(source.code, "f"), std::vector<std::size_t>{3});
    ASSERT_EQ(source.literals.size(), 1U);
    EXPECT_EQ(source.literals[0].line, 3U);
    EXPECT_EQ(source.literals[0].text, "std::time \\\" x");
}

TEST(Lexer, EndsARawLiteralWhereItEnds) {
    const Lexed source = lexed("auto t = R\"q(a \" )\" // b\n)q\"; detached();\n");

    ASSERT_EQ(source.literals.size(), 1U);
    EXPECT_EQ(source.literals[0].text, "a \" )\" // b\n");
    EXPECT_EQ(lines_with(source.code, "detached"), std::vector<std::size_t>{2});
}

TEST(Lexer, FindsWholeWordsOnly) {
    EXPECT_TRUE(lines_with("Contacts, MyContact, Contact_", "Contact").empty());
    EXPECT_EQ(lines_with("x\nContact.Id", "Contact"), std::vector<std::size_t>{2});
    EXPECT_EQ(lines_with("} catch (...) {", "catch (...)"), std::vector<std::size_t>{1});
}

} // namespace
} // namespace paysync::house
