// Bodies of composite calls.
#include "salesforce/composite.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce {
namespace {

Collection upsert(const std::string& object, std::vector<Json> records) {
    Collection made;
    made.object = object;
    made.external_id = "Cko_Id__c";
    made.records = std::move(records);
    return made;
}

Collection of_kind(Collection::Kind kind, std::vector<Json> records) {
    Collection made;
    made.kind = kind;
    made.object = "Opportunity";
    made.records = std::move(records);
    return made;
}

Subanswer rows(const char* body, int status = 200) {
    return {status, Json::parse(body)};
}

TEST(WriteRequest, UpsertsByKeyInTheOrderGiven) {
    const Json contact{{"Cko_Id__c", "cus_1"}, {"LastName", "L"}, {"Account", {{"Cko_Id__c", "cus_1"}}}};
    const Json request = write_request(
        "64.0", {upsert("Account", {Json{{"Cko_Id__c", "cus_1"}, {"Name", "A"}}}), upsert("Contact", {contact})});
    EXPECT_EQ(request["allOrNone"], false);
    EXPECT_EQ(request["collateSubrequests"], false);
    const Json& parts = request["compositeRequest"];
    ASSERT_EQ(parts.size(), 2U);
    EXPECT_EQ(parts[0]["method"], "PATCH");
    EXPECT_EQ(parts[0]["url"], "/services/data/v64.0/composite/sobjects/Account/Cko_Id__c");
    EXPECT_EQ(parts[0]["httpHeaders"], (Json{{"Sforce-Auto-Assign", "FALSE"}}));
    EXPECT_EQ(parts[0]["body"]["allOrNone"], false);
    EXPECT_EQ(parts[0]["body"]["records"][0],
              (Json{{"attributes", {{"type", "Account"}}}, {"Cko_Id__c", "cus_1"}, {"Name", "A"}}));
    EXPECT_FALSE(parts[1].contains("httpHeaders"));
    EXPECT_EQ(parts[1]["body"]["records"][0]["Account"], (Json{{"Cko_Id__c", "cus_1"}}));
    EXPECT_NE(parts[0]["referenceId"], parts[1]["referenceId"]);
}

TEST(WriteRequest, CreatesByPostAndUpdatesById) {
    const Json request = write_request(
        "64.0", {of_kind(Collection::Kind::create, {Json{{"Name", "N"}}}),
                 of_kind(Collection::Kind::update,
                         {Json{{"attributes", {{"type", "Case"}}}, {"Id", "500"}, {"Subject", nullptr}}})});
    const Json& parts = request["compositeRequest"];
    EXPECT_EQ(parts[0]["method"], "POST");
    EXPECT_EQ(parts[0]["url"], "/services/data/v64.0/composite/sobjects");
    EXPECT_EQ(parts[0]["body"]["records"][0]["attributes"]["type"], "Opportunity");
    EXPECT_FALSE(parts[0].contains("httpHeaders"));
    EXPECT_EQ(parts[1]["method"], "PATCH");
    EXPECT_EQ(parts[1]["url"], "/services/data/v64.0/composite/sobjects");
    EXPECT_EQ(parts[1]["body"]["records"][0],
              (Json{{"attributes", {{"type", "Case"}}}, {"id", "500"}, {"Subject", nullptr}}));
    EXPECT_TRUE(parts[1].contains("httpHeaders")) << "an update may mix objects";
}

TEST(WriteRequest, LeavesEmptyCollectionsOut) {
    EXPECT_TRUE(write_request("64.0", {upsert("Account", {})}).is_null());
    const Json request = write_request("64.0", {upsert("Account", {}), upsert("Contact", {Json::object()})});
    EXPECT_EQ(request["compositeRequest"].size(), 1U);
    EXPECT_EQ(request["compositeRequest"][0]["referenceId"], "part1");
}

TEST(QueryRequest, EncodesStatements) {
    const Json request = query_request("64.0", {"SELECT Id FROM Contact WHERE Email = 'a+b@c.de'"});
    EXPECT_EQ(request["compositeRequest"][0]["url"],
              "/services/data/v64.0/query?q=SELECT%20Id%20FROM%20Contact%20WHERE%20Email%20%3D%20%27a%2Bb%40c.de%27");
    EXPECT_EQ(request["compositeRequest"][0]["method"], "GET");
}

TEST(ReadComposite, PutsPartsInOrderByTheirReference) {
    const auto parts = read_composite(Json::parse(R"({"compositeResponse":[
        {"body":[2],"httpHeaders":{},"httpStatusCode":200,"referenceId":"part1"},
        {"body":[1],"httpHeaders":{},"httpStatusCode":400,"referenceId":"part0"}]})"),
                                      3);
    ASSERT_TRUE(parts);
    EXPECT_EQ((*parts)[0].status, 400);
    EXPECT_EQ((*parts)[1].body, Json::array({2}));
    EXPECT_EQ((*parts)[2].status, 0);
}

