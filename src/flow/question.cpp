// Questions, and the small things around records.
#include "paysync/flow/question.hpp"

#include "paysync/base/text.hpp"
#include "paysync/flow/plan.hpp"

#include <algorithm>

namespace paysync::flow {

namespace {

bool has_token(const Json& value) {
    if (value.is_array()) return std::any_of(value.begin(), value.end(), has_token);
    return is_token(value);
}

} // namespace

std::string Question::key() const {
    Json conditions = Json::array();
    for (const Condition& condition : where)
        conditions.push_back({condition.field, static_cast<int>(condition.op), condition.value, condition.likeness,
                              condition.optional});
    return object + "?" + base::to_text(conditions);
}

bool Question::only_planned() const {
    return std::any_of(where.begin(), where.end(),
                       [](const Condition& condition) { return has_token(condition.value); });
}

Question timer_question(const std::string& flow, const std::string& key) {
    return {timer_object, {{"flow", Op::equal, Json(flow)}, {"key", Op::equal, Json(key)}}};
}

Question approval_question(const std::string& flow, const std::string& key) {
    return {approval_object, {{"flow", Op::equal, Json(flow)}, {"key", Op::equal, Json(key)}}};
}

std::string own_part(const Question& question, const char* part) {
    for (const Condition& condition : question.where)
        if (condition.field == part && condition.value.is_string()) return condition.value.get<std::string>();
    return {};
}

bool is_blank(const Json& value) {
    if (value.is_string()) return base::trimmed(value.get_ref<const std::string&>()).empty();
    return value.is_null();
}

const Json& field_at(const Json& record, const std::string& path) {
    const Json* at = &record;
    std::size_t begin = 0;
    while (true) {
        const std::size_t dot = path.find('.', begin);
        at = &base::member(*at, std::string_view{path}.substr(begin, dot - begin));
        if (dot == std::string::npos) return *at;
        begin = dot + 1;
    }
}

} // namespace paysync::flow
