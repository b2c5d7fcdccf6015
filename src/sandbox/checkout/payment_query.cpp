// The query language of payment search: reading it, and whether a payment fits.
#include "paysync/base/text.hpp"
#include "sandbox/checkout/payment_search.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr int depth_max = 50;

/// Where the value of a field stands in a payment.
Json field_of(const Json& payment, const std::string& field) {
    const Json& source = base::member(payment, "source");
    const Json& customer = base::member(payment, "customer");
    if (field.starts_with("metadata.")) return base::member(base::member(payment, "metadata"), field.substr(9));
    if (field == "bin" || field == "issuer" || field == "issuer_country" || field == "last4" || field == "scheme")
        return base::member(source, field);
    if (field == "last_four") return base::member(source, "last4");
    if (field == "email" || field == "customer_email") return base::member(customer, "email");
    if (field == "name" || field == "customer_name") return base::member(customer, "name");
    if (field == "payment_method") return base::member(source, "type");
    if (field == "arn" || field == "payment_arn")
        return base::member(base::member(payment, "processing"), "acquirer_reference_number");
    return base::member(payment, field);
}

bool is_field(const std::string& field) {
    constexpr std::array<std::string_view, 18> fields = {
        "amount",         "bin",         "currency",       "email",       "customer_email", "id",  "issuer",
        "issuer_country", "last4",       "name",           "last_four",   "status",         "arn", "customer_name",
        "scheme",         "payment_arn", "payment_method", "payment_type"};
    return field == "reference" || (field.starts_with("metadata.") && field.size() > 9) ||
           std::find(fields.begin(), fields.end(), field) != fields.end();
}

/// A value of a query; `wild` marks which of its characters are wildcards.
struct Pattern {
    std::string text;
    std::vector<bool> wild;
};

bool fits(const Pattern& pattern, std::size_t at, std::string_view value) {
    while (at < pattern.text.size() && !pattern.wild[at]) {
        if (value.empty() || value.front() != pattern.text[at]) return false;
        value.remove_prefix(1);
        ++at;
    }
    if (at == pattern.text.size()) return value.empty();
    for (std::size_t skipped = 0; skipped <= value.size(); ++skipped)
        if (fits(pattern, at + 1, value.substr(skipped))) return true;
    return false;
}

std::string value_text(const Json& value) {
    if (value.is_string()) return base::lower(value.get<std::string>());
    return value.is_null() ? std::string{} : base::lower(base::to_text(value));
}

struct Reader {
    std::string_view rest;
    int depth = 0;

    void skip_blanks() {
        while (!rest.empty() && std::isspace(static_cast<unsigned char>(rest.front())) != 0) rest.remove_prefix(1);
    }
    bool take(std::string_view word) {
        skip_blanks();
        if (base::lower(rest.substr(0, word.size())) != base::lower(word)) return false;
        const bool letters = std::isalpha(static_cast<unsigned char>(word.front())) != 0;
        if (letters && rest.size() > word.size() &&
            (std::isalnum(static_cast<unsigned char>(rest[word.size()])) != 0))
            return false;
        rest.remove_prefix(word.size());
        return true;
    }

    std::optional<PaymentFilter> either();
    std::optional<PaymentFilter> both();
    std::optional<PaymentFilter> one();
    std::optional<PaymentFilter> clause();
    std::optional<Pattern> value();
    std::optional<std::vector<Pattern>> values();
};

std::optional<Pattern> Reader::value() {
    skip_blanks();
    if (rest.empty()) return std::nullopt;
    const char quote = rest.front() == '\'' || rest.front() == '"' ? rest.front() : '\0';
    if (quote != '\0') rest.remove_prefix(1);
    Pattern pattern;
    bool closed = quote == '\0';
    while (!rest.empty()) {
        char c = rest.front();
        if (quote != '\0' && c == quote) {
            rest.remove_prefix(1);
            closed = true;
            break;
        }
        if (quote == '\0' && (std::isspace(static_cast<unsigned char>(c)) != 0 || c == ')' || c == ',' || c == ']'))
            break;
        const bool escaped = c == '\\' && rest.size() > 1;
        if (escaped) {
            rest.remove_prefix(1);
            c = rest.front();
        }
        pattern.text += c;
        pattern.wild.push_back(c == '*' && !escaped);
        rest.remove_prefix(1);
    }
    pattern.text = base::lower(pattern.text);
    if (!closed || (quote == '\0' && pattern.text.empty())) return std::nullopt;
    return pattern;
}

