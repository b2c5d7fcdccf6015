// Planned changes over the org's answers.
#include "paysync/base/text.hpp"
#include "paysync/flow/flow_set.hpp"

#include "flow/likeness.hpp"
#include "flow/record_id.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace paysync::flow {

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

/// Only a condition on a field that was written can have changed its truth: others are the org's to judge.
bool touches(const std::set<std::string>& written, const Condition& condition) {
    return written.contains(condition.field) ||
           written.contains(condition.field.substr(0, condition.field.find('.')));
}

/// Values that compare as equal share a bucket (the reverse is not so: a batch of a thousand plans must not be
/// compared with each other one by one, that is all). None where equality has more forms than this knows.
std::vector<std::string> buckets(const Json& value) {
    if (value.is_boolean()) return {value.get<bool>() ? "true" : "false"};
    if (value.is_number()) return {"n" + std::to_string(value.get<double>() + 0.0)};
    if (!value.is_string()) return {};
    const std::string text{base::trimmed(value.get_ref<const std::string&>())};
    if (text.empty() || (text.size() >= 19 && text[10] == 'T')) return {};
    // 15 characters: the other three of a long id may be missing.
    std::string letters = "t";
    for (const char32_t c : folded(text).substr(0, 15))
        letters += std::to_string(static_cast<std::uint32_t>(c)) + ",";
    std::vector<std::string> made{std::move(letters)};
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    if (end == text.c_str() + text.size() && std::isfinite(number))
        made.push_back("n" + std::to_string(number + 0.0));
    if (const std::string word = base::lower(text); word == "true" || word == "false") made.push_back(word);
    return made;
}

std::string place_of(const std::string& object, const std::string& field, const std::string& bucket) {
    return object + "|" + field + "|" + bucket;
}

} // namespace

std::size_t Overlay::position_of(const std::string& object, const std::string& id) const {
    for (const std::string& bucket : buckets(Json(id))) {
        const auto places = by_value_.find(place_of(object, "Id", bucket));
        if (places == by_value_.end()) continue;
        for (const std::size_t position : places->second)
            if (same_record(records_[position].first, id)) return position;
    }
    return nowhere;
}

void Overlay::index(std::size_t position, const std::string& field, const Json& value) {
    if (is_blank(value)) return;
    std::vector<std::string> names = buckets(value);
    if (names.empty()) names.emplace_back(); // found by everybody who asks for the field
    for (const std::string& name : names)
        by_value_[place_of(records_[position].second.object, field, name)].insert(position);
}

void Overlay::add(const RecordWrite& write) {
    const std::string name = write.id.empty() ? write.token : write.id;
    std::size_t position = position_of(write.object, name);
    if (position == nowhere) {
        position = records_.size();
        Planned planned;
        planned.object = write.object;
        planned.made = write.id.empty() || is_token(Json(write.id));
        planned.fields = write.current.is_object() ? write.current : Json::object();
        planned.fields["Id"] = name;
        records_.emplace_back(name, std::move(planned));
        for (const auto& [field, value] : records_[position].second.fields.items()) index(position, field, value);
    }
    Planned& planned = records_[position].second;
    for (const Json* part : {&write.key, &write.fields}) {
        for (const auto& [field, value] : part->items()) {
            planned.fields[field] = value;
            planned.written.insert(field);
            index(position, field, value);
        }
    }
}

std::set<std::size_t> Overlay::candidates(const Question& question) const {
    for (const Condition& condition : question.where) {
        if (condition.op != Op::equal || condition.optional || condition.field.find('.') != std::string::npos)
            continue;
        std::vector<std::string> names = buckets(condition.value);
        if (names.empty()) continue;
        names.emplace_back();
        std::set<std::size_t> found;
        for (const std::string& name : names) {
            const auto places = by_value_.find(place_of(question.object, condition.field, name));
            if (places != by_value_.end()) found.insert(places->second.begin(), places->second.end());
        }
        return found;
    }
    std::set<std::size_t> all;
    for (std::size_t i = 0; i < records_.size(); ++i)
        if (records_[i].second.object == question.object) all.insert(i);
    return all;
}

Answer Overlay::over(const Question& question, const Answer& org) const {
    if (org.unusable || records_.empty()) return org;
    Answer answer;
    std::set<std::size_t> seen;
    for (const Json& record : org.records) {
        const auto id = base::member_text(record, "Id");
        const std::size_t position = id ? position_of(question.object, *id) : nowhere;
        if (position == nowhere) {
            answer.records.push_back(record);
            continue;
        }
        const Planned& planned = records_[position].second;
        seen.insert(position);
        Json changed = record;
        for (const std::string& field : planned.written) changed[field] = planned.fields.at(field);
        const bool still = std::all_of(question.where.begin(), question.where.end(), [&](const Condition& condition) {
            return !touches(planned.written, condition) || meets(changed, condition);
        });
        if (still) answer.records.push_back(std::move(changed));
    }
    for (const std::size_t position : candidates(question)) {
        const Planned& planned = records_[position].second;
        if (seen.contains(position)) continue;
        const bool could = planned.made ||
                           std::any_of(question.where.begin(), question.where.end(), [&](const Condition& condition) {
                               return touches(planned.written, condition);
                           });
        if (could && meets_all(planned.fields, question.where)) answer.records.push_back(planned.fields);
    }
    return answer;
}

} // namespace paysync::flow
