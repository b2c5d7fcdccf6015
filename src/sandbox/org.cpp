// Records: reading what a request gives, and writing it.
#include "sandbox/org.hpp"

#include "paysync/base/text.hpp"
#include "sandbox/field_value.hpp"
#include "sandbox/record_id.hpp"

#include <algorithm>
#include <cstdio>

namespace paysync::sandbox {

namespace {

using base::Json;

RowError no_such_column(const std::string& field, const std::string& object) {
    return {.code = "INVALID_FIELD",
            .message = "No such column '" + field + "' on sobject of type " + object,
            .fields = {field},
            .whole_request = true};
}

RowError not_writable(const std::string& field) {
    return {
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "Unable to create/update fields: " + field +
            ". Please check the security settings of this field and verify that it is read/write for your profile "
            "or permission set.",
        {field}};
}

bool matches_exactly(const FieldDefinition& field) {
    return field.external_id ? !field.unique || field.case_sensitive : field.unique && field.case_sensitive;
}

} // namespace

std::string index_key(const Json& value) {
    if (value.is_string()) return folded(value.get_ref<const std::string&>());
    return base::to_text(value);
}

Org::Org(const ObjectCatalog& catalog, OrgSettings settings, base::WallTime now)
    : catalog_{catalog}, settings_{std::move(settings)} {
    reset(now);
}

void Org::reset(base::WallTime now) {
    tables_.clear();
    for (const auto& [name, object] : catalog_.all()) {
        Table& table = tables_[name];
        for (const FieldDefinition& field : object.fields)
            if (field.indexed()) table.index[field.name];
    }
    Journal journal;
    const auto add = [&](const char* name, const Json& record) {
        const ObjectDefinition& object = *catalog_.find(name);
        const ReadRow row = read_seed(object, record);
        PAYSYNC_ASSERT(!row.error, "a record of the empty org is well made");
        const Written written = create(object, row.values, true, now, journal);
        PAYSYNC_ASSERT(!written.error, "a record of the empty org can be stored");
        return written.id;
    };
    running_user_ = make_record_id("005", 1);
    add("User", {{"Username", "integration@sandbox.example"},
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
    if (!settings_.multi_currency) return;
    for (const std::string& code : settings_.currencies)
        add("CurrencyType", {{"IsoCode", code},
                             {"ConversionRate", 1.0},
                             {"DecimalPlaces", 2},
                             {"IsActive", true},
                             {"IsCorporate", code == settings_.currency}});
}

ReadRow Org::read(const ObjectDefinition& object, const Json& record, bool creating) const {
    return read_fields(object, record, [creating](const FieldDefinition& field) {
        return creating ? field.createable : field.updateable;
    });
}

ReadRow Org::read_seed(const ObjectDefinition& object, const Json& record) const {
    return read_fields(object, record, [](const FieldDefinition& field) { return field.name != "Id"; });
}

ReadRow Org::read_fields(const ObjectDefinition& object, const Json& record,
                         const std::function<bool(const FieldDefinition&)>& writable) const {
    ReadRow row;
    // A value that cannot be read is told before all else: it concerns the whole request.
    for (const auto& [name, given] : record.items()) {
        if (name == "attributes") continue;
        const FieldDefinition* field = object.field(name);
        if (field == nullptr) {
            const FieldDefinition* reference = object.relationship(name);
            if (reference == nullptr) {
                row.error = no_such_column(name, object.name);
                return row;
            }
            if (!row.error && !writable(*reference)) row.error = not_writable(reference->name);
            if (auto error = read_relation(object, *reference, given, row.values); error && !row.error)
                row.error = std::move(error);
        } else {
            Json stored;
            auto error = store_value(*field, given, stored);
            if (error && error->whole_request) {
                row.error = std::move(error);
                return row;
            }
            if (!error && !writable(*field)) error = not_writable(field->name);
            if (error && !row.error) row.error = std::move(error);
            row.values[field->name] = std::move(stored);
        }
        if (row.error && row.error->whole_request) return row;
    }
    return row;
}

std::optional<RowError> Org::read_relation(const ObjectDefinition& object, const FieldDefinition& reference,
                                           const Json& nested, FieldValues& values) const {
    if (nested.is_null()) {
        values[reference.name] = nullptr;
        return std::nullopt;
    }
    if (!nested.is_object()) return no_such_column(reference.relationship_name, object.name);
    std::string type = reference.reference_to.front();
    if (const auto named = base::member_text(base::member(nested, "attributes"), "type")) type = *named;
    const ObjectDefinition* parent = catalog_.find(type);
    const bool allowed = parent != nullptr && std::find(reference.reference_to.begin(), reference.reference_to.end(),
                                                        parent->name) != reference.reference_to.end();
    if (!allowed || (reference.reference_to.size() > 1 && !nested.contains("attributes")))
        return RowError{"INVALID_FIELD",
                        "Field name provided, " + reference.relationship_name + ", needs the type of its object",
                        {}};
    std::optional<std::pair<std::string, Json>> key;
    for (const auto& [name, value] : nested.items()) {
        if (name == "attributes") continue;
        if (key)
            return RowError{"INVALID_FIELD", "More than one field provided in an external foreign key reference", {}};
        key.emplace(name, value);
    }
    const FieldDefinition* field = key ? parent->field(key->first) : nullptr;
    if (key && field == nullptr) return no_such_column(key->first, parent->name);
    if (field == nullptr || !field->id_lookup || field->name == "Id")
        return RowError{"INVALID_FIELD",
                        "Field name provided, " + (key ? key->first : std::string{}) +
                            " is not an External ID or indexed field for " + parent->name,
                        {}};
    Json stored;
    if (auto error = store_value(*field, key->second, stored)) return error;
    const auto found = find_by_key(*parent, *field, stored);
    const std::string told = stored.is_string() ? stored.get<std::string>() : base::to_text(stored);
    if (found.empty())
        return RowError{"INVALID_FIELD",
                        "Foreign key external ID: " + told + " not found for field " + field->name + " in entity " +
                            parent->name,
                        {}};
    if (found.size() > 1)
        return RowError{
            "INVALID_FIELD", field->name + ": more than one record found for external id field: " + told, {}};
    values[reference.name] = found.front();
    return std::nullopt;
}

Written Org::insert(const ObjectDefinition& object, const FieldValues& values, base::WallTime now, Journal& journal) {
    if (!object.creatable)
        return {
            {},
            false,
            RowError{"CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be inserted: " + object.label, {}}};
    return create(object, values, false, now, journal);
}

Written Org::insert_seed(const ObjectDefinition& object, const FieldValues& values, base::WallTime now,
                         Journal& journal) {
    return create(object, values, true, now, journal);
}

Written Org::create(const ObjectDefinition& object, const FieldValues& values, bool seed, base::WallTime now,
                    Journal& journal) {
    Row row;
    row.fields = Json::object();
    for (const FieldDefinition& field : object.fields) row.fields[field.name] = field.default_value;
    for (const auto& [name, value] : values) row.fields[name] = value;
    const std::string moment = stored_datetime(now);
    for (const char* name : {"CreatedDate", "LastModifiedDate", "SystemModstamp"}) row.fields[name] = moment;
    for (const char* name : {"CreatedById", "LastModifiedById"}) row.fields[name] = running_user_;
    for (const char* name : {"OwnerId", "CurrencyIsoCode"}) {
        const FieldDefinition* field = object.field(name);
        if (field != nullptr && row.fields[name].is_null())
            row.fields[name] = field->type == "reference" ? Json(running_user_) : field->default_value;
    }
    derive_fields(*this, object, values, nullptr, now, row.fields);
    if (seed)
        for (const auto& [name, value] : values)
            if (!value.is_null()) row.fields[name] = value;
    if (auto error = check_row(object, row, values)) return {{}, false, std::move(error)};
    Table& table = tables_.at(object.name);
    row.id = make_record_id(object.key_prefix, table.next_serial++);
    row.fields["Id"] = row.id;
    Written written{row.id, true, std::nullopt};
    put(object, std::move(row), journal);
    return written;
}

Written Org::update(const ObjectDefinition& object, const std::string& id, const FieldValues& values,
                    base::WallTime now, Journal& journal) {
    const Row* before = find(object, id);
    if (before == nullptr)
        return {{}, false, RowError{"INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", {}}};
    if (before->deleted) return {{}, false, RowError{"ENTITY_IS_DELETED", "entity is deleted", {}}};
    Row row = *before;
    for (const auto& [name, value] : values) row.fields[name] = value;
    row.fields["LastModifiedDate"] = row.fields["SystemModstamp"] = stored_datetime(now);
    row.fields["LastModifiedById"] = running_user_;
    derive_fields(*this, object, values, &before->fields, now, row.fields);
    if (auto error = check_row(object, row, values)) return {{}, false, std::move(error)};
    put(object, std::move(row), journal);
    return {id, false, std::nullopt};
}

std::optional<RowError> Org::check_row(const ObjectDefinition& object, const Row& row,
                                       const FieldValues& changed) const {
    std::vector<std::string> missing;
    for (const FieldDefinition& field : object.fields)
        if (!field.nillable && field.createable && row.fields.at(field.name).is_null()) missing.push_back(field.name);
    if (!missing.empty()) {
        std::string list;
        for (const std::string& name : missing) list += (list.empty() ? "" : ", ") + name;
        return RowError{"REQUIRED_FIELD_MISSING", "Required fields are missing: [" + list + "]", missing};
    }
    for (const auto& [name, value] : changed) {
        const FieldDefinition& field = *object.field(name);
        if (value.is_null()) continue;
        if (field.type == "reference")
            if (auto error = check_reference(field, value)) return error;
        if (field.unique)
            if (auto error = check_unique(object, field, row)) return error;
    }
    return std::nullopt;
}

std::optional<RowError> Org::check_reference(const FieldDefinition& field, const Json& value) const {
    const auto& id = value.get_ref<const std::string&>();
    const ObjectDefinition* parent = catalog_.find_by_prefix(id);
    const bool allowed = parent != nullptr && std::find(field.reference_to.begin(), field.reference_to.end(),
                                                        parent->name) != field.reference_to.end();
    if (!allowed)
        return RowError{
            "FIELD_INTEGRITY_EXCEPTION", field.label + ": id value of incorrect type: " + id, {field.name}};
    const Row* row = find(*parent, id);
    if (row == nullptr) return RowError{"INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", {}};
    if (row->deleted) return RowError{"ENTITY_IS_DELETED", "entity is deleted", {}};
    if (parent->name == "User" && field.name == "OwnerId" && !row->fields.at("IsActive").get<bool>())
        return RowError{
            "INACTIVE_OWNER_OR_USER", "operation performed with inactive user [" + id + "] as owner of record", {}};
    return std::nullopt;
}

std::optional<RowError> Org::check_unique(const ObjectDefinition& object, const FieldDefinition& field,
                                          const Row& row) const {
    for (const std::string& id : find_by_key(object, field, row.fields.at(field.name)))
        if (id != row.id)
            return RowError{"DUPLICATE_VALUE",
                            "duplicate value found: " + field.name + " duplicates value on record with id: " + id,
                            {}};
    return std::nullopt;
}

Written Org::erase(const std::string& id, base::WallTime now, Journal& journal) {
    const ObjectDefinition* object = catalog_.find_by_prefix(id);
    const Row* row = object == nullptr ? nullptr : find(*object, id);
    if (row == nullptr) return {{}, false, RowError{"INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", {}}};
    if (row->deleted) return {{}, false, RowError{"ENTITY_IS_DELETED", "entity is deleted", {}}};
    if (!object->deletable)
        return {
            {}, false, RowError{"INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id", {}}};
    erase_row(*object, Row{*row}, now, journal);
    return {id, false, std::nullopt};
}

void Org::erase_row(const ObjectDefinition& object, const Row& row, base::WallTime now, Journal& journal) {
    Row gone = row;
    gone.deleted = true;
    gone.fields["IsDeleted"] = true;
    gone.fields["SystemModstamp"] = stored_datetime(now);
    put(object, std::move(gone), journal);
    release_children(row.id, now, journal);
}

/// Contacts and Opportunities go with their Account; every other look-up is emptied.
void Org::release_children(const std::string& id, base::WallTime now, Journal& journal) {
    for (const auto& [name, object] : catalog_.all()) {
        for (const FieldDefinition& field : object.fields) {
            if (field.type != "reference" || !field.nillable) continue;
            const std::set<std::string> children = candidates(object, field, Json(id));
            for (const std::string& child : children) {
                const Row* row = find(object, child);
                if (row == nullptr || row->deleted) continue;
                const bool goes_along = id.starts_with("001") && field.name == "AccountId" &&
                                        (name == "Contact" || name == "Opportunity");
                if (goes_along) {
                    erase_row(object, Row{*row}, now, journal);
                } else {
                    Row freed = *row;
                    freed.fields[field.name] = nullptr;
                    put(object, std::move(freed), journal);
                }
            }
        }
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
