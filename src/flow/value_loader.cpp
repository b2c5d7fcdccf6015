// Values with `${ }` in them.
#include "flow/loading.hpp"

#include "paysync/base/text.hpp"
#include "paysync/yaml/to_json.hpp"

#include "flow/jq_syntax.hpp"

#include <algorithm>

namespace paysync::flow {

namespace {

std::string shown(std::string_view expression) {
    return "${ " + std::string{base::trimmed(expression)} + " }";
}

std::vector<std::string> keys_of(const std::map<std::string, NameInfo>& names) {
    std::vector<std::string> keys;
    for (const auto& [name, info] : names) keys.push_back(name);
    return keys;
}

std::string dotted(const std::vector<std::string>& path) {
    std::string text;
    for (const std::string& part : path) text += (text.empty() ? "" : ".") + part;
    return text;
}

} // namespace

std::string_view Loading::line(const Place& place) const {
    const auto found = lines.find(place.file);
    if (found == lines.end() || place.line < 1 || static_cast<std::size_t>(place.line) > found->second.size())
        return {};
    return found->second[static_cast<std::size_t>(place.line) - 1];
}

std::string Loading::quoted_line(const Node& node) const {
    const std::string_view text = line(node.place);
    const auto column = static_cast<std::size_t>(node.place.column) - 1;
    if (column >= text.size()) return {};
    std::string mended{text.substr(0, column)};
    mended += '\'';
    for (const char c : base::trimmed(text.substr(column))) mended += c == '\'' ? std::string{"''"} : std::string{c};
    return std::string{base::trimmed(mended)} + "'";
}

Place Loading::place_of(const Node& node, std::string_view part) const {
    const std::string_view text = line(node.place);
    const auto found = text.find(part, static_cast<std::size_t>(std::max(node.place.column - 1, 0)));
    if (part.empty() || found == std::string_view::npos) return node.place;
    return {node.place.file, node.place.line, static_cast<int>(found) + 1};
}

std::string nearest_advice(std::string_view word, const std::vector<std::string>& known) {
    const auto nearest = base::closest(word, known);
    return nearest ? "did you mean '" + *nearest + "'?" : "";
}

std::optional<std::string> load_text(Problems& problems, const Node& node, std::string_view what) {
    if (node.is_scalar() && !base::trimmed(node.scalar).empty()) return node.scalar;
    problems.error(node.place,
                   std::string{what} + " must be text, not " + (node.is_scalar() ? "empty" : node.kind_name()));
    return std::nullopt;
}

std::vector<std::string> load_texts(Problems& problems, const Node& node, std::string_view what) {
    std::vector<std::string> texts;
    if (!node.is_list()) {
        if (auto text = load_text(problems, node, what)) texts.push_back(std::move(*text));
        return texts;
    }
    for (const Node& item : node.items)
        if (auto text = load_text(problems, item, what)) texts.push_back(std::move(*text));
    return texts;
}

namespace {

/// A list or map without any expression in it is a constant: it need not be put together for every event.
void fold(Value& value) {
    const auto is_constant = [](const Value& part) { return part.kind == Value::Kind::literal; };
    if (value.kind == Value::Kind::list && std::all_of(value.items.begin(), value.items.end(), is_constant)) {
        Json list = Json::array();
        for (Value& item : value.items) list.push_back(std::move(item.literal));
        value = Value{};
        value.literal = std::move(list);
    } else if (value.kind == Value::Kind::map &&
               std::all_of(value.members.begin(), value.members.end(),
                           [&](const auto& member) { return is_constant(member.second); })) {
        Json map = Json::object();
        for (auto& [key, member] : value.members) map[key] = std::move(member.literal);
        value = Value{};
        value.literal = std::move(map);
    }
}

} // namespace

Value ValueLoader::load(const Node& node, const std::string& where, Literals literals) {
    Value value;
    if (node.is_scalar()) return load_text(node, where, literals);
    if (node.is_list()) {
        value.kind = Value::Kind::list;
        for (const Node& item : node.items) {
            value.items.push_back(load(item, where + "." + std::to_string(value.items.size() + 1), literals));
            value.uses.insert(value.items.back().uses.begin(), value.items.back().uses.end());
        }
    } else if (node.is_map()) {
        value.kind = Value::Kind::map;
        for (const Node::Member& member : node.members) {
            value.members.emplace_back(member.key, load(member.value, where + "." + member.key, literals));
            const auto& uses = value.members.back().second.uses;
            value.uses.insert(uses.begin(), uses.end());
        }
    }
    fold(value);
    return value;
}

Value ValueLoader::load_scalar(const Node& node, const std::string& where) {
    if (node.is_scalar()) return load_text(node, where, Literals::text);
    if (node.is_null())
        loading_.problems.error(node.place, "'" + where + "' has no value", "to empty a field write ${ clear }");
    else
        loading_.problems.error(node.place, "'" + where + "' must be one value, not " + node.kind_name(),
                                node.is_map() ? "an expression that stands alone needs no quotes, one inside { } does"
                                              : "");
    return {};
}

std::optional<Value> ValueLoader::load_when(const Node& node, const std::string& where) {
    if (const auto truth = node.as_bool()) {
        Value value;
        value.literal = *truth;
        return value;
    }
    if (!node.is_scalar()) {
        loading_.problems.error(node.place, "'" + where + "' must be ${ }, true or false, not " + node.kind_name());
        return std::nullopt;
    }
    const bool has_expression = node.scalar.find("${") != std::string::npos;
    Value value = load_text(node, where, Literals::text);
    if (value.kind == Value::Kind::expression) return value;
    if (!has_expression) {
        loading_.problems.error(node.place, "'" + where + "' must be ${ }, true or false, not text",
                                "write: " + where + ": ${ " + node.scalar + " }");
    } else if (value.kind == Value::Kind::text) {
        loading_.problems.error(node.place, "'" + where + "' must be one ${ } alone: text round it is never true",
                                "put the whole condition inside the ${ }");
    }
    return std::nullopt;
}

Value ValueLoader::load_text(const Node& node, const std::string& where, Literals literals) {
    Value value;
    warn_of_comment(node);
    std::string_view text = node.scalar;
    if (text.find("${") == std::string_view::npos) {
        value.literal = literals == Literals::typed ? yaml::to_json(node) : Json(node.scalar);
        return value;
    }
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t begin = text.find("${", at);
        if (begin != at) value.parts.push_back({std::string{text.substr(at, begin - at)}, std::nullopt});
        if (begin == std::string_view::npos) break;
        const auto end = closing_brace(text, begin + 2);
        if (!end) {
            report_unclosed(node);
            return {};
        }
        const std::string_view expression = text.substr(begin + 2, *end - begin - 2);
        value.parts.push_back({{}, add_expression(node, expression, where, value)});
        at = *end + 1;
    }
    value.kind = Value::Kind::text;
    // White space round the one expression (a block's last newline) is no text.
    std::size_t expressions = 0;
    bool alone = true;
    for (const Value::Part& part : value.parts) {
        if (part.expression)
            ++expressions;
        else
            alone = alone && base::trimmed(part.text).empty();
    }
    if (!alone || expressions != 1) return value;
    for (const Value::Part& part : value.parts)
        if (part.expression) value.expression = *part.expression;
    value.kind = Value::Kind::expression;
    value.parts.clear();
    return value;
}

