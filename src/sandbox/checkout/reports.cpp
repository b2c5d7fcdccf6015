// Reports and the storage of their files.
#include "sandbox/checkout/reports.hpp"

#include "paysync/base/text.hpp"
#include "sandbox/checkout/financial_actions.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;
using std::chrono::days;
using std::chrono::hours;

constexpr hours ready_after{3}; // published examples: a day's report is there at 03:00
constexpr const char* csv_type = "text/csv; charset=utf-8";

/// An id that is the same whenever it is asked for.
std::string fixed_id(const char* prefix, const std::string& name) {
    std::string id = prefix;
    for (const char c : base::sha256_hex(name).substr(0, 26))
        id += static_cast<char>(c >= 'a' ? c : 'g' + (c - '0')); // letters only
    return id;
}

std::string date(base::WallTime time) {
    return base::format_utc(time).substr(0, 10);
}

std::string without_dashes(std::string text) {
    std::erase(text, '-');
    return text;
}

void add_finished_days(MerchantAccount& account) {
    for (const FinancialAction& action : financial_actions(account)) {
        const auto day = std::chrono::floor<days>(action.processed_on);
        const base::WallTime from = day;
        const base::WallTime to = day + days{1};
        const std::string id = fixed_id("rpt_", "report " + date(from));
        if (to + ready_after > account.now() || account.reports.contains(id)) continue;
        account.reports[id] = {id, fixed_id("file_", "file " + date(from)), to + ready_after, from, to};
    }
}

std::string filename(const Report& report) {
    return std::string("financial-actions_") + entity_id + "_" + without_dashes(date(report.from)) + "_" +
           without_dashes(date(report.to)) + "_1.csv";
}

Json told(const MerchantAccount& account, const Report& report) {
    const std::string self = account.url() + "/reports/" + report.id;
    Json file = {{"id", report.file}, {"filename", filename(report)}, {"format", "CSV"}};
    file["_links"]["self"] = link(self + "/files/" + report.file);
    Json made = {{"id", report.id},
                 {"created_on", stamp(report.created_on)},
                 {"last_modified_on", stamp(report.created_on)},
                 {"type", "FinancialActions"},
                 {"description", "Financial Actions by Date Range"},
                 {"account", {{"client_id", client_id_of_account}, {"entity_id", entity_id}}},
                 {"tags", Json::array()},
                 {"from", base::format_utc(report.from)},
                 {"to", base::format_utc(report.to)}};
    made["files"] = Json::array();
    made["files"].push_back(std::move(file));
    made["_links"]["self"] = link(self);
    return made;
}

ApiReply list(MerchantAccount& account, const ApiCall& call) {
    const auto limit = call.number("limit", 10, 1, 100);
    if (!limit) return request_invalid({"limit_invalid"});
    const auto skip = call.number("pagination_token", 0, 0, 1'000'000);
    if (!skip) return request_invalid({"pagination_token_invalid"});
    const auto after = call.query("created_after");
    const auto before = call.query("created_before");
    const auto from = base::parse_time(after.value_or(""));
    const auto to = base::parse_time(before.value_or(""));
    if (after && !from) return request_invalid({"created_after_invalid"});
    if (before && !to) return request_invalid({"created_before_invalid"});
    const std::string entity = call.query("entity_id").value_or(entity_id);
    add_finished_days(account);
    std::vector<const Report*> found;
    for (const auto& [id, report] : account.reports)
        if ((!from || report.created_on > *from) && (!to || report.created_on < *to) && entity == entity_id)
            found.push_back(&report);
    std::stable_sort(found.begin(), found.end(),
                     [](const Report* a, const Report* b) { return a->created_on > b->created_on; });
    Json rows = Json::array();
    for (std::size_t i = *skip; i < found.size() && rows.size() < *limit; ++i)
        rows.push_back(told(account, *found[i]));
    const std::size_t next = *skip + rows.size();
    Json body = {{"count", rows.size()}, {"limit", *limit}, {"data", rows}};
    body["_links"]["self"] = link(account.url() + call.target);
    if (next < found.size()) {
        std::string query = "?limit=" + std::to_string(*limit) + "&pagination_token=" + std::to_string(next);
        if (after) query += "&created_after=" + net::percent_encoded(*after);
        if (before) query += "&created_before=" + net::percent_encoded(*before);
        body["_links"]["next"] = link(account.url() + "/reports" + query);
    }
    return reply(200, std::move(body));
}