TEST(ReadComposite, RefusesWhatItCannotAttribute) {
    for (const char* body :
         {"null", "{}", R"({"compositeResponse":{}})", R"({"compositeResponse":[{"body":[],"httpStatusCode":200}]})",
          R"({"compositeResponse":[{"body":[],"httpStatusCode":200,"referenceId":"part2"}]})",
          R"({"compositeResponse":[{"body":[],"httpStatusCode":200,"referenceId":"part-1"}]})",
          R"({"compositeResponse":[{"body":[],"httpStatusCode":"200","referenceId":"part0"}]})",
          R"({"compositeResponse":[{"body":[],"httpStatusCode":200,"referenceId":"part0"},
                                                      {"body":[],"httpStatusCode":200,"referenceId":"part0"}]})"})
        EXPECT_FALSE(read_composite(Json::parse(body), 2)) << body;
}

TEST(ReadRows, TakesThemInOrderWithTheirOwnFailures) {
    const auto read = read_rows(upsert("Account", std::vector<Json>(3)), rows(R"([
        {"id":"001xx000003DGb1AAG","success":true,"errors":[],"created":true},
        {"success":false,"errors":[{"statusCode":"UNABLE_TO_LOCK_ROW","message":"m","fields":[]}],"created":true},
        {"id":"001xx000003DGb2AAG","success":true,"errors":[],"created":false}])"));
    ASSERT_TRUE(read);
    EXPECT_TRUE((*read)[0].success && (*read)[0].created);
    EXPECT_EQ((*read)[0].id, "001xx000003DGb1AAG");
    EXPECT_FALSE((*read)[1].success || (*read)[1].created) << "created of a failed row means nothing";
    EXPECT_EQ((*read)[1].remedy, Remedy::retry);
    EXPECT_EQ((*read)[1].error.code, "UNABLE_TO_LOCK_ROW");
    EXPECT_TRUE((*read)[2].success);
    EXPECT_FALSE((*read)[2].created);
}

TEST(ReadRows, JudgesBySuccessAndNotByErrors) {
    const auto read = read_rows(of_kind(Collection::Kind::create, std::vector<Json>(1)), rows(R"([
        {"id":"e01xx0000000001AAA","success":true,"errors":[{"statusCode":"OPERATION_ENQUEUED","message":"uuid"}]}])"));
    ASSERT_TRUE(read);
    EXPECT_TRUE((*read)[0].success && (*read)[0].created);
    EXPECT_EQ((*read)[0].remedy, Remedy::none);
}

TEST(ReadRows, GivesEachRowTheFailureOfItsWholeSubrequest) {
    const auto read = read_rows(
        upsert("Account", std::vector<Json>(2)),
        rows(R"([{"errorCode":"INVALID_FIELD","message":"No such column 'X' on sobject of type Account"}])", 400));
    ASSERT_TRUE(read);
    ASSERT_EQ(read->size(), 2U);
    for (const RowResult& row : *read) {
        EXPECT_FALSE(row.success);
        EXPECT_EQ(row.remedy, Remedy::give_up);
        EXPECT_EQ(row.error.code, "INVALID_FIELD");
    }
}

TEST(ReadRows, RefusesAnAnswerThatDoesNotMatchTheRows) {
    const Collection two = upsert("Account", std::vector<Json>(2));
    EXPECT_FALSE(read_rows(two, rows(R"([{"id":"1","success":true}])")));
    EXPECT_FALSE(read_rows(two, rows(R"([{"id":"1","success":true},{"id":"2"}])")));
    EXPECT_FALSE(read_rows(two, rows(R"({"success":true})")));
    EXPECT_FALSE(read_rows(two, Subanswer{}));
    EXPECT_TRUE(read_rows(upsert("Account", {}), Subanswer{})) << "nothing was asked";
}

Remedy of_duplicate(const Collection& collection, const std::string& message) {
    Json row{{"success", false}, {"errors", {{{"statusCode", "DUPLICATE_VALUE"}, {"message", message}}}}};
    const auto read = read_rows(collection, Subanswer{200, Json::array({row})});
    return read ? read->front().remedy : Remedy::give_up;
}

TEST(ReadRows, TellsALostRaceFromAValueOfAnotherRecord) {
    const Collection one = upsert("Account", std::vector<Json>(1));
    const std::string of_key = "duplicate value found: Cko_Id__c duplicates value on record with id: 001xx";
    EXPECT_EQ(of_duplicate(one, of_key), Remedy::retry_at_once);
    EXPECT_EQ(of_duplicate(one, "duplicate value found: <unknown> duplicates value on record with id: <unknown>"),
              Remedy::retry_at_once);
    EXPECT_EQ(of_duplicate(one, "duplicate value found: Tax_Id__c duplicates value on record with id: 001xx"),
              Remedy::choose_record);
    EXPECT_EQ(of_duplicate(of_kind(Collection::Kind::create, std::vector<Json>(1)), of_key), Remedy::choose_record);
}

TEST(ReadRows, TakesAnExistingCampaignMemberAsDone) {
    const Json row{{"success", false},
                   {"errors", {{{"statusCode", "DUPLICATE_VALUE"}, {"message", "Already a campaign member."}}}}};
    const auto read =
        read_rows(of_kind(Collection::Kind::create, std::vector<Json>(1)), Subanswer{200, Json::array({row})});
    ASSERT_TRUE(read);
    EXPECT_TRUE(read->front().success);
    EXPECT_FALSE(read->front().created);
}

} // namespace
} // namespace paysync::salesforce
