// Requests that fail as a whole, divided until the rows to blame stand alone.
#include "salesforce/row_splitter.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

namespace paysync::salesforce {
namespace {

using Kind = Collection::Kind;

Collection of(const std::string& object, std::vector<Json> rows, Kind kind = Kind::upsert) {
    Collection made;
    made.kind = kind;
    made.object = object;
    made.external_id = kind == Kind::upsert ? "Key__c" : "";
    made.records = std::move(rows);
    return made;
}

std::vector<Json> numbered(int count) {
    std::vector<Json> rows;
    for (int i = 0; i < count; ++i) rows.push_back(Json{{"Key__c", i}, {"Name", "n"}});
    return rows;
}

Json error(const std::string& code, const std::string& message = "m") {
    return Json::array({Json{{"errorCode", code}, {"message", message}}});
}

Json ok() {
    return Json{{"success", true}, {"id", "001"}, {"created", true}};
}

Json bad(const std::string& code, const std::string& message = "m") {
    return Json{
        {"success", false},
        {"errors", Json::array({Json{{"statusCode", code}, {"message", message}, {"fields", Json::array()}}})}};
}

Subanswer all_good(const Collection& part) {
    return {200, Json(std::vector<Json>(part.records.size(), ok()))};
}

/// Sends until the end; the count of calls.
std::size_t drive(RowSplitter& splitter, const std::function<Subanswer(const Collection&)>& org) {
    std::size_t calls = 0;
    for (;;) {
        const auto call = splitter.next();
        if (call.empty()) return calls;
        ++calls;
        EXPECT_LE(call.size(), subrequests_max);
        std::vector<Subanswer> answers;
        for (const Collection& part : call) answers.push_back(org(part));
        EXPECT_TRUE(splitter.take(answers));
    }
}

bool holds(const Collection& part, int key) {
    return std::any_of(part.records.begin(), part.records.end(),
                       [key](const Json& record) { return record["Key__c"] == key; });
}

TEST(RowSplitter, NamesTheOneBadRowOfTwoHundredAndWritesTheOthers) {
    RowSplitter splitter{{of("A", numbered(200))}};
    const std::size_t calls = drive(splitter, [](const Collection& part) -> Subanswer {
        if (holds(part, 137)) return {400, error("JSON_PARSER_ERROR", "Cannot deserialize")};
        return all_good(part);
    });
    for (std::size_t row = 0; row < 200; ++row) EXPECT_EQ(splitter.results()[0][row].success, row != 137) << row;
    EXPECT_EQ(splitter.results()[0][137].error.code, "JSON_PARSER_ERROR");
    EXPECT_EQ(splitter.results()[0][137].remedy, Remedy::give_up);
    EXPECT_LE(calls, 10U);
}

TEST(RowSplitter, SendsRowsWithOtherFieldsApartFirst) {
    std::vector<Json> rows = numbered(100);
    for (std::size_t i = 0; i < 40; ++i) rows[i * 2]["Gone__c"] = "x";
    RowSplitter splitter{{of("A", rows)}};
    const std::size_t calls = drive(splitter, [](const Collection& part) -> Subanswer {
        for (const Json& record : part.records)
            if (record.contains("Gone__c"))
                return {400, error("INVALID_FIELD", "No such column 'Gone__c' on sobject of type A")};
        return all_good(part);
    });
    EXPECT_EQ(calls, 2U) << "those that have the column are to blame, all of them";
    std::size_t failed = 0;
    for (const RowResult& row : splitter.results()[0]) failed += row.success ? 0 : 1;
    EXPECT_EQ(failed, 40U);
}

TEST(RowSplitter, DividesNothingForAnObjectThatIsNotThere) {
    for (const char* code : {"INVALID_TYPE", "NOT_FOUND"}) {
        RowSplitter splitter{{of("A", numbered(50))}};
        EXPECT_EQ(drive(splitter, [&](const Collection&) { return Subanswer{400, error(code)}; }), 1U);
        EXPECT_EQ(splitter.results()[0][49].error.code, code);
    }
}

TEST(RowSplitter, DividesNothingThatConcernsEverybody) {
    const std::pair<int, const char*> cases[] = {{403, "REQUEST_LIMIT_EXCEEDED"},
                                                 {403, "API_DISABLED_FOR_ORG"},
                                                 {503, "SERVER_UNAVAILABLE"},
                                                 {503, "ORG_IN_MAINTENANCE"},
                                                 {401, "INVALID_SESSION_ID"}};
    for (const auto& [status, code] : cases) {
        EXPECT_FALSE(is_divisible(status, ApiError{code, "m", {}})) << code;
        RowSplitter splitter{{of("A", numbered(50))}};
        EXPECT_EQ(drive(splitter, [&](const Collection&) { return Subanswer{status, error(code)}; }), 1U) << code;
    }
}

TEST(RowSplitter, DividesWhatIsTooLargeOrTooSlow) {
    for (const int status : {413, 414, 431}) EXPECT_TRUE(is_divisible(status, ApiError{})) << status;
    for (const char* code : {"EXCEEDED_ID_LIMIT", "EXCEEDED_MAX_SIZE_REQUEST", "TOO_MANY_RECORDS"})
        EXPECT_TRUE(is_divisible(400, ApiError{code, "", {}})) << code;
    EXPECT_TRUE(is_divisible(503, ApiError{"REQUEST_RUNNING_TOO_LONG", "", {}}));
    EXPECT_FALSE(is_divisible(503, ApiError{}));
    EXPECT_FALSE(is_divisible(404, ApiError{}));
}

TEST(RowSplitter, SendsCollectionsApartWhenTheirCallWasTooLarge) {
    RowSplitter splitter{{of("A", numbered(2)), of("B", numbered(2))}};
    CallFailure failure;
    failure.status = 413;
    ASSERT_EQ(splitter.next().size(), 2U);
    ASSERT_TRUE(splitter.take_failure(failure));
    const auto first = splitter.next();
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].object, "A");
    EXPECT_EQ(first[0].records.size(), 2U);
    ASSERT_TRUE(splitter.take_failure(failure)); // A alone is too large, too
    std::vector<std::string> sent;
    drive(splitter, [&](const Collection& part) {
        sent.push_back(part.object + std::to_string(part.records.size()));
        return all_good(part);
    });
    EXPECT_EQ(sent, (std::vector<std::string>{"A1", "A1", "B2"}));
    for (const auto& rows : splitter.results())
        for (const RowResult& row : rows) EXPECT_TRUE(row.success);
}