std::optional<std::vector<Pattern>> Reader::values() {
    std::vector<Pattern> list;
    do {
        auto item = value();
        if (!item) return std::nullopt;
        list.push_back(std::move(*item));
    } while (take(","));
    if (!take(")") && !take("]")) return std::nullopt;
    return list;
}

PaymentFilter one_of(std::string field, std::vector<Pattern> patterns) {
    return [field = std::move(field), patterns = std::move(patterns)](const Json& payment) {
        const std::string value = value_text(field_of(payment, field));
        return std::any_of(patterns.begin(), patterns.end(),
                           [&value](const Pattern& pattern) { return fits(pattern, 0, value); });
    };
}

std::optional<PaymentFilter> compared(std::string field, const std::string& operation, const Pattern& pattern) {
    std::int64_t bound = 0;
    const auto [end, failure] =
        std::from_chars(pattern.text.data(), pattern.text.data() + pattern.text.size(), bound);
    if (failure != std::errc{} || end != pattern.text.data() + pattern.text.size()) return std::nullopt;
    return [field = std::move(field), operation, bound](const Json& payment) {
        const Json value = field_of(payment, field);
        if (!value.is_number_integer()) return false;
        const auto number = value.get<std::int64_t>();
        if (operation == ">=") return number >= bound;
        if (operation == "<=") return number <= bound;
        return operation == ">" ? number > bound : number < bound;
    };
}

std::optional<PaymentFilter> Reader::clause() {
    skip_blanks();
    std::string field;
    while (!rest.empty() && (std::isalnum(static_cast<unsigned char>(rest.front())) != 0 || rest.front() == '_' ||
                             rest.front() == '.' || rest.front() == '-')) {
        field += rest.front();
        rest.remove_prefix(1);
    }
    if (!is_field(field)) return std::nullopt;
    if (take("IN")) {
        if (!take("(") && !take("[")) return std::nullopt;
        auto list = values();
        if (!list) return std::nullopt;
        return one_of(std::move(field), std::move(*list));
    }
    for (const char* operation : {">=", "<=", ">", "<"}) {
        if (!take(operation)) continue;
        const auto bound = value();
        if (!bound) return std::nullopt;
        return compared(std::move(field), operation, *bound);
    }
    if (!take(":") && !take("=")) return std::nullopt;
    if (take("(") || take("[")) {
        auto list = values();
        if (!list) return std::nullopt;
        return one_of(std::move(field), std::move(*list));
    }
    auto single = value();
    if (!single) return std::nullopt;
    std::vector<Pattern> list;
    list.push_back(std::move(*single));
    return one_of(std::move(field), std::move(list));
}

std::optional<PaymentFilter> Reader::one() {
    if (++depth > depth_max) return std::nullopt;
    std::optional<PaymentFilter> made;
    if (take("NOT")) {
        auto inner = one();
        if (inner) made = [inner = *inner](const Json& payment) { return !inner(payment); };
    } else if (take("(")) {
        made = either();
        if (made && !take(")")) made.reset();
    } else {
        made = clause();
    }
    --depth;
    return made;
}

std::optional<PaymentFilter> Reader::both() {
    auto left = one();
    while (left && take("AND")) {
        auto right = one();
        if (!right) return std::nullopt;
        left = [left = *left, right = *right](const Json& payment) { return left(payment) && right(payment); };
    }
    return left;
}

std::optional<PaymentFilter> Reader::either() {
    auto left = both();
    while (left && take("OR")) {
        auto right = both();
        if (!right) return std::nullopt;
        left = [left = *left, right = *right](const Json& payment) { return left(payment) || right(payment); };
    }
    return left;
}

} // namespace

std::optional<PaymentFilter> parse_payment_query(std::string_view query) {
    Reader reader;
    reader.rest = query;
    reader.skip_blanks();
    if (reader.rest.empty()) return [](const Json&) { return true; };
    auto filter = reader.either();
    reader.skip_blanks();
    if (!reader.rest.empty()) return std::nullopt;
    return filter;
}

} // namespace paysync::sandbox
