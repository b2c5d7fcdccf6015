// What stands for the Id of a record that is not written yet.
#include "paysync/base/text.hpp"
#include "paysync/flow/plan.hpp"

#include <algorithm>

namespace paysync::flow {

namespace {

constexpr std::string_view mark = "new:";
constexpr std::size_t hash_length = 32;

bool is_object_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_hash_letter(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

/// Length of the token at the beginning of `text`, 0 if there is none.
std::size_t token_length(std::string_view text) {
    if (!text.starts_with(mark)) return 0;
    std::size_t at = mark.size();
    while (at < text.size() && is_object_letter(text[at])) ++at;
    if (at == mark.size() || at >= text.size() || text[at] != ':') return 0;
    const std::string_view hash = text.substr(at + 1, hash_length);
    if (hash.size() != hash_length || !std::all_of(hash.begin(), hash.end(), is_hash_letter)) return 0;
    return at + 1 + hash_length;
}

} // namespace

std::string new_record_token(const std::string& object, const Json& key) {
    return std::string{mark} + object + ":" + base::sha256_hex(object + base::to_text(key)).substr(0, hash_length);
}

bool is_token(const Json& value) {
    if (!value.is_string()) return false;
    const auto& text = value.get_ref<const std::string&>();
    return !text.empty() && token_length(text) == text.size();
}

bool contains_token(const Json& value) {
    if (value.is_array() || value.is_object())
        return std::any_of(value.begin(), value.end(),
                           [](const Json& item) { return is_token(item) || contains_token(item); });
    if (!value.is_string()) return false;
    const std::string_view text = value.get_ref<const std::string&>();
    for (auto at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) {
        const std::size_t length = token_length(text.substr(at));
        if (length > 0 && length < text.size()) return true;
    }
    return false;
}

} // namespace paysync::flow
