// Collections: up to 200 records a request, results in the order of the records.
#include "paysync/base/text.hpp"
#include "sandbox/field_value.hpp"
#include "sandbox/record_id.hpp"
#include "sandbox/salesforce_api.hpp"
#include "sandbox/soql.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::size_t rows_max = 200;
constexpr std::size_t retrieve_max = 2'000;
constexpr std::size_t chunks_max = 10;

Reply bad_request(std::string code, std::string message) {
    return error_reply(400, std::move(code), std::move(message));
}

Reply too_many(std::size_t max) {
    return bad_request("EXCEEDED_ID_LIMIT", "record limit reached. cannot submit more than " + std::to_string(max) +
                                                " records into this call");
}

Json results(const std::vector<PlannedRow>& rows, bool upsert) {
    Json list = Json::array();
    for (const PlannedRow& row : rows) {
        Json result = {{"success", !row.error}, {"errors", Json::array()}};
        if (row.error) {
            result["errors"].push_back(row.error->as_row());
        } else {
            result["id"] = row.id;
            if (row.object->event()) result["errors"].push_back(enqueued(row.id));
            if (upsert) result["created"] = row.action == PlannedRow::Action::create;
        }
        list.push_back(std::move(result));
    }
    return list;
}

/// Runs of one type are written together; too many runs are refused.
std::size_t chunks_of(const std::vector<PlannedRow>& rows) {
    std::size_t chunks = 0;
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (i == 0 || rows[i].object != rows[i - 1].object) ++chunks;
    return chunks;
}

const Json* member_without_case(const Json& record, std::string_view name) {
    for (const auto& [given, value] : record.items())
        if (base::lower(given) == base::lower(name)) return &value;
    return nullptr;
}

/// The same key twice in a request fails every row that has it.
void refuse_repeated_keys(const FieldDefinition& key, std::vector<PlannedRow>& rows) {
    std::map<std::string, std::vector<std::size_t>> by_key;
    const bool without_case = !key.external_id || (key.unique && !key.case_sensitive);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto value = rows[i].values.find(key.name);
        if (value == rows[i].values.end() || value->second.is_null()) continue;
        by_key[without_case ? index_key(value->second) : base::to_text(value->second)].push_back(i);
    }
    for (const auto& [text, places] : by_key) {
        if (places.size() < 2) continue;
        for (const std::size_t i : places) {
            const Json& value = rows[i].values.at(key.name);
            rows[i].error = RowError{"DUPLICATE_VALUE",
                                     "Duplicate external id specified: " +
                                         (value.is_string() ? value.get<std::string>() : base::to_text(value)),
                                     {key.name}};
        }
    }
}

} // namespace

runtime::Task<Reply> SalesforceApi::collection(ResourceRequest request, std::vector<std::string> parts,
                                               Transaction& transaction) {
    const bool retrieving = parts.size() == 3 && (request.method == "GET" || request.method == "POST");
    if (retrieving) {
        co_await clock_.sleep_for(transaction.pause);
        co_return retrieve(request, parts);
    }
    if (request.method == "DELETE" && parts.size() == 2)
        co_return co_await erase_collection(std::move(request), transaction);
    const bool creating = request.method == "POST" && parts.size() == 2;
    const bool changing = request.method == "PATCH" && (parts.size() == 2 || parts.size() == 4);
    if (!creating && !changing) {
        if (parts.size() > 4) co_return not_found_reply();
        co_return method_not_allowed(request.method, parts.size() == 2   ? "DELETE,PATCH,POST"
                                                     : parts.size() == 3 ? "HEAD,GET,POST"
                                                                         : "PATCH");
    }
    co_return co_await write_collection(std::move(request), std::move(parts), transaction);
}

runtime::Task<Reply> SalesforceApi::write_collection(ResourceRequest request, std::vector<std::string> parts,
                                                     Transaction& transaction) {
    std::vector<PlannedRow> rows;
    if (auto refused = plan_collection(request, parts, rows)) co_return std::move(*refused);
    const bool all_or_none = transaction.journal != nullptr || request.body->value("allOrNone", false);
    const WriteOptions options = request.write_options();
    co_await write(rows, all_or_none, options, transaction);
    Reply reply;
    reply.body = results(rows, parts.size() == 4);
    co_return reply;
}

