// SOQL text to tokens, and the telling of errors.
#include "sandbox/soql_lexer.hpp"

#include "paysync/base/json.hpp"
#include "sandbox/field_value.hpp"
#include "sandbox/soql_error.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace paysync::sandbox::soql {

namespace {

constexpr std::size_t string_length_max = 4'000;
constexpr std::size_t shown_before = 20; ///< of the statement, in a message
constexpr std::size_t shown_after = 40;

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '.' || c == ':';
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_{text} {}

    std::vector<Token> run() {
        std::vector<Token> tokens;
        do {
            tokens.push_back(next());
        } while (tokens.back().kind != Token::Kind::end);
        return tokens;
    }

private:
    Token next() {
        while (at_ < text_.size() && is_space(text_[at_])) ++at_;
        Token token;
        token.at = at_;
        if (at_ == text_.size()) return token;
        const char c = text_[at_];
        const bool sign = (c == '-' || c == '+') && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]);
        if (c == '\'') {
            token.kind = Token::Kind::text;
            token.text = quoted();
        } else if (is_digit(c) || sign) {
            number_or_moment(token);
        } else if (is_word(c)) {
            token.kind = Token::Kind::word;
            while (at_ < text_.size() && is_word(text_[at_])) token.text += text_[at_++];
        } else {
            symbol(token);
        }
        return token;
    }

    void symbol(Token& token) {
        token.kind = Token::Kind::symbol;
        token.text = text_[at_++];
        if (at_ < text_.size()) {
            const std::string two = token.text + text_[at_];
            if (two == "!=" || two == "<=" || two == ">=" || two == "<>") {
                token.text = two == "<>" ? "!=" : two;
                ++at_;
            }
        }
        static constexpr std::string_view known = "=<>(),";
        if (token.text.size() == 1 && known.find(token.text) == std::string_view::npos)
            malformed(token.at, "line 1:" + std::to_string(token.at) + " no viable alternative at character '" +
                                    token.text + "'");
    }

    void number_or_moment(Token& token) {
        while (at_ < text_.size() &&
               (is_digit(text_[at_]) || std::string_view("+-.:TZEe").find(text_[at_]) != std::string_view::npos))
            token.text += text_[at_++];
        if (is_date(token.text)) {
            token.kind = Token::Kind::date;
        } else if (auto moment = read_datetime(token.text)) {
            token.kind = Token::Kind::datetime;
            token.text = std::move(*moment);
        } else {
            double value = 0;
            const std::string_view digits = std::string_view(token.text).substr(token.text.front() == '+' ? 1 : 0);
            const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
            if (failure != std::errc{} || end != digits.data() + digits.size())
                malformed(token.at, "unexpected token: '" + token.text + "'");
            token.kind = Token::Kind::number;
        }
    }

    std::string quoted() {
        const std::size_t begin = at_++;
        std::string made;
        for (; at_ < text_.size() && text_[at_] != '\''; ++at_) {
            if (text_[at_] == '\\')
                escape(made);
            else
                made += text_[at_];
        }
        if (at_ == text_.size())
            malformed(begin, "line 1:" + std::to_string(begin) + " mismatched character '<EOF>' expecting '''");
        ++at_;
        if (made.size() > string_length_max) malformed(begin, "string literal is longer than 4000 characters");
        return made;
    }

    /// `\_` and `\%` stay: only LIKE knows what they mean.
    void escape(std::string& made) {
        if (++at_ == text_.size()) malformed(at_, "illegal escape sequence");
        static const std::map<char, char> plain = {{'\\', '\\'}, {'\'', '\''}, {'"', '"'},  {'n', '\n'}, {'r', '\r'},
                                                   {'t', '\t'},  {'b', '\b'},  {'f', '\f'}, {'N', '\n'}, {'R', '\r'},
                                                   {'T', '\t'},  {'B', '\b'},  {'F', '\f'}};
        const char c = text_[at_];
        if (c == '_' || c == '%') {
            made += {'\\', c};
        } else if (c == '\\') {
            made += "\\\\";
        } else if (const auto known = plain.find(c); known != plain.end()) {
            made += known->second;
        } else if (c == 'u' && at_ + 4 < text_.size()) {
            const auto parsed = base::parse_json("\"\\u" + std::string(text_.substr(at_ + 1, 4)) + "\"");
            if (!parsed) malformed(at_, "illegal unicode escape");
            made += parsed->get<std::string>();
            at_ += 4;
        } else {
            malformed(at_, "Invalid string literal: illegal character sequence '\\" + std::string(1, c) +
                               "' in string literal");
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

} // namespace

RowError Refused::told(std::string_view statement) const {
    RowError error{.code = code, .message = sentence, .fields = {}, .whole_request = true, .duplicate = {}};
    if (!at) return error;
    const std::size_t place = std::min(*at, statement.size());
    const auto line_end = statement.substr(0, place).rfind('\n');
    const std::size_t line_begin = line_end == std::string_view::npos ? 0 : line_end + 1;
    const auto row = 1 + std::count(statement.begin(), statement.begin() + static_cast<std::ptrdiff_t>(place), '\n');
    const std::size_t from = std::max(line_begin, place > shown_before ? place - shown_before : 0);
    std::string piece{statement.substr(from, place - from + shown_after)};
    std::replace(piece.begin(), piece.end(), '\n', ' ');
    error.message = "\n" + piece + "\n" + std::string(place - from, ' ') + "^\nERROR at Row:" + std::to_string(row) +
                    ":Column:" + std::to_string(place - line_begin + 1) + "\n" + sentence;
    return error;
}

void refuse(std::string code, std::optional<std::size_t> at, std::string sentence) {
    throw Refused{std::move(code), std::move(sentence), at};
}

void malformed(std::size_t at, std::string sentence) {
    refuse("MALFORMED_QUERY", at, std::move(sentence));
}

std::vector<Token> tokens_of(std::string_view statement) {
    return Lexer{statement}.run();
}

} // namespace paysync::sandbox::soql
