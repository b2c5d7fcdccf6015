// SOQL text to tree.
#include "paysync/base/text.hpp"
#include "sandbox/soql.hpp"
#include "sandbox/soql_dates.hpp"
#include "sandbox/soql_error.hpp"
#include "sandbox/soql_lexer.hpp"

#include <array>
#include <charconv>

namespace paysync::sandbox::soql {

namespace {

constexpr std::size_t statement_length_max = 100'000;
constexpr int nesting_max = 100;

[[noreturn]] void unexpected(const Token& token) {
    malformed(token.at, token.kind == Token::Kind::end ? "unexpected token: '<EOF>'"
                                                       : "unexpected token: '" + token.text + "'");
}

std::string upper(std::string text) {
    for (char& c : text)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return text;
}

constexpr std::array aggregate_functions = {"COUNT", "COUNT_DISTINCT", "SUM", "MIN", "MAX", "AVG"};
constexpr std::array row_functions = {"CALENDAR_YEAR", "CALENDAR_QUARTER", "CALENDAR_MONTH", "DAY_IN_MONTH",
                                      "DAY_IN_WEEK",   "DAY_IN_YEAR",      "DAY_ONLY",       "HOUR_IN_DAY",
                                      "WEEK_IN_MONTH", "WEEK_IN_YEAR",     "FISCAL_YEAR",    "FISCAL_QUARTER",
                                      "FISCAL_MONTH",  "TOLABEL",          "FORMAT",         "CONVERTCURRENCY"};
constexpr std::array words_after_object = {"WHERE", "ORDER", "LIMIT", "OFFSET", "GROUP", "HAVING",
                                           "WITH",  "FOR",   "USING", "ALL",    "UPDATE"};

template <class List>
bool one_of(const List& list, const std::string& word) {
    for (const char* each : list)
        if (word == each) return true;
    return false;
}

class Parser {
public:
    Parser(std::vector<Token> tokens, const DateWords& dates) : tokens_{std::move(tokens)}, dates_{dates} {}

    Query statement() {
        Query query = select(false);
        if (peek().kind != Token::Kind::end) unexpected(peek());
        return query;
    }

    Condition lone_condition() {
        Condition made = condition(0);
        if (peek().kind != Token::Kind::end) unexpected(peek());
        return made;
    }

private:
    Query select(bool child) {
        Query query;
        expect_word("SELECT");
        select_list(query, child);
        expect_word("FROM");
        query.object_at = peek().at;
        query.object = word();
        const bool as = take_word("AS");
        if (as || (peek().kind == Token::Kind::word && !one_of(words_after_object, upper(peek().text))))
            query.alias = word();
        if (take_word("USING")) {
            expect_word("SCOPE");
            query.mine = upper(word()) == "MINE";
        }
        if (take_word("WHERE")) query.where = condition(0);
        while (take_word("WITH")) word(); // SECURITY_ENFORCED, USER_MODE: the user may see everything here
        if (take_word("GROUP")) {
            expect_word("BY");
            do query.group.push_back(expression());
            while (take_symbol(","));
        }
        if (take_word("HAVING")) query.having = condition(0);
        if (take_word("ORDER")) {
            expect_word("BY");
            do query.order.push_back(ordering());
            while (take_symbol(","));
        }
        if (take_word("LIMIT")) query.limit = count();
        if (take_word("OFFSET")) query.offset = count();
        if (take_word("FOR")) word(); // VIEW, REFERENCE, UPDATE
        return query;
    }

    void select_list(Query& query, bool child) {
        if (is_word_now("COUNT") && symbol_at(1, "(") && symbol_at(2, ")") && !symbol_at(3, ",")) {
            at_ += 3;
            query.count = true;
            return;
        }
        do query.selected.push_back(selection(child));
        while (take_symbol(","));
    }

    Selection selection(bool child) {
        Selection made;
        made.value.at = peek().at;
        if (peek().text == "(" && peek().kind == Token::Kind::symbol) {
            if (child) unexpected(peek());
            ++at_;
            made.children = std::make_shared<Query>(select(true));
            expect_symbol(")");
            return made;
        }
        if (is_word_now("TYPEOF") && tokens_[at_ + 1].kind == Token::Kind::word) return type_of();
        if (is_word_now("FIELDS") && symbol_at(1, "(")) {
            at_ += 2;
            made.value.function = "FIELDS";
            made.value.field = upper(word());
            expect_symbol(")");
            return made;
        }
        made.value = expression();
        if (peek().kind == Token::Kind::word && !is_word_now("FROM")) made.alias = word();
        return made;
    }

    Selection type_of() {
        Selection made;
        ++at_;
        made.value = {"", word(), peek().at};
        const auto fields = [this](TypeBranch& branch) {
            do branch.fields.push_back(expression());
            while (take_symbol(","));
        };
        while (take_word("WHEN")) {
            TypeBranch branch{word(), {}};
            expect_word("THEN");
            fields(branch);
            made.branches.push_back(std::move(branch));
        }
        if (made.branches.empty()) unexpected(peek());
        if (take_word("ELSE")) {
            TypeBranch otherwise;
            fields(otherwise);
            made.branches.push_back(std::move(otherwise));
        }
        expect_word("END");
        return made;
    }

