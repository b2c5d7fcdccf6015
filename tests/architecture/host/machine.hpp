// Tools of the machine that these tests ask: systemd's, apt's and dpkg's.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <stdlib.h>
#include <sys/wait.h>

namespace paysync::host {

inline const std::filesystem::path source{PAYSYNC_SOURCE_DIR};
inline const std::filesystem::path binary{PAYSYNC_BINARY_DIR};

struct Ran {
    int exit_code = 0;
    std::string output; ///< both streams
};

inline Ran run(const std::string& command) {
    Ran ran;
    FILE* pipe = popen(("LC_ALL=C SYSTEMD_COLORS=0 SYSTEMD_PAGER= " + command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
    char buffer[4096];
    for (std::size_t got = 0; (got = fread(buffer, 1, sizeof buffer, pipe)) > 0;) ran.output.append(buffer, got);
    const int status = pclose(pipe);
    ran.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
}

inline bool has_tool(const std::string& name) {
    return run("command -v " + name).exit_code == 0;
}

/// Where a tool lacks a person's machine skips the test; a machine that builds for everybody must have it.
inline bool in_ci() {
    const char* said = std::getenv("CI");
    return said != nullptr && std::string(said) == "true";
}

inline std::string text_of(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in) throw std::runtime_error(file.string() + " cannot be read");
    return {std::istreambuf_iterator<char>{in}, {}};
}

inline std::string replaced(std::string text, const std::string& words, const std::string& by) {
    for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + by.size()))
        text.replace(at, words.size(), by);
    return text;
}

/// What the first group of a pattern matched, everywhere in the text.
inline std::set<std::string> found_in(const std::string& text, const std::string& pattern) {
    const std::regex regex{pattern};
    std::set<std::string> words;
    for (auto it = std::sregex_iterator(text.begin(), text.end(), regex); it != std::sregex_iterator(); ++it)
        words.insert((*it)[1]);
    return words;
}

/// A folder that goes away with its test.
class Scratch {
public:
    Scratch() {
        std::string name = (std::filesystem::temp_directory_path() / "paysync-test-XXXXXX").string();
        if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    const std::filesystem::path& path() const { return path_; }

    std::filesystem::path write(const std::filesystem::path& name, const std::string& text) const {
        std::filesystem::create_directories((path_ / name).parent_path());
        std::ofstream{path_ / name} << text;
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

} // namespace paysync::host
