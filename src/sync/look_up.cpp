// Packing questions into SOQL.
#include "paysync/sync/look_up.hpp"

#include <algorithm>

namespace paysync::sync {

namespace {

using flow::Condition;
using flow::Json;
using flow::Op;
using flow::Question;
using salesforce::Field;
using salesforce::ObjectDescription;

/// The field at the end of a path like `Account.Owner.Name`; null where the org lacks a part of it.
const Field* field_of_path(const std::string& object, const std::string& path, const Descriptions& descriptions) {
    const auto description = descriptions.find(object);
    if (description == descriptions.end() || !description->second) return nullptr;
    const auto dot = path.find('.');
    if (dot == std::string::npos) return description->second->find(path);
    const Field* relation = description->second->find_relationship(path.substr(0, dot));
    if (relation == nullptr || relation->reference_to.empty()) return nullptr;
    const std::string rest = path.substr(dot + 1);
    // The parent's own description is only there when a flow uses that object too; the org will judge the rest.
    if (!descriptions.contains(relation->reference_to.front())) return relation;
    return field_of_path(relation->reference_to.front(), rest, descriptions);
}

std::string_view sign(Op op) {
    switch (op) {
    case Op::equal: return " = ";
    case Op::differs: return " != ";
    case Op::greater: return " > ";
    case Op::at_least: return " >= ";
    case Op::less: return " < ";
    case Op::at_most: return " <= ";
    case Op::like: return " LIKE ";
    case Op::in: return " IN ";
    case Op::is_empty:
    case Op::about: return "";
    }
    return "";
}

/// What one value looks like in a statement, and how it compares.
struct Literal {
    Json value;
    std::string text;
};

std::variant<Literal, Refused> literal_of(const Field& field, const Json& value) {
    auto coerced = salesforce::coerce(field, value);
    if (!coerced) return Refused{field.name + ": " + coerced.error().detail};
    auto text = salesforce::soql_literal(field, *coerced);
    if (!text) return Refused{field.name + ": " + text.error().detail};
    return Literal{std::move(*coerced), std::move(*text)};
}

/// Adds one condition to `made`; a reason when it cannot be asked.
std::optional<Refused> add_condition(const Condition& condition, const Field& field, Coerced& made) {
    if (condition.op == Op::about) { // compared after reading
        made.comparable.where.push_back(condition);
        return std::nullopt;
    }
    if (!made.where.empty()) made.where += " AND ";
    Condition comparable = condition;
    if (condition.op == Op::is_empty) {
        const bool empty = condition.value.is_boolean() ? condition.value.get<bool>() : true;
        made.where += condition.field + (empty ? " = null" : " != null");
    } else if (condition.op == Op::in || condition.value.is_array()) {
        comparable.value = Json::array();
        std::string list;
        for (const Json& item : condition.value) {
            auto literal = literal_of(field, item);
            if (std::holds_alternative<Refused>(literal)) continue; // one unfit value does not spoil the others
            comparable.value.push_back(std::get<Literal>(literal).value);
            list += (list.empty() ? "" : ", ") + std::get<Literal>(literal).text;
        }
        if (list.empty()) return Refused{condition.field + ": no value of the list fits"};
        made.where += condition.field + (condition.op == Op::differs ? " NOT IN (" : " IN (") + list + ")";
    } else {
        auto literal = literal_of(field, condition.value);
        if (std::holds_alternative<Refused>(literal)) return std::get<Refused>(literal);
        auto& [value, text] = std::get<Literal>(literal);
        made.where += condition.field + std::string(sign(condition.op)) + text;
        if (condition.op == Op::equal) {
            made.field = condition.field;
            made.literal = text;
        }
        comparable.value = std::move(value);
    }
    made.comparable.where.push_back(std::move(comparable));
    return std::nullopt;
}

/// The WHERE of some questions: shared IN lists first, then each that stands alone.
class Where {
public:
    /// How many characters the statement would grow by.
    static std::size_t cost(const Coerced& question) {
        return question.literal.empty() ? question.where.size() + 6 : question.literal.size() + 2;
    }

    void add(const Coerced& question) {
        if (question.literal.empty())
            alone_.insert(question.where);
        else
            lists_[question.field].insert(question.literal);
    }

