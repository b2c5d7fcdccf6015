// The table of errors, against the facts.
#include "paysync/salesforce/verdict.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

namespace paysync::salesforce {
namespace {

TEST(Verdict, TellsTheSpentDayFromABusyMoment) {
    EXPECT_EQ(judge(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), Remedy::pause);
    EXPECT_EQ(judge(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests (Concurrent API Requests) Limit exceeded."),
              Remedy::slow_down);
    EXPECT_EQ(judge(503, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded"), Remedy::slow_down);
    EXPECT_EQ(judge(403, "REQUEST_LIMIT_EXCEEDED", "Grenzwert"), Remedy::pause);
}

TEST(Verdict, KnowsThe401ThatARenewalDoesNotCure) {
    EXPECT_EQ(judge(401, "INVALID_SESSION_ID", "Session expired or invalid"), Remedy::renew_token);
    EXPECT_EQ(judge(401, "INVALID_SESSION_ID", "This session is not valid for use with the REST API"), Remedy::pause);
    EXPECT_EQ(judge(401, "", "Connected app is not attached to Agent"), Remedy::pause);
    EXPECT_EQ(judge(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE"), Remedy::give_up);
    EXPECT_EQ(judge(401, "", ""), Remedy::renew_token);
}

TEST(Verdict, SeesTheLockBeneathATrigger) {
    EXPECT_EQ(
        judge(200, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
              "DLRS: execution of AfterUpdate caused by: UNABLE_TO_LOCK_ROW, unable to obtain exclusive access"),
        Remedy::retry);
    EXPECT_EQ(
        judge(200, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: System.LimitException: Too many SOQL queries: 101"),
        Remedy::retry);
    EXPECT_EQ(judge(200, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "T: Attempt to de-reference a null object"),
              Remedy::give_up);
    // A validation rule's text is the administrator's own and says nothing.
    EXPECT_EQ(judge(200, "FIELD_CUSTOM_VALIDATION_EXCEPTION", "UNABLE_TO_LOCK_ROW"), Remedy::give_up);
}

TEST(Verdict, TellsTheKindsOfDuplicatesApart) {
    EXPECT_EQ(judge(200, "DUPLICATE_VALUE", "duplicate value found: K__c duplicates value on record with id: 001"),
              Remedy::retry_at_once);
    EXPECT_EQ(judge(200, "DUPLICATE_VALUE", "Duplicate external id specified: 7"), Remedy::retry);
    EXPECT_EQ(judge(200, "DUPLICATE_VALUE", "Already a campaign member."), Remedy::none);
    EXPECT_EQ(judge(200, "DUPLICATES_DETECTED", "Use one of these records?"), Remedy::choose_record);
    EXPECT_EQ(judge(200, "DUPLICATE_EXTERNAL_ID", "K__c: more than one record found"), Remedy::choose_record);
}

TEST(Verdict, LooksUpAgainWhatIsStale) {
    EXPECT_EQ(judge(404, "ENTITY_IS_DELETED", "entity is deleted"), Remedy::resolve_anew);
    EXPECT_EQ(judge(200, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id"), Remedy::resolve_anew);
}

TEST(Verdict, WaitsForAParentButNotForAColumn) {
    EXPECT_EQ(judge(200, "INVALID_FIELD", "Foreign key external ID: 1580 not found for field F in entity User"),
              Remedy::retry);
    EXPECT_EQ(judge(400, "INVALID_FIELD", "No such column 'X' on sobject of type Y"), Remedy::give_up);
}

TEST(Verdict, FallsBackOnTheStatus) {
    EXPECT_EQ(judge(400, "NEW_CODE_OF_NEXT_YEAR", ""), Remedy::give_up);
    EXPECT_EQ(judge(200, "NEW_CODE_OF_NEXT_YEAR", ""), Remedy::give_up);
    EXPECT_EQ(judge(500, "NEW_CODE_OF_NEXT_YEAR", ""), Remedy::retry);
    EXPECT_EQ(judge(503, "", "<html>"), Remedy::retry);
    EXPECT_EQ(judge(302, "", ""), Remedy::pause);
}

TEST(Verdict, HasANameForEveryRemedy) {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Remedy::give_up); ++i) names.insert(name(static_cast<Remedy>(i)));
    EXPECT_EQ(names.size(), 9U);
    EXPECT_FALSE(names.contains("unknown"));
}

TEST(CallFailure, SaysWhatHappened) {
    CallFailure failure;
    failure.error.message = "connection refused";
    EXPECT_EQ(failure.text(), "no answer from Salesforce: connection refused");
    failure.status = 503;
    EXPECT_EQ(failure.text(), "an answer that is not Salesforce's (HTTP 503): connection refused");
    failure.reached = true;
    failure.error = {"JSON_PARSER_ERROR", "Unexpected end", {}};
    EXPECT_EQ(failure.text(), "Salesforce answered 503 JSON_PARSER_ERROR: Unexpected end");
}

// The facts' own table, a row each: code (with the text that tells its kinds apart), status, class.

struct Row {
    std::string code;
    std::string message;
    int status = 200;
    std::string kind;
};

std::filesystem::path facts() {
    const char* shared = std::getenv("PAYSYNC_SHARED");
    const std::filesystem::path folder = shared != nullptr ? shared : PAYSYNC_SOURCE_DIR "/../shared";
    return folder / "facts" / "salesforce-errors.tsv";
}

/// The first number of `403|503`, `5xx` or `400 (subrequest)`; 200 for rows.
int first_status(const std::string& text) {
    if (text.starts_with("4xx")) return 400;
    if (text.starts_with("5xx")) return 500;
    const int status = std::atoi(text.c_str());
    return status == 0 ? 200 : status;
}

Row read_row(const std::string& line) {
    std::vector<std::string> columns;
    std::size_t start = 0;
    for (std::size_t tab = line.find('\t'); tab != std::string::npos; tab = line.find('\t', start)) {
        columns.push_back(line.substr(start, tab - start));
        start = tab + 1;
    }
    Row row;
    row.code = columns.at(0);
    row.status = first_status(columns.at(1));
    row.kind = columns.at(2);
    if (const auto colon = row.code.find(": "); colon != std::string::npos) {
        row.message = row.code.substr(colon + 2);
        row.code.resize(colon);
    } else if (row.code.front() == '(') {
        if (const auto quote = row.code.find('\''); quote != std::string::npos)
            row.message = row.code.substr(quote + 1, row.code.rfind('\'') - quote - 1);
        row.code.clear();
    }
    return row;
}

TEST(Verdict, DecidesEveryErrorOfTheFactsAsItsClassSays) {
    std::ifstream file{facts()};
    if (!file) GTEST_SKIP() << facts() << " is not there";
    const std::map<std::string, std::set<Remedy>> remedies{
        {"success", {Remedy::none}},
        {"retry", {Remedy::retry, Remedy::slow_down}},
        {"reauth", {Remedy::renew_token}},
        {"pause", {Remedy::pause}},
        {"permanent", {Remedy::give_up, Remedy::resolve_anew}},
        {"dedupe", {Remedy::choose_record, Remedy::retry_at_once, Remedy::retry, Remedy::none}},
    };
    std::string line;
    std::getline(file, line); // the names of the columns
    std::size_t rows = 0;
    while (std::getline(file, line)) {
        const Row row = read_row(line);
        if (line.starts_with("(network reset")) continue; // not an answer
        const Remedy remedy = judge(row.status, row.code, row.message);
        EXPECT_TRUE(remedies.at(row.kind).contains(remedy)) << line.substr(0, 80) << " is " << name(remedy);
        // A code of its own must stand in the table: with a status that says the opposite it is decided all the same.
        if (!row.code.empty() && row.status != 401) {
            const int opposite = row.kind == "retry" ? 400 : 500;
            EXPECT_EQ(judge(opposite, row.code, row.message), remedy) << row.code << " is not in the table";
        }
        ++rows;
    }
    EXPECT_GT(rows, 120U);
}

} // namespace
} // namespace paysync::salesforce
