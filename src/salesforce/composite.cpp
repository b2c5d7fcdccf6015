// Building and reading of composite calls.
#include "salesforce/composite.hpp"

#include "paysync/base/text.hpp"
#include "salesforce/answer.hpp"

#include <algorithm>
#include <charconv>

namespace paysync::salesforce {

namespace {

Json envelope(Json subrequests) {
    return Json{{"allOrNone", false}, {"collateSubrequests", false}, {"compositeRequest", std::move(subrequests)}};
}

std::string reference_id(std::size_t index) {
    return "part" + std::to_string(index);
}

/// Owners are the flows' business: without this header the org's assignment rules overwrite them (facts 0.7).
bool has_assignment_rules(std::string_view object) {
    const std::string known = base::lower(object);
    return known == "account" || known == "case" || known == "lead";
}

std::string type_of(const Json& record) {
    return base::member_text(base::member(record, "attributes"), "type").value_or("");
}

bool needs_no_assignment(const Collection& collection) {
    if (collection.kind != Collection::Kind::update) return has_assignment_rules(collection.object);
    return std::any_of(collection.records.begin(), collection.records.end(),
                       [](const Json& record) { return has_assignment_rules(type_of(record)); });
}

/// As the collections resource wants it: the type of each record, and `id` in lower case.
Json record_for(const Collection& collection, const Json& record) {
    Json made = record;
    if (collection.kind != Collection::Kind::update) {
        made["attributes"]["type"] = collection.object;
        return made;
    }
    if (const auto id = made.find("Id"); id != made.end()) {
        Json value = *id;
        made.erase(id);
        made["id"] = std::move(value);
    }
    return made;
}

Json write_part(const std::string& path, const Collection& collection, std::size_t index) {
    Json records = Json::array();
    for (const Json& record : collection.records) records.push_back(record_for(collection, record));
    Json part;
    part["method"] = collection.kind == Collection::Kind::create ? "POST" : "PATCH";
    part["url"] = path + "/composite/sobjects";
    if (collection.kind == Collection::Kind::upsert)
        part["url"] = path + "/composite/sobjects/" + collection.object + "/" + collection.external_id;
    part["referenceId"] = reference_id(index);
    part["body"] = Json{{"allOrNone", false}, {"records", std::move(records)}};
    if (needs_no_assignment(collection)) part["httpHeaders"] = Json{{"Sforce-Auto-Assign", "FALSE"}};
    return part;
}

std::optional<std::size_t> index_of(const Json& part, std::size_t count) {
    const auto id = base::member_text(part, "referenceId");
    if (!id || !id->starts_with("part")) return std::nullopt;
    std::size_t index = 0;
    const char* const end = id->data() + id->size();
    const auto [read, failure] = std::from_chars(id->data() + 4, end, index);
    if (failure != std::errc{} || read != end || index >= count) return std::nullopt;
    return index;
}

/// Two calls made the same new key at once: the loser's row becomes an update when sent again. The same code for
/// another unique field means that the value belongs to another record, and that does not pass.
bool lost_race_on_key(const Collection& collection, std::string_view message) {
    if (collection.kind != Collection::Kind::upsert) return false;
    constexpr std::string_view before = "duplicate value found: ";
    const std::string told = base::lower(message);
    const auto start = told.find(before);
    if (start == std::string::npos) return true;
    const auto end = told.find(" duplicates value", start);
    if (end == std::string::npos) return true;
    const std::string field = told.substr(start + before.size(), end - start - before.size());
    return field.empty() || field == "<unknown>" || field == base::lower(collection.external_id);
}

RowResult failed_row(const Collection& collection, int status, ApiError error) {
    RowResult row;
    row.remedy = judge(status, error.code, error.message);
    if (row.remedy == Remedy::retry_at_once && !lost_race_on_key(collection, error.message))
        row.remedy = Remedy::choose_record;
    row.success = row.remedy == Remedy::none; // what it asked for is so already ("Already a campaign member.")
    row.error = std::move(error);
    return row;
}

std::optional<RowResult> read_row(const Collection& collection, const Json& body) {
    const Json& success = base::member(body, "success");
    if (!success.is_boolean()) return std::nullopt;
    if (!success.get<bool>()) return failed_row(collection, 200, read_error(base::member(body, "errors")));
    RowResult row;
    row.success = true;
    row.id = base::member_text(body, "id").value_or("");
    const Json& created = base::member(body, "created");
    row.created = created.is_boolean() ? created.get<bool>() : collection.kind == Collection::Kind::create;
    return row;
}

} // namespace

std::string data_path(const std::string& api_version) {
    return "/services/data/v" + api_version;
}

Json query_request(const std::string& api_version, const std::vector<std::string>& statements) {
    Json parts = Json::array();
    for (std::size_t i = 0; i < statements.size(); ++i) {
        Json part;
        part["method"] = "GET";
        part["url"] = data_path(api_version) + "/query?q=" + net::percent_encoded(statements[i]);
        part["referenceId"] = reference_id(i);
        parts.push_back(std::move(part));
    }
    return envelope(std::move(parts));
}

Json write_request(const std::string& api_version, const std::vector<Collection>& collections) {
    Json parts = Json::array();
    for (std::size_t i = 0; i < collections.size(); ++i)
        if (!collections[i].records.empty()) parts.push_back(write_part(data_path(api_version), collections[i], i));
    if (parts.empty()) return Json{};
    return envelope(std::move(parts));
}

std::optional<std::vector<Subanswer>> read_composite(const Json& body, std::size_t count) {
    const Json& parts = base::member(body, "compositeResponse");
    if (!parts.is_array()) return std::nullopt;
    std::vector<Subanswer> answers(count);
    for (const Json& part : parts) {
        const auto index = index_of(part, count);
        const Json& status = base::member(part, "httpStatusCode");
        if (!index || !status.is_number_integer() || answers[*index].status != 0) return std::nullopt;
        answers[*index].status = status.get<int>();
        answers[*index].body = base::member(part, "body");
    }
    return answers;
}

std::optional<std::vector<RowResult>> read_rows(const Collection& collection, const Subanswer& answer) {
    std::vector<RowResult> rows;
    if (collection.records.empty()) return rows;
    if (answer.status == 0) return std::nullopt;
    if (answer.status >= 300) {
        rows.assign(collection.records.size(), failed_row(collection, answer.status, read_error(answer.body)));
        return rows;
    }
    if (!answer.body.is_array() || answer.body.size() != collection.records.size()) return std::nullopt;
    for (const Json& body : answer.body) {
        auto row = read_row(collection, body);
        if (!row) return std::nullopt;
        rows.push_back(std::move(*row));
    }
    return rows;
}

} // namespace paysync::salesforce
