// A scanner for jq 1.6.
#include "flow/jq_syntax.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace paysync::flow {

namespace {

struct Token {
    enum class Kind { variable, field, word, text, number, format, symbol };
    Kind kind;
    std::string text;
    std::size_t at = 0;

    bool is(std::string_view symbol) const { return kind == Kind::symbol && text == symbol; }
    bool is_word(std::string_view word) const { return kind == Kind::word && text == word; }
};
using Tokens = std::vector<Token>;

constexpr int interpolation_depth_max = 50;

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_white(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

class Scanner {
public:
    Scanner(std::string_view text, std::size_t begin, Tokens& tokens) : text_{text}, at_{begin}, tokens_{tokens} {}

    /// Up to the `closer` that nothing inside opened; '\0': up to the end. False: not closed, or brackets do not
    /// match.
    bool run(char closer, int depth = 0) {
        if (depth > interpolation_depth_max) return false;
        std::vector<char> open;
        while (at_ < text_.size()) {
            const char c = text_[at_];
            if (c == closer && open.empty()) return true;
            if (c == '(' || c == '[' || c == '{') open.push_back(c == '(' ? ')' : c == '[' ? ']' : '}');
            if (c == ')' || c == ']' || c == '}') {
                if (open.empty() || open.back() != c) return false;
                open.pop_back();
            }
            if (!step(depth)) return false;
        }
        return closer == '\0' && open.empty();
    }
    std::size_t at() const { return at_; }

private:
    char peek(std::size_t ahead) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
    void add(Token::Kind kind, std::string_view text) { tokens_.push_back({kind, std::string{text}, token_at_}); }

    std::string_view take_word() {
        const std::size_t begin = at_;
        while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]) ||
                                      (text_[at_] == ':' && peek(1) == ':' && is_letter(peek(2)))))
            at_ += text_[at_] == ':' ? 2U : 1U;
        return text_.substr(begin, at_ - begin);
    }

    bool step(int depth) {
        const char c = text_[at_];
        token_at_ = at_;
        if (is_white(c)) {
            ++at_;
        } else if (c == '#') {
            while (at_ < text_.size() && text_[at_] != '\n') ++at_;
        } else if (c == '"') {
            return string(depth);
        } else if (c == '$') {
            do ++at_;
            while (at_ < text_.size() && is_white(text_[at_]));
            add(Token::Kind::variable, take_word());
        } else if (c == '.' && is_letter(peek(1))) {
            ++at_;
            const std::size_t begin = at_;
            while (at_ < text_.size() && (is_letter(text_[at_]) || is_digit(text_[at_]))) ++at_;
            add(Token::Kind::field, text_.substr(begin, at_ - begin));
        } else if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
            number();
        } else if (c == '@') {
            ++at_;
            add(Token::Kind::format, take_word());
        } else if (is_letter(c)) {
            add(Token::Kind::word, take_word());
        } else {
            add(Token::Kind::symbol, text_.substr(at_, 1));
            ++at_;
        }
        return true;
    }

    void number() {
        const std::size_t begin = at_;
        while (is_digit(peek(0)) || peek(0) == '.') ++at_;
        if (peek(0) == 'e' || peek(0) == 'E') {
            ++at_;
            if (peek(0) == '+' || peek(0) == '-') ++at_;
            while (is_digit(peek(0))) ++at_;
        }
        add(Token::Kind::number, text_.substr(begin, at_ - begin));
    }

    bool string(int depth) {
        ++at_;
        std::string content;
        const std::size_t own = tokens_.size();
        add(Token::Kind::text, {});
        while (at_ < text_.size() && text_[at_] != '"') {
            if (text_[at_] != '\\') {
                content += text_[at_++];
                continue;
            }
            if (peek(1) == '(') {
                at_ += 2;
                add(Token::Kind::symbol, "\\(");
                if (!run(')', depth + 1)) return false;
                ++at_;
                add(Token::Kind::symbol, ")");
            } else {
                content += peek(1);
                at_ += 2;
            }
        }
        if (at_ >= text_.size()) return false;
        ++at_;
        tokens_[own].text = content;
        return true;
    }

    std::string_view text_;
    std::size_t at_;
    std::size_t token_at_ = 0;
    Tokens& tokens_;
};

/// What could make an expression depend on something else than the event, and what to use instead.
const std::map<std::string, std::string, std::less<>>& forbidden() {
    static const std::map<std::string, std::string, std::less<>> words{
        {"now", "use $now: the time handed in"},
        {"env", "put the value under `vars`"},
        {"input", "an expression sees one event"},
        {"inputs", "an expression sees one event"},
        {"debug", "`paysync plan EVENT.json` shows what an expression gives"},
        {"stderr", "`paysync plan EVENT.json` shows what an expression gives"},
        {"halt", "use error(\"why\")"},
        {"halt_error", "use error(\"why\")"},
        {"localtime", "use day(t), which knows the configured time zone"},
        {"strflocaltime", "use day(t), which knows the configured time zone"},
        {"input_filename", ""},
        {"input_line_number", ""},
        {"get_search_list", ""},
        {"modulemeta", ""},
        {"import", "own functions stand in functions.jq"},
        {"include", "own functions stand in functions.jq"},
    };
    return words;
}

