// What a person at a terminal sees and types.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <termios.h>

namespace paysync::demo {

/// Keys without Enter while it lives. Does nothing where standard input is no terminal.
class Keys {
public:
    Keys();
    ~Keys();
    Keys(const Keys&) = delete;
    Keys& operator=(const Keys&) = delete;

    bool interactive() const { return saved_.has_value(); }
    /// A key that was typed, or nothing after `milliseconds`.
    std::optional<char> typed(int milliseconds) const;
    /// Ctrl-C, or SIGTERM, since the program began. (So that it ends in order, and its children with it.)
    static bool interrupted();

private:
    std::optional<termios> saved_;
};

/// One line, drawn again and again on a terminal; elsewhere a line a quarter.
class ProgressBar {
public:
    ProgressBar(std::string label, std::size_t total);
    void show(std::size_t done, const std::string& note = {});
    void finish();

private:
    std::string label_;
    std::size_t total_;
    std::size_t quarters_ = 0;
    bool terminal_;
};

/// `text` in bold on a terminal, plain elsewhere.
std::string bold(const std::string& text);

} // namespace paysync::demo
