// The org over REST: describe, queries and writes.
#include "paysync/salesforce/org.hpp"

#include "paysync/base/metrics.hpp"
#include "paysync/base/text.hpp"
#include "salesforce/caller.hpp"
#include "salesforce/composite.hpp"
#include "salesforce/description_cache.hpp"
#include "salesforce/row_splitter.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>
#include <utility>

namespace paysync::salesforce {

namespace {

/// A query of two million records is a mistake in a flow, and the loop over its pages must end.
constexpr std::size_t pages_max = 1000;

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

bool is_doubtful(Remedy remedy, const ApiError& error) {
    return remedy == Remedy::give_up && contradicts_description(error.code, error.message);
}

/// `Contact` of "SELECT Id FROM Contact WHERE …"; statements come from our own room.
std::string object_of(const std::string& statement) {
    constexpr std::string_view before = " FROM ";
    const auto from = statement.find(before);
    if (from == std::string::npos) return {};
    const auto start = from + before.size();
    return statement.substr(start, statement.find(' ', start) - start);
}

std::string object_of(const Collection& collection, const Json& record) {
    if (collection.kind != Collection::Kind::update) return collection.object;
    return base::member_text(base::member(record, "attributes"), "type").value_or("");
}

class RestOrg final : public Org {
public:
    RestOrg(OrgSettings settings, net::Transport& transport, runtime::Clock& clock, base::Metrics& metrics)
        : settings_{std::move(settings)},
          caller_{settings_, transport, clock, metrics},
          descriptions_{settings_, clock, caller_} {}

    Task<Called<Description>> describe(std::string object) override { return descriptions_.get(std::move(object)); }
    Task<Called<Description>> describe_anew(std::string object) override {
        return descriptions_.refresh(std::move(object));
    }
    Task<Called<std::vector<QueryAnswer>>> query(std::vector<std::string> statements) override;
    Task<Called<std::vector<std::vector<RowResult>>>> write(std::vector<Collection> collections) override;
    Task<Called<Json>> invoke(std::string action, Json input) override;
    Task<Called<void>> probe() override;

    Usage usage() const override { return caller_.usage(); }
    std::optional<Identity> identity() const override { return caller_.identity(); }
    bool multi_currency() const override { return descriptions_.multi_currency(); }
    std::size_t calls_made() const override { return caller_.calls_made(); }

private:
    Task<Called<std::vector<QueryAnswer>>> query_together(std::vector<std::string> statements);
    Task<Called<std::vector<QueryAnswer>>> query_apart(std::vector<std::string> statements, CallFailure failure);
    Task<Called<QueryAnswer>> complete(int status, Json page);
    Task<void> doubt_queries(const std::vector<std::string>& statements, std::vector<QueryAnswer>& answers);
    Task<void> doubt_rows(const std::vector<Collection>& collections, std::vector<std::vector<RowResult>>& results);
    Task<Called<Json>> composite(std::string kind, Json request, Effect effect);

