// Between nlohmann's JSON and jq's values.
#include "flow/jv_json.hpp"

#include <cmath>

namespace paysync::flow {

namespace {

constexpr int depth_max = 200;
constexpr double exact_max = 9007199254740992.0; // 2^53

jv text_to_jv(const std::string& text) {
    return jv_string_sized(text.data(), static_cast<int>(text.size()));
}

jv to_jv(const Json& json) {
    switch (json.type()) {
    case Json::value_t::null:
    case Json::value_t::discarded:
    case Json::value_t::binary: return jv_null();
    case Json::value_t::boolean: return jv_bool(json.get<bool>() ? 1 : 0);
    case Json::value_t::number_integer:
    case Json::value_t::number_unsigned:
    case Json::value_t::number_float: return jv_number(json.get<double>());
    case Json::value_t::string: return text_to_jv(json.get_ref<const std::string&>());
    case Json::value_t::array: {
        jv list = jv_array();
        for (const Json& item : json) list = jv_array_append(list, to_jv(item));
        return list;
    }
    case Json::value_t::object: {
        jv object = jv_object();
        for (const auto& [key, value] : json.items()) object = jv_object_set(object, text_to_jv(key), to_jv(value));
        return object;
    }
    }
    return jv_null();
}

Json number_to_json(double number) {
    if (!std::isfinite(number)) return nullptr;
    if (std::trunc(number) == number && std::fabs(number) <= exact_max) return static_cast<std::int64_t>(number);
    return number;
}

std::string take_text(jv text) {
    std::string made{jv_string_value(text), static_cast<std::size_t>(jv_string_length_bytes(jv_copy(text)))};
    jv_free(text);
    return made;
}

/// Consumes `value`. False: too deep.
bool convert(jv value, Json& made, int depth) {
    bool fits = depth <= depth_max;
    switch (jv_get_kind(value)) {
    case JV_KIND_INVALID:
    case JV_KIND_NULL: made = nullptr; break;
    case JV_KIND_FALSE: made = false; break;
    case JV_KIND_TRUE: made = true; break;
    case JV_KIND_NUMBER: made = number_to_json(jv_number_value(value)); break;
    case JV_KIND_STRING: made = take_text(jv_copy(value)); break;
    case JV_KIND_ARRAY: {
        made = Json::array();
        const int size = jv_array_length(jv_copy(value));
        for (int i = 0; fits && i < size; ++i) {
            Json item;
            fits = convert(jv_array_get(jv_copy(value), i), item, depth + 1);
            made.push_back(std::move(item));
        }
        break;
    }
    case JV_KIND_OBJECT: {
        made = Json::object();
        for (int i = jv_object_iter(value); fits && jv_object_iter_valid(value, i) != 0;
             i = jv_object_iter_next(value, i)) {
            Json member;
            std::string key = take_text(jv_object_iter_key(value, i));
            fits = convert(jv_object_iter_value(value, i), member, depth + 1);
            made[std::move(key)] = std::move(member);
        }
        break;
    }
    }
    jv_free(value);
    return fits;
}

} // namespace

Jv::Jv(const Json& json) : value_{to_jv(json)} {}

void Jv::set(const char* key, const Json& value) {
    set(key, Jv{value});
}

void Jv::set(const char* key, const Jv& value) {
    if (jv_get_kind(value_) != JV_KIND_OBJECT) {
        jv_free(value_);
        value_ = jv_object();
    }
    value_ = jv_object_set(value_, jv_string(key), value.copy());
}

std::optional<Json> to_json(const Jv& value) {
    Json made;
    if (!convert(value.copy(), made, 0)) return std::nullopt;
    return made;
}

} // namespace paysync::flow
