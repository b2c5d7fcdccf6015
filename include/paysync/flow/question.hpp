// What a flow asks of an org, and what it is told.
#pragma once

#include "paysync/base/json.hpp"

#include <optional>
#include <string>
#include <vector>

namespace paysync::flow {

using base::Json;

enum class Op {
    equal, ///< text without case, numbers by value, ids on 15 characters, as Salesforce compares
    in,    ///< value is a list
    differs,
    greater,
    at_least,
    less,
    at_most,
    like,     ///< Salesforce's LIKE: % and _
    is_empty, ///< value is true (empty) or false (not empty)
    about,    ///< likeness of text, at least `likeness`; never sent to the org, compared after reading
};

struct Condition {
    std::string field;
    Op op = Op::equal;
    Json value;
    double likeness = 0;   ///< 0 to 1, for Op::about
    bool optional = false; ///< left out where the org lacks the field; a record without the member meets it

    bool operator==(const Condition&) const = default;
};

/// Which records of `object` meet all conditions? Values are as the expression gave them: whoever asks the org
/// coerces them by the field's type first. A question has no list of fields: every record read carries all fields
/// that any flow reads of its object (FlowSet::fields_read).
struct Question {
    std::string object;
    std::vector<Condition> where; ///< never empty, never with an empty value

    bool operator==(const Question&) const = default;
    /// Equal questions have equal keys; ordered.
    std::string key() const;
    /// Is a value the token of a record that is not written yet? Then no record of the org can meet it: it is never
    /// sent, and only planned records answer it.
    bool only_planned() const;
    /// Is it for paysync's own store, and not for the org? See timer_question() and approval_question().
    bool is_own() const { return object.starts_with('@'); }
};

/// What became of the timer of `flow` with this key? One record at most: `due_at` (text; null: it does not wait) and
/// `fired_for` (text; null: it never went off).
Question timer_question(const std::string& flow, const std::string& key);
/// What did a person decide? One record at most: `decision` ("go" or "stop"), `by`.
Question approval_question(const std::string& flow, const std::string& key);
inline constexpr const char* timer_object = "@timer";
inline constexpr const char* approval_object = "@approval";
/// `flow` or `key` of an own question.
std::string own_part(const Question& question, const char* part);

struct Answer {
    std::vector<Json> records; ///< objects with Id and fields; parents nested under their relationship's name
    /// Why nobody could be asked (a value that cannot be of the field's type, an object that the org lacks): the rule
    /// is passed over with this reason.
    std::optional<std::string> unusable;
};

/// Does a record, as read or as planned, meet a condition? The one place that compares as Salesforce does.
bool meets(const Json& record, const Condition& condition);
bool meets_all(const Json& record, const std::vector<Condition>& where);

/// null, absent, "" or only white space.
bool is_blank(const Json& value);

/// The member at `Account.Owner.Name`, null where any step is missing.
const Json& field_at(const Json& record, const std::string& path);

} // namespace paysync::flow
