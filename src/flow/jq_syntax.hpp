// As much of jq's syntax as must be known without compiling: where an expression ends and which names it mentions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace paysync::flow {

/// The position of the `}` that closes the expression which begins at `begin`; nothing when it is not closed.
/// Braces inside jq's strings, comments and brackets do not count.
std::optional<std::size_t> closing_brace(std::string_view text, std::size_t begin);

/// A use of `$name`, with the fields that follow it: `$contact.Account.OwnerId`, `$list[].Email`, `$x["Name"]`.
struct Mention {
    std::string name;
    std::size_t at = 0; ///< position in the expression
    std::vector<std::string> path;
    bool fields_hidden = false; ///< `$name | .Field` or `$name as …`: nobody can see which fields are read
};

struct Analysis {
    std::string wrong; ///< empty when all is well
    std::string advice;
    std::size_t wrong_at = 0;
    std::vector<Mention> mentions; ///< names that the expression itself does not bind
};

/// Refuses brackets that do not match, and what could reach outside: env, now, input, debug, halt, localtime, import,
/// …
Analysis analyse(std::string_view expression);

/// May a step or variable be called so?
bool is_name(std::string_view text);
bool is_jq_keyword(std::string_view text);

} // namespace paysync::flow
