// Folding, coercing and ordering of rows.
#include "sync/rows.hpp"

#include <algorithm>
#include <tuple>

namespace paysync::sync {

namespace {

using flow::Json;
using salesforce::Collection;
using salesforce::Field;
using salesforce::ObjectDescription;

std::string identity(const std::string& object, const std::string& id_or_token) {
    return object + "|" + id_or_token;
}

/// The one unique external id among the key fields of a record to be made, if the key is just that.
const Field* upsert_key(const Row& row, const ObjectDescription& object) {
    if (row.key.size() != 1) return nullptr;
    const Field* field = object.find(row.key.begin().key());
    return field != nullptr && field->external_id && field->unique ? field : nullptr;
}

/// Turns the fields of one row into what is sent.
class Preparation {
public:
    Preparation(Row& row, const Descriptions& descriptions, const std::map<std::string, const Row*>& makers,
                const std::set<std::string>& put_off)
        : row_{row}, descriptions_{descriptions}, makers_{makers}, put_off_{put_off} {}

    /// Nothing when the row can be written; else why not, and `blamed()` says whose value it is.
    std::optional<Refusal> run() {
        const auto found = descriptions_.find(row_.object);
        if (found == descriptions_.end() || !found->second)
            return refusal("INVALID_TYPE",
                           "the org has no object " + row_.object + " that the integration user may see");
        object_ = found->second.get();
        for (const Json* part : {&row_.key, &row_.fields})
            for (const auto& [name, value] : part->items())
                if (!value.is_null()) names_.push_back(name);
        if (row_.id.empty()) {
            if (const Field* key = upsert_key(row_, *object_)) row_.external_id = key->name;
        }
        for (const Json* part : {&row_.key, &row_.fields}) {
            for (const auto& [name, value] : part->items()) {
                auto refused = add(name, value);
                if (!refused) continue;
                blamed_ = row_.suppliers.at(name);
                return refused;
            }
        }
        return row_.id.empty() ? missing_required() : std::nullopt;
    }

    bool needs_id_of_parent() const { return needs_id_; }
    /// Nobody: all who want the row.
    std::optional<TaskIndex> blamed() const { return blamed_; }

private:
    Refusal refusal(std::string cause, std::string reason) const {
        return {{}, std::move(cause), std::move(reason), {}};
    }

    std::optional<Refusal> add(const std::string& name, const Json& value) {
        const bool may_lack = row_.optional_fields.contains(name);
        const Field* field = object_->find(name);
        if (field == nullptr) {
            if (may_lack) return std::nullopt;
            return refusal("INVALID_FIELD",
                           "the org has no field " + row_.object + "." + name + " that the integration user may see");
        }
        if (flow::is_token(value)) return add_reference(*field, value.get<std::string>());
        auto coerced = salesforce::coerce_for(*object_, *field, value);
        if (!coerced) {
            if (may_lack) return std::nullopt;
            return refusal("VALUE_DOES_NOT_FIT", row_.object + "." + name + ": " + coerced.error().detail);
        }
        return row_.id.empty() ? add_to_new(*field, std::move(*coerced), may_lack)
                               : add_to_known(*field, std::move(*coerced), may_lack);
    }

    std::optional<Refusal> add_to_new(const Field& field, Json value, bool may_lack) {
        if (value.is_null()) return std::nullopt;
        if (!field.createable) return not_writable(field, may_lack, "made");
        if (const auto why = salesforce::clash_of_kinds(*object_, field, Json{}, names_))
            return not_of_its_kind(field, may_lack, *why);
        row_.record[field.name] = std::move(value);
        return std::nullopt;
    }

    std::optional<Refusal> add_to_known(const Field& field, Json value, bool may_lack) {
        const Json& now = flow::field_at(row_.current, field.name);
        if (value.is_null()) {
            const auto empty = salesforce::emptied(field);
            if (!empty && may_lack) return std::nullopt;
            if (!empty && !now.is_null())
                return refusal("REQUIRED_FIELD_MISSING",
                               row_.object + "." + field.name + " is required and cannot be emptied");
            value = empty.value_or(Json{});
        }
        if (salesforce::same_value(field, now, value)) return std::nullopt;
        if (!field.updateable) return not_writable(field, may_lack, "changed");
        if (const auto why = salesforce::clash_of_kinds(*object_, field, row_.current, names_))
            return not_of_its_kind(field, may_lack, *why);
        row_.old_values[field.name] = now;
        row_.record[field.name] = std::move(value);
        return std::nullopt;
    }