/// Position behind the bracket that `open` opens.
std::size_t behind_bracket(const Tokens& tokens, std::size_t open) {
    int depth = 0;
    for (std::size_t i = open; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        if (token.is("(") || token.is("[") || token.is("{") || token.is("\\(")) ++depth;
        if (token.is(")") || token.is("]") || token.is("}")) --depth;
        if (depth == 0) return i + 1;
    }
    return tokens.size();
}

/// Variables from `begin` to the first `end` outside of brackets: a pattern, or the parameters of a function.
void collect_bound(const Tokens& tokens, std::size_t begin, std::string_view end, std::string_view other_end,
                   std::set<std::string>& bound) {
    int depth = 0;
    for (std::size_t i = begin; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        if (depth == 0 && (token.is(end) || token.is(other_end))) return;
        if (token.is("(") || token.is("[") || token.is("{")) ++depth;
        if (token.is(")") || token.is("]") || token.is("}")) --depth;
        if (token.kind == Token::Kind::variable) bound.insert(token.text);
    }
}

std::set<std::string> bound_inside(const Tokens& tokens) {
    std::set<std::string> bound;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        if (tokens[i].is_word("as")) collect_bound(tokens, i + 1, "|", "(", bound);
        if (tokens[i].is_word("def")) collect_bound(tokens, i + 1, ":", ":", bound);
        if (tokens[i].is_word("label") && i + 1 < tokens.size()) bound.insert(tokens[i + 1].text);
    }
    return bound;
}

Mention mention_at(const Tokens& tokens, std::size_t at) {
    Mention mention;
    mention.name = tokens[at].text;
    mention.at = tokens[at].at;
    std::size_t i = at + 1;
    while (i < tokens.size()) {
        const Token& token = tokens[i];
        if (token.kind == Token::Kind::field) {
            mention.path.push_back(token.text);
            ++i;
        } else if (token.is(".") && i + 1 < tokens.size() && tokens[i + 1].kind == Token::Kind::text) {
            mention.path.push_back(tokens[i + 1].text);
            i += 2;
        } else if (token.is("[")) {
            const std::size_t end = behind_bracket(tokens, i);
            if (end == i + 3 && tokens[i + 1].kind == Token::Kind::text) mention.path.push_back(tokens[i + 1].text);
            i = end;
        } else if (token.is("?")) {
            ++i;
        } else {
            break;
        }
    }
    if (!mention.path.empty() || i >= tokens.size()) return mention;
    const bool piped = tokens[i].is("|") && i + 1 < tokens.size() &&
                       (tokens[i + 1].kind == Token::Kind::field || tokens[i + 1].is("."));
    mention.fields_hidden = piped || tokens[i].is_word("as");
    return mention;
}

} // namespace

std::optional<std::size_t> closing_brace(std::string_view text, std::size_t begin) {
    Tokens tokens;
    Scanner scanner{text, begin, tokens};
    if (!scanner.run('}')) return std::nullopt;
    return scanner.at();
}

Analysis analyse(std::string_view expression) {
    Analysis analysis;
    Tokens tokens;
    Scanner scanner{expression, 0, tokens};
    if (!scanner.run('\0')) {
        analysis.wrong = "brackets or quotes that do not match";
        analysis.wrong_at = std::min(scanner.at(), expression.size());
        return analysis;
    }
    const std::set<std::string> bound = bound_inside(tokens);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const Token& token = tokens[i];
        const bool is_key =
            i + 1 < tokens.size() && tokens[i + 1].is(":") && (i == 0 || !tokens[i - 1].is_word("def"));
        if (token.kind == Token::Kind::word && !is_key) {
            if (const auto found = forbidden().find(token.text); found != forbidden().end()) {
                analysis.wrong = "'" + token.text + "' is not available in expressions";
                analysis.advice = found->second;
                analysis.wrong_at = token.at;
                return analysis;
            }
        }
        if (token.kind != Token::Kind::variable) continue;
        if (token.text == "ENV" || token.text.starts_with("__")) {
            analysis.wrong = "'$" + token.text + "' is not available in expressions";
            analysis.advice = token.text == "ENV" ? "put the value under `vars`" : "";
            analysis.wrong_at = token.at;
            return analysis;
        }
        if (!bound.contains(token.text)) analysis.mentions.push_back(mention_at(tokens, i));
    }
    return analysis;
}

bool is_name(std::string_view text) {
    return !text.empty() && is_letter(text[0]) && !text.starts_with("__") &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

bool is_jq_keyword(std::string_view text) {
    constexpr std::array<std::string_view, 17> keywords{"as",   "import", "include", "module", "def",     "if",
                                                        "then", "else",   "elif",    "reduce", "foreach", "end",
                                                        "and",  "or",     "not",     "label",  "try"};
    return text == "catch" || std::find(keywords.begin(), keywords.end(), text) != keywords.end();
}

} // namespace paysync::flow
