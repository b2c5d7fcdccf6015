// Reads the table that is compiled in.
#include "flow/codes.hpp"

#include "paysync/base/result.hpp"

#include <map>
#include <string>
#include <string_view>

namespace paysync::flow {

using base::Json;

std::map<std::string, std::string_view> embedded_codes(); // generated from codes.tsv

namespace {

std::string_view take_until(std::string_view& text, char end) {
    const auto at = text.find(end);
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    return taken;
}

Json retry_of(std::string_view word) {
    if (word == "true") return true;
    if (word == "false") return false;
    PAYSYNC_ASSERT(word == "null", "retry is true, false or null");
    return nullptr;
}

} // namespace

Json response_codes() {
    Json codes = Json::object();
    for (const auto& [path, table] : embedded_codes()) {
        std::string_view rest = table;
        take_until(rest, '\n'); // the columns' names
        while (!rest.empty()) {
            std::string_view line = take_until(rest, '\n');
            const std::string code{take_until(line, '\t')};
            const std::string kind{take_until(line, '\t')};
            const Json retry = retry_of(take_until(line, '\t'));
            codes[code] = Json::array({kind, std::string{line}, retry});
        }
    }
    return codes;
}

} // namespace paysync::flow
