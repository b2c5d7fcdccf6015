// Reading of requests to resources, and the answers that many resources give.
#include "sandbox/resource.hpp"

#include "paysync/base/text.hpp"

#include <charconv>

namespace paysync::sandbox {

namespace {

/// In a path `+` is itself.
std::string decoded_path(std::string_view text) {
    std::string plain;
    for (const char c : text) plain += c == '+' ? std::string("%2B") : std::string(1, c);
    return net::percent_decoded(plain);
}

/// "allowSave=true; includeRecordDetails=true": whether `name` is true.
bool option(const std::string& header, std::string_view name) {
    std::string_view rest = header;
    while (!rest.empty()) {
        const auto end = rest.find_first_of(";,");
        const std::string one = base::lower(base::trimmed(rest.substr(0, end)));
        if (one == base::lower(name) + "=true") return true;
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    }
    return false;
}

} // namespace

std::vector<std::string> ResourceRequest::parts() const {
    std::vector<std::string> made;
    std::string_view rest = std::string_view(target).substr(0, target.find('?'));
    while (!rest.empty()) {
        const auto slash = rest.find('/');
        const std::string_view part = rest.substr(0, slash);
        if (!part.empty()) made.push_back(decoded_path(part));
        if (slash == std::string_view::npos) break;
        rest.remove_prefix(slash + 1);
    }
    return made;
}

int ResourceRequest::version_number() const {
    int number = 0;
    if (version.size() > 1) std::from_chars(version.data() + 1, version.data() + version.size(), number);
    return number;
}

const base::Json& ResourceRequest::member(std::string_view name) const {
    static const base::Json none;
    return base::member(body ? *body : none, name);
}

WriteOptions ResourceRequest::write_options() const {
    WriteOptions options;
    options.auto_assign = base::lower(headers.find("Sforce-Auto-Assign").value_or("true")) != "false";
    const std::string duplicates = headers.find("Sforce-Duplicate-Rule-Header").value_or("");
    options.save_duplicates = option(duplicates, "allowSave");
    options.duplicate_details = option(duplicates, "includeRecordDetails");
    options.version = version;
    return options;
}

std::vector<std::string> ResourceRequest::list_parameter(std::string_view name) const {
    std::vector<std::string> items;
    const std::string text = net::query_parameter(target, name).value_or("");
    std::string_view rest = text;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        items.emplace_back(base::trimmed(rest.substr(0, comma)));
        rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
    return items;
}

Reply error_reply(unsigned status, const RowError& error) {
    return {.status = status, .body = base::Json::array({error.as_answer()}), .headers = {}};
}

Reply error_reply(unsigned status, std::string code, std::string message) {
    const RowError error{
        .code = std::move(code), .message = std::move(message), .fields = {}, .whole_request = true, .duplicate = {}};
    return error_reply(status, error);
}

Reply not_found_reply() {
    return error_reply(404, "NOT_FOUND", "The requested resource does not exist");
}

Reply method_not_allowed(const std::string& method, const std::string& allowed) {
    Reply reply =
        error_reply(405, "METHOD_NOT_ALLOWED", "HTTP Method '" + method + "' not allowed. Allowed are " + allowed);
    reply.headers.set("Allow", allowed);
    return reply;
}

base::Json enqueued(const std::string& id) {
    std::string uuid = base::sha256_hex(id).substr(0, 32);
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) uuid.insert(dash, 1, '-');
    return RowError{"OPERATION_ENQUEUED", uuid, {}}.as_row();
}

std::string record_url(std::string_view version, std::string_view object, std::string_view id) {
    return "/services/data/" + std::string(version) + "/sobjects/" + std::string(object) + "/" + std::string(id);
}

} // namespace paysync::sandbox