    std::optional<Refusal> not_of_its_kind(const Field& field, bool may_lack, const std::string& why) const {
        if (may_lack) return std::nullopt;
        return refusal("VALUE_DOES_NOT_FIT", row_.object + "." + field.name + ": " + why);
    }

    std::optional<Refusal> not_writable(const Field& field, bool may_lack, const std::string& how) const {
        if (may_lack) return std::nullopt;
        return refusal("INVALID_FIELD_FOR_INSERT_UPDATE", "the integration user may not set " + row_.object + "." +
                                                              field.name + " when a record is " + how);
    }

    /// A reference to a record of this batch: by its external id, in a row that comes earlier.
    std::optional<Refusal> add_reference(const Field& field, const std::string& token) {
        const auto maker = makers_.find(token);
        const auto waits = [&](const std::string& name) { return name.ends_with("|" + token); };
        if (maker == makers_.end() && std::any_of(put_off_.begin(), put_off_.end(), waits)) {
            needs_id_ = true;
            return std::nullopt;
        }
        if (maker == makers_.end())
            return refusal("parent",
                           "the record that " + row_.object + "." + field.name + " names cannot be written");
        const auto described = descriptions_.find(maker->second->object);
        const Field* key = described == descriptions_.end() || !described->second
                               ? nullptr
                               : upsert_key(*maker->second, *described->second);
        if (key == nullptr || field.relationship.empty()) {
            needs_id_ = true;
            return std::nullopt;
        }
        auto value = salesforce::coerce(*key, maker->second->key.begin().value());
        if (!value)
            return refusal("VALUE_DOES_NOT_FIT",
                           maker->second->object + "." + key->name + ": " + value.error().detail);
        Json nested = Json::object();
        nested[key->name] = std::move(*value);
        if (field.reference_to.size() > 1) nested["attributes"] = Json{{"type", maker->second->object}};
        row_.record[field.relationship] = std::move(nested);
        if (!row_.id.empty()) row_.old_values[field.name] = flow::field_at(row_.current, field.name);
        row_.parents.insert(token);
        return std::nullopt;
    }

    std::optional<Refusal> missing_required() const {
        std::string missing;
        const bool person = salesforce::holds_people(*object_) && row_.record.contains("LastName");
        for (const auto& [lower_name, field] : object_->fields) {
            if (!field.required_on_create() || row_.record.contains(field.name)) continue;
            if (person && field.name == "Name") continue; // made of the parts of a person's name
            if (!field.relationship.empty() && row_.record.contains(field.relationship)) continue;
            missing += (missing.empty() ? "" : ", ") + field.name;
        }
        if (missing.empty() || needs_id_) return std::nullopt;
        return refusal("REQUIRED_FIELD_MISSING", "a new " + row_.object + " needs a value for " + missing);
    }

