// Reading files and taking C++ apart.
#include "source_tree.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

namespace paysync::house {

namespace fs = std::filesystem;

namespace {

fs::path root() {
    return PAYSYNC_SOURCE_DIR;
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool ends_with_one_of(const std::string& name, const std::vector<std::string>& endings) {
    return endings.empty() ||
           std::any_of(endings.begin(), endings.end(), [&](const std::string& end) { return name.ends_with(end); });
}

bool is_left_out(const fs::path& folder) {
    const std::string name = folder.filename().string();
    return name == "build" || (name.starts_with(".") && name != ".ci");
}

/// Walks over one text and sorts its characters into code and literals.
class Lexer {
public:
    explicit Lexer(std::string_view text) : text_{text} {}

    Lexed run() {
        while (at_ < text_.size()) {
            if (starts("//"))
                skip_until("\n");
            else if (starts("/*"))
                skip_block();
            else if (text_[at_] == '"' && is_raw())
                raw_literal();
            else if (text_[at_] == '"')
                literal('"');
            else if (text_[at_] == '\'' && !is_digit_separator())
                literal('\'');
            else
                keep();
        }
        return std::move(lexed_);
    }

private:
    bool starts(std::string_view what) const { return text_.substr(at_).starts_with(what); }
    bool is_raw() const { return at_ > 0 && text_[at_ - 1] == 'R'; }
    bool is_digit_separator() const { return at_ > 0 && is_word(text_[at_ - 1]); }

    void keep() {
        if (text_[at_] == '\n') ++line_;
        lexed_.code += text_[at_++];
    }
    void blank() {
        if (text_[at_] == '\n')
            keep();
        else {
            lexed_.code += ' ';
            ++at_;
        }
    }
    void skip_until(std::string_view end) {
        while (at_ < text_.size() && !starts(end)) blank();
    }
    void skip_block() {
        blank();
        blank();
        skip_until("*/");
        for (int i = 0; i < 2 && at_ < text_.size(); ++i) blank();
    }

    void literal(char quote) {
        Literal found{line_, {}};
        keep();
        while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
            const bool escaped = text_[at_] == '\\' && at_ + 1 < text_.size();
            for (int i = 0; i < (escaped ? 2 : 1); ++i) {
                found.text += text_[at_];
                blank();
            }
        }
        if (at_ < text_.size()) keep();
        if (quote == '"') lexed_.literals.push_back(std::move(found));
    }

    void raw_literal() {
        keep();
        const std::size_t open = std::min(text_.find('(', at_), text_.size());
        const std::string end = ")" + std::string(text_.substr(at_, open - at_)) + "\"";
        const std::size_t begin = std::min(open + 1, text_.size());
        const std::size_t close = std::min(text_.find(end, begin), text_.size());
        lexed_.literals.push_back({line_, std::string(text_.substr(begin, close - begin))});
        const std::size_t after = std::min(close + end.size(), text_.size());
        while (at_ < after) blank();
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    Lexed lexed_;
};

} // namespace

std::vector<File> files_below(std::string_view folder, const std::vector<std::string>& endings) {
    std::vector<File> files;
    const fs::path start = root() / folder;
    if (!fs::is_directory(start)) return files;
    for (auto it = fs::recursive_directory_iterator(start); it != fs::recursive_directory_iterator(); ++it) {
        if (it->is_directory() && is_left_out(it->path())) it.disable_recursion_pending();
        const bool wanted = it->is_regular_file() && ends_with_one_of(it->path().filename().string(), endings);
        if (!wanted) continue;
        const std::string path = it->path().lexically_relative(root()).generic_string();
        files.push_back({path, text_of(path)});
    }
    std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.path < b.path; });
    return files;
}

const std::vector<File>& room_files() {
    static const std::vector<File> files = [] {
        std::vector<File> all = files_below("src", {".cpp", ".hpp"});
        for (File& header : files_below("include/paysync", {".cpp", ".hpp"})) all.push_back(std::move(header));
        return all;
    }();
    return files;
}

const std::vector<File>& test_files() {
    static const std::vector<File> files = files_below("tests", {".cpp", ".hpp"});
    return files;
}

std::string room_of(std::string_view path) {
    for (const std::string_view base : {"src/", "include/paysync/"}) {
        if (!path.starts_with(base)) continue;
        const std::string_view rest = path.substr(base.size());
        const std::size_t slash = rest.find('/');
        return slash == std::string_view::npos ? std::string{} : std::string(rest.substr(0, slash));
    }
    return {};
}

bool exists(const std::string& path) {
    return fs::exists(root() / path);
}

std::string text_of(const std::string& path) {
    std::ifstream file{root() / path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, std::istreambuf_iterator<char>{}};
}

Lexed lexed(std::string_view text) {
    return Lexer{text}.run();
}

std::vector<Include> quoted_includes(std::string_view text) {
    constexpr std::string_view directive = "#include \"";
    std::vector<Include> found;
    const std::vector<std::string> lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!lines[i].starts_with(directive)) continue;
        const std::string rest = lines[i].substr(directive.size());
        found.push_back({i + 1, rest.substr(0, rest.find('"'))});
    }
    return found;
}

std::vector<std::size_t> lines_with(std::string_view text, std::string_view words) {
    std::vector<std::size_t> found;
    for (std::size_t at = text.find(words); at != std::string_view::npos; at = text.find(words, at + 1)) {
        const std::size_t end = at + words.size();
        const bool part_of_longer = (is_word(words.front()) && at > 0 && is_word(text[at - 1])) ||
                                    (is_word(words.back()) && end < text.size() && is_word(text[end]));
        if (part_of_longer) continue;
        const auto before = text.substr(0, at);
        found.push_back(1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')));
    }
    return found;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string place(const std::string& path, std::size_t line) {
    return path + ":" + std::to_string(line);
}

} // namespace paysync::house
