// The table of errors, against the facts.
#include "paysync/salesforce/verdict.hpp"

#include "support/shared_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <sstream>

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
    EXPECT_EQ(judge(302, "", ""), Remedy::renew_token) << "the org may have moved";
    EXPECT_EQ(judge(305, "", ""), Remedy::pause);
}

TEST(Verdict, HasANameForEveryRemedy) {
    std::set<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Remedy::give_up); ++i) names.insert(name(static_cast<Remedy>(i)));
    EXPECT_EQ(names.size(), 10U);
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

TEST(Contradictions, AreErrorsThatANewDescriptionCanExplain) {
    for (const char* code : {"INVALID_FIELD", "INVALID_TYPE", "REQUIRED_FIELD_MISSING", "STRING_TOO_LONG",
                             "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", "INVALID_CURRENCY_ISO"})
        EXPECT_TRUE(contradicts_description(code, "No such column 'X'")) << code;
    EXPECT_FALSE(contradicts_description("INVALID_FIELD", "Foreign key external ID: 1 not found for field F"));
    for (const char* code : {"UNABLE_TO_LOCK_ROW", "FIELD_CUSTOM_VALIDATION_EXCEPTION", "DUPLICATE_VALUE", ""})
        EXPECT_FALSE(contradicts_description(code, "")) << code;
}

TEST(Advice, IsNotGivenForWhatPassesByItself) {
    EXPECT_EQ(advice(200, "UNABLE_TO_LOCK_ROW", "m"), "");
    EXPECT_EQ(advice(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentRequests Limit exceeded."), "");
    EXPECT_EQ(advice(400, "invalid_grant", "token request is already being processed"), "");
    EXPECT_EQ(advice(503, "", "<html>"), "");
    EXPECT_NE(advice(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded."), "");
}

// The facts' own table, a row each: code (with the text that tells its kinds apart), statuses, class.

struct Row {
    std::string code;
    std::string message;
    std::vector<int> statuses;
    std::string kind;
};

/// `403|503`, `5xx`, `400 (subrequest)`, `row|400`; 200 for rows of a collection.
std::vector<int> statuses_of(const std::string& text) {
    std::vector<int> statuses;
    std::istringstream parts{text};
    for (std::string part; std::getline(parts, part, '|');) {
        if (part.starts_with("4xx"))
            statuses.push_back(400);
        else if (part.starts_with("5xx"))
            statuses.insert(statuses.end(), {500, 502, 503, 504});
        else
            statuses.push_back(std::atoi(part.c_str()) == 0 ? 200 : std::atoi(part.c_str()));
    }
    return statuses;
}

Row read_row(const std::string& line) {
    std::vector<std::string> columns;
    std::istringstream parts{line};
    for (std::string part; std::getline(parts, part, '\t');) columns.push_back(part);
    Row row;
    row.code = columns.at(0);
    row.statuses = statuses_of(columns.at(1));
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

std::vector<std::string> lines_of_facts() {
    std::vector<std::string> lines;
    const auto folder = tests::shared_folder();
    if (!folder) return lines;
    std::istringstream file{tests::file_bytes(*folder / "facts" / "salesforce-errors.tsv")};
    std::string line;
    std::getline(file, line); // the names of the columns
    while (std::getline(file, line))
        if (!line.starts_with("(network reset")) lines.push_back(line); // that one is no answer
    return lines;
}

/// Every class has one remedy; what is decided in another way stands here, by the beginning of its line, with the
/// reason.
struct Exception {
    std::string_view line;
    Remedy remedy;
    std::string_view reason;
};
constexpr Exception exceptions[] = {
    {"REQUEST_LIMIT_EXCEEDED: Concurrent", Remedy::slow_down, "the same again, but with fewer calls at once"},
    {"ENTITY_IS_DELETED", Remedy::resolve_anew, "not written as it is, but the key may find another record"},
    {"INVALID_CROSS_REFERENCE_KEY", Remedy::resolve_anew, "the same for a look-up's id"},
    {"DUPLICATE_VALUE: duplicate value found", Remedy::retry_at_once,
     "of the key it was a race, and becomes an update; of another field composite.cpp makes choose_record of it"},
    {"DUPLICATE_VALUE: Duplicate external id specified", Remedy::retry, "two rows of one call: apart they work"},
    {"DUPLICATE_VALUE: Already a campaign member", Remedy::none, "what was wanted is so"},
};

Remedy expected(const std::string& line, const std::string& kind) {
    for (const Exception& exception : exceptions)
        if (line.starts_with(exception.line)) return exception.remedy;
    static const std::map<std::string, Remedy> remedies{
        {"success", Remedy::none}, {"retry", Remedy::retry},       {"reauth", Remedy::renew_token},
        {"pause", Remedy::pause},  {"permanent", Remedy::give_up}, {"dedupe", Remedy::choose_record}};
    return remedies.at(kind);
}

TEST(Verdict, DecidesEveryErrorOfTheFactsAsItsClassSays) {
    const auto lines = lines_of_facts();
    if (lines.empty()) GTEST_SKIP() << "shared/facts/salesforce-errors.tsv is not there";
    for (const std::string& line : lines) {
        const Row row = read_row(line);
        const Remedy wanted = expected(line, row.kind);
        for (const int status : row.statuses)
            EXPECT_EQ(name(judge(status, row.code, row.message)), name(wanted))
                << status << " " << line.substr(0, 80);
        // A code of its own must stand in the table: with a status that says the opposite it is decided all the same.
        if (row.code.empty() || row.kind == "reauth") continue;
        const int opposite = row.kind == "retry" ? 400 : 500;
        EXPECT_EQ(name(judge(opposite, row.code, row.message)), name(wanted)) << row.code << " is not in the table";
    }
    EXPECT_GT(lines.size(), 120U);
    for (const Exception& exception : exceptions)
        EXPECT_TRUE(std::any_of(lines.begin(), lines.end(),
                                [&](const std::string& line) { return line.starts_with(exception.line); }))
            << exception.line << " is no longer in the table";
}

TEST(Advice, IsGivenForEveryErrorOfTheFactsThatNeedsAPerson) {
    const auto lines = lines_of_facts();
    if (lines.empty()) GTEST_SKIP() << "shared/facts/salesforce-errors.tsv is not there";
    for (const std::string& line : lines) {
        const Row row = read_row(line);
        if (row.kind != "pause") continue;
        EXPECT_NE(advice(row.statuses.front(), row.code, row.message), "") << line.substr(0, 80);
    }
}

} // namespace
} // namespace paysync::salesforce
