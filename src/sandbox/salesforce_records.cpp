// Single records: sobjects/X, sobjects/X/{id}, sobjects/X/{Field}/{value}.
#include "paysync/base/text.hpp"
#include "sandbox/field_value.hpp"
#include "sandbox/record_id.hpp"
#include "sandbox/salesforce_api.hpp"
#include "sandbox/soql.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

Reply not_found() {
    return error_reply(404, "NOT_FOUND", "The requested resource does not exist");
}

Reply not_allowed(const std::string& method) {
    return error_reply(405, "METHOD_NOT_ALLOWED", "HTTP Method '" + method + "' not allowed.");
}

Reply no_body() {
    return error_reply(400, "JSON_PARSER_ERROR",
                       "The HTTP entity body is required, but this request has no entity body.");
}

Reply failed(const RowError& error) {
    const bool gone = error.code == "ENTITY_IS_DELETED" || error.code == "NOT_FOUND";
    return error_reply(gone ? 404 : 400, error);
}

std::string url_of(const std::string& version, const ObjectDefinition& object, const std::string& id) {
    return "/services/data/" + version + "/sobjects/" + object.name + "/" + id;
}

std::vector<std::string> wanted_fields(const ResourceRequest& request, const ObjectDefinition& object) {
    std::vector<std::string> fields;
    if (const auto list = net::query_parameter(request.target, "fields")) {
        std::string_view rest = *list;
        while (!rest.empty()) {
            const auto comma = rest.find(',');
            fields.emplace_back(base::trimmed(rest.substr(0, comma)));
            rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
        }
    } else {
        for (const FieldDefinition& field : object.fields) fields.push_back(field.name);
    }
    return fields;
}

} // namespace

runtime::Task<Reply> SalesforceApi::sobjects(ResourceRequest request, std::vector<std::string> parts,
                                             Transaction& transaction) {
    const ObjectDefinition* object = org_.catalog().find(parts[1]);
    if (object == nullptr) co_return not_found();
    const bool create_form = parts.size() == 2 || (parts.size() == 3 && base::lower(parts[2]) == "id");
    if (create_form && request.method == "POST")
        co_return co_await create_record(std::move(request), *object, transaction);
    if (parts.size() == 4) {
        std::string field = std::move(parts[2]);
        std::string value = std::move(parts[3]);
        co_return co_await by_external_id(std::move(request), *object, std::move(field), std::move(value),
                                          transaction);
    }
    if (parts.size() == 3 && parts[2] == "describe") {
        co_await clock_.sleep_for(transaction.pause);
        if (request.method != "GET") co_return not_allowed(request.method);
        co_return describe(*object);
    }
    if (parts.size() == 2) {
        co_await clock_.sleep_for(transaction.pause);
        if (request.method != "GET") co_return not_allowed(request.method);
        Reply reply;
        reply.body = {{"objectDescribe", object->summary()}, {"recentItems", Json::array()}};
        co_return reply;
    }
    if (parts.size() != 3) co_return not_found();
    const auto id = full_record_id(parts[2]);
    if (!id) co_return not_found();
    if (request.method == "GET") {
        co_await clock_.sleep_for(transaction.pause);
        const Row* row = org_.find(*object, *id);
        if (row == nullptr) co_return not_found();
        if (row->deleted) co_return error_reply(404, "ENTITY_IS_DELETED", "entity is deleted");
        co_return read_record(request, *object, *row);
    }
    std::string record = *id;
    co_return co_await change_record(std::move(request), *object, std::move(record), transaction);
}

Reply SalesforceApi::describe(const ObjectDefinition& object) const {
    return {.status = 200, .body = object.describe(org_.record_types(object)), .headers = {}};
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
    co_await write(rows, false, transaction);
    if (rows.front().error) co_return failed(*rows.front().error);
    Reply reply;
    reply.status = 201;
    reply.body = {{"id", rows.front().id}, {"success", true}, {"errors", Json::array()}};
    reply.headers.set("Location", url_of(request.version, object, rows.front().id));
    co_return reply;
}

runtime::Task<Reply> SalesforceApi::change_record(ResourceRequest request, const ObjectDefinition& object,
                                                  std::string id, Transaction& transaction) {
    const bool erasing = request.method == "DELETE";
    if (!erasing && request.method != "PATCH") co_return not_allowed(request.method);
    if (!erasing && (!request.body || !request.body->is_object())) co_return no_body();
    std::vector<PlannedRow> rows(1);
    if (!erasing && (request.body->contains("Id") || request.body->contains("id")))
        co_return error_reply(400, "INVALID_FIELD", "The Id field should not be specified in the sobject data.");
    if (!erasing) rows.front() = plan_record(*request.body, object, false);
    rows.front().action = erasing ? PlannedRow::Action::erase : PlannedRow::Action::update;
    rows.front().object = &object;
    rows.front().id = std::move(id);
    if (org_.find(object, rows.front().id) == nullptr) co_return not_found();
    co_await write(rows, false, transaction);
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
        for (const std::string& id : found) several.body.push_back(url_of(request.version, object, id));
        co_return several;
    }
    if (request.method != "PATCH") {
        if (found.empty()) co_return not_found();
        if (request.method == "DELETE")
            co_return co_await change_record(std::move(request), object, found.front(), transaction);
        if (request.method != "GET") co_return not_allowed(request.method);
        co_await clock_.sleep_for(transaction.pause);
        const Row* row = org_.find(object, found.front());
        if (row == nullptr || row->deleted) co_return not_found();
        co_return read_record(request, object, *row);
    }
    if (!request.body || !request.body->is_object()) co_return no_body();
    for (const auto& [name, given] : request.body->items())
        if (base::lower(name) == base::lower(key->name) || base::lower(name) == "id")
            co_return error_reply(400, "INVALID_FIELD",
                                  "The " + name + " field should not be specified in the sobject data.");
    if (found.empty() && net::query_parameter(request.target, "updateOnly") == "true") co_return not_found();
    Json record = *request.body;
    if (found.empty()) record[key->name] = stored;
    std::vector<PlannedRow> rows;
    rows.push_back(plan_record(record, object, found.empty()));
    if (!found.empty()) {
        rows.front().action = PlannedRow::Action::update;
        rows.front().id = found.front();
    }
    co_await write(rows, false, transaction);
    if (rows.front().error) co_return failed(*rows.front().error);
    Reply reply;
    reply.status = found.empty() ? 201 : 200;
    reply.body = {{"id", rows.front().id}, {"success", true}, {"errors", Json::array()}, {"created", found.empty()}};
    co_return reply;
}

} // namespace paysync::sandbox
