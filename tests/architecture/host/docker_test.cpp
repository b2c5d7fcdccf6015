// The image, as far as it can be checked without building it: packages, files, libraries, commands.
#include "machine.hpp"
#include "paysync/yaml/document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace paysync::host {
namespace {

using ::testing::IsSubsetOf;

std::string dockerfile() {
    return text_of(source / "docker/Dockerfile");
}

/// Names of the packages that a stage installs.
std::set<std::string> packages_of(const std::string& stage) {
    const std::string start = "--no-install-recommends";
    const auto at = stage.find(start);
    if (at == std::string::npos) throw std::runtime_error("a stage without packages");
    const std::string list = stage.substr(at + start.size(), stage.find("&&", at) - at - start.size());
    return found_in(list, R"(\s([a-z0-9][a-z0-9.+-]+))");
}

struct Stages {
    std::string builder;
    std::string image;
};

Stages stages() {
    const std::string text = dockerfile();
    const auto second = text.find("\nFROM ", text.find("FROM ") + 1);
    return {text.substr(0, second), text.substr(second)};
}

bool has_package_lists() {
    return has_tool("apt-cache") &&
           run("apt-cache policy cmake").output.find("Candidate: (none)") == std::string::npos;
}

/// A package and all that it pulls in, of what is installed here.
void add_with_dependencies(const std::string& package, std::set<std::string>& all) {
    if (!all.insert(package).second) return;
    const Ran ran = run("dpkg-query -W -f '${Depends}, ${Pre-Depends}' " + package);
    if (ran.exit_code != 0) return;
    for (const std::string& name : found_in(ran.output, R"((?:^|[,|] *)([a-z0-9][a-z0-9.+-]+))"))
        add_with_dependencies(name, all);
}

/// Debian's package of a shared library, whichever of its paths dpkg knows (/lib is /usr/lib today).
std::string package_of(const std::string& library) {
    const std::string real = std::filesystem::canonical(library).string();
    std::vector<std::string> names{real, library};
    if (real.starts_with("/usr/")) names.push_back(real.substr(4));
    for (const std::string& name : names) {
        const Ran ran = run("dpkg -S " + name);
        if (ran.exit_code == 0) return ran.output.substr(0, ran.output.find_first_of(":"));
    }
    return "nobody's " + library;
}

std::string file_name(const std::string& path) {
    return std::filesystem::path{path}.filename().string();
}

TEST(Dockerfile, BuildsWithPackagesThatTheSourceNames) {
    const auto ours = found_in(text_of(source / "dev"), R"(\n([a-z0-9][a-z0-9.+-]+)  +[A-Za-z])");

    EXPECT_THAT(packages_of(stages().builder), IsSubsetOf(ours)) << "the list in ./dev is the one that is kept";
}

TEST(Dockerfile, NamesPackagesThatDebianHas) {
    if (!has_package_lists()) GTEST_SKIP() << "apt knows no packages here (apt-get update)";
    auto all = packages_of(stages().builder);
    all.merge(packages_of(stages().image));
    for (const std::string& name : all) EXPECT_EQ(run("apt-cache show " + name).exit_code, 0) << name;
}

TEST(Dockerfile, BringsTheLibrariesThatTheProgramsLoad) {
    if (!has_tool("dpkg") || !has_tool("ldd") || !has_tool("objdump")) GTEST_SKIP() << "no Debian, or no binutils";
    const auto named = packages_of(stages().image);
    std::set<std::string> brought;
    for (const std::string& name : named) add_with_dependencies(name, brought);
    for (const char* program : {"paysync", "paysync-sandbox"}) {
        const std::string file = (binary / program).string();
        const auto direct = found_in(run("objdump -p " + file).output, R"(NEEDED +(\S+))");
        ASSERT_FALSE(direct.empty());
        for (const std::string& library : found_in(run("ldd " + file).output, R"((/\S+\.so[.0-9]*))")) {
            const std::string package = package_of(library);
            EXPECT_TRUE(brought.contains(package)) << library << " is of " << package;
            if (!direct.contains(file_name(library))) continue;
            EXPECT_TRUE(named.contains(package)) << program << " loads " << library << " itself: name " << package;
        }
    }
}

TEST(Dockerfile, CopiesWhatIsThereAndNotKeptOut) {
    const std::string ignored = text_of(source / ".dockerignore");
    ASSERT_NE(ignored.find("\n*\n"), std::string::npos) << "everything is kept out but what is named";
    for (const std::string& line : found_in(dockerfile(), R"(\nCOPY ([^-\n][^\n]*))")) {
        std::istringstream words{line};
        std::vector<std::string> names{std::istream_iterator<std::string>{words}, {}};
        names.pop_back(); // where to
        for (const std::string& name : names) {
            EXPECT_TRUE(std::filesystem::exists(source / name)) << name;
            const std::string top = name.substr(0, name.find('/'));
            EXPECT_NE(ignored.find("\n!" + top + "\n"), std::string::npos) << ".dockerignore keeps out " << name;
        }
    }
}

TEST(Dockerfile, ConfiguresFromWhatItCopies) {
    Scratch folder;
    const auto copy = [&](const std::string& name) {
        std::filesystem::copy(source / name, folder.path() / name, std::filesystem::copy_options::recursive);
    };
    for (const std::string& line : found_in(stages().builder, R"(\nCOPY ([^\n]+))")) {
        std::istringstream words{line};
        std::vector<std::string> names{std::istream_iterator<std::string>{words}, {}};
        names.pop_back();
        for (const std::string& name : names) copy(name);
    }
    const Ran ran = run("cmake -S " + folder.path().string() + " -B " + (folder.path() / "build").string() +
                        " -G Ninja -D CMAKE_BUILD_TYPE=Release -D PAYSYNC_BUILD_TESTS=OFF");

    EXPECT_EQ(ran.exit_code, 0) << ran.output;
}

TEST(Dockerfile, RunsAsAUserWithoutRights) {
    EXPECT_EQ(found_in(stages().image, R"(\nUSER ([1-9]\d*:[1-9]\d*)\n)").size(), 1U) << "a number: Kubernetes asks";
    EXPECT_EQ(found_in(stages().image, R"(\n(HEALTHCHECK) )").size(), 1U);
}

TEST(Compose, IsYamlWhoseServicesWaitForEachOther) {
    yaml::Problems problems;
    const auto root = yaml::read_file(source / "docker/compose.yaml", problems);
    ASSERT_TRUE(root) << problems.text();
    const yaml::Node* services = root->find("services");
    ASSERT_NE(services, nullptr);
    for (const char* name : {"sandbox", "paysync"}) {
        const yaml::Node* service = services->find(name);
        ASSERT_NE(service, nullptr) << name;
        EXPECT_NE(service->find("healthcheck"), nullptr) << name;
    }
    const yaml::Node* waits = services->find("paysync")->find("depends_on");
    ASSERT_NE(waits, nullptr);
    EXPECT_EQ(waits->find("sandbox")->find("condition")->scalar, "service_healthy");
    EXPECT_NE(root->find("volumes")->find("try"), nullptr);
}

TEST(Compose, CallsCommandsAndOptionsThatThereAre) {
    const std::string text = text_of(source / "docker/compose.yaml");
    const std::string sandbox = run((binary / "paysync-sandbox").string() + " --help").output +
                                run((binary / "paysync-sandbox").string() + " trigger --help").output;
    const std::string daemon = run((binary / "paysync").string() + " status --help").output +
                               run((binary / "paysync").string() + " --help").output;
    const std::set<std::string> of_docker{"--build", "--wait"};
    for (const std::string& option : found_in(text, R"((--[a-z-]+))"))
        EXPECT_TRUE(of_docker.contains(option) || sandbox.find(option) != std::string::npos ||
                    daemon.find(option) != std::string::npos)
            << option;
}

TEST(Compose, IsUnderstoodByDocker) {
    if (run("docker compose version").exit_code != 0) GTEST_SKIP() << "docker compose is not installed";
    const Ran ran = run("docker compose -f " + (source / "docker/compose.yaml").string() + " config --quiet");

    EXPECT_EQ(ran.exit_code, 0) << ran.output;
}

} // namespace
} // namespace paysync::host
