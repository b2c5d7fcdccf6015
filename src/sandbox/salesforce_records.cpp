// Single records: sobjects/X, sobjects/X/{id}, sobjects/X/{Field}/{value}.
#include "paysync/base/text.hpp"
#include "sandbox/field_value.hpp"
#include "sandbox/http_date.hpp"
#include "sandbox/object_description.hpp"
#include "sandbox/record_id.hpp"
#include "sandbox/salesforce_api.hpp"
#include "sandbox/soql.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr int first_version_with_upsert_body = 46;

Reply no_body() {
    return error_reply(400, "JSON_PARSER_ERROR",
                       "The HTTP entity body is required, but this request has no entity body.");
}

Reply failed(const RowError& error) {
    const bool gone = error.code == "ENTITY_IS_DELETED" || error.code == "NOT_FOUND";
    return error_reply(gone ? 404 : 400, error);
}

std::vector<std::string> wanted_fields(const ResourceRequest& request, const ObjectDefinition& object) {
    std::vector<std::string> fields = request.list_parameter("fields");
    if (fields.empty())
        for (const FieldDefinition& field : object.fields) fields.push_back(field.name);
    return fields;
}

/// 304 or 412 where a condition on the record's last change says so.
std::optional<Reply> precondition(const ResourceRequest& request, const Row& row) {
    const auto changed = base::parse_time(row.fields.at("SystemModstamp").get<std::string>());
    const auto since = read_http_date(request.headers.find("If-Modified-Since").value_or(""));
    if (changed && since && request.method == "GET" && *changed <= *since)
        return Reply{.status = 304, .body = {}, .headers = {}};
    const auto until = read_http_date(request.headers.find("If-Unmodified-Since").value_or(""));
    if (changed && until && *changed > *until)
        return error_reply(412, "ENTITY_FAILED_IFLASTMODIFIED_ON_UPDATE",
                           "The record was changed since the time of If-Unmodified-Since");
    return std::nullopt;
}

} // namespace

runtime::Task<Reply> SalesforceApi::sobjects(ResourceRequest request, std::vector<std::string> parts,
                                             Transaction& transaction) {
    const ObjectDefinition* object = org_.catalog().find(parts[1]);
    if (object == nullptr) co_return not_found_reply();
    const bool create_form = parts.size() == 2 || (parts.size() == 3 && base::lower(parts[2]) == "id");
    if (create_form && request.method == "POST")
        co_return co_await create_record(std::move(request), *object, transaction);
    const std::optional<std::string> id = parts.size() > 2 ? full_record_id(parts[2]) : std::nullopt;
    const bool named_by_id = id && id->starts_with(object->key_prefix) && object->field(parts[2]) == nullptr;
    if (parts.size() == 4 && !named_by_id) {
        std::string field = std::move(parts[2]);
        std::string value = std::move(parts[3]);
        co_return co_await by_external_id(std::move(request), *object, std::move(field), std::move(value),
                                          transaction);
    }
    if (parts.size() == 3 && named_by_id && request.method != "GET") {
        std::string record = *id;
        co_return co_await change_record(std::move(request), *object, std::move(record), transaction);
    }
    co_await clock_.sleep_for(transaction.pause);
    const std::string what = parts.size() == 3 ? base::lower(parts[2]) : std::string{};
    if (what == "describe") co_return describe(request, *object);
    if (what == "deleted" || what == "updated") co_return replicate(request, *object, what == "deleted");
    if (parts.size() == 2) {
        if (request.method != "GET") co_return method_not_allowed(request.method, "HEAD,GET,POST");
        Reply reply;
        reply.body = {{"objectDescribe", object_summary(*object, request.version)},
                      {"recentItems", recent(request.version, object).body}};
        co_return reply;
    }
    if (parts.size() > 4) co_return not_found_reply();
    if (!named_by_id)
        co_return error_reply(404, "NOT_FOUND",
                              "Provided external ID field does not exist or is not accessible: " + parts[2]);
    const Row* row = org_.find(*object, *id);
    if (row == nullptr) co_return not_found_reply();
    if (row->deleted) co_return failed({"ENTITY_IS_DELETED", "entity is deleted", {}});
    if (parts.size() == 4) co_return related(request, *object, *row, parts[3]);
    if (auto not_now = precondition(request, *row)) co_return std::move(*not_now);
    co_return read_record(request, *object, *row);
}

/// sobjects/X/{id}/Account and sobjects/X/{id}/Contacts.
Reply SalesforceApi::related(const ResourceRequest& request, const ObjectDefinition& object, const Row& row,
                             const std::string& relationship) {
    if (request.method != "GET") return method_not_allowed(request.method, "HEAD,GET");
    if (const FieldDefinition* reference = object.relationship(relationship)) {
        const Json& id = row.fields.at(reference->name);
        const Row* parent = id.is_string() ? org_.find(id.get_ref<const std::string&>()) : nullptr;
        if (parent == nullptr || parent->deleted) return not_found_reply();
        return read_record(request, *org_.catalog().find_by_prefix(parent->id), *parent);
    }
    const auto child = org_.catalog().child(object, relationship);
    if (!child) return not_found_reply();
    std::string fields;
    for (const std::string& field : wanted_fields(request, *child->object))
        fields += (fields.empty() ? "" : ",") + field;
    ResourceRequest asked = request;
    asked.target = "query?q=" + net::percent_encoded("SELECT " + fields + " FROM " + child->object->name + " WHERE " +
                                                     child->field->name + " = '" + row.id + "'");
    return query(asked, asked.parts());
}