void ValueLoader::report_unclosed(const Node& node) {
    const std::string_view line = loading_.line(node.place);
    const auto comment = node.quoted ? std::string_view::npos
                                     : line.find(" #", static_cast<std::size_t>(std::max(node.place.column - 1, 0)));
    if (comment != std::string_view::npos) {
        loading_.problems.error(node.place, "unclosed ${: ' #' began a comment",
                                "write: " + loading_.quoted_line(node));
        return;
    }
    loading_.problems.error(node.place, "unclosed ${, or brackets or quotes inside it do not match: " + node.scalar,
                            "an expression ends with }");
}

void ValueLoader::warn_of_comment(const Node& node) {
    if (node.quoted) return;
    const std::string_view line = loading_.line(node.place);
    const auto begin = static_cast<std::size_t>(std::max(node.place.column - 1, 0));
    const auto comment = line.find(" #${", begin);
    if (comment == std::string_view::npos || node.scalar.find("#${") != std::string::npos) return;
    loading_.problems.warning({node.place.file, node.place.line, static_cast<int>(comment) + 2},
                              "' #' began a comment: the ${ } in it is not read",
                              "write: " + loading_.quoted_line(node));
}

std::size_t ValueLoader::add_expression(const Node& node, std::string_view text, const std::string& where,
                                        Value& value) {
    Expression expression;
    expression.text = std::string{base::trimmed(text)};
    expression.place = loading_.place_of(node, expression.text);
    expression.where = where;
    if (expression.text.empty()) {
        loading_.problems.error(node.place, "an empty ${ }");
        expression.text = "null";
    }
    // What was reported once is not compiled, so that jq has no second word on it.
    if (!check_mentions(node, expression.text, value)) expression.text = "null";
    loading_.compiled.expressions.push_back(std::move(expression));
    return loading_.compiled.expressions.size() - 1;
}

