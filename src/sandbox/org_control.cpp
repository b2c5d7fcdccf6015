// The org's control resources.
#include "sandbox/org_control.hpp"

#include "sandbox/record_id.hpp"

namespace paysync::sandbox {

namespace {

using base::Json;

net::Response ok(const Json& body) {
    return net::json_response(200, base::to_text(body));
}

net::Response invalid(const std::string& sentence) {
    return net::json_error(400, "invalid", sentence);
}

net::Response refused(const RowError& error) {
    return invalid(error.code + ": " + error.message);
}

net::Response told(const base::Result<void>& done, const Json& state) {
    return done ? ok(state) : invalid(done.error().detail);
}

/// 15 or 18 characters; what is no id stays as it is and is not found.
std::string id_of(const Json& value) {
    const std::string text = value.is_string() ? value.get<std::string>() : std::string{};
    return full_record_id(text).value_or(text);
}

} // namespace

std::optional<net::Response> OrgControl::answer(const net::Request& request, const Json& body) {
    const std::string what = request.method + " " + std::string(request.path());
    if (what == "GET /control/rules") return ok(rules_.to_json());
    if (what == "POST /control/rules") {
        const auto done = rules_.apply(body, clock_.wall());
        return told(done, rules_.to_json());
    }
    if (what == "GET /control/tokens") return ok(oauth_.state());
    if (what == "POST /control/tokens") {
        const auto done = oauth_.control(body);
        return told(done, oauth_.state());
    }
    if (what == "GET /control/actions") return ok(actions_.defined());
    if (what == "POST /control/actions") {
        const auto done = actions_.define(body);
        return told(done, actions_.defined());
    }
    if (what == "GET /control/invocations") return ok(actions_.invocations());
    if (what == "POST /control/fields") return add_fields(body);
    if (what == "POST /control/update") return edit(body);
    if (what == "POST /control/delete") return each_id(body, false);
    if (what == "POST /control/undelete") return each_id(body, true);
    if (what == "POST /control/merge") return merge(body);
    return std::nullopt;
}

net::Response OrgControl::add_fields(const Json& body) {
    const std::string name = base::member_text(body, "object").value_or("");
    if (auto added = catalog_.add_fields(name, base::member(body, "fields"), clock_.wall()); !added)
        return invalid(added.error().detail);
    const ObjectDefinition& object = *catalog_.find(name);
    org_.add_new_fields(object);
    return ok({{"object", object.name}, {"fields", object.fields.size()}});
}

net::Response OrgControl::edit(const Json& body) {
    const ObjectDefinition* object = catalog_.find(base::member_text(body, "object").value_or(""));
    const Json& records = base::member(body, "records");
    if (object == nullptr || !records.is_array())
        return invalid("give {\"object\": \"Contact\", \"records\": [{\"Id\": \"003…\", …}]}");
    Journal journal;
    for (const Json& record : records) {
        Json fields = record;
        const std::string id = id_of(base::member(record, "Id"));
        if (fields.is_object()) fields.erase("Id");
        std::optional<RowError> error;
        ReadRow row = fields.is_object() ? org_.read_seed(*object, fields) : ReadRow{};
        error = std::move(row.error);
        if (!error) error = org_.update(*object, id, row.values, WriteOptions{}, clock_.wall(), journal).error;
        if (!error) continue;
        org_.roll_back(journal);
        return refused(*error);
    }
    return ok({{"changed", records.size()}});
}

net::Response OrgControl::each_id(const Json& body, bool restoring) {
    const Json& ids = base::member(body, "ids");
    if (!ids.is_array()) return invalid("give {\"ids\": [\"003…\"]}");
    Journal journal;
    for (const Json& id : ids) {
        const Written done = restoring ? org_.restore(id_of(id), clock_.wall(), journal)
                                       : org_.erase(id_of(id), clock_.wall(), journal);
        if (!done.error) continue;
        org_.roll_back(journal);
        return refused(*done.error);
    }
    return ok({{restoring ? "restored" : "deleted", ids.size()}});
}

net::Response OrgControl::merge(const Json& body) {
    const Json& losers = base::member(body, "losers");
    if (!base::member(body, "master").is_string() || !losers.is_array() || losers.empty())
        return invalid("give {\"master\": \"003…\", \"losers\": [\"003…\"]}");
    std::vector<std::string> ids;
    for (const Json& id : losers) ids.push_back(id_of(id));
    Journal journal;
    const Written done = org_.merge(id_of(body.at("master")), ids, clock_.wall(), journal);
    if (!done.error) return ok({{"master", done.id}, {"merged", ids}});
    org_.roll_back(journal);
    return refused(*done.error);
}

} // namespace paysync::sandbox