std::optional<Reply> SalesforceApi::plan_collection(const ResourceRequest& request,
                                                    const std::vector<std::string>& parts,
                                                    std::vector<PlannedRow>& rows) const {
    const Json* records = request.body ? member_without_case(*request.body, "records") : nullptr;
    if (records == nullptr || !records->is_array())
        return bad_request("JSON_PARSER_ERROR", "The records of the collection are missing.");
    if (const Json& all = base::member(*request.body, "allOrNone"); !all.is_null() && !all.is_boolean())
        return bad_request("JSON_PARSER_ERROR", "Cannot deserialize instance of boolean from " + all.dump());
    if (records->size() > rows_max) return too_many(rows_max);
    const bool upsert = parts.size() == 4;
    const ObjectDefinition* only = upsert ? org_.catalog().find(parts[2]) : nullptr;
    if (upsert && only == nullptr) return not_found_reply();
    const FieldDefinition* key = upsert ? only->field(parts[3]) : nullptr;
    if (upsert && (key == nullptr || !key->id_lookup))
        return error_reply(404, "NOT_FOUND",
                           "Provided external ID field does not exist or is not accessible: " + parts[3]);
    for (const Json& record : *records) {
        if (!record.is_object()) return bad_request("JSON_PARSER_ERROR", "A record of the collection is no object.");
        const auto type = base::member_text(base::member(record, "attributes"), "type");
        const ObjectDefinition* object = type ? org_.catalog().find(*type) : only;
        if (object == nullptr || (only != nullptr && object != only))
            return bad_request("INVALID_TYPE", "sObject type '" + type.value_or("") + "' is not supported.");
        rows.push_back(upsert ? plan_upsert(record, *object, *key)
                              : plan_record(record, *object, request.method == "POST"));
        if (!upsert && request.method == "PATCH" && rows.back().id.empty() && !rows.back().error)
            rows.back().error = RowError{"MISSING_ARGUMENT", "Id not specified in an update call", {}};
        if (rows.back().error && rows.back().error->whole_request) return error_reply(400, *rows.back().error);
    }
    if (chunks_of(rows) > chunks_max)
        return bad_request(
            "LIMIT_EXCEEDED",
            "Cannot have more than 10 chunks in a single operation. Please rearrange the data to reduce chunking.");
    if (upsert) refuse_repeated_keys(*key, rows);
    return std::nullopt;
}

/// Reads a record of POST (creating) or PATCH; a collection's record names its id itself.
PlannedRow SalesforceApi::plan_record(const Json& record, const ObjectDefinition& object, bool creating) const {
    PlannedRow row;
    row.action = creating ? PlannedRow::Action::create : PlannedRow::Action::update;
    row.object = &object;
    Json fields = record;
    const Json* id = member_without_case(record, "Id");
    if (id != nullptr && creating) {
        row.error = RowError{"INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an insert call", {"Id"}};
        return row;
    }
    if (id != nullptr) {
        const auto full = id->is_string() ? full_record_id(id->get<std::string>()) : std::nullopt;
        if (full && full->starts_with(object.key_prefix))
            row.id = *full;
        else
            row.error =
                RowError{"MALFORMED_ID", "bad id " + (id->is_string() ? id->get<std::string>() : id->dump()), {"Id"}};
        for (const char* name : {"id", "Id", "ID"}) fields.erase(name);
    }
    ReadRow read = org_.read(object, fields, creating);
    if (read.error && (read.error->whole_request || !row.error)) row.error = std::move(read.error);
    row.values = std::move(read.values);
    return row;
}

