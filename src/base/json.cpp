// Reading and writing JSON without exceptions.
#include "paysync/base/json.hpp"

template class nlohmann::basic_json<>;

namespace paysync::base {

namespace {

constexpr int depth_max = 200;

/// Refuses what is nested too deep before a tree of it is built.
bool too_deep(std::string_view text) {
    int depth = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (in_string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                in_string = false;
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > depth_max) return true;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return false;
}

} // namespace

Result<Json> parse_json(std::string_view text) {
    if (too_deep(text)) return Error{Errc::invalid, "JSON nested deeper than 200 levels"};
    try {
        return Json::parse(text);
    } catch (const Json::exception& failure) {
        return Error{Errc::invalid, failure.what()};
    }
}

std::string to_text(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json& member(const Json& value, std::string_view key) {
    static const Json none;
    if (!value.is_object()) return none;
    const auto found = value.find(key);
    return found == value.end() ? none : *found;
}

std::optional<std::string> member_text(const Json& value, std::string_view key) {
    const Json& found = member(value, key);
    if (found.is_string()) {
        if (found.get_ref<const std::string&>().empty()) return std::nullopt;
        return found.get<std::string>();
    }
    if (found.is_number_integer() || found.is_boolean()) return found.dump();
    return std::nullopt;
}

} // namespace paysync::base
