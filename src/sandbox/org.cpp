// The tables of the org: rows, indexes, and what undoes their changes.
#include "sandbox/org.hpp"

#include "paysync/base/text.hpp"
#include "sandbox/field_value.hpp"
#include "sandbox/record_id.hpp"

#include <algorithm>
#include <cstdio>

namespace paysync::sandbox {

std::map<std::string, std::string_view> embedded_setup();

namespace {

using base::Json;

bool matches_exactly(const FieldDefinition& field) {
    return field.external_id ? !field.unique || field.case_sensitive : field.unique && field.case_sensitive;
}

} // namespace

std::string index_key(const Json& value) {
    if (value.is_string()) return folded(value.get_ref<const std::string&>());
    return base::to_text(value);
}

Org::Org(const ObjectCatalog& catalog, OrgSettings settings, const AdminRules* rules, base::WallTime now)
    : catalog_{catalog}, settings_{std::move(settings)}, rules_{rules} {
    if (settings_.username.empty()) settings_.username = "integration@sandbox.example";
    reset(now);
}

void Org::reset(base::WallTime now) {
    tables_.clear();
    for (const auto& [name, object] : catalog_.all()) {
        Table& table = tables_[name];
        for (const FieldDefinition& field : object.fields)
            if (field.indexed()) table.index[field.name];
    }
    seed_empty_org(now);
}

void Org::seed_empty_org(base::WallTime now) {
    Journal journal;
    const auto add = [&](const char* name, const Json& record) {
        const ObjectDefinition& object = *catalog_.find(name);
        const ReadRow row = read_seed(object, record);
        PAYSYNC_ASSERT(!row.error, "a record of the empty org is well made");
        const Written written = create(object, row.values, nullptr, now, journal);
        PAYSYNC_ASSERT(!written.error, "a record of the empty org can be stored");
        return written.id;
    };
    running_user_ = make_record_id("005", 1);
    add("User", {{"Username", settings_.username},
                 {"FirstName", "Integration"},
                 {"LastName", "User"},
                 {"Email", "integration@sandbox.example"}});
    organization_ = add("Organization", {{"Name", "Sandbox"},
                                         {"DefaultLocaleSidKey", "en_GB"},
                                         {"TimeZoneSidKey", "Europe/Berlin"},
                                         {"LanguageLocaleKey", "en_US"},
                                         {"OrganizationType", "Enterprise Edition"},
                                         {"InstanceName", "SBX1"},
                                         {"IsSandbox", true}});
    if (settings_.person_accounts) {
        add("RecordType",
            {{"Name", "Business Account"}, {"DeveloperName", "Business_Account"}, {"SobjectType", "Account"}});
        add("RecordType", {{"Name", "Person Account"},
                           {"DeveloperName", "PersonAccount"},
                           {"SobjectType", "Account"},
                           {"IsPersonType", true}});
    }
    const Json setup = base::parse_json(embedded_setup().begin()->second).value();
    for (const Json& user : setup.at("users"))
        if (user.at("Username") != settings_.username) add("User", user);
    for (const Json& queue : setup.at("queues")) {
        const std::string id = add(
            "Group", {{"Name", queue.at("Name")}, {"DeveloperName", queue.at("DeveloperName")}, {"Type", "Queue"}});
        for (const Json& object : queue.at("objects"))
            add("QueueSobject", {{"QueueId", id}, {"SobjectType", object}});
    }
    for (const Json& type : setup.at("record_types")) add("RecordType", type);
    if (!settings_.multi_currency) return;
    for (const std::string& code : settings_.currencies)
        add("CurrencyType", {{"IsoCode", code},
                             {"ConversionRate", 1.0},
                             {"DecimalPlaces", 2},
                             {"IsActive", true},
                             {"IsCorporate", code == settings_.currency}});
}

std::string Org::time_zone() const {
    return base::member_text(find(running_user_)->fields, "TimeZoneSidKey").value_or("UTC");
}

void Org::add_new_fields(const ObjectDefinition& object) {
    Table& table = tables_.at(object.name);
    for (const FieldDefinition& field : object.fields) {
        for (auto& [id, row] : table.rows)
            if (!row.fields.contains(field.name)) row.fields[field.name] = field.default_value;
        if (!field.indexed() || field.name == "Id") continue;
        auto& ids = table.index[field.name];
        ids.clear();
        for (const auto& [id, row] : table.rows)
            if (const Json& value = row.fields.at(field.name); !value.is_null()) ids[index_key(value)].insert(id);
    }
}

void Org::put(const ObjectDefinition& object, Row row, Journal& journal) {
    Table& table = tables_.at(object.name);
    const auto found = table.rows.find(row.id);
    Change change{object.name, row.id, std::nullopt};
    if (found != table.rows.end()) {
        index_row(table, object, found->second, false);
        change.before = found->second;
    }
    journal.push_back(std::move(change));
    index_row(table, object, row, true);
    std::string id = row.id;
    table.rows.insert_or_assign(std::move(id), std::move(row));
}

void Org::index_row(Table& table, const ObjectDefinition& object, const Row& row, bool add) {
    for (const FieldDefinition& field : object.fields) {
        if (!field.indexed() || field.name == "Id") continue;
        const Json& value = row.fields.at(field.name);
        if (value.is_null()) continue;
        auto& ids = table.index[field.name];
        const std::string key = index_key(value);
        if (add) {
            ids[key].insert(row.id);
        } else if (const auto found = ids.find(key); found != ids.end()) {
            found->second.erase(row.id);
            if (found->second.empty()) ids.erase(found);
        }
    }
}

void Org::roll_back(Journal& journal) {
    for (auto change = journal.rbegin(); change != journal.rend(); ++change) {
        const ObjectDefinition& object = *catalog_.find(change->object);
        Table& table = tables_.at(change->object);
        if (const auto now = table.rows.find(change->id); now != table.rows.end()) {
            index_row(table, object, now->second, false);
            table.rows.erase(now);
        }
        if (!change->before) continue;
        index_row(table, object, *change->before, true);
        table.rows.emplace(change->id, std::move(*change->before));
    }
    journal.clear();
}

const Row* Org::find(const ObjectDefinition& object, std::string_view id) const {
    const auto& rows = tables_.at(object.name).rows;
    const auto found = rows.find(std::string(id));
    return found == rows.end() ? nullptr : &found->second;
}

const Row* Org::find(std::string_view id) const {
    const ObjectDefinition* object = catalog_.find_by_prefix(id);
    return object == nullptr ? nullptr : find(*object, id);
}

const std::set<std::string>& Org::candidates(const ObjectDefinition& object, const FieldDefinition& field,
                                             const Json& value) const {
    static const std::set<std::string> none;
    const auto& index = tables_.at(object.name).index;
    const auto by_value = index.find(field.name);
    PAYSYNC_ASSERT(by_value != index.end(), "only indexed fields have candidates");
    const auto found = by_value->second.find(index_key(value));
    return found == by_value->second.end() ? none : found->second;
}

std::vector<std::string> Org::find_by_key(const ObjectDefinition& object, const FieldDefinition& key,
                                          const Json& value) const {
    std::vector<std::string> found;
    if (value.is_null()) return found;
    for (const std::string& id : candidates(object, key, value)) {
        const Row& row = *find(object, id);
        if (row.deleted || (matches_exactly(key) && row.fields.at(key.name) != value)) continue;
        found.push_back(id);
    }
    return found;
}

const std::map<std::string, Row>& Org::rows(const ObjectDefinition& object) const {
    return tables_.at(object.name).rows;
}

std::set<std::string> Org::accounts_touched(const ObjectDefinition& object, const std::string& id,
                                            const FieldValues& values) const {
    std::set<std::string> accounts;
    if (object.name == "Account" && !id.empty()) accounts.insert(id);
    const auto follow = [&](const Json& reference) {
        if (!reference.is_string()) return;
        const auto& parent = reference.get_ref<const std::string&>();
        if (parent.starts_with("001")) accounts.insert(parent);
        const Row* row = find(parent);
        if (row == nullptr) return;
        if (const Json& account = base::member(row->fields, "AccountId"); account.is_string())
            accounts.insert(account.get<std::string>());
    };
    const Row* before = id.empty() ? nullptr : find(object, id);
    for (const FieldDefinition& field : object.fields) {
        if (field.type != "reference") continue;
        if (before != nullptr) follow(before->fields.at(field.name));
        if (const auto given = values.find(field.name); given != values.end()) follow(given->second);
    }
    return accounts;
}

std::vector<Json> Org::record_types(const ObjectDefinition& object) const {
    std::vector<Json> types;
    if (object.field("RecordTypeId") == nullptr) return types;
    for (const auto& [id, row] : rows(*catalog_.find("RecordType")))
        if (row.fields.at("SobjectType") == object.name) types.push_back(row.fields);
    return types;
}

} // namespace paysync::sandbox
