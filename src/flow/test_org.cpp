// Looking up and writing records in memory.
#include "flow/test_org.hpp"

#include "flow/record_id.hpp"

#include <algorithm>

namespace paysync::flow {

namespace {

constexpr const char* given_created = "2000-01-01T00:00:00.000+0000";
constexpr int depth_max = 4;

/// The field that holds the id of the parent called so: Account → AccountId, Order__r → Order__c.
std::string reference_field(const std::string& relationship) {
    if (relationship.ends_with("__r")) return relationship.substr(0, relationship.size() - 1) + "c";
    return relationship + "Id";
}

} // namespace

TestOrg::TestOrg(const std::map<std::string, std::vector<Json>>& given,
                 const std::map<std::string, std::set<std::string>>& fields_read)
    : fields_read_{fields_read} {
    for (const auto& [object, records] : given) {
        for (Json record : records) {
            if (!record.contains("Id"))
                record["Id"] = "given " + object + " " + std::to_string(records_[object].size() + 1);
            if (!record.contains("CreatedDate")) record["CreatedDate"] = given_created;
            records_[object].push_back(std::move(record));
        }
    }
}

std::optional<Answer> TestOrg::answer(const Question& question) const {
    const auto found = known_.find(question.key());
    if (found == known_.end()) return std::nullopt;
    return found->second;
}

void TestOrg::look_up(const Question& question) {
    Answer answer;
    for (const Json& record : records_[question.object]) {
        Json whole = with_parents(question.object, record);
        if (meets_all(whole, question.where)) answer.records.push_back(std::move(whole));
    }
    known_[question.key()] = std::move(answer);
}

Json* TestOrg::find(const std::string& object, const std::string& id) {
    for (Json& record : records_[object])
        if (same_record(record["Id"].get<std::string>(), id)) return &record;
    return nullptr;
}

const Json* TestOrg::find_any(const std::string& id) const {
    for (const auto& [object, records] : records_)
        for (const Json& record : records)
            if (same_record(record.at("Id").get<std::string>(), id)) return &record;
    return nullptr;
}

Json TestOrg::with_parents(const std::string& object, const Json& record) const {
    Json whole = record;
    const auto paths = fields_read_.find(object);
    if (paths == fields_read_.end()) return whole;
    for (const std::string& path : paths->second) {
        const auto dot = path.find('.');
        if (dot == std::string::npos || whole.contains(path.substr(0, dot))) continue;
        const auto parent = base::member_text(record, reference_field(path.substr(0, dot)));
        if (!parent) continue;
        if (const Json* found = find_any(*parent)) whole[path.substr(0, dot)] = *found;
    }
    return whole;
}

Json TestOrg::resolved(const Json& value) const {
    if (value.is_structured()) {
        Json whole = value;
        for (Json& member : whole) member = resolved(member);
        return whole;
    }
    if (!is_token(value)) return value;
    const auto found = ids_.find(value.get<std::string>());
    return found == ids_.end() ? value : Json(found->second);
}

std::vector<TestEffect> TestOrg::apply(const std::vector<RecordWrite>& writes, const std::string& now) {
    std::vector<RecordWrite> folded;
    for (const RecordWrite& write : writes) {
        const std::string& name = write.id.empty() ? write.token : write.id;
        const auto same = std::find_if(folded.begin(), folded.end(), [&](const RecordWrite& other) {
            return other.object == write.object && same_record(other.id.empty() ? other.token : other.id, name);
        });
        if (same == folded.end()) {
            folded.push_back(write);
        } else {
            same->key.update(write.key);
            same->fields.update(write.fields);
        }
    }
    std::vector<TestEffect> effects;
    for (const RecordWrite& write : folded)
        if (auto effect = apply(write, now)) effects.push_back(std::move(*effect));
    forget();
    return effects;
}

std::optional<TestEffect> TestOrg::apply(const RecordWrite& write, const std::string& now) {
    Json values = Json::object();
    std::vector<Condition> key;
    for (const auto& [field, value] : write.key.items()) {
        values[field] = resolved(value);
        key.push_back({field, Op::equal, values[field], 0});
    }
    for (const auto& [field, value] : write.fields.items()) values[field] = resolved(value);

    Json* record = write.id.empty() ? nullptr : find(write.object, resolved(Json(write.id)).get<std::string>());
    std::vector<Json>& records = records_[write.object];
    if (write.id.empty()) { // the key makes it an upsert
        const auto existing =
            std::find_if(records.begin(), records.end(), [&](const Json& other) { return meets_all(other, key); });
        if (existing != records.end()) record = &*existing;
    }
    if (record == nullptr) {
        const std::string id = write.object + " " + std::to_string(++made_[write.object]);
        ids_[write.token] = id;
        Json made = values;
        made["Id"] = id;
        made["CreatedDate"] = now;
        records.push_back(std::move(made));
        return TestEffect{TestEffect::Kind::create, write.object, id, values};
    }
    const std::string id = record->at("Id").get<std::string>();
    if (!write.token.empty()) ids_[write.token] = id;
    TestEffect effect{TestEffect::Kind::update, write.object, id, Json::object()};
    for (const auto& [field, value] : values.items()) {
        const Json& before = base::member(*record, field);
        if (meets(*record, {field, Op::equal, value, 0}) &&
            (before == value || !before.is_string() || !value.is_string()))
            continue;
        if (is_blank(before) && is_blank(value)) continue;
        effect.fields[field] = value;
        (*record)[field] = value;
    }
    if (effect.fields.empty()) return std::nullopt;
    return effect;
}

Json TestOrg::written_out(const Json& record, int depth) const {
    Json whole = Json::object();
    for (const auto& [field, value] : record.items()) {
        if (field == "CreatedDate" || is_blank(value)) continue;
        const Json* target = value.is_string() ? find_any(value.get_ref<const std::string&>()) : nullptr;
        if (field == "Id") {
            if (value.get_ref<const std::string&>().find(' ') == std::string::npos) whole[field] = value;
        } else if (target != nullptr && depth < depth_max) {
            whole[field] = written_out(*target, depth + 1);
        } else {
            whole[field] = value;
        }
    }
    return whole;
}

Json TestOrg::state() const {
    Json state = Json::object();
    for (const auto& [object, records] : records_) {
        if (records.empty()) continue;
        std::vector<Json> sorted;
        for (const Json& record : records) sorted.push_back(written_out(record, 0));
        std::sort(sorted.begin(), sorted.end());
        state[object] = sorted;
    }
    return state;
}

} // namespace paysync::flow
