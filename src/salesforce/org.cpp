// The org over REST: describe, queries and writes.
#include "paysync/salesforce/org.hpp"

#include "paysync/base/metrics.hpp"
#include "paysync/base/text.hpp"
#include "salesforce/caller.hpp"
#include "salesforce/composite.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>

namespace paysync::salesforce {

namespace {

using DescriptionPtr = std::shared_ptr<const ObjectDescription>;

/// A query of two million records is a mistake in a flow, and the loop over its pages must end.
constexpr std::size_t pages_max = 1000;

CallFailure no_such_object(CallFailure failure, const std::string& object) {
    failure.remedy = Remedy::give_up;
    failure.error.message = "the org has no object " + object + " (or the integration user may not see it)";
    return failure;
}

/// Did Salesforce refuse this statement, or is it about all of them?
bool concerns_one_statement(const CallFailure& failure) {
    return failure.reached && (failure.remedy == Remedy::give_up || failure.remedy == Remedy::retry) &&
           failure.status < 500;
}

/// Takes the records of a page; false when the body is no page.
bool take_records(Json& page, std::vector<Json>& records) {
    if (!base::member(page, "records").is_array()) return false;
    for (Json& record : page["records"]) records.push_back(std::move(record));
    return true;
}

/// The path of the next page; empty when the page names none of this host.
std::string next_page(const Json& page) {
    const std::string next = base::member_text(page, "nextRecordsUrl").value_or("");
    return next.starts_with('/') ? next : std::string{};
}

class RestOrg final : public Org {
public:
    RestOrg(OrgSettings settings, net::Transport& transport, runtime::Clock& clock, base::Metrics& metrics)
        : settings_{std::move(settings)}, clock_{clock}, caller_{settings_, transport, clock, metrics} {}

    Task<Called<DescriptionPtr>> describe(std::string object) override;
    Task<Called<std::vector<QueryAnswer>>> query(std::vector<std::string> statements) override;
    Task<Called<std::vector<std::vector<RowResult>>>> write(std::vector<Collection> collections) override;
    Task<Called<void>> probe() override;

    Usage usage() const override { return caller_.usage(); }
    bool multi_currency() const override { return multi_currency_; }
    std::size_t calls_made() const override { return caller_.calls_made(); }

private:
    struct Described {
        DescriptionPtr description;
        runtime::SteadyTime fresh_until;
        SingleFlight<Called<DescriptionPtr>> flight;
    };

    Task<Called<DescriptionPtr>> fetch(std::shared_ptr<Described> entry, std::string object);
    Task<Called<std::vector<QueryAnswer>>> query_together(std::vector<std::string> statements);
    Task<Called<QueryAnswer>> complete(int status, Json page);
    Task<Called<Json>> composite(std::string kind, Json request, Effect effect);

