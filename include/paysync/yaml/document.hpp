// YAML that remembers where each word stood, and the list of everything that is wrong with it.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace paysync::yaml {

struct Place {
    std::string file;
    int line = 0; ///< from 1; 0: the file as a whole
    int column = 0;

    std::string text() const; ///< `flows/x.yaml:12:5`
};

/// One thing that a person can mend: what is wrong, where, and what to write instead.
struct Problem {
    Place place;
    std::string message;
    std::string advice; ///< may be empty; a mended line or the nearest known word
    bool warning = false;

    std::string text() const; ///< `flows/x.yaml:12:5: error: unknown key 'step' — did you mean 'steps'?`
};

/// Everything is looked at before anything is refused: all problems at once, in the order of the file.
class Problems {
public:
    void error(Place place, std::string message, std::string advice = {});
    void warning(Place place, std::string message, std::string advice = {});
    bool has_errors() const;
    const std::vector<Problem>& all() const { return problems_; }
    std::string text() const; ///< a line each

private:
    std::vector<Problem> problems_;
};

/// A node of the tree. Members keep the order of the file. Copyable value.
class Node {
public:
    enum class Kind { null, scalar, list, map };
    struct Member;

    Kind kind = Kind::null;
    Place place;
    std::string scalar;  ///< the text after YAML's own quoting; only for scalars
    bool quoted = false; ///< 'x' or "x" or a block: then it is text even where it looks like a number
    std::vector<Node> items;
    std::vector<Member> members;

    bool is_null() const { return kind == Kind::null; }
    bool is_scalar() const { return kind == Kind::scalar; }
    bool is_list() const { return kind == Kind::list; }
    bool is_map() const { return kind == Kind::map; }
    const Node* find(std::string_view key) const; ///< null where this is no map or has no such key

    // The scalar as a type, by YAML 1.2's core schema: only unquoted scalars are numbers or booleans.
    std::optional<bool> as_bool() const;
    std::optional<long long> as_integer() const;
    std::optional<double> as_number() const;

    std::string kind_name() const; ///< "a map", "a list", "text", "a number", "true or false", "nothing"
};

struct Node::Member {
    std::string key;
    Place place; ///< of the key
    Node value;
};

/// Reads one document. Errors go to `problems` and nothing comes back: syntax (with line and column), a key twice in
/// one map (yaml-cpp takes it silently), `<<`, anchors and aliases, tags, a second document, nesting over 100 levels.
/// An empty file is a null node. `name` is used in places.
std::optional<Node> read(std::string_view text, std::string name, Problems& problems);
/// The same from a file; one that cannot be read is a problem too.
std::optional<Node> read_file(const std::filesystem::path& file, Problems& problems);

/// Reports every member of `map` that is not among `known`, with the nearest known key as advice.
void refuse_unknown_keys(const Node& map, const std::vector<std::string>& known, std::string_view what,
                         Problems& problems);

/// `10m`, `2h`, `30s`, `1500ms`, `3d`, `1w` to nanoseconds; nothing when it is none of these.
std::optional<long long> duration_nanoseconds(std::string_view text);

} // namespace paysync::yaml
