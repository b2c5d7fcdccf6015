// What the parts of the loader share.
#pragma once

#include "flow/compiled.hpp"
#include "paysync/yaml/document.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::flow {

using yaml::Node;
using yaml::Place;
using yaml::Problems;

/// The names that an expression may mention at the place where it stands.
struct Names {
    std::map<std::string, NameInfo> records;
    std::set<std::string> vars;
    std::set<std::string> with;
    bool in_fragment = false;
    std::string item;              ///< of the innermost `each`; empty: there is none
    std::set<std::string> of_item; ///< the item, and the names of the steps inside that `each`
};

struct Loading {
    FlowSet::Compiled& compiled;
    const FlowSettings& settings;
    Problems& problems;
    std::map<std::string, std::vector<std::string>> lines; ///< of each file, to show mended
    std::set<std::string> all_names;                       ///< of steps and items, in any file
    // Seen in the flow or fragment that is being loaded: a fragment that nobody uses asks nothing of the org.
    bool has_timers = false; ///< an `at`
    FieldsByObject fields_read;
    FieldsByObject fields_optional;

    /// The line in which `node` begins, with its value in single quotes.
    std::string quoted_line(const Node& node) const;
    std::string_view line(const Place& place) const;
    /// Where `part` of the node's text stands, if that can be seen; else the node.
    Place place_of(const Node& node, std::string_view part) const;
};

inline void add_fields(FieldsByObject& to, const FieldsByObject& more) {
    for (const auto& [object, fields] : more) to[object].insert(fields.begin(), fields.end());
}

/// How a scalar without `${ }` is read.
enum class Literals {
    text,  ///< as it stands: `NO`, `01234`; the type of the field decides later
    typed, ///< numbers, true, false, null by YAML's core schema
};

class ValueLoader {
public:
    ValueLoader(Loading& loading, Names& names) : loading_{loading}, names_{names} {}

    /// `where` is the key path within the step. Lists and maps are read too.
    Value load(const Node& node, const std::string& where, Literals literals);
    /// A scalar only; anything else is a problem and gives null.
    Value load_scalar(const Node& node, const std::string& where);
    /// `when`: one expression alone, true or false.
    std::optional<Value> load_when(const Node& node, const std::string& where);

private:
    Value load_text(const Node& node, const std::string& where, Literals literals);
    std::size_t add_expression(const Node& node, std::string_view text, const std::string& where, Value& value);
    bool check_mentions(const Node& node, std::string_view expression, Value& value);
    void report_unclosed(const Node& node);
    void warn_of_comment(const Node& node);

    Loading& loading_;
    Names& names_;
};

/// The steps under `steps`; `names` grows by theirs.
std::vector<Step> load_steps(Loading& loading, Names& names, const Node& list, const std::string& what);

std::vector<FlowTest> load_tests(Loading& loading, const Node& list, const std::set<std::string>& vars);

/// Text that is not empty, else a problem and nothing.
std::optional<std::string> load_text(Problems& problems, const Node& node, std::string_view what);
/// One text, or a list of texts.
std::vector<std::string> load_texts(Problems& problems, const Node& node, std::string_view what);
/// One of some words; else a problem and the first of them.
template <class Enum>
Enum load_word(Problems& problems, const Node* node, std::string_view what,
               const std::vector<std::pair<std::string, Enum>>& words);
std::string nearest_advice(std::string_view word, const std::vector<std::string>& known);

template <class Enum>
Enum load_word(Problems& problems, const Node* node, std::string_view what,
               const std::vector<std::pair<std::string, Enum>>& words) {
    if (node == nullptr) return words.front().second;
    std::vector<std::string> known;
    for (const auto& [word, value] : words) {
        if (node->is_scalar() && node->scalar == word) return value;
        known.push_back(word);
    }
    std::string list;
    for (const std::string& word : known) list += (list.empty() ? "" : ", ") + word;
    const std::string given = node->is_scalar() ? "'" + node->scalar + "'" : node->kind_name();
    problems.error(node->place, "'" + std::string{what} + "' is one of " + list + ", not " + given,
                   node->is_scalar() ? nearest_advice(node->scalar, known) : "");
    return words.front().second;
}

} // namespace paysync::flow