    OrgSettings settings_;
    runtime::Clock& clock_;
    Caller caller_;
    std::map<std::string, std::shared_ptr<Described>> described_; // by lower-cased name
    bool multi_currency_ = false;
};

Task<Called<DescriptionPtr>> RestOrg::describe(std::string object) {
    auto& place = described_[base::lower(object)];
    if (!place) place = std::make_shared<Described>();
    const auto entry = place;
    if (entry->description && clock_.steady() < entry->fresh_until) co_return entry->description;
    std::function<Task<Called<DescriptionPtr>>()> start = [this, entry, object] { return fetch(entry, object); };
    co_return co_await entry->flight.share(std::move(start));
}

Task<Called<DescriptionPtr>> RestOrg::fetch(std::shared_ptr<Described> entry, std::string object) {
    Call call;
    call.kind = "describe";
    call.target = data_path(settings_.api_version) + "/sobjects/" + net::percent_encoded(object) + "/describe";
    const Called<Json> body = co_await caller_.call(std::move(call));
    if (!body) {
        const CallFailure& failure = body.error();
        if (failure.status == 404 && failure.remedy == Remedy::give_up) co_return no_such_object(failure, object);
        co_return failure;
    }
    const auto read = read_description(*body);
    if (!read) co_return unreadable(read.error().detail, Effect::reads);
    entry->description = std::make_shared<const ObjectDescription>(*read);
    entry->fresh_until = clock_.steady() + settings_.describe_lifetime;
    // Only orgs with several currencies have this field, and then on every object (facts 2.10).
    if (entry->description->find("CurrencyIsoCode") != nullptr) multi_currency_ = true;
    co_return entry->description;
}

Task<Called<Json>> RestOrg::composite(std::string kind, Json request, Effect effect) {
    Call call;
    call.kind = std::move(kind);
    call.method = "POST";
    call.target = data_path(settings_.api_version) + "/composite";
    call.body = base::to_text(request);
    call.effect = effect;
    return caller_.call(std::move(call));
}

Task<Called<std::vector<Org::QueryAnswer>>> RestOrg::query(std::vector<std::string> statements) {
    std::vector<QueryAnswer> answers;
    for (std::size_t first = 0; first < statements.size(); first += subrequests_max) {
        const auto count = std::min(subrequests_max, statements.size() - first);
        const auto begin = statements.begin() + static_cast<std::ptrdiff_t>(first);
        std::vector<std::string> together(begin, begin + static_cast<std::ptrdiff_t>(count));
        Called<std::vector<QueryAnswer>> part = co_await query_together(std::move(together));
        if (!part) co_return part.error();
        for (QueryAnswer& answer : *part) answers.push_back(std::move(answer));
    }
    co_return answers;
}

Task<Called<std::vector<Org::QueryAnswer>>> RestOrg::query_together(std::vector<std::string> statements) {
    Json request = query_request(settings_.api_version, statements);
    const Called<Json> body = co_await composite("query", std::move(request), Effect::reads);
    if (!body) co_return body.error();
    auto parts = read_composite(*body, statements.size());
    if (!parts) co_return unreadable("not the answer of a composite call", Effect::reads);
    std::vector<QueryAnswer> answers;
    for (Subanswer& part : *parts) {
        Called<QueryAnswer> answer = co_await complete(part.status, std::move(part.body));
        if (!answer) co_return answer.error();
        answers.push_back(std::move(*answer));
    }
    co_return answers;
}

/// The answer of one statement from its first page on.
Task<Called<Org::QueryAnswer>> RestOrg::complete(int status, Json page) {
    if (status == 0) co_return unreadable("a composite call answered without one of its queries", Effect::reads);
    if (status >= 300) {
        QueryFailure failure{Remedy::retry, read_error(page)};
        failure.remedy = judge(status, failure.error.code, failure.error.message);
        if (failure.remedy == Remedy::renew_token) {
            caller_.session_ended();
            failure.remedy = Remedy::retry;
        }
        co_return QueryAnswer{std::move(failure)};
    }
    std::vector<Json> records;
    for (std::size_t pages = 0; pages < pages_max; ++pages) {
        if (!take_records(page, records)) co_return unreadable("a page of a query has no records", Effect::reads);
        const Json& done = base::member(page, "done");
        if (!done.is_boolean() || done.get<bool>()) co_return QueryAnswer{std::move(records)};
        Call call;
        call.kind = "page";
        call.target = next_page(page);
        if (call.target.empty()) co_return unreadable("a page of a query does not name the next", Effect::reads);
        Called<Json> next = co_await caller_.call(std::move(call));
        if (!next) {
            const CallFailure& failure = next.error();
            if (!concerns_one_statement(failure)) co_return failure;
            QueryFailure refusal{failure.remedy, failure.error};
            co_return QueryAnswer{std::move(refusal)};
        }
        page = std::move(*next);
    }
    QueryFailure endless{Remedy::give_up, {}};
    endless.error.message = "the query has more than " + std::to_string(pages_max) + " pages";
    co_return QueryAnswer{std::move(endless)};
}

Task<Called<std::vector<std::vector<RowResult>>>> RestOrg::write(std::vector<Collection> collections) {
    PAYSYNC_ASSERT(collections.size() <= subrequests_max, "more than 5 collections in a call");
    for (const Collection& collection : collections)
        PAYSYNC_ASSERT(collection.records.size() <= rows_max, "more than 200 rows in a collection");
    std::vector<std::vector<RowResult>> results(collections.size());
    Json request = write_request(settings_.api_version, collections);
    if (request.is_null()) co_return results;
    const Called<Json> body = co_await composite("write", std::move(request), Effect::writes);
    if (!body) co_return body.error();
    const auto parts = read_composite(*body, collections.size());
    if (!parts) co_return unreadable("not the answer of a composite call", Effect::writes);
    for (std::size_t i = 0; i < collections.size(); ++i) {
        auto rows = read_rows(collections[i], (*parts)[i]);
        if (!rows) co_return unreadable("the answer does not match the rows that were sent", Effect::writes);
        for (RowResult& row : *rows) {
            if (row.remedy != Remedy::renew_token) continue;
            caller_.session_ended();
            row.remedy = Remedy::retry;
        }
        results[i] = std::move(*rows);
    }
    co_return results;
}

/// `limits` also tells the usage. It needs a permission that the rest does not (facts 0.12), and being refused that
/// is an answer, too.
Task<Called<void>> RestOrg::probe() {
    Call call;
    call.kind = "probe";
    call.target = data_path(settings_.api_version) + "/limits";
    const Called<Json> body = co_await caller_.call(std::move(call));
    if (body) co_return Called<void>{};
    const CallFailure& failure = body.error();
    if (failure.reached && failure.remedy == Remedy::give_up) co_return Called<void>{};
    co_return failure;
}

} // namespace

void throw_exception_from_error(const CallFailure& failure, const boost::source_location&) {
    throw std::runtime_error(failure.text());
}

std::unique_ptr<Org> make_org(OrgSettings settings, net::Transport& transport, runtime::Clock& clock,
                              base::Metrics& metrics) {
    return std::make_unique<RestOrg>(std::move(settings), transport, clock, metrics);
}

} // namespace paysync::salesforce
