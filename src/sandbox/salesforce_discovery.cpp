// What the API tells of itself: resources, limits, objects, and which records changed.
#include "paysync/base/text.hpp"
#include "sandbox/field_value.hpp"
#include "sandbox/http_date.hpp"
#include "sandbox/object_description.hpp"
#include "sandbox/salesforce_api.hpp"

#include <algorithm>

namespace paysync::sandbox {

namespace {

using base::Json;

constexpr std::size_t recent_max = 200;

Json limit_of(std::uint64_t max, std::uint64_t used) {
    return {{"Max", max}, {"Remaining", used > max ? 0 : max - used}};
}

struct Allowance {
    const char* name;
    std::uint64_t max;
};

/// The entries that an Enterprise Edition org lists, with its usual sizes (REST API guide: resources_limits).
constexpr Allowance allowances[] = {{"ActiveScratchOrgs", 40},
                                    {"AnalyticsExternalDataSizeMB", 40'960},
                                    {"ConcurrentAsyncGetReportInstances", 200},
                                    {"ConcurrentEinsteinDataInsightsStoryCreation", 5},
                                    {"ConcurrentEinsteinDiscoveryStoryCreation", 2},
                                    {"ConcurrentSyncReportRuns", 20},
                                    {"DailyAnalyticsDataflowJobExecutions", 60},
                                    {"DailyAnalyticsUploadedFilesSizeMB", 51'200},
                                    {"DailyAsyncApexExecutions", 250'000},
                                    {"DailyAsyncApexTests", 500},
                                    {"DailyBulkApiBatches", 15'000},
                                    {"DailyBulkV2QueryFileStorageMB", 976'562},
                                    {"DailyBulkV2QueryJobs", 10'000},
                                    {"DailyDeliveredPlatformEvents", 50'000},
                                    {"DailyDurableGenericStreamingApiEvents", 200'000},
                                    {"DailyDurableStreamingApiEvents", 200'000},
                                    {"DailyEinsteinDataInsightsStoryCreation", 1'000},
                                    {"DailyEinsteinDiscoveryPredictAPICalls", 50'000},
                                    {"DailyEinsteinDiscoveryStoryCreation", 100},
                                    {"DailyFunctionsApiCallLimit", 235'000},
                                    {"DailyGenericStreamingApiEvents", 10'000},
                                    {"DailyScratchOrgs", 80},
                                    {"DailyStandardVolumePlatformEvents", 25'000},
                                    {"DailyStreamingApiEvents", 200'000},
                                    {"DailyWorkflowEmails", 100'000},
                                    {"DurableStreamingApiConcurrentClients", 1'000},
                                    {"FileStorageMB", 11'264},
                                    {"HourlyAsyncReportRuns", 1'200},
                                    {"HourlyDashboardRefreshes", 200},
                                    {"HourlyDashboardResults", 5'000},
                                    {"HourlyDashboardStatuses", 999'999'999},
                                    {"HourlyLongTermIdMapping", 100'000},
                                    {"HourlyManagedContentPublicRequests", 50'000},
                                    {"HourlyODataCallout", 20'000},
                                    {"HourlyPublishedPlatformEvents", 250'000},
                                    {"HourlyPublishedStandardVolumePlatformEvents", 100'000},
                                    {"HourlyShortTermIdMapping", 100'000},
                                    {"HourlySyncReportRuns", 500},
                                    {"HourlyTimeBasedWorkflow", 1'000},
                                    {"MassEmail", 5'000},
                                    {"MonthlyEinsteinDiscoveryStoryCreation", 500},
                                    {"Package2VersionCreates", 6},
                                    {"Package2VersionCreatesWithoutValidation", 500},
                                    {"PrivateConnectOutboundCalloutHourlyLimitMB", 0},
                                    {"SingleEmail", 5'000},
                                    {"StreamingApiConcurrentClients", 1'000}};

} // namespace

std::optional<Reply> SalesforceApi::discover(const ResourceRequest& request, const std::vector<std::string>& parts) {
    const std::string name = parts.empty() ? std::string{} : parts.front();
    const bool envelope = name == "composite" && (parts.size() == 1 || parts[1] == "batch" || parts[1] == "graph");
    const bool known = name.empty() || envelope ||
                       (parts.size() == 1 && (name == "limits" || name == "sobjects" || name == "recent"));
    if (!known) return std::nullopt;
    if (envelope && (parts.size() > 1 || request.method != "GET"))
        return method_not_allowed(request.method, parts.size() > 1 ? "POST" : "HEAD,GET,POST");
    if (request.method != "GET") return method_not_allowed(request.method, "HEAD,GET");
    if (envelope) return composite_resources(request.version);
    if (name == "limits") return limits();
    if (name == "sobjects") return global_describe(request);
    if (name == "recent") return recent(request.version, nullptr);
    return resources(request.version);
}

Reply SalesforceApi::resources(const std::string& version) const {
    const std::string base = "/services/data/" + version + "/";
    Json told = Json::object();
    for (const char* name : {"actions", "composite", "limits", "query", "queryAll", "recent", "sobjects"})
        told[name] = base + name;
    told["identity"] = settings_.instance_url + "/id/" + org_.organization() + "/" + org_.running_user();
    return {.status = 200, .body = std::move(told), .headers = {}};
}

Reply SalesforceApi::composite_resources(const std::string& version) {
    const std::string base = "/services/data/" + version + "/composite/";
    Json told = Json::object();
    for (const char* name : {"batch", "graph", "sobjects", "tree"}) told[name] = base + name;
    return {.status = 200, .body = std::move(told), .headers = {}};
}

Reply SalesforceApi::limits() const {
    Reply reply;
    reply.body = Json::object();
    for (const Allowance& one : allowances) reply.body[one.name] = limit_of(one.max, 0);
    reply.body["DailyApiRequests"] = limit_of(daily_limit(), used_);
    reply.body["DataStorageMB"] = limit_of(10'240, 1);
    reply.body["PermissionSets"] = {{"Max", 1'500}, {"Remaining", 1'499}, {"CreateCustom", limit_of(1'000, 1)}};
    return reply;
}

Reply SalesforceApi::global_describe(const ResourceRequest& request) const {
    Reply reply;
    reply.body = {{"encoding", "UTF-8"}, {"maxBatchSize", 200}, {"sobjects", Json::array()}};
    for (const auto& [name, object] : org_.catalog().all())
        reply.body["sobjects"].push_back(object_summary(object, request.version));
    return reply;
}

Reply SalesforceApi::describe(const ResourceRequest& request, const ObjectDefinition& object) const {
    if (request.method != "GET") return method_not_allowed(request.method, "HEAD,GET");
    Reply reply;
    const base::WallTime modified = org_.catalog().modified().value_or(started_);
    reply.headers.set("Last-Modified", http_date(modified));
    const auto since = read_http_date(request.headers.find("If-Modified-Since").value_or(""));
    if (since && std::chrono::floor<std::chrono::seconds>(modified) <= *since) {
        reply.status = 304;
        return reply;
    }
    reply.body = object_description(org_.catalog(), object, org_.record_types(object), request.version);
    return reply;
}

/// sobjects/X/deleted and sobjects/X/updated between `start` and `end`.
Reply SalesforceApi::replicate(const ResourceRequest& request, const ObjectDefinition& object, bool deleted) const {
    if (request.method != "GET") return method_not_allowed(request.method, "HEAD,GET");
    const auto start = read_datetime(net::query_parameter(request.target, "start").value_or(""));
    const auto end = read_datetime(net::query_parameter(request.target, "end").value_or(""));
    if (!start || !end)
        return error_reply(400, "INVALID_REPLICATION_DATE",
                           "start and end must be date-times such as "
                           "2026-01-31T10:00:00+00:00");
    if (*start >= *end) return error_reply(400, "INVALID_REPLICATION_DATE", "start must be before end");
    Reply reply;
    reply.body = deleted
                     ? Json{{"deletedRecords", Json::array()}, {"earliestDateAvailable", stored_datetime(started_)}}
                     : Json{{"ids", Json::array()}};
    reply.body["latestDateCovered"] = *end;
    for (const auto& [id, row] : org_.rows(object)) {
        const auto changed = row.fields.at("SystemModstamp").get<std::string>();
        if (row.deleted != deleted || changed < *start || changed >= *end) continue;
        if (deleted)
            reply.body["deletedRecords"].push_back({{"id", id}, {"deletedDate", changed}});
        else
            reply.body["ids"].push_back(id);
    }
    return reply;
}

/// The records that changed last: nobody looks at records here.
Reply SalesforceApi::recent(const std::string& version, const ObjectDefinition* only) const {
    std::vector<std::pair<std::string, Json>> found;
    for (const auto& [name, object] : org_.catalog().all())
        for (const auto& [id, row] : org_.rows(object))
            if (object.deletable && !row.deleted && (only == nullptr || only == &object))
                found.emplace_back(row.fields.at("LastModifiedDate").get<std::string>(),
                                   Json{{"attributes", {{"type", name}, {"url", record_url(version, name, id)}}},
                                        {"Id", id},
                                        {"Name", base::member(row.fields, "Name")}});
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    Reply reply;
    reply.body = Json::array();
    for (std::size_t i = 0; i < std::min(found.size(), recent_max); ++i)
        reply.body.push_back(std::move(found[i].second));
    return reply;
}

} // namespace paysync::sandbox
