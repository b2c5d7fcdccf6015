// Routing of resources, and the writing of rows that single records and collections share.
#include "sandbox/salesforce_api.hpp"

#include "paysync/base/text.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;

std::string decoded_path(std::string_view text) {
    std::string plain;
    for (const char c : text) plain += c == '+' ? std::string("%2B") : std::string(1, c);
    return net::percent_decoded(plain);
}

Reply resources(const std::string& version) {
    const std::string base = "/services/data/" + version + "/";
    Json told = Json::object();
    for (const char* name : {"composite", "limits", "query", "queryAll", "sobjects"}) told[name] = base + name;
    return {.status = 200, .body = std::move(told), .headers = {}};
}

Json limit_of(std::uint64_t max, std::uint64_t used) {
    return {{"Max", max}, {"Remaining", used > max ? 0 : max - used}};
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

Reply error_reply(unsigned status, const RowError& error) {
    return {.status = status, .body = Json::array({error.as_answer()}), .headers = {}};
}

Reply error_reply(unsigned status, std::string code, std::string message) {
    const RowError error{.code = std::move(code), .message = std::move(message), .fields = {}, .whole_request = true};
    return error_reply(status, error);
}

runtime::Task<Reply> SalesforceApi::run(ResourceRequest request, Transaction& transaction) {
    std::vector<std::string> parts = request.parts();
    const std::string first = parts.empty() ? std::string{} : parts.front();
    if (first == "sobjects" && parts.size() > 1)
        co_return co_await sobjects(std::move(request), std::move(parts), transaction);
    if (first == "composite" && parts.size() > 1 && parts[1] == "sobjects")
        co_return co_await collection(std::move(request), std::move(parts), transaction);
    co_await clock_.sleep_for(transaction.pause);
    if (request.method != "GET")
        co_return error_reply(405, "METHOD_NOT_ALLOWED",
                              "HTTP Method '" + request.method + "' not allowed. Allowed are GET");
    if (parts.empty()) co_return resources(request.version);
    if (first == "query" || first == "queryAll") co_return query(request, parts);
    if (first == "limits") {
        Reply reply;
        reply.body = {{"DailyApiRequests", limit_of(daily_limit(), used_)},
                      {"DataStorageMB", limit_of(10'000, 1)},
                      {"HourlyPublishedPlatformEvents", limit_of(250'000, 0)}};
        co_return reply;
    }
    if (first == "sobjects") {
        Reply reply;
        reply.body = {{"encoding", "UTF-8"}, {"maxBatchSize", 200}, {"sobjects", Json::array()}};
        for (const auto& [name, object] : org_.catalog().all()) reply.body["sobjects"].push_back(object.summary());
        co_return reply;
    }
    co_return error_reply(404, "NOT_FOUND", "The requested resource does not exist");
}

runtime::Task<> SalesforceApi::take_locks(std::vector<PlannedRow>& rows, Transaction& transaction) {
    std::vector<std::set<std::string>> touched;
    std::set<std::string> wanted;
    for (PlannedRow& row : rows) {
        touched.emplace_back();
        if (row.error) continue;
        touched.back() = org_.accounts_touched(*row.object, row.id, row.values);
        if (faults_.lock_rows > 0 && chance_.happens(faults_.lock_rows)) {
            const std::string& named = touched.back().empty() ? row.id : *touched.back().begin();
            row.error = RowError{
                "UNABLE_TO_LOCK_ROW", "unable to obtain exclusive access to this record or 1 records: " + named, {}};
            continue;
        }
        wanted.insert(touched.back().begin(), touched.back().end());
    }
    const std::set<std::string> missed = co_await transaction.locks.acquire(std::move(wanted));
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (const std::string& account : touched[i])
            if (!rows[i].error && missed.contains(account))
                rows[i].error = RowError{"UNABLE_TO_LOCK_ROW",
                                         "unable to obtain exclusive access to this record or 1 records: " + account,
                                         {}};
}

runtime::Task<> SalesforceApi::write(std::vector<PlannedRow>& rows, bool all_or_none, Transaction& transaction) {
    co_await take_locks(rows, transaction);
    co_await clock_.sleep_for(transaction.pause);
    const base::WallTime now = clock_.wall();
    Journal journal;
    bool failed = false;
    for (PlannedRow& row : rows) {
        if (!row.error) {
            Written written;
            switch (row.action) {
            case PlannedRow::Action::create: written = org_.insert(*row.object, row.values, now, journal); break;
            case PlannedRow::Action::update:
                written = org_.update(*row.object, row.id, row.values, now, journal);
                break;
            case PlannedRow::Action::erase: written = org_.erase(row.id, now, journal); break;
            }
            row.error = std::move(written.error);
            if (!row.error) row.id = std::move(written.id);
        }
        failed = failed || row.error.has_value();
    }
    if (all_or_none && failed) {
        org_.roll_back(journal);
        for (PlannedRow& row : rows)
            if (!row.error)
                row.error = RowError{"ALL_OR_NONE_OPERATION_ROLLED_BACK",
                                     "Record rolled back because not all records were valid and the request was "
                                     "using AllOrNone header",
                                     {}};
    }
    if (transaction.journal != nullptr)
        std::move(journal.begin(), journal.end(), std::back_inserter(*transaction.journal));
    else
        transaction.locks.release();
}

} // namespace paysync::sandbox
