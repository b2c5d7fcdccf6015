// What is read, where it stood, and what is refused.
#include "paysync/yaml/document.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

namespace paysync::yaml {
namespace {

Node read_ok(std::string_view text) {
    Problems problems;
    const auto node = read(text, "x.yaml", problems);
    EXPECT_EQ(problems.text(), "");
    return node.value_or(Node{});
}

std::string read_wrong(std::string_view text) {
    Problems problems;
    EXPECT_FALSE(read(text, "x.yaml", problems).has_value());
    EXPECT_TRUE(problems.has_errors());
    return problems.text();
}

TEST(Yaml, KeepsOrderAndPlaces) {
    const Node root = read_ok("b: 1\na:\n  - x\n  - {k: 'v'}\n");
    ASSERT_TRUE(root.is_map());
    ASSERT_EQ(root.members.size(), 2U);
    EXPECT_EQ(root.members[0].key, "b");
    EXPECT_EQ(root.members[1].place.text(), "x.yaml:2:1");
    const Node* list = root.find("a");
    ASSERT_NE(list, nullptr);
    ASSERT_EQ(list->items.size(), 2U);
    EXPECT_EQ(list->items[0].place.text(), "x.yaml:3:5");
    const Node* value = list->items[1].find("k");
    ASSERT_NE(value, nullptr);
    EXPECT_EQ(value->place.text(), "x.yaml:4:9");
    EXPECT_TRUE(value->quoted);
    EXPECT_EQ(root.find("c"), nullptr);
    EXPECT_EQ(list->find("a"), nullptr);
}

TEST(Yaml, TypesOnlyUnquotedScalars) {
    const Node root =
        read_ok("a: true\nb: 'true'\nc: 12\nd: '12'\ne: 1.5\nf: NO\ng: 0x1F\nh: -7\ni: 1e3\nj: .inf\nk: 0o17\n"
                "l: |\n  12\nm: 99999999999999999999\nn: 0x-1\n");
    EXPECT_EQ(root.find("a")->as_bool(), true);
    EXPECT_EQ(root.find("b")->as_bool(), std::nullopt);
    EXPECT_EQ(root.find("c")->as_integer(), 12);
    EXPECT_EQ(root.find("c")->as_number(), 12.0);
    EXPECT_EQ(root.find("d")->as_integer(), std::nullopt);
    EXPECT_EQ(root.find("e")->as_integer(), std::nullopt);
    EXPECT_EQ(root.find("e")->as_number(), 1.5);
    EXPECT_EQ(root.find("f")->as_bool(), std::nullopt);
    EXPECT_EQ(root.find("g")->as_integer(), 31);
    EXPECT_EQ(root.find("h")->as_integer(), -7);
    EXPECT_EQ(root.find("i")->as_number(), 1000.0);
    EXPECT_EQ(root.find("j")->as_number(), std::nullopt);
    EXPECT_EQ(root.find("k")->as_integer(), 15);
    EXPECT_EQ(root.find("l")->as_integer(), std::nullopt);
    EXPECT_EQ(root.find("m")->as_integer(), std::nullopt);
    EXPECT_EQ(root.find("m")->as_number(), 1e20);
    EXPECT_EQ(root.find("n")->as_integer(), std::nullopt);
}

TEST(Yaml, SaysInWordsWhatAValueIs) {
    const Node root = read_ok("[a, 1, true, {}, [], ~]");
    std::string words;
    for (const Node& item : root.items) words += item.kind_name() + "; ";
    EXPECT_EQ(words, "text; a number; true or false; a map; a list; nothing; ");
}

TEST(Yaml, AnEmptyFileIsNothing) {
    EXPECT_TRUE(read_ok("").is_null());
    EXPECT_TRUE(read_ok("# only a comment\n").is_null());
    EXPECT_TRUE(read_ok("---\n").is_null());
}

TEST(Yaml, RefusesAKeyTwiceAndNamesBothLines) {
    EXPECT_EQ(read_wrong("a: 1\nb: 2\na: 3\n"),
              "x.yaml:3:1: error: key 'a' is here twice — it first stands in line 1\n");
}

TEST(Yaml, RefusesWhatNobodyCanSee) {
    EXPECT_EQ(read_wrong("a: &x 1\n"),
              "x.yaml:1:4: error: an anchor ('&name') — write the value out; text that begins "
              "with '&' needs quotes\n");
    EXPECT_NE(read_wrong("a: &x 1\nb: *x\n").find("x.yaml:2:4: error: an alias"), std::string::npos);
    EXPECT_NE(read_wrong("a: !!str 1\n").find("error: a tag"), std::string::npos);
    EXPECT_NE(read_wrong("a:\n  <<: {b: 1}\n").find("x.yaml:2:3: error: the merge key '<<'"), std::string::npos);
    EXPECT_NE(read_wrong("a: 1\n---\nb: 2\n").find("a second document"), std::string::npos);
    EXPECT_NE(read_wrong("{[1]: 2}").find("a key must be text, not a list"), std::string::npos);
    EXPECT_NE(read_wrong("a: \xE4\n").find("x.yaml:1:4: error: not UTF-8"), std::string::npos);
}

TEST(Yaml, SyntaxErrorsHaveAPlaceAndAdvice) {
    const std::string colon = read_wrong("ok: 1\nwhen: a: b\n");
    EXPECT_EQ(colon.rfind("x.yaml:2:8: error: this is not YAML", 0), 0U) << colon;
    EXPECT_NE(colon.find("single quotes"), std::string::npos) << colon;
    EXPECT_NE(read_wrong("set: { Id: ${ .a } }\n").find("needs quotes"), std::string::npos);
}

TEST(Yaml, RefusesDeepNestingWithoutExhaustingTheStack) {
    EXPECT_NE(read_wrong(std::string(101, '[') + std::string(101, ']')).find("100 levels"), std::string::npos);
    EXPECT_NE(read_wrong(std::string(200'000, '[')).find("error"), std::string::npos);
    EXPECT_TRUE(read_ok(std::string(100, '[') + std::string(100, ']')).is_list());
}

TEST(Yaml, AllProblemsComeAtOnce) {
    const std::string text = read_wrong("a: &x 1\nb: !!int 2\nb: 3\n");
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
}

TEST(Yaml, UnknownKeysGetTheNearestKnownOne) {
    const Node root = read_ok("step: []\nwhenn: 1\nzzzz: 1\nwhen: 1\n");
    Problems problems;
    refuse_unknown_keys(root, {"steps", "when"}, "a flow", problems);
    EXPECT_EQ(problems.text(), "x.yaml:1:1: error: unknown key 'step' in a flow — did you mean 'steps'?\n"
                               "x.yaml:2:1: error: unknown key 'whenn' in a flow — did you mean 'when'?\n"
                               "x.yaml:3:1: error: unknown key 'zzzz' in a flow — known keys: steps, when\n");
}

TEST(Yaml, AWarningIsNoError) {
    Problems problems;
    problems.warning({"f", 0, 0}, "look");
    EXPECT_FALSE(problems.has_errors());
    EXPECT_EQ(problems.text(), "f: warning: look\n");
}

TEST(Yaml, ReadsAFileAndSaysWhenItCannot) {
    const std::filesystem::path file = std::filesystem::temp_directory_path() / "paysync_yaml_document_test.yaml";
    std::ofstream{file} << "a: b\n";
    Problems problems;
    const auto node = read_file(file, problems);
    ASSERT_TRUE(node.has_value());
    EXPECT_EQ(node->find("a")->place.file, file.string());
    std::filesystem::remove(file);
    EXPECT_FALSE(read_file(file, problems).has_value());
    EXPECT_FALSE(read_file(std::filesystem::temp_directory_path(), problems).has_value());
    EXPECT_EQ(problems.all().size(), 2U);
}

TEST(Yaml, Durations) {
    EXPECT_EQ(duration_nanoseconds("1500ms"), 1'500'000'000);
    EXPECT_EQ(duration_nanoseconds("30s"), 30'000'000'000);
    EXPECT_EQ(duration_nanoseconds("10m"), 600'000'000'000);
    EXPECT_EQ(duration_nanoseconds("1w"), 604'800'000'000'000);
    EXPECT_EQ(duration_nanoseconds("0d"), 0);
    for (const char* wrong : {"", "5", "m", "-1s", "1.5h", "1 h", "1y", "99999999999w", "1ss"})
        EXPECT_EQ(duration_nanoseconds(wrong), std::nullopt) << wrong;
}

} // namespace
} // namespace paysync::yaml