    Expression expression() {
        Expression made;
        made.at = peek().at;
        made.field = word();
        if (!take_symbol("(")) return made;
        made.function = upper(std::move(made.field));
        made.field.clear();
        const bool aggregate = one_of(aggregate_functions, made.function);
        if (!aggregate && !one_of(row_functions, made.function))
            malformed(made.at, "unknown function: " + made.function);
        if (made.function != "COUNT" || !symbol_at(0, ")")) made.field = word();
        expect_symbol(")");
        return made;
    }

    Ordering ordering() {
        Ordering made;
        made.by = expression();
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
        if (depth > nesting_max) malformed(peek().at, "conditions are nested too deeply");
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
            if (depth > nesting_max) malformed(peek().at, "conditions are nested too deeply");
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
        made.left = expression();
        const Token operation = peek();
        const std::string name = upper(operation.text);
        static constexpr std::array symbols = {"=", "!=", "<", "<=", ">", ">="};
        const bool not_in = name == "NOT" && tokens_[at_].kind == Token::Kind::word && word_at(1, "IN");
        if (operation.kind == Token::Kind::symbol && one_of(symbols, name)) {
            ++at_;
            made.operation = name;
            made.values.push_back(literal(false));
        } else if (take_word("LIKE")) {
            made.operation = name;
            made.values.push_back(literal(true));
        } else if (not_in || is_word_now("IN") || is_word_now("INCLUDES") || is_word_now("EXCLUDES")) {
            at_ += not_in ? 2 : 1;
            made.operation = not_in ? "NOT IN" : name;
            in_list(made);
        } else {
            unexpected(operation);
        }
        return made;
    }

    void in_list(Comparison& made) {
        expect_symbol("(");
        if (is_word_now("SELECT")) {
            made.semi_join = std::make_shared<Query>(select(true));
        } else {
            do made.values.push_back(literal(false));
            while (take_symbol(","));
        }
        expect_symbol(")");
    }

    Literal literal(bool like) {
        const Token token = peek();
        Literal made;
        made.text = token.text;
        switch (token.kind) {
        case Token::Kind::text:
            made.kind = Literal::Kind::text;
            if (!like) made.text = without_wildcard_escapes(token);
            break;
        case Token::Kind::number:
            made.kind = Literal::Kind::number;
            made.number = std::stod(token.text);
            break;
        case Token::Kind::date: made.kind = Literal::Kind::date; break;
        case Token::Kind::datetime: made.kind = Literal::Kind::datetime; break;
        case Token::Kind::word: made = word_literal(token); break;
        case Token::Kind::symbol:
        case Token::Kind::end: unexpected(token);
        }
        ++at_;
        return made;
    }

    static std::string without_wildcard_escapes(const Token& token) {
        std::string made;
        for (std::size_t i = 0; i < token.text.size(); ++i) {
            if (token.text[i] == '\\') {
                ++i;
                if (token.text[i] != '\\')
                    malformed(token.at, std::string("Invalid string literal: illegal character sequence '\\") +
                                            token.text[i] + "' in string literal");
            }
            made += token.text[i];
        }
        return made;
    }

    Literal word_literal(const Token& token) const {
        const std::string name = upper(token.text);
        Literal made;
        if (name == "NULL") return made;
        if (name == "TRUE" || name == "FALSE") {
            made.kind = Literal::Kind::boolean;
            made.boolean = name == "TRUE";
            return made;
        }
        if (auto span = dates_.span(name)) return std::move(*span);
        malformed(token.at, "Bind variables only allowed in Apex code: unexpected token: '" + token.text + "'");
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

    const Token& peek() const { return tokens_[at_]; }
    /// So many tokens on; the last one stands for all that are not there.
    const Token& ahead(std::size_t far) const { return tokens_[std::min(at_ + far, tokens_.size() - 1)]; }
    bool symbol_at(std::size_t far, std::string_view wanted) const {
        return ahead(far).kind == Token::Kind::symbol && ahead(far).text == wanted;
    }
    bool word_at(std::size_t far, std::string_view wanted) const {
        return ahead(far).kind == Token::Kind::word && upper(ahead(far).text) == wanted;
    }
    bool is_word_now(std::string_view wanted) const { return word_at(0, wanted); }
    bool take_word(std::string_view wanted) {
        if (!is_word_now(wanted)) return false;
        ++at_;
        return true;
    }
    void expect_word(std::string_view wanted) {
        if (!take_word(wanted)) unexpected(peek());
    }
    bool take_symbol(std::string_view wanted) {
        if (!symbol_at(0, wanted)) return false;
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
    const DateWords& dates_;
    std::size_t at_ = 0;
};

} // namespace

bool Expression::aggregates() const {
    return one_of(aggregate_functions, function);
}

std::variant<Query, RowError> parse(std::string_view text, base::WallTime now, const std::string& zone) {
    if (text.size() > statement_length_max)
        return RowError{.code = "MALFORMED_QUERY",
                        .message = "SOQL statements cannot be longer than 100000 characters.",
                        .fields = {},
                        .whole_request = true,
                        .duplicate = {}};
    try {
        const DateWords dates{now, zone};
        Query query = Parser{tokens_of(text), dates}.statement();
        query.text = text;
        return query;
    } catch (const Refused& refused) {
        return refused.told(text);
    }
}

Condition parse_condition(std::string_view text, base::WallTime now, const std::string& zone) {
    const DateWords dates{now, zone};
    return Parser{tokens_of(text), dates}.lone_condition();
}

} // namespace paysync::sandbox::soql