TEST(RowSplitter, GivesTheOneRowThatIsTooLargeItsFailure) {
    RowSplitter splitter{{of("A", numbered(1))}};
    CallFailure failure;
    failure.status = 413;
    EXPECT_EQ(splitter.next().size(), 1U);
    EXPECT_TRUE(splitter.take_failure(failure));
    EXPECT_TRUE(splitter.next().empty());
    EXPECT_EQ(splitter.results()[0][0].error.code, "HTTP 413");
    EXPECT_EQ(splitter.results()[0][0].remedy, Remedy::give_up);
}

TEST(RowSplitter, SendsRowsThatSpentALimitTogetherAgainInSmallerCompany) {
    RowSplitter splitter{{of("A", numbered(8)), of("B", numbered(1))}};
    std::vector<std::size_t> sizes;
    drive(splitter, [&](const Collection& part) -> Subanswer {
        if (part.object == "B") return all_good(part);
        sizes.push_back(part.records.size());
        if (part.records.size() <= 2) return all_good(part);
        const Json limited =
            bad("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "System.LimitException: Too many SOQL queries");
        return {200, Json(std::vector<Json>(part.records.size(), limited))};
    });
    EXPECT_EQ(sizes, (std::vector<std::size_t>{8, 4, 4, 2, 2, 2, 2}));
    for (const RowResult& row : splitter.results()[0]) EXPECT_TRUE(row.success);
}

TEST(RowSplitter, LeavesARowThatSpendsALimitAloneWithItsFailure) {
    RowSplitter splitter{{of("A", numbered(4))}};
    drive(splitter, [&](const Collection& part) -> Subanswer {
        Json rows = Json::array();
        for (const Json& record : part.records)
            rows.push_back(record["Key__c"] == 2
                               ? bad("CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "System.LimitException: CPU")
                               : ok());
        return {200, rows};
    });
    EXPECT_FALSE(splitter.results()[0][2].success);
    EXPECT_EQ(splitter.results()[0][2].remedy, Remedy::retry);
    EXPECT_TRUE(splitter.results()[0][3].success);
}

TEST(RowSplitter, SendsChildrenAgainAfterTheParentsThatWereDivided) {
    std::vector<Json> parents = numbered(2);
    std::vector<Json> children;
    for (int i = 0; i < 2; ++i) children.push_back(Json{{"Key__c", 10 + i}, {"Parent__r", {{"Key__c", i}}}});
    RowSplitter splitter{{of("P", parents), of("C", children)}};
    std::set<int> written;
    drive(splitter, [&](const Collection& part) -> Subanswer {
        if (part.object == "P" && holds(part, 1)) return {400, error("JSON_PARSER_ERROR")};
        Json rows = Json::array();
        for (const Json& record : part.records) {
            const bool there = part.object == "P" || written.contains(record["Parent__r"]["Key__c"].get<int>());
            if (part.object == "P") written.insert(record["Key__c"].get<int>());
            rows.push_back(there ? ok() : bad("INVALID_FIELD", "Foreign key external ID: 1 not found for field K"));
        }
        return {200, rows};
    });
    EXPECT_TRUE(splitter.results()[0][0].success);
    EXPECT_FALSE(splitter.results()[0][1].success);
    EXPECT_TRUE(splitter.results()[1][0].success) << "its parent was written after all";
    EXPECT_EQ(splitter.results()[1][1].remedy, Remedy::retry);
}

TEST(RowSplitter, EndsWithinItsCallsHoweverManyRowsAreBad) {
    std::vector<Collection> five(5, of("A", numbered(200)));
    RowSplitter splitter{five};
    const std::size_t calls = drive(splitter, [](const Collection&) {
        return Subanswer{400, error("JSON_PARSER_ERROR")};
    });
    EXPECT_LE(calls, write_calls_max);
    std::size_t later = 0;
    for (const auto& rows : splitter.results())
        for (const RowResult& row : rows) {
            EXPECT_FALSE(row.success);
            later += row.remedy == Remedy::retry ? 1 : 0;
        }
    EXPECT_GT(later, 0U) << "rows that could not be told apart are not given up";
}

TEST(RowSplitter, NeverSendsCreatesAgainThatMayHaveHappened) {
    RowSplitter splitter{{of("A", numbered(4), Kind::create)}};
    CallFailure failure;
    failure.status = 500;
    failure.error.code = "UNKNOWN_EXCEPTION";
    splitter.next();
    EXPECT_FALSE(splitter.take_failure(failure));

    RowSplitter part_failed{{of("A", numbered(4), Kind::create)}};
    EXPECT_EQ(drive(part_failed, [](const Collection&) { return Subanswer{500, error("UNKNOWN_EXCEPTION")}; }), 1U);

    RowSplitter refused{{of("A", numbered(2), Kind::create)}};
    EXPECT_EQ(drive(refused,
                    [](const Collection& part) -> Subanswer {
                        if (part.records.size() > 1) return {400, error("JSON_PARSER_ERROR")};
                        return all_good(part);
                    }),
              2U)
        << "a refusal had no effect";
}

TEST(RowSplitter, FindsTheRowThatBreaksTheServerButTakesABrokenServerForAnOutage) {
    CallFailure failure;
    failure.reached = true;
    failure.status = 500;
    failure.error.code = "UNKNOWN_EXCEPTION";
    RowSplitter one_bad{{of("A", numbered(16))}};
    for (;;) {
        const auto call = one_bad.next();
        if (call.empty()) break;
        if (holds(call[0], 5))
            ASSERT_TRUE(one_bad.take_failure(failure));
        else
            ASSERT_TRUE(one_bad.take({all_good(call[0])}));
    }
    for (std::size_t row = 0; row < 16; ++row) EXPECT_EQ(one_bad.results()[0][row].success, row != 5);
    EXPECT_EQ(one_bad.results()[0][5].remedy, Remedy::retry);

    RowSplitter all_bad{{of("A", numbered(16))}};
    std::size_t calls = 0;
    bool goes_on = true;
    while (goes_on && !all_bad.next().empty()) {
        ++calls;
        goes_on = all_bad.take_failure(failure);
    }
    EXPECT_FALSE(goes_on);
    EXPECT_LE(calls, 6U);

    RowSplitter lonely{{of("A", numbered(1))}};
    lonely.next();
    EXPECT_FALSE(lonely.take_failure(failure));
}

TEST(RowSplitter, DividesUpdatesOfSeveralObjectsByTheirObject) {
    std::vector<Json> rows;
    for (const char* type : {"A", "B", "A", "B"})
        rows.push_back(Json{{"attributes", {{"type", type}}}, {"Id", "1"}, {"Name", "n"}});
    RowSplitter splitter{{of("", rows, Kind::update)}};
    EXPECT_EQ(drive(splitter,
                    [](const Collection& part) -> Subanswer {
                        for (const Json& record : part.records)
                            if (record["attributes"]["type"] == "B") return {400, error("INVALID_TYPE")};
                        return all_good(part);
                    }),
              2U);
    EXPECT_TRUE(splitter.results()[0][0].success);
    EXPECT_FALSE(splitter.results()[0][1].success);
    EXPECT_TRUE(splitter.results()[0][2].success);
}

TEST(RowSplitter, RefusesAnswersThatDoNotMatchTheRows) {
    RowSplitter splitter{{of("A", numbered(2))}};
    splitter.next();
    EXPECT_FALSE(splitter.take({Subanswer{200, Json::array({ok()})}}));
}

TEST(RowSplitter, HasNothingToSendForNothing) {
    RowSplitter splitter{{of("A", {}), of("B", {})}};
    EXPECT_TRUE(splitter.next().empty());
    EXPECT_EQ(splitter.results().size(), 2U);
}

} // namespace
} // namespace paysync::salesforce
