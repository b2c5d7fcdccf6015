// Queries and their pages.
#include "paysync/base/text.hpp"
#include "sandbox/salesforce_api.hpp"
#include "sandbox/soql.hpp"

#include <algorithm>
#include <charconv>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::size_t page_max = 2'000;
constexpr std::size_t page_min = 200;
constexpr std::size_t cursors_max = 50;

/// `Sforce-Query-Options: batchSize=500`.
std::size_t page_size(const net::Headers& headers) {
    const std::string options = headers.find("Sforce-Query-Options").value_or("");
    const auto at = base::lower(options).find("batchsize");
    const auto begin = at == std::string::npos ? at : options.find_first_of("0123456789", at);
    if (begin == std::string::npos) return page_max;
    std::size_t size = 0;
    const char* digits = options.data() + begin;
    if (std::from_chars(digits, options.data() + options.size(), size).ec != std::errc{}) return page_max;
    return std::clamp(size, page_min, page_max);
}

} // namespace

Reply SalesforceApi::query(const ResourceRequest& request, const std::vector<std::string>& parts) {
    if (parts.size() > 1) {
        const auto dash = parts[1].rfind('-');
        const auto cursor = std::find_if(cursors_.begin(), cursors_.end(),
                                         [&](const Cursor& one) { return one.id == parts[1].substr(0, dash); });
        std::size_t begin = 0;
        const bool numbered =
            dash != std::string::npos &&
            std::from_chars(parts[1].data() + dash + 1, parts[1].data() + parts[1].size(), begin).ec == std::errc{};
        if (!numbered || cursor == cursors_.end() || begin > cursor->total)
            return error_reply(400, "INVALID_QUERY_LOCATOR", "invalid query locator");
        return page(*cursor, begin, request.version);
    }
    const auto text = net::query_parameter(request.target, "q");
    if (!text || text->empty()) return error_reply(400, "MALFORMED_QUERY", "unexpected token: '<EOF>'");
    const auto parsed = soql::parse(*text, clock_.wall(), org_.time_zone());
    if (const auto* error = std::get_if<RowError>(&parsed)) return error_reply(400, *error);
    const bool all = parts.front() == "queryAll";
    auto answer = soql::evaluate(org_, std::get<soql::Query>(parsed), all, request.version, chance_);
    if (const auto* error = std::get_if<RowError>(&answer)) return error_reply(400, *error);
    auto& found = std::get<soql::Answer>(answer);
    Cursor cursor;
    cursor.total = found.total;
    cursor.page = page_size(request.headers);
    cursor.rows = std::move(found.rows);
    cursor.id = "01gWU0000000" + std::to_string(100 + next_cursor_++) + "YAA";
    if (cursor.rows.size() <= cursor.page) return page(cursor, 0, request.version);
    cursors_.push_back(std::move(cursor));
    if (cursors_.size() > cursors_max) cursors_.pop_front();
    return page(cursors_.back(), 0, request.version);
}

Reply SalesforceApi::page(Cursor& cursor, std::size_t begin, const std::string& version) {
    const std::size_t end = std::min(cursor.rows.size(), begin + cursor.page);
    Reply reply;
    reply.body = {{"totalSize", cursor.total}, {"done", end == cursor.rows.size()}, {"records", Json::array()}};
    for (std::size_t i = begin; i < end; ++i) reply.body["records"].push_back(cursor.rows[i]);
    if (end < cursor.rows.size())
        reply.body["nextRecordsUrl"] =
            "/services/data/" + version + "/query/" + cursor.id + "-" + std::to_string(end);
    return reply;
}

} // namespace paysync::sandbox