bool ValueLoader::check_mentions(const Node& node, std::string_view expression, Value& value) {
    const Analysis analysis = analyse(expression);
    const auto place = [&](std::size_t at) {
        Place found = loading_.place_of(node, expression);
        if (!(found.column == node.place.column && found.line == node.place.line))
            found.column += static_cast<int>(at);
        return found;
    };
    Problems& problems = loading_.problems;
    const std::size_t problems_before = problems.all().size();
    if (!analysis.wrong.empty()) {
        problems.error(place(analysis.wrong_at), analysis.wrong + ": " + shown(expression), analysis.advice);
        return false;
    }
    for (const Mention& mention : analysis.mentions) {
        const std::string first = mention.path.empty() ? "" : mention.path.front();
        if (mention.name == "now") continue;
        if (mention.name == "vars" || mention.name == "with") {
            const bool vars = mention.name == "vars";
            if (vars == names_.in_fragment) {
                problems.error(place(mention.at),
                               vars ? "a fragment does not see $vars: " + shown(expression)
                                    : "only a fragment has $with: " + shown(expression),
                               vars ? "hand the value in through `with`" : "did you mean '$vars'?");
                continue;
            }
            if (!vars) value.uses.insert("with");
            const std::set<std::string>& known = vars ? names_.vars : names_.with;
            if (first.empty() || known.contains(first)) continue;
            problems.error(place(mention.at),
                           "unknown name '$" + mention.name + "." + first + "': " + shown(expression),
                           nearest_advice(first, {known.begin(), known.end()}));
            continue;
        }
        const auto found = names_.records.find(mention.name);
        if (found == names_.records.end()) {
            std::vector<std::string> known = keys_of(names_.records);
            known.insert(known.end(), {"vars", "now", "with"});
            std::string advice = nearest_advice(mention.name, known);
            if (advice.empty())
                advice = names_.records.empty() ? "no step before this one has a name"
                                                : "names known here: " + dotted(keys_of(names_.records));
            problems.error(place(mention.at), "unknown name '$" + mention.name + "': " + shown(expression), advice);
            continue;
        }
        value.uses.insert(mention.name);
        if (found->second.unclear) continue;
        if (mention.fields_hidden) {
            problems.error(place(mention.at),
                           "which fields of $" + mention.name + " are read cannot be seen here: " + shown(expression),
                           "write $" + mention.name + ".Field");
            continue;
        }
        if (mention.path.empty() || (mention.path.size() == 1 && first == "Id")) continue;
        for (const std::string& object : found->second.objects)
            loading_.fields_read[object].insert(dotted(mention.path));
    }
    return problems.all().size() == problems_before;
}

} // namespace paysync::flow