Reply SalesforceApi::read_record(const ResourceRequest& request, const ObjectDefinition& object,
                                 const Row& row) const {
    const std::vector<std::string> fields = wanted_fields(request, object);
    for (const std::string& field : fields)
        if (field.find('.') == std::string::npos && object.field(field) == nullptr)
            return error_reply(400, "INVALID_FIELD",
                               "No such column '" + field + "' on sobject of type " + object.name);
    return {.status = 200, .body = soql::render(org_, object, row, fields, request.version), .headers = {}};
}

runtime::Task<Reply> SalesforceApi::create_record(ResourceRequest request, const ObjectDefinition& object,
                                                  Transaction& transaction) {
    if (!request.body || !request.body->is_object()) co_return no_body();
    std::vector<PlannedRow> rows;
    rows.push_back(plan_record(*request.body, object, true));
    const WriteOptions options = request.write_options();
    co_await write(rows, false, options, transaction);
    if (rows.front().error) co_return failed(*rows.front().error);
    Reply reply;
    reply.status = 201;
    reply.body = {{"id", rows.front().id}, {"success", true}, {"errors", Json::array()}};
    if (object.event()) reply.body["errors"].push_back(enqueued(rows.front().id));
    reply.headers.set("Location", record_url(request.version, object.name, rows.front().id));
    co_return reply;
}

runtime::Task<Reply> SalesforceApi::change_record(ResourceRequest request, const ObjectDefinition& object,
                                                  std::string id, Transaction& transaction) {
    const bool erasing = request.method == "DELETE";
    if (!erasing && request.method != "PATCH") co_return method_not_allowed(request.method, "HEAD,GET,PATCH,DELETE");
    if (!erasing && (!request.body || !request.body->is_object())) co_return no_body();
    std::vector<PlannedRow> rows(1);
    if (!erasing && (request.body->contains("Id") || request.body->contains("id")))
        co_return error_reply(400, "INVALID_FIELD", "The Id field should not be specified in the sobject data.");
    if (!erasing) rows.front() = plan_record(*request.body, object, false);
    rows.front().action = erasing ? PlannedRow::Action::erase : PlannedRow::Action::update;
    rows.front().object = &object;
    rows.front().id = std::move(id);
    const Row* row = org_.find(object, rows.front().id);
    if (row == nullptr) co_return not_found_reply();
    if (auto not_now = precondition(request, *row)) co_return std::move(*not_now);
    const WriteOptions options = request.write_options();
    co_await write(rows, false, options, transaction);
    if (rows.front().error) co_return failed(*rows.front().error);
    Reply reply;
    reply.status = 204;
    co_return reply;
}

runtime::Task<Reply> SalesforceApi::by_external_id(ResourceRequest request, const ObjectDefinition& object,
                                                   std::string field, std::string value, Transaction& transaction) {
    const FieldDefinition* key = object.field(field);
    if (key == nullptr || !key->id_lookup || key->name == "Id")
        co_return error_reply(404, "NOT_FOUND",
                              "Provided external ID field does not exist or is not accessible: " + field);
    Json stored;
    if (const auto error = store_value(*key, Json(value), stored)) co_return failed(*error);
    const std::vector<std::string> found = org_.find_by_key(object, *key, stored);
    if (found.size() > 1) {
        Reply several;
        several.status = 300;
        several.body = Json::array();
        for (const std::string& id : found) several.body.push_back(record_url(request.version, object.name, id));
        co_return several;
    }
    if (request.method != "PATCH") {
        if (found.empty()) co_return not_found_reply();
        if (request.method == "DELETE")
            co_return co_await change_record(std::move(request), object, found.front(), transaction);
        if (request.method != "GET") co_return method_not_allowed(request.method, "HEAD,GET,PATCH,DELETE");
        co_await clock_.sleep_for(transaction.pause);
        const Row* row = org_.find(object, found.front());
        if (row == nullptr || row->deleted) co_return not_found_reply();
        co_return read_record(request, object, *row);
    }
    std::string name = key->name;
    co_return co_await upsert_record(std::move(request), object, std::move(name), std::move(stored), found,
                                     transaction);
}

runtime::Task<Reply> SalesforceApi::upsert_record(ResourceRequest request, const ObjectDefinition& object,
                                                  std::string key, Json value, std::vector<std::string> found,
                                                  Transaction& transaction) {
    if (!request.body || !request.body->is_object()) co_return no_body();
    for (const auto& [name, given] : request.body->items())
        if (base::lower(name) == base::lower(key) || base::lower(name) == "id")
            co_return error_reply(400, "INVALID_FIELD",
                                  "The " + name + " field should not be specified in the sobject data.");
    const bool creating = found.empty();
    if (creating && net::query_parameter(request.target, "updateOnly") == "true") co_return not_found_reply();
    Json record = *request.body;
    if (creating) record[key] = std::move(value);
    std::vector<PlannedRow> rows;
    rows.push_back(plan_record(record, object, creating));
    if (!creating) {
        rows.front().action = PlannedRow::Action::update;
        rows.front().id = found.front();
    }
    const WriteOptions options = request.write_options();
    co_await write(rows, false, options, transaction);
    if (rows.front().error) co_return failed(*rows.front().error);
    Reply reply;
    reply.status = creating ? 201 : 200;
    if (!creating && request.version_number() < first_version_with_upsert_body) {
        reply.status = 204;
        co_return reply;
    }
    reply.body = {{"id", rows.front().id}, {"success", true}, {"errors", Json::array()}, {"created", creating}};
    if (creating) reply.headers.set("Location", record_url(request.version, object.name, rows.front().id));
    co_return reply;
}

} // namespace paysync::sandbox