    OrgSettings settings_;
    Caller caller_;
    DescriptionCache descriptions_;
};

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
        Called<std::vector<QueryAnswer>> part = co_await query_together(together);
        if (!part && is_divisible(part.error().status, part.error().error)) {
            CallFailure failure = part.error();
            part = co_await query_apart(together, std::move(failure));
        }
        if (!part) co_return part.error();
        co_await doubt_queries(together, *part);
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

/// The call failed for what it held: each statement is sent alone, and the one that fails again is to blame.
Task<Called<std::vector<Org::QueryAnswer>>> RestOrg::query_apart(std::vector<std::string> statements,
                                                                 CallFailure failure) {
    std::vector<QueryAnswer> answers;
    bool any_answered = false;
    for (const std::string& statement : statements) {
        Called<std::vector<QueryAnswer>> answer = failure;
        std::vector<std::string> alone{statement};
        if (statements.size() > 1) answer = co_await query_together(std::move(alone));
        if (answer) {
            any_answered = true;
            answers.push_back(std::move(answer->front()));
            continue;
        }
        const CallFailure& own = answer.error();
        if (!is_divisible(own.status, own.error)) co_return own;
        QueryFailure refusal{own.remedy, own.error};
        if (refusal.error.code.empty()) refusal.error.code = "HTTP " + std::to_string(own.status);
        answers.push_back(QueryAnswer{std::move(refusal)});
    }
    if (!any_answered && is_server_fault(failure.status, failure.error)) co_return failure;
    co_return answers;
}

/// A statement that names what the org does not have was made from an old description, perhaps.
Task<void> RestOrg::doubt_queries(const std::vector<std::string>& statements, std::vector<QueryAnswer>& answers) {
    for (std::size_t i = 0; i < answers.size(); ++i) {
        auto* failure = std::get_if<QueryFailure>(&answers[i]);
        if (failure == nullptr || !is_doubtful(failure->remedy, failure->error)) continue;
        const bool changed = co_await descriptions_.changed(object_of(statements[i]));
        if (changed) failure->remedy = Remedy::decide_anew;
    }
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
    RowSplitter splitter{collections};
    for (std::string kind = "write";; kind = "split") {
        const std::vector<Collection> call = splitter.next();
        if (call.empty()) break;
        Json request = write_request(settings_.api_version, call);
        const Called<Json> body = co_await composite(kind, std::move(request), Effect::writes);
        if (!body) {
            if (splitter.take_failure(body.error())) continue;
            co_return body.error();
        }
        const auto parts = read_composite(*body, call.size());
        if (!parts) co_return unreadable("not the answer of a composite call", Effect::writes);
        if (!splitter.take(*parts))
            co_return unreadable("the answer does not match the rows that were sent", Effect::writes);
    }
    std::vector<std::vector<RowResult>> results = std::move(splitter.results());
    co_await doubt_rows(collections, results);
    co_return results;
}

/// Rows that the org refuses for what it should have told us are decided again, if it tells something else now.
Task<void> RestOrg::doubt_rows(const std::vector<Collection>& collections,
                               std::vector<std::vector<RowResult>>& results) {
    std::set<std::string> doubted;
    for (std::size_t i = 0; i < results.size(); ++i) {
        for (std::size_t row = 0; row < results[i].size(); ++row) {
            RowResult& result = results[i][row];
            if (result.remedy == Remedy::renew_token) {
                caller_.session_ended();
                result.remedy = Remedy::retry;
            }
            if (!result.success && is_doubtful(result.remedy, result.error))
                doubted.insert(object_of(collections[i], collections[i].records[row]));
        }
    }
    for (const std::string& object : doubted) {
        const bool changed = co_await descriptions_.changed(object);
        if (!changed) continue;
        for (std::size_t i = 0; i < results.size(); ++i)
            for (std::size_t row = 0; row < results[i].size(); ++row)
                if (is_doubtful(results[i][row].remedy, results[i][row].error) &&
                    object_of(collections[i], collections[i].records[row]) == object)
                    results[i][row].remedy = Remedy::decide_anew;
    }
}

std::string action_path(const std::string& action) {
    const auto slash = action.find('/');
    const std::string kind = slash == std::string::npos ? "flow" : action.substr(0, slash);
    const std::string name = slash == std::string::npos ? action : action.substr(slash + 1);
    return "/actions/" + (kind == "standard" ? std::string() : std::string("custom/")) + net::percent_encoded(kind) +
           "/" + net::percent_encoded(name);
}

Task<Called<Json>> RestOrg::invoke(std::string action, Json input) {
    Call call;
    call.kind = "invoke";
    call.method = "POST";
    call.target = data_path(settings_.api_version) + action_path(action);
    Json inputs = Json::array();
    inputs.push_back(std::move(input));
    Json body = Json::object();
    body["inputs"] = std::move(inputs);
    call.body = base::to_text(body);
    call.effect = Effect::writes;
    const Called<Json> answer = co_await caller_.call(std::move(call));
    if (!answer) co_return answer.error();
    if (!answer->is_array() || answer->empty())
        co_return unreadable("an action answered without a result", Effect::writes);
    const Json& result = answer->front();
    const Json& success = base::member(result, "isSuccess");
    if (success.is_boolean() && success.get<bool>()) co_return base::member(result, "outputValues");
    CallFailure failure;
    failure.reached = true;
    failure.status = 200;
    failure.error = read_error(base::member(result, "errors"));
    failure.remedy = judge(failure.status, failure.error.code, failure.error.message);
    co_return failure;
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
