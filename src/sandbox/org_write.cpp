// Writing records: what the org fills in, what it refuses, what else changes with a record.
#include "sandbox/admin_rules.hpp"
#include "sandbox/field_value.hpp"
#include "sandbox/org.hpp"
#include "sandbox/record_id.hpp"
#include "sandbox/standard_effects.hpp"

#include <algorithm>
#include <set>

namespace paysync::sandbox {

namespace {

using base::Json;

Written refused(std::string code, std::string message) {
    return {{}, false, RowError{std::move(code), std::move(message), {}}};
}

} // namespace

Written Org::insert(const ObjectDefinition& object, const FieldValues& values, const WriteOptions& options,
                    base::WallTime now, Journal& journal) {
    if (!object.creatable)
        return refused("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be inserted: " + object.label);
    return create(object, values, &options, now, journal);
}

Written Org::insert_seed(const ObjectDefinition& object, const FieldValues& values, base::WallTime now,
                         Journal& journal) {
    return create(object, values, nullptr, now, journal);
}

void Org::set_defaults(const ObjectDefinition& object, const FieldValues& values, base::WallTime now,
                       Row& row) const {
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
}

/// Without options it is a seed: no rule of the administrator looks at it, and what is given stays.
Written Org::create(const ObjectDefinition& object, const FieldValues& values, const WriteOptions* options,
                    base::WallTime now, Journal& journal) {
    Row row;
    set_defaults(object, values, now, row);
    derive_fields(*this, object, values, nullptr, now, row.fields);
    if (options == nullptr)
        for (const auto& [name, value] : values)
            if (!value.is_null()) row.fields[name] = value;
    if (auto error = check_row(object, row, values)) return {{}, false, std::move(error)};
    if (options != nullptr) {
        if (auto error = refusal(object, row, nullptr, values, *options, now, journal))
            return {{}, false, std::move(error)};
        assign(object, row, *options, now);
    }
    Table& table = tables_.at(object.name);
    row.id = make_record_id(object.key_prefix, table.next_serial++);
    row.fields["Id"] = row.id;
    Written written{row.id, true, std::nullopt};
    put(object, std::move(row), journal);
    StandardEffects{*this, now, journal}.of(object, written.id, values, true);
    return written;
}

Written Org::update(const ObjectDefinition& object, const std::string& id, const FieldValues& values,
                    const WriteOptions& options, base::WallTime now, Journal& journal) {
    const Row* before = find(object, id);
    if (object.event())
        return refused("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "entity type cannot be updated: " + object.label);
    if (before == nullptr) return refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
    if (before->deleted) return refused("ENTITY_IS_DELETED", "entity is deleted");
    Row row = *before;
    for (const auto& [name, value] : values) row.fields[name] = value;
    row.fields["LastModifiedDate"] = row.fields["SystemModstamp"] = stored_datetime(now);
    row.fields["LastModifiedById"] = running_user_;
    derive_fields(*this, object, values, &before->fields, now, row.fields);
    if (auto error = check_row(object, row, values)) return {{}, false, std::move(error)};
    if (auto error = refusal(object, row, &before->fields, values, options, now, journal))
        return {{}, false, std::move(error)};
    put(object, std::move(row), journal);
    StandardEffects{*this, now, journal}.of(object, id, values, false);
    return {id, false, std::nullopt};
}

std::optional<RowError> Org::refusal(const ObjectDefinition& object, const Row& row, const Json* before,
                                     const FieldValues& values, const WriteOptions& options, base::WallTime now,
                                     const Journal& journal) const {
    if (auto error = standard_refusal(*this, object, row, before, values)) return error;
    if (rules_ == nullptr) return std::nullopt;
    const AdminRules::Save save{.org = *this,
                                .object = object,
                                .row = row,
                                .before = before,
                                .options = options,
                                .now = now,
                                .journal = journal};
    return rules_->refusal(save);
}

/// An assignment rule outranks the owner that a request gives, unless its header switches it off.
void Org::assign(const ObjectDefinition& object, Row& row, const WriteOptions& options, base::WallTime now) const {
    if (rules_ == nullptr || !options.auto_assign) return;
    if (auto owner = rules_->owner_of(*this, object, row, now)) row.fields["OwnerId"] = std::move(*owner);
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
    if (row == nullptr) return refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
    if (row->deleted) return refused("ENTITY_IS_DELETED", "entity is deleted");
    if (!object->deletable)
        return refused("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id");
    erase_row(*object, Row{*row}, id, now, journal);
    return {id, false, std::nullopt};
}

void Org::erase_row(const ObjectDefinition& object, const Row& row, const std::string& root, base::WallTime now,
                    Journal& journal) {
    Row gone = row;
    gone.deleted = true;
    if (row.id != root) gone.deleted_with = root;
    gone.fields["IsDeleted"] = true;
    gone.fields["SystemModstamp"] = stored_datetime(now);
    put(object, std::move(gone), journal);
    release_children(row.id, root, now, journal);
}

/// Some children go with their parent; every other look-up is emptied.
void Org::release_children(const std::string& id, const std::string& root, base::WallTime now, Journal& journal) {
    const ObjectDefinition* parent = catalog_.find_by_prefix(id);
    for (const auto& [object, field] : catalog_.children(*parent)) {
        if (!field->nillable && !field->cascade_delete) continue;
        const std::set<std::string> children = candidates(*object, *field, Json(id));
        for (const std::string& child : children) {
            const Row* row = find(*object, child);
            if (row == nullptr || row->deleted) continue;
            if (field->cascade_delete) {
                erase_row(*object, Row{*row}, root, now, journal);
            } else {
                Row freed = *row;
                freed.fields[field->name] = nullptr;
                put(*object, std::move(freed), journal);
            }
        }
    }
}

Written Org::restore(const std::string& id, base::WallTime now, Journal& journal) {
    const ObjectDefinition* object = catalog_.find_by_prefix(id);
    const Row* row = object == nullptr ? nullptr : find(*object, id);
    if (row == nullptr) return refused("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
    if (!row->deleted) return refused("UNDELETE_FAILED", "Entity is not in the recycle bin");
    const auto bring_back = [&](const ObjectDefinition& its_object, Row back) {
        back.deleted = false;
        back.deleted_with.clear();
        back.fields["IsDeleted"] = false;
        back.fields["SystemModstamp"] = stored_datetime(now);
        put(its_object, std::move(back), journal);
    };
    bring_back(*object, *row);
    for (const auto& [name, other] : catalog_.all()) {
        std::vector<Row> along;
        for (const auto& [its_id, its_row] : rows(other))
            if (its_row.deleted && its_row.deleted_with == id) along.push_back(its_row);
        for (Row& one : along) bring_back(other, std::move(one));
    }
    return {id, false, std::nullopt};
}

Written Org::merge(const std::string& master, const std::vector<std::string>& losers, base::WallTime now,
                   Journal& journal) {
    const ObjectDefinition* object = catalog_.find_by_prefix(master);
    const Row* kept = object == nullptr ? nullptr : find(*object, master);
    if (kept == nullptr || kept->deleted)
        return refused("INVALID_CROSS_REFERENCE_KEY", "there is no record " + master);
    if (object->field("MasterRecordId") == nullptr)
        return refused("INVALID_TYPE", "records of " + object->name + " cannot be merged");
    for (const std::string& id : losers) {
        const Row* loser = find(*object, id);
        if (loser == nullptr || loser->deleted || id == master)
            return refused("INVALID_CROSS_REFERENCE_KEY", "there is no record " + id + " to merge into " + master);
        for (const auto& [child_object, field] : catalog_.children(*object)) {
            if (field->name == "MasterRecordId") continue;
            const std::set<std::string> children = candidates(*child_object, *field, Json(id));
            for (const std::string& child : children) {
                Row moved = *find(*child_object, child);
                if (moved.deleted) continue;
                moved.fields[field->name] = master;
                moved.fields["SystemModstamp"] = stored_datetime(now);
                put(*child_object, std::move(moved), journal);
            }
        }
        Row gone = *find(*object, id);
        gone.deleted = true;
        gone.fields["IsDeleted"] = true;
        gone.fields["MasterRecordId"] = master;
        gone.fields["LastModifiedDate"] = gone.fields["SystemModstamp"] = stored_datetime(now);
        put(*object, std::move(gone), journal);
    }
    return {master, false, std::nullopt};
}

} // namespace paysync::sandbox
