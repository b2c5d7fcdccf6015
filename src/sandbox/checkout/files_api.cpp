// /files: what is uploaded as a dispute's evidence.
#include "sandbox/checkout/resources.hpp"

#include "paysync/base/text.hpp"

#include <array>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::size_t file_bytes_max = 4U * 1024U * 1024U; // API reference: Upload a file
constexpr std::array<std::string_view, 3> endings = {".jpg", ".png", ".pdf"};

struct Part {
    std::string name;
    std::string filename;
    std::string_view bytes;
};

/// `parameter="value"` of a header line.
std::string parameter_of(std::string_view header, const std::string& parameter) {
    const auto at = header.find(" " + parameter + "=");
    if (at == std::string_view::npos) return {};
    std::string_view value = header.substr(at + parameter.size() + 2);
    const bool quoted = value.starts_with('"');
    if (quoted) value.remove_prefix(1);
    return std::string(value.substr(0, value.find_first_of(quoted ? "\"\r\n" : ";\r\n")));
}

/// The parts of multipart/form-data (RFC 7578).
std::vector<Part> parts_of(std::string_view body, const std::string& boundary) {
    const std::string mark = "--" + boundary;
    std::vector<Part> parts;
    std::size_t at = body.find(mark);
    while (at != std::string_view::npos && parts.size() < 100) {
        const std::size_t begin = at + mark.size();
        const std::size_t next = body.find("\r\n" + mark, begin);
        const std::size_t blank = body.find("\r\n\r\n", begin);
        if (next == std::string_view::npos || blank == std::string_view::npos || blank > next) break;
        const std::string_view head = body.substr(begin, blank - begin);
        parts.push_back({parameter_of(head, "name"), parameter_of(head, "filename"),
                         body.substr(blank + 4, next > blank + 4 ? next - blank - 4 : 0)});
        at = next + 2;
    }
    return parts;
}

bool is_evidence_file(const std::string& filename) {
    const std::string name = base::lower(filename);
    for (const std::string_view ending : endings)
        if (name.ends_with(ending)) return true;
    return name.ends_with(".jpeg");
}

ApiReply upload(MerchantAccount& account, const ApiCall& call) {
    const std::string boundary = parameter_of(call.content_type, "boundary");
    if (!call.content_type.starts_with("multipart/form-data") || boundary.empty())
        return request_invalid({"multipart_form_data_required"});
    Json made = {{"uploaded_on", stamp(account.now())}};
    for (const Part& part : parts_of(call.raw, boundary)) {
        if (part.name == "purpose") made["purpose"] = std::string(part.bytes);
        if (part.name != "file") continue;
        made["filename"] = part.filename;
        made["size"] = part.bytes.size();
    }
    std::vector<std::string> errors;
    if (!made.contains("size")) errors.emplace_back("file_required");
    if (number(made, "size") > static_cast<std::int64_t>(file_bytes_max)) errors.emplace_back("file_size_invalid");
    if (made.contains("size") && !is_evidence_file(text(made, "filename"))) errors.emplace_back("file_type_invalid");
    if (text(made, "purpose") != "dispute_evidence") errors.emplace_back("purpose_invalid");
    if (!errors.empty()) return request_invalid(std::move(errors));
    const std::string id = account.new_id("file_");
    made["id"] = id;
    made["_links"]["self"] = link(account.url() + "/files/" + id);
    account.files[id] = made;
    Json answer = {{"id", id}};
    answer["_links"] = made.at("_links");
    return reply(201, std::move(answer));
}

} // namespace

std::optional<ApiReply> answer_files(MerchantAccount& account, const ApiCall& call) {
    if (call.is("POST", {"files"})) return upload(account, call);
    if (!call.is("GET", {"files", "*"})) return std::nullopt;
    const auto file = account.files.find(call.path[1]);
    return file == account.files.end() ? reply(404) : reply(200, file->second);
}

} // namespace paysync::sandbox
