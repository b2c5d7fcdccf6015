// jq's values and ours, without a detour over text.
#pragma once

#include "paysync/base/json.hpp"

#include "flow/libjq.hpp"

#include <optional>
#include <string>
#include <utility>

namespace paysync::flow {

using base::Json;

/// Owns one reference to a jq value. Never crosses threads.
class Jv {
public:
    Jv() : value_{jv_null()} {}
    explicit Jv(jv owned) : value_{owned} {}
    explicit Jv(const Json& json);
    Jv(const Jv& other) : value_{jv_copy(other.value_)} {}
    Jv(Jv&& other) noexcept : value_{std::exchange(other.value_, jv_null())} {}
    Jv& operator=(Jv other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    ~Jv() { jv_free(value_); }

    jv copy() const { return jv_copy(value_); }
    jv_kind kind() const { return jv_get_kind(value_); }
    void set(const char* key, const Json& value);
    void set(const char* key, const Jv& value);

private:
    jv value_;
};

/// Whole numbers up to 2^53 come back as integers. Nothing when it is nested deeper than 200 levels.
std::optional<Json> to_json(const Jv& value);

} // namespace paysync::flow
