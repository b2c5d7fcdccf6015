// Questions of many flows as few SOQL statements, and the rows that come back as answers. Pure.
#pragma once

#include "paysync/flow/question.hpp"
#include "paysync/salesforce/describe.hpp"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace paysync::sync {

using Descriptions = std::map<std::string, std::shared_ptr<const salesforce::ObjectDescription>>;

/// The fields of `wanted` that the org has, with Id, CreatedDate and, where the object has them, CurrencyIsoCode and
/// IsPersonAccount; paths are followed over relationships.
std::vector<std::string> readable_fields(const std::string& object, const std::set<std::string>& wanted,
                                         const Descriptions& descriptions);

/// A question with its values coerced to the fields' types.
struct Coerced {
    flow::Question question;   ///< as it was asked
    flow::Question comparable; ///< with coerced values, to sort rows to questions
    std::string where;         ///< as SOQL
    /// The same as `field = literal` when the question is just that: such questions share one IN list.
    std::string field;
    std::string literal;
};

/// Either can be sent, or the reason why this rule is passed over (a value that cannot be of the field's type, a
/// field or object that the org lacks).
struct Refused {
    std::string why;
};
std::variant<Coerced, Refused> coerce(const flow::Question& question, const Descriptions& descriptions);

/// One SOQL statement and the questions that its rows answer.
struct Statement {
    std::string soql;
    std::string object;
    std::vector<Coerced> questions;
};

/// As few statements as fit into `characters_max` each (Salesforce: 100,000): one an object where possible. Equal
/// conditions on one field share an IN list, all else is joined by OR.
std::vector<Statement> pack(std::vector<Coerced> questions,
                            const std::map<std::string, std::set<std::string>>& fields,
                            const Descriptions& descriptions, std::size_t characters_max = 60'000);

/// Sorts the rows to the questions of their statement.
std::map<std::string, flow::Answer> sort_rows(const Statement& statement, const std::vector<flow::Json>& rows);

} // namespace paysync::sync