    Row& row_;
    const Descriptions& descriptions_;
    const std::map<std::string, const Row*>& makers_;
    const std::set<std::string>& put_off_;
    const ObjectDescription* object_ = nullptr;
    std::vector<std::string> names_; ///< of the fields that the row has values for
    bool needs_id_ = false;
    std::optional<TaskIndex> blamed_;
};

void set_depths(std::vector<Row>& rows) {
    std::map<std::string, Row*> makers;
    for (Row& row : rows)
        if (!row.token.empty()) makers[row.token] = &row;
    // As many passes as the longest chain of parents; keys cannot form a cycle because each was planned after its
    // parent.
    for (std::size_t pass = 0; pass < rows.size(); ++pass) {
        bool moved = false;
        for (Row& row : rows) {
            for (const std::string& parent : row.parents) {
                const auto maker = makers.find(parent);
                if (maker == makers.end() || row.depth > maker->second->depth) continue;
                row.depth = maker->second->depth + 1;
                moved = true;
            }
        }
        if (!moved) break;
    }
}

} // namespace

void Rows::add(TaskIndex task, const flow::RecordWrite& write) {
    writes_.emplace_back(task, write);
}

std::vector<Row> Rows::fold(const Prepared& so_far) const {
    std::vector<Row> rows;
    std::map<std::string, std::size_t> by_identity;
    for (const auto& [task, write] : writes_) {
        if (so_far.refusals.contains(task)) continue;
        // A change of a record that this batch makes has the token as its id.
        const bool makes = write.id.empty() || flow::is_token(Json(write.id));
        const std::string& name = write.id.empty() ? write.token : write.id;
        if (so_far.put_off.contains(identity(write.object, name))) continue;
        const auto [position, fresh] = by_identity.emplace(identity(write.object, name), rows.size());
        if (fresh) {
            Row& made = rows.emplace_back();
            made.object = write.object;
            (makes ? made.token : made.id) = name;
            made.current = write.current;
        }
        Row& row = rows[position->second];
        for (const auto& [field, value] : write.key.items()) row.key[field] = value;
        for (const auto& [field, value] : write.fields.items()) row.fields[field] = value;
        for (const Json* part : {&write.key, &write.fields})
            for (const auto& [field, value] : part->items()) row.suppliers[field] = task;
        row.optional_fields.insert(write.optional_fields.begin(), write.optional_fields.end());
        if (std::find(row.tasks.begin(), row.tasks.end(), task) == row.tasks.end()) row.tasks.push_back(task);
        row.steps[task] = write.step;
        row.rules[task] = write.rule;
    }
    return rows;
}

Rows::Prepared Rows::prepare(const Descriptions& descriptions) const {
    Prepared prepared;
    std::vector<Row> rows;
    // Ends: each turn refuses or puts off at least one more task.
    for (bool again = true; again;) {
        again = false;
        rows = fold(prepared);
        std::map<std::string, const Row*> makers;
        for (const Row& row : rows)
            if (!row.token.empty()) makers[row.token] = &row;
        for (Row& row : rows) {
            Preparation preparation{row, descriptions, makers, prepared.put_off};
            const auto refused = preparation.run();
            if (refused && refused->cause != "parent") prepared.doubted.insert(row.object);
            for (const TaskIndex task : row.tasks) {
                if (refused && (!preparation.blamed() || *preparation.blamed() == task)) {
                    Refusal mine = *refused;
                    mine.step = row.steps.at(task);
                    again = prepared.refusals.emplace(task, std::move(mine)).second || again;
                } else if (!refused && preparation.needs_id_of_parent()) {
                    prepared.later.insert(task);
                    again =
                        prepared.put_off.insert(identity(row.object, row.id.empty() ? row.token : row.id)).second ||
                        again;
                }
            }
        }
    }
    set_depths(rows);
    std::stable_sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.depth < b.depth; });
    for (Row& row : rows) {
        auto& list = !row.id.empty() && row.record.empty() ? prepared.unchanged : prepared.rows;
        list.push_back(std::move(row));
    }
    return prepared;
}

std::vector<Call> pack_calls(const std::vector<Row>& rows, std::size_t rows_max) {
    constexpr std::size_t collections_max = 5;
    // Rows with an id need nothing but earlier rows, and nothing needs them: they go last, all objects together.
    using Group = std::tuple<std::size_t, bool, std::string, std::string>; // depth, is update, object, external id
    std::map<Group, std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const Row& row = rows[i];
        const bool update = !row.id.empty();
        groups[update ? Group{SIZE_MAX, true, "", ""} : Group{row.depth, false, row.object, row.external_id}]
            .push_back(i);
    }
    std::vector<Call> calls;
    for (auto& [group, members] : groups) {
        if (std::get<1>(group)) // runs of one object make chunks, and Salesforce takes few chunks a collection
            std::stable_sort(members.begin(), members.end(),
                             [&](std::size_t a, std::size_t b) { return rows[a].object < rows[b].object; });
        for (std::size_t first = 0; first < members.size(); first += rows_max) {
            if (calls.empty() || calls.back().collections.size() == collections_max) calls.emplace_back();
            Call& call = calls.back();
            Collection& collection = call.collections.emplace_back();
            collection.kind = std::get<1>(group)           ? Collection::Kind::update
                              : std::get<3>(group).empty() ? Collection::Kind::create
                                                           : Collection::Kind::upsert;
            collection.object = std::get<2>(group);
            collection.external_id = std::get<3>(group);
            auto& positions = call.rows.emplace_back();
            for (std::size_t i = first; i < std::min(first + rows_max, members.size()); ++i) {
                const Row& row = rows[members[i]];
                Json record = row.record;
                if (!row.id.empty()) {
                    record["id"] = row.id;
                    record["attributes"] = Json{{"type", row.object}};
                }
                collection.records.push_back(std::move(record));
                positions.push_back(members[i]);
            }
        }
    }
    return calls;
}

} // namespace paysync::sync
