// Finds which word of a message stands in the file.
#include "flow/mended_line.hpp"

#include "paysync/base/text.hpp"

#include <vector>

namespace paysync::flow {

namespace {

bool is_word_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

std::string_view line_of(std::string_view text, int number) {
    for (int line = 1; line < number; ++line) {
        const auto end = text.find('\n');
        if (end == std::string_view::npos) return {};
        text.remove_prefix(end + 1);
    }
    return text.substr(0, text.find('\n'));
}

std::string meant_by(const std::string& advice) {
    constexpr std::string_view before = "did you mean '";
    const auto begin = advice.find(before);
    if (begin == std::string::npos) return {};
    const auto end = advice.find('\'', begin + before.size());
    return advice.substr(begin + before.size(), end - begin - before.size());
}

/// The words that a message quotes, `monay` of "jq: monay/1 is not defined", and `falback` of '$vars.falback'.
std::vector<std::string> words_of(std::string_view message) {
    std::vector<std::string> words;
    message = message.substr(0, message.find(": ${"));
    constexpr std::string_view jq = "jq: ";
    if (message.starts_with(jq)) words.emplace_back(message.substr(jq.size(), message.find('/') - jq.size()));
    for (auto begin = message.find('\''); begin != std::string_view::npos;) {
        const auto end = message.find('\'', begin + 1);
        if (end == std::string_view::npos) break;
        const std::string_view quoted = message.substr(begin + 1, end - begin - 1);
        words.emplace_back(quoted.substr(quoted.find_last_of("$.") + 1)); // npos + 1 is 0
        begin = message.find('\'', end + 1);
    }
    return words;
}

/// Where `word` stands whole, at `from` or behind it.
std::size_t find_word(std::string_view line, std::string_view word, std::size_t from) {
    for (auto at = line.find(word, from); at != std::string_view::npos; at = line.find(word, at + 1)) {
        const bool begins = at == 0 || !is_word_letter(line[at - 1]);
        const std::size_t end = at + word.size();
        if (begins && (end == line.size() || !is_word_letter(line[end]))) return at;
    }
    return std::string_view::npos;
}

} // namespace

std::string mended_line(const yaml::Problem& problem, std::string_view text) {
    const std::string meant = meant_by(problem.advice);
    if (meant.empty() || problem.place.line < 1 || problem.place.column < 1) return {};
    const auto wrong = base::closest(meant, words_of(problem.message));
    if (!wrong || wrong->empty()) return {};
    const std::string_view line = line_of(text, problem.place.line);
    const auto at = find_word(line, *wrong, static_cast<std::size_t>(problem.place.column) - 1);
    if (at == std::string_view::npos) return {};
    std::string mended{line};
    mended.replace(at, wrong->size(), meant);
    return std::string{base::trimmed(mended)};
}

} // namespace paysync::flow