PlannedRow SalesforceApi::plan_upsert(const Json& record, const ObjectDefinition& object,
                                      const FieldDefinition& key) const {
    PlannedRow row;
    row.object = &object;
    const auto fail = [&row](RowError error) {
        if (!row.error) row.error = std::move(error);
    };
    if (key.name != "Id" && member_without_case(record, "Id") != nullptr)
        fail({"INVALID_FIELD_FOR_INSERT_UPDATE", "cannot specify Id in an upsert call by " + key.name, {"Id"}});
    const Json* given = member_without_case(record, key.name);
    Json stored;
    if (given != nullptr)
        if (auto error = store_value(key, *given, stored)) fail(std::move(*error));
    const bool by_id = key.name == "Id";
    if (!row.error && stored.is_null() && !by_id) fail({"MISSING_ARGUMENT", key.name + " not specified", {}});
    std::vector<std::string> found;
    if (!row.error && !by_id) found = org_.find_by_key(object, key, stored);
    if (!row.error && by_id && stored.is_string()) found.push_back(stored.get<std::string>());
    if (found.size() > 1) {
        std::string ids;
        for (const std::string& id : found) ids += (ids.empty() ? "" : ", ") + id;
        fail({"DUPLICATE_EXTERNAL_ID",
              key.name + ": more than one record found for external id field: [" + ids + "]",
              {}});
    }
    row.action = found.empty() ? PlannedRow::Action::create : PlannedRow::Action::update;
    if (!found.empty()) row.id = found.front();
    Json fields = record;
    for (const char* name : {"id", "Id", "ID"}) fields.erase(name);
    ReadRow read = org_.read(object, fields, found.empty());
    if (read.error && (read.error->whole_request || !row.error)) row.error = std::move(read.error);
    row.values = std::move(read.values);
    return row;
}

runtime::Task<Reply> SalesforceApi::erase_collection(ResourceRequest request, Transaction& transaction) {
    const std::vector<std::string> ids = request.list_parameter("ids");
    if (ids.empty()) co_return bad_request("MISSING_ARGUMENT", "The ids parameter is missing.");
    if (ids.size() > rows_max) co_return too_many(rows_max);
    std::vector<PlannedRow> rows;
    for (const std::string& id : ids) {
        PlannedRow row;
        row.action = PlannedRow::Action::erase;
        const auto full = full_record_id(id);
        if (full) row.object = org_.catalog().find_by_prefix(*full);
        if (full && row.object != nullptr)
            row.id = *full;
        else
            row.error = RowError{"MALFORMED_ID", "malformed id " + id, {}};
        rows.push_back(std::move(row));
    }
    const bool all_or_none =
        transaction.journal != nullptr || net::query_parameter(request.target, "allOrNone") == "true";
    const WriteOptions options = request.write_options();
    co_await write(rows, all_or_none, options, transaction);
    Reply reply;
    reply.body = results(rows, false);
    co_return reply;
}

Reply SalesforceApi::retrieve(const ResourceRequest& request, const std::vector<std::string>& parts) const {
    const ObjectDefinition* object = org_.catalog().find(parts[2]);
    if (object == nullptr) return not_found_reply();
    std::vector<std::string> ids;
    std::vector<std::string> fields;
    if (request.method == "GET") {
        ids = request.list_parameter("ids");
        fields = request.list_parameter("fields");
    } else {
        for (const auto& [name, list] : {std::pair{"ids", &ids}, std::pair{"fields", &fields}})
            for (const Json& item : request.body ? base::member(*request.body, name) : Json::array())
                if (item.is_string()) list->push_back(item.get<std::string>());
    }
    if (ids.empty() || fields.empty()) return bad_request("MISSING_ARGUMENT", "ids and fields are needed");
    if (ids.size() > retrieve_max) return too_many(retrieve_max);
    for (const std::string& field : fields)
        if (field.find('.') == std::string::npos && object->field(field) == nullptr)
            return bad_request("INVALID_FIELD", "No such column '" + field + "' on sobject of type " + object->name);
    Reply reply;
    reply.body = Json::array();
    for (const std::string& id : ids) {
        const auto full = full_record_id(id);
        const Row* row = full ? org_.find(*object, *full) : nullptr;
        if (row == nullptr || row->deleted)
            reply.body.push_back(nullptr);
        else
            reply.body.push_back(soql::render(org_, *object, *row, fields, request.version));
    }
    return reply;
}

} // namespace paysync::sandbox
