// SOQL text to tree.
#include "sandbox/soql.hpp"

#include "paysync/base/text.hpp"
#include "sandbox/field_value.hpp"

#include <charconv>

namespace paysync::sandbox::soql {

namespace {

constexpr std::size_t statement_length_max = 100'000;
constexpr std::size_t string_length_max = 4'000;
constexpr int nesting_max = 100;

struct Token {
    enum class Kind { word, number, text, symbol, date, datetime, end } kind = Kind::end;
    std::string text;
    std::size_t column = 1;
};

/// Thrown inside this file only: a parser that returns at every step hides the grammar.
struct Malformed {
    RowError error;
};

[[noreturn]] void malformed(std::size_t column, const std::string& sentence) {
    throw Malformed{{.code = "MALFORMED_QUERY",
                     .message = "ERROR at Row:1:Column:" + std::to_string(column) + "\n" + sentence,
                     .fields = {},
                     .whole_request = true}};
}

[[noreturn]] void unexpected(const Token& token) {
    if (token.kind == Token::Kind::end) malformed(token.column, "unexpected token: '<EOF>'");
    malformed(token.column, "unexpected token: '" + token.text + "'");
}

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
        token.column = at_ + 1;
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
            malformed(token.column, "line 1:" + std::to_string(token.column) +
                                        " no viable alternative at character '" + token.text + "'");
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
            if (failure != std::errc{} || end != digits.data() + digits.size()) unexpected(token);
            token.kind = Token::Kind::number;
        }
    }

    std::string quoted() {
        const std::size_t begin = ++at_;
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

class Parser {
public:
    Parser(std::vector<Token> tokens, base::WallTime now) : tokens_{std::move(tokens)}, now_{now} {}

    Query statement() {
        Query query = select();
        if (peek().kind != Token::Kind::end) unexpected(peek());
        return query;
    }

private:
    Query select() {
        Query query;
        expect_word("SELECT");
        select_list(query);
        expect_word("FROM");
        query.object_column = peek().column;
        query.object = word();
        if (take_word("WHERE")) query.where = condition(0);
        if (take_word("ORDER")) {
            expect_word("BY");
            do query.order.push_back(ordering());
            while (take_symbol(","));
        }
        if (take_word("LIMIT")) query.limit = count();
        if (take_word("OFFSET")) query.offset = count();
        return query;
    }

    void select_list(Query& query) {
        if (is_word_now("COUNT") && at_ + 2 < tokens_.size() && tokens_[at_ + 1].text == "(" &&
            tokens_[at_ + 2].text == ")") {
            at_ += 3;
            query.count = true;
            return;
        }
        do {
            const std::size_t column = peek().column;
            query.fields.push_back({word(), column});
        } while (take_symbol(","));
    }

    Ordering ordering() {
        Ordering made;
        made.column = peek().column;
        made.field = word();
        if (take_word("DESC"))
            made.descending = true;
        else
            take_word("ASC");
        if (take_word("NULLS")) {
            made.nulls_last = take_word("LAST");
            if (!made.nulls_last) expect_word("FIRST");
        }
        return made;
    }

    /// AND and OR may not stand side by side without parentheses: SOQL has no precedence between them.
    Condition condition(int depth) {
        if (depth > nesting_max) malformed(peek().column, "conditions are nested too deeply");
        Condition first = operand(depth);
        const bool all = is_word_now("AND");
        if (!all && !is_word_now("OR")) return first;
        Condition made;
        made.kind = all ? Condition::Kind::all : Condition::Kind::any;
        made.parts.push_back(std::move(first));
        while (take_word(all ? "AND" : "OR")) made.parts.push_back(operand(depth));
        if (is_word_now("AND") || is_word_now("OR")) unexpected(peek());
        return made;
    }

    Condition operand(int depth) {
        if (take_word("NOT")) {
            Condition made;
            made.kind = Condition::Kind::negation;
            if (depth > nesting_max) malformed(peek().column, "conditions are nested too deeply");
            made.parts.push_back(operand(depth + 1));
            return made;
        }
        if (take_symbol("(")) {
            Condition made = condition(depth + 1);
            expect_symbol(")");
            return made;
        }
        Condition made;
        made.comparison = comparison();
        return made;
    }

    Comparison comparison() {
        Comparison made;
        made.column = peek().column;
        made.field = word();
        const Token operation = peek();
        ++at_;
        const std::string name = upper(operation.text);
        static const std::set<std::string> symbols = {"=", "!=", "<", "<=", ">", ">="};
        if (operation.kind == Token::Kind::symbol && symbols.contains(name)) {
            made.operation = name;
            made.values.push_back(literal(false));
        } else if (name == "LIKE") {
            made.operation = name;
            made.values.push_back(literal(true));
        } else if (name == "IN" || (name == "NOT" && is_word_now("IN"))) {
            if (name == "NOT") ++at_;
            made.operation = name == "IN" ? "IN" : "NOT IN";
            in_list(made);
        } else {
            --at_;
            unexpected(operation);
        }
        return made;
    }

    void in_list(Comparison& made) {
        expect_symbol("(");
        if (is_word_now("SELECT")) {
            made.semi_join = std::make_shared<Query>(select());
        } else {
            do made.values.push_back(literal(false));
            while (take_symbol(","));
        }
        expect_symbol(")");
    }

    Literal literal(bool like) {
        const Token token = peek();
        ++at_;
        Literal made;
        switch (token.kind) {
        case Token::Kind::text:
            made.kind = Literal::Kind::text;
            made.text = like ? token.text : without_wildcard_escapes(token);
            return made;
        case Token::Kind::number:
            made.kind = Literal::Kind::number;
            made.text = token.text;
            made.number = std::stod(token.text);
            return made;
        case Token::Kind::date:
        case Token::Kind::datetime:
            made.kind = token.kind == Token::Kind::date ? Literal::Kind::date : Literal::Kind::datetime;
            made.text = token.text;
            return made;
        case Token::Kind::word: return word_literal(token);
        case Token::Kind::symbol:
        case Token::Kind::end: break;
        }
        unexpected(token);
    }

    static std::string without_wildcard_escapes(const Token& token) {
        std::string made;
        for (std::size_t i = 0; i < token.text.size(); ++i) {
            if (token.text[i] == '\\') {
                ++i;
                if (token.text[i] != '\\')
                    malformed(token.column, std::string("Invalid string literal: illegal character sequence '\\") +
                                                token.text[i] + "' in string literal");
            }
            made += token.text[i];
        }
        return made;
    }

    Literal word_literal(const Token& token) {
        const std::string name = upper(token.text);
        Literal made;
        if (name == "NULL") return made;
        if (name == "TRUE" || name == "FALSE") {
            made.kind = Literal::Kind::boolean;
            made.boolean = name == "TRUE";
            return made;
        }
        static const std::map<std::string, int> days = {{"TODAY", 0}, {"YESTERDAY", -1}, {"TOMORROW", 1}};
        if (const auto known = days.find(name); known != days.end()) {
            made.kind = Literal::Kind::date;
            made.text = base::format_utc(now_ + std::chrono::hours{24 * known->second}).substr(0, 10);
            return made;
        }
        malformed(token.column, "Bind variables only allowed in Apex code: unexpected token: '" + token.text + "'");
    }

    std::size_t count() {
        const Token token = peek();
        std::size_t value = 0;
        const auto [end, failure] = std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
        if (token.kind != Token::Kind::number || failure != std::errc{} ||
            end != token.text.data() + token.text.size())
            unexpected(token);
        ++at_;
        return value;
    }

    static std::string upper(std::string text) {
        for (char& c : text)
            if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        return text;
    }

    const Token& peek() const { return tokens_[at_]; }
    bool is_word_now(std::string_view wanted) const {
        return peek().kind == Token::Kind::word && upper(peek().text) == wanted;
    }
    bool take_word(std::string_view wanted) {
        if (!is_word_now(wanted)) return false;
        ++at_;
        return true;
    }
    void expect_word(std::string_view wanted) {
        if (!take_word(wanted)) unexpected(peek());
    }
    bool take_symbol(std::string_view wanted) {
        if (peek().kind != Token::Kind::symbol || peek().text != wanted) return false;
        ++at_;
        return true;
    }
    void expect_symbol(std::string_view wanted) {
        if (!take_symbol(wanted)) unexpected(peek());
    }
    std::string word() {
        if (peek().kind != Token::Kind::word) unexpected(peek());
        return tokens_[at_++].text;
    }

    std::vector<Token> tokens_;
    base::WallTime now_;
    std::size_t at_ = 0;
};

} // namespace

std::variant<Query, RowError> parse(std::string_view text, base::WallTime now) {
    if (text.size() > statement_length_max)
        return RowError{.code = "MALFORMED_QUERY",
                        .message = "SOQL statements cannot be longer than 100000 characters.",
                        .fields = {},
                        .whole_request = true};
    try {
        return Parser{Lexer{text}.run(), now}.statement();
    } catch (const Malformed& bad) {
        return bad.error;
    }
}

} // namespace paysync::sandbox::soql