    std::string text() const {
        std::string made;
        const auto add_or = [&](const std::string& piece) { made += (made.empty() ? "" : " OR ") + piece; };
        for (const auto& [field, literals] : lists_) {
            std::string list;
            for (const std::string& literal : literals) list += (list.empty() ? "" : ", ") + literal;
            add_or(literals.size() == 1 ? field + " = " + list : field + " IN (" + list + ")");
        }
        for (const std::string& where : alone_) add_or("(" + where + ")");
        return made;
    }

private:
    std::map<std::string, std::set<std::string>> lists_;
    std::set<std::string> alone_;
};

} // namespace

std::vector<std::string> readable_fields(const std::string& object, const std::set<std::string>& wanted,
                                         const Descriptions& descriptions) {
    std::vector<std::string> fields{"Id"};
    for (const std::string& path : wanted) {
        if (path == "Id" || field_of_path(object, path, descriptions) == nullptr) continue;
        fields.push_back(path);
    }
    // When it was made, in which currency its amounts are, and whether it is a person: what every record must tell.
    for (const char* always : {"CreatedDate", "CurrencyIsoCode", "IsPersonAccount"}) {
        const bool has_it = std::find(fields.begin(), fields.end(), always) != fields.end();
        if (!has_it && field_of_path(object, always, descriptions) != nullptr) fields.emplace_back(always);
    }
    return fields;
}

std::variant<Coerced, Refused> coerce(const Question& question, const Descriptions& descriptions) {
    const auto description = descriptions.find(question.object);
    if (description == descriptions.end() || !description->second)
        return Refused{"the org has no object " + question.object + " that the integration user may see"};
    Coerced made;
    made.question = question;
    made.comparable.object = question.object;
    for (const Condition& condition : question.where) {
        const Field* field = field_of_path(question.object, condition.field, descriptions);
        if (field == nullptr && condition.optional) continue;
        if (field == nullptr)
            return Refused{"the org has no field " + question.object + "." + condition.field +
                           " that the integration user may see"};
        if (!field->filterable && condition.op != Op::about) { // long text: compared after reading by the others
            made.comparable.where.push_back(condition);
            continue;
        }
        if (auto refused = add_condition(condition, *field, made)) return *refused;
    }
    if (made.where.empty()) return Refused{"no condition of this rule can be asked of the org"};
    if (question.where.size() != 1) made.literal.clear();
    return made;
}

std::vector<Statement> pack(std::vector<Coerced> questions,
                            const std::map<std::string, std::set<std::string>>& fields,
                            const Descriptions& descriptions, std::size_t characters_max) {
    std::map<std::string, std::vector<Coerced>> by_object;
    for (Coerced& question : questions) by_object[question.question.object].push_back(std::move(question));

    std::vector<Statement> statements;
    for (auto& [object, group] : by_object) {
        const auto wanted = fields.find(object);
        std::string head = "SELECT ";
        const auto readable =
            readable_fields(object, wanted == fields.end() ? std::set<std::string>{} : wanted->second, descriptions);
        for (std::size_t i = 0; i < readable.size(); ++i) head += (i == 0 ? "" : ", ") + readable[i];
        head += " FROM " + object + " WHERE ";

        for (std::size_t next = 0; next < group.size();) {
            Statement statement;
            statement.object = object;
            Where where;
            std::size_t size = head.size();
            while (next < group.size() &&
                   (statement.questions.empty() || size + Where::cost(group[next]) <= characters_max)) {
                size += Where::cost(group[next]);
                where.add(group[next]);
                statement.questions.push_back(std::move(group[next++]));
            }
            statement.soql = head + where.text();
            statements.push_back(std::move(statement));
        }
    }
    return statements;
}

std::map<std::string, flow::Answer> sort_rows(const Statement& statement, const std::vector<Json>& rows) {
    std::map<std::string, flow::Answer> answers;
    for (const Coerced& question : statement.questions) {
        flow::Answer& answer = answers[question.question.key()];
        for (const Json& row : rows)
            if (flow::meets_all(row, question.comparable.where)) answer.records.push_back(row);
    }
    return answers;
}

} // namespace paysync::sync