std::string signature_of(const std::string& report, const std::string& file) {
    return base::sha256_hex("stored " + report + "/" + file);
}

/// The same server under its other name.
std::string storage_origin(const std::string& url) {
    for (const auto& [name, other] :
         {std::pair{"://127.0.0.1", "://localhost"}, std::pair{"://localhost", "://127.0.0.1"}})
        if (const auto at = url.find(name); at != std::string::npos)
            return url.substr(0, at) + other + url.substr(at + std::string_view(name).size());
    return url;
}

const Report* find_report(MerchantAccount& account, const std::string& id) {
    add_finished_days(account);
    const auto found = account.reports.find(id);
    return found == account.reports.end() ? nullptr : &found->second;
}

} // namespace

std::string order_report(MerchantAccount& account, base::WallTime from, base::WallTime to) {
    Report made{account.new_id("rpt_"), account.new_id("file_"), account.now(), from, to};
    std::string id = made.id;
    account.reports[id] = made;
    Json data = {{"report_id", id},
                 {"report_type", "FinancialActions"},
                 {"account", {{"client_id", client_id_of_account}, {"entity_id", entity_id}}},
                 {"tags", Json::array()},
                 {"files", told(account, made).at("files")}};
    account.publish(account.bodies.envelope("report_generated", account.now(), std::move(data)));
    return id;
}

std::optional<ApiReply> answer_reports(MerchantAccount& account, const ApiCall& call) {
    if (call.is("GET", {"reports"})) return list(account, call);
    const bool one = call.is("GET", {"reports", "*"});
    const bool file = call.is("GET", {"reports", "*", "files", "*"});
    if (!one && !file) return std::nullopt;
    const Report* report = find_report(account, call.path[1]);
    if (report == nullptr || (file && call.path[3] != report->file)) return reply(404);
    if (one) return reply(200, told(account, *report));
    ApiReply redirect = reply(302);
    redirect.headers.set("Location", storage_origin(account.url()) + "/storage/" + report->id + "/" + report->file +
                                         "?signature=" + signature_of(report->id, report->file));
    return redirect;
}

ApiReply answer_storage(const MerchantAccount& account, const ApiCall& call, bool has_authorization) {
    const auto refused = [](unsigned status, const char* code, const char* sentence) {
        ApiReply made = reply(status);
        made.headers.set("Content-Type", "application/xml");
        made.text = std::string("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>") + code +
                    "</Code><Message>" + sentence + "</Message></Error>";
        return made;
    };
    if (has_authorization)
        return refused(400, "InvalidArgument",
                       "Only one way to authorize is allowed: leave out the header "
                       "Authorization, the URL has a signature");
    if (!call.is("GET", {"storage", "*", "*"})) return refused(404, "NoSuchKey", "There is no such file");
    const auto report = account.reports.find(call.path[1]);
    if (report == account.reports.end() || report->second.file != call.path[2])
        return refused(404, "NoSuchKey", "There is no such file");
    if (call.query("signature") != signature_of(call.path[1], call.path[2]))
        return refused(403, "SignatureDoesNotMatch", "The signature of the URL is not the one of this file");
    ApiReply made = reply(200);
    made.headers.set("Content-Type", csv_type);
    made.headers.set("Content-Disposition", "attachment; filename=\"" + filename(report->second) + "\"");
    made.text = financial_csv(account, report->second.from, report->second.to);
    return made;
}

} // namespace paysync::sandbox
