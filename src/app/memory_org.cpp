// A small org: no types, no limits, only records.
#include "memory_org.hpp"

namespace paysync::app {

namespace {

/// The relationship that a reference field has by Salesforce's naming: AccountId → Account, Payer__c → Payer__r.
std::string relationship_of(const std::string& field) {
    if (field.size() > 2 && field.ends_with("Id")) return field.substr(0, field.size() - 2);
    if (field.ends_with("__c")) return field.substr(0, field.size() - 1) + "r";
    return {};
}

} // namespace

base::Result<void> MemoryOrg::add(const base::Json& given) {
    const base::Error wrong{base::Errc::invalid,
                            "given records must be a map of lists: { OBJECT: [ { Id: …, … } ] }"};
    if (!given.is_object()) return wrong;
    for (const auto& [object, list] : given.items()) {
        if (!list.is_array()) return wrong;
        for (base::Json record : list) {
            if (!record.is_object()) return wrong;
            if (!record.contains("Id")) record["Id"] = new_id(object);
            records_[object].push_back(std::move(record));
        }
    }
    return {};
}

std::string MemoryOrg::new_id(const std::string& object) {
    return "(new " + object + " " + std::to_string(++made_) + ")";
}

std::size_t MemoryOrg::size() const {
    std::size_t size = 0;
    for (const auto& [object, list] : records_) size += list.size();
    return size;
}

base::Json MemoryOrg::with_parents(const base::Json& record) const {
    base::Json whole = record;
    for (const auto& [field, value] : record.items()) {
        const std::string relationship = relationship_of(field);
        if (relationship.empty() || !value.is_string() || whole.contains(relationship)) continue;
        for (const auto& [object, list] : records_)
            for (const base::Json& parent : list)
                if (parent.at("Id") == value) whole[relationship] = parent;
    }
    return whole;
}

flow::Answer MemoryOrg::answer(const flow::Question& question) const {
    flow::Answer answer;
    const auto list = records_.find(question.object);
    if (list == records_.end()) return answer;
    for (const base::Json& record : list->second) {
        base::Json whole = with_parents(record);
        if (flow::meets_all(whole, question.where)) answer.records.push_back(std::move(whole));
    }
    return answer;
}

base::Json* MemoryOrg::find(const std::string& object, const std::string& id) {
    for (base::Json& record : records_[object])
        if (record.at("Id") == base::Json(id)) return &record;
    return nullptr;
}

base::Json MemoryOrg::resolved(const base::Json& value) const {
    if (!value.is_string()) return value;
    const auto known = ids_of_tokens_.find(value.get<std::string>());
    return known == ids_of_tokens_.end() ? value : base::Json(known->second);
}

bool MemoryOrg::write(const flow::RecordWrite& write) {
    base::Json fields = write.key;
    fields.update(write.fields);
    base::Json* record = write.id.empty() ? nullptr : find(write.object, write.id);
    bool changed = false;
    if (record == nullptr) {
        base::Json fresh = write.id.empty() ? base::Json::object() : write.current;
        fresh["Id"] = write.id.empty() ? new_id(write.object) : write.id;
        if (!write.token.empty()) ids_of_tokens_[write.token] = fresh.at("Id").get<std::string>();
        records_[write.object].push_back(std::move(fresh));
        record = &records_[write.object].back();
        changed = write.id.empty();
    }
    for (const auto& [field, value] : fields.items()) {
        const base::Json wanted = resolved(value);
        if (base::member(*record, field) == wanted) continue;
        (*record)[field] = wanted;
        changed = true;
    }
    return changed;
}

} // namespace paysync::app
