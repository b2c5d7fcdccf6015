// Errors and usage as Salesforce writes them.
#include "salesforce/answer.hpp"

#include <gtest/gtest.h>

namespace paysync::salesforce {
namespace {

net::Response response(unsigned status, std::string body) {
    net::Response made;
    made.status = status;
    made.body = std::move(body);
    return made;
}

TEST(ReadError, KnowsAllThreeShapes) {
    const ApiError single = read_error(Json::parse(
        R"([{"message":"Required fields are missing: [Name]","errorCode":"REQUIRED_FIELD_MISSING","fields":["Name"]}])"));
    EXPECT_EQ(single.code, "REQUIRED_FIELD_MISSING");
    EXPECT_EQ(single.message, "Required fields are missing: [Name]");
    EXPECT_EQ(single.fields, std::vector<std::string>{"Name"});
    EXPECT_EQ(read_error(Json::parse(R"([{"statusCode":"UNABLE_TO_LOCK_ROW","message":"m","fields":[]}])")).code,
              "UNABLE_TO_LOCK_ROW");
    const ApiError oauth =
        read_error(Json::parse(R"({"error":"invalid_grant","error_description":"user is locked"})"));
    EXPECT_EQ(oauth.code, "invalid_grant");
    EXPECT_EQ(oauth.message, "user is locked");
}

TEST(ReadError, ToleratesWhatIsNotThere) {
    EXPECT_EQ(read_error(Json{}).code, "");
    EXPECT_EQ(read_error(Json::array()).code, "");
    EXPECT_EQ(read_error(Json::parse(R"([{"errorCode":5,"fields":null}])")).code, "5");
    EXPECT_EQ(read_error(Json::parse(R"(["text"])")).code, "");
}

TEST(Refused, KeepsTheBeginningOfAnHtmlPage) {
    const auto failure = refused(
        response(503, "<html>\n<title>Down\xFF for maintenance</title>" + std::string(5000, 'x')), Effect::reads);
    EXPECT_FALSE(failure.reached);
    EXPECT_EQ(failure.status, 503);
    EXPECT_EQ(failure.remedy, Remedy::retry);
    EXPECT_TRUE(failure.error.message.starts_with("<html> <title>Down"));
    EXPECT_LE(failure.error.message.size(), 210U);
    EXPECT_EQ(refused(response(502, " "), Effect::reads).error.message, "an empty body");
}

TEST(Refused, DoubtsAWriteThatEndedInAServerError) {
    EXPECT_TRUE(refused(response(504, ""), Effect::writes).may_have_happened);
    EXPECT_FALSE(refused(response(504, ""), Effect::reads).may_have_happened);
    EXPECT_FALSE(refused(response(400, "[]"), Effect::writes).may_have_happened);
}

TEST(Refused, HonoursRetryAfterInSeconds) {
    auto answer = response(429, "");
    EXPECT_FALSE(refused(answer, Effect::reads).retry_after_seconds);
    answer.headers.set("retry-after", " 120 ");
    EXPECT_EQ(refused(answer, Effect::reads).retry_after_seconds, 120);
    for (const char* odd : {"-5", "soon", "1.5", "", "Wed, 21 Oct 2026 07:28:00 GMT"}) {
        answer.headers.set("Retry-After", odd);
        EXPECT_FALSE(refused(answer, Effect::reads).retry_after_seconds) << odd;
    }
    answer.headers.set("Retry-After", "99999999999");
    EXPECT_EQ(refused(answer, Effect::reads).retry_after_seconds, 86'400);
}

TEST(Unreached, SaysWhetherAWriteCanHaveHappened) {
    const base::Error not_sent{base::Errc::not_sent, "refused"};
    const base::Error unknown{base::Errc::unknown, "reset"};
    EXPECT_FALSE(unreached(not_sent, Effect::writes).may_have_happened);
    EXPECT_TRUE(unreached(unknown, Effect::writes).may_have_happened);
    EXPECT_FALSE(unreached(unknown, Effect::reads).may_have_happened);
    EXPECT_EQ(unreached(unknown, Effect::writes).remedy, Remedy::retry);
    EXPECT_FALSE(unreached(unknown, Effect::writes).reached);
}

TEST(ReadUsage, FindsTheOrgsOwnNumbers) {
    EXPECT_EQ(read_usage("api-usage=18/100000")->used, 18);
    EXPECT_EQ(read_usage("api-usage=18/100000")->limit, 100'000);
    EXPECT_EQ(read_usage("api-usage=25/5000; per-app-api-usage=17/250(appName=sample-app)")->used, 25);
    EXPECT_EQ(read_usage("per-app-api-usage=17/250(appName=sample-app); api-usage=25/5000")->limit, 5'000);
    for (const char* odd : {"", "api-usage=", "api-usage=1", "api-usage=a/b", "api-usage=-1/5", "usage=1/2"})
        EXPECT_FALSE(read_usage(odd)) << odd;
}

} // namespace
} // namespace paysync::salesforce
