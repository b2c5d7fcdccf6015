// The unit: systemd understands it, it gives away little, and it says what the daemon does.
#include "machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::host {
namespace {

using ::testing::Contains;
using ::testing::IsSubsetOf;

std::string unit_text() {
    return text_of(source / "config/systemd/paysync.service");
}

long seconds_of(const std::string& text, const std::string& pattern) {
    const auto spans = found_in(text, pattern);
    if (spans.size() != 1) throw std::runtime_error("not once: " + pattern);
    const std::string& span = *spans.begin();
    const long number = std::stol(span);
    return span.ends_with("min") || span.ends_with("m") ? number * 60 : number;
}

/// The unit with the program of this build: systemd-analyze wants one that is there.
class Unit : public ::testing::Test {
protected:
    void SetUp() override {
        if (!has_tool("systemd-analyze")) {
            if (in_ci()) FAIL() << "systemd-analyze (package systemd) is not installed";
            GTEST_SKIP() << "systemd-analyze (package systemd) is not installed";
        }
        file =
            folder.write("paysync.service", replaced(unit_text(), "/usr/bin/paysync", (binary / "paysync").string()));
    }

    Scratch folder;
    std::filesystem::path file;
};

TEST_F(Unit, IsUnderstoodWithoutAWord) {
    const Ran ran = run("systemd-analyze verify --man=no " + file.string());

    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_EQ(ran.output, "");
}

TEST_F(Unit, IsUnderstoodWithItsDropInForPort443) {
    folder.write("paysync.service.d/port-443.conf", text_of(source / "config/systemd/port-443.conf"));
    const Ran ran = run("systemd-analyze verify --man=no " + file.string());

    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_EQ(ran.output, "");
}

TEST_F(Unit, GivesAnIntruderLittle) {
    const Ran ran = run("systemd-analyze security --offline=true --no-pager --threshold=15 " + file.string());

    EXPECT_EQ(ran.exit_code, 0) << "exposure above 1.5:\n" << ran.output;
    EXPECT_NE(ran.output.find("Overall exposure level for paysync.service: "), std::string::npos) << ran.output;
}

TEST_F(Unit, NamesAUserThatSysusersMakes) {
    const Ran ran = run("systemd-sysusers --dry-run " + (source / "config/systemd/paysync.sysusers").string());

    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_NE(unit_text().find("\nUser=paysync\n"), std::string::npos);
}

TEST(UnitFile, WaitsLongerThanTheDaemonNeedsToStop) {
    const long unit = seconds_of(unit_text(), R"(\nTimeoutStopSec=(\d+(?:s|min))\n)");
    const long daemon = seconds_of(text_of(source / "config/paysync.yaml"), R"(\nshutdown:\n  timeout: (\d+[sm]))");

    EXPECT_GT(unit, daemon);
}

TEST(UnitFile, StopsTryingForExitCodesThatTheDaemonHas) {
    const auto known = found_in(text_of(source / "src/app/exit_code.hpp"), R"(constexpr int \w+ = (\d+);)");
    const auto lists = found_in(unit_text(), R"(\nRestartPreventExitStatus=([0-9 ]+)\n)");
    ASSERT_EQ(lists.size(), 1U);
    const auto named = found_in(*lists.begin(), R"((\d+))");

    EXPECT_THAT(named, IsSubsetOf(known));
    EXPECT_THAT(named, Contains("78"));
    for (const char* passing : {"69", "70", "71", "74", "75"})
        EXPECT_FALSE(named.contains(passing)) << passing << " heals by itself, or by a restart";
}

TEST(UnitFile, PassesTheCredentialsThatTheShippedConfigurationNames) {
    const auto named = found_in(text_of(source / "config/paysync.yaml"), R"(\{ credential: ([a-z-]+) \})");
    const auto passed = found_in(unit_text(), R"(\nLoadCredential=([a-z-]+):)");

    ASSERT_FALSE(named.empty());
    EXPECT_THAT(named, IsSubsetOf(passed));
}

TEST(UnitFile, CallsCommandsAndOptionsThatThereAre) {
    const std::string program = (binary / "paysync").string();
    for (const std::string& line : found_in(unit_text(), R"(\nExec(?:Start|Reload)=([^\n]+))")) {
        const auto words = found_in(line, R"(^/usr/bin/paysync ([a-z]+))");
        ASSERT_EQ(words.size(), 1U) << line;
        const Ran help = run(program + " " + *words.begin() + " --help");
        EXPECT_EQ(help.exit_code, 0) << line;
        for (const std::string& option : found_in(line, R"( (--[a-z-]+))"))
            EXPECT_TRUE(help.output.find(option) != std::string::npos || option == "--config") << option;
    }
}

/// Into a folder that stands for the root of a machine.
class Installed : public ::testing::Test {
protected:
    std::string unit_below(const std::string& prefix) {
        const Ran ran =
            run("DESTDIR=" + root.path().string() + " cmake --install " + binary.string() + " --prefix " + prefix);
        EXPECT_EQ(ran.exit_code, 0) << ran.output;
        return text_of(root.path().string() + prefix + "/lib/systemd/system/paysync.service");
    }

    Scratch root;
};

TEST_F(Installed, TheUnitStandsWhereSystemdLooksAndStartsWhatWasInstalled) {
    const std::string unit = unit_below("/usr");

    EXPECT_EQ(unit, unit_text());
    EXPECT_TRUE(std::filesystem::exists(root.path() / "usr/bin/paysync"));
    EXPECT_TRUE(std::filesystem::exists(root.path() / "usr/lib/sysusers.d/paysync.conf"));
    EXPECT_FALSE(std::filesystem::exists(root.path() / "etc")) << "a configuration in use is nobody's to touch";
}

TEST_F(Installed, TheUnitFollowsAnotherPrefix) {
    const std::string unit = unit_below("/opt/paysync");

    EXPECT_NE(unit.find("\nExecStart=/opt/paysync/bin/paysync run "), std::string::npos) << unit;
    EXPECT_NE(unit.find("\nExecReload=/opt/paysync/bin/paysync reload "), std::string::npos) << unit;
    EXPECT_EQ(unit.find("/usr/bin"), std::string::npos) << unit;
}

} // namespace
} // namespace paysync::host
