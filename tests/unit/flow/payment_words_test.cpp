// What codes, categories and intervals say in words and numbers.
#include "flow_fixture.hpp"

#include "flow/codes.hpp"

#include <gmock/gmock.h>

#include <set>

namespace paysync::flow {
namespace {

using testing::HasSubstr;

Json decline(const std::string& argument, Json event = Json::object()) {
    return value_of("decline(" + argument + ") | tojson", std::move(event));
}

TEST(ResponseCodes, EachHasAClassAndWordsOfItsOwn) {
    const Json codes = response_codes();
    EXPECT_EQ(codes.size(), 258U);
    std::set<std::string> summaries;
    for (const auto& [code, row] : codes.items()) {
        EXPECT_EQ(code.size(), 5U) << code;
        const auto kind = row.at(0).get<std::string>();
        const auto summary = row.at(1).get<std::string>();
        EXPECT_TRUE(kind == "approved" || kind == "soft" || kind == "hard" || kind == "risk" || kind == "other")
            << code;
        EXPECT_GE(summary.size(), 8U) << code;
        EXPECT_LE(summary.size(), 70U) << code;
        EXPECT_TRUE(summaries.insert(summary).second) << summary << " twice";
        EXPECT_TRUE(row.at(2).is_null() || row.at(2).is_boolean()) << code;
        if (kind == "hard") {
            EXPECT_EQ(row.at(2), false) << code << ": the same card is never tried again";
        }
        if (kind == "approved") {
            EXPECT_TRUE(row.at(2).is_null()) << code;
        }
    }
}

TEST(Decline, IsToldInWordsByTheCodeAlone) {
    EXPECT_EQ(decline("\"20051\""), R"({"class":"soft","summary":"Not enough money in the account","retry":true})");
    EXPECT_EQ(decline("\"200R1\""),
              R"({"class":"soft","summary":"The card holder stopped this recurring payment","retry":false})");
    EXPECT_EQ(decline("\"2005C\""),
              R"({"class":"soft","summary":"The bank has blocked this kind of payment","retry":null})");
    EXPECT_EQ(decline("\"30043\""), R"({"class":"hard","summary":"The card was reported stolen","retry":false})");
    EXPECT_EQ(decline("\"43401\""), R"({"class":"risk","summary":"The risk check wants 3-D Secure","retry":false})");
    EXPECT_EQ(decline("\"10000\""), R"({"class":"approved","summary":"Approved","retry":null})");
    EXPECT_EQ(decline("\"50466\""), R"({"class":"other","summary":"The account has been closed","retry":null})");
}

TEST(Decline, OfACodeThatIsNotKnownIsToldByItsFirstDigits) {
    EXPECT_EQ(decline("\"209Z9\""), R"({"class":"soft","summary":"209Z9","retry":null})");
    EXPECT_EQ(decline("\"30999\""), R"({"class":"hard","summary":"30999","retry":false})");
    EXPECT_EQ(decline("\"\""), R"({"class":"other","summary":"","retry":null})");
    EXPECT_EQ(decline("null"), R"({"class":null,"summary":null,"retry":null})");
    EXPECT_EQ(decline("20051"), R"({"class":null,"summary":null,"retry":null})") << "a code is no number";
}

TEST(Decline, OfAFailureTakesItsSummaryWhereTheCodeIsNotKnown) {
    const Json event{{"known", {{"code", "20051"}, {"summary", "Insufficient Funds"}}},
                     {"other", {{"code", "209Z9"}, {"summary", "Something New"}}},
                     {"bare", {{"summary", "Only words"}}}};
    EXPECT_EQ(decline(".known", event),
              R"({"class":"soft","summary":"Not enough money in the account","retry":true})");
    EXPECT_EQ(decline(".other", event), R"({"class":"soft","summary":"Something New","retry":null})");
    EXPECT_EQ(decline(".bare", event), R"({"class":null,"summary":"Only words","retry":null})");
    EXPECT_EQ(decline(".missing", event), R"({"class":null,"summary":null,"retry":null})");
}

TEST(DisputeReason, IsToldInWords) {
    EXPECT_EQ(value_of("dispute_reason(\"fraudulent\"; \"10.4\")"),
              "The card holder says that it was not them (10.4)");
    EXPECT_EQ(value_of("dispute_reason(.dispute.category; null)", {{"dispute", {{"category", "duplicate"}}}}),
              "The same purchase was charged twice");
    EXPECT_EQ(value_of("dispute_reason(\"brand_new_reason\"; \"\")"), "brand new reason");
    EXPECT_EQ(value_of("dispute_reason(null; \"13.1\")"), "Reason 13.1");
    EXPECT_EQ(value_of("dispute_reason(null; null)"), nullptr);
    for (const char* category : {"fraudulent", "unrecognized", "canceled_recurring", "product_service_not_received",
                                 "not_as_described", "credit_not_issued", "duplicate", "incorrect_amount", "general"})
        EXPECT_THAT(value_of(std::string{"dispute_reason(\""} + category + "\"; null)").get<std::string>(),
                    testing::MatchesRegex("^[A-Z].* .*"))
            << category;
}

TEST(Monthly, RoundsHalfUpToTheMinorUnit) {
    EXPECT_EQ(value_of("monthly(1200; \"year\")"), 100);
    EXPECT_EQ(value_of("monthly(100; \"week\")"), 433);
    EXPECT_EQ(value_of("monthly(100; \"day\")"), 3042);
    EXPECT_EQ(value_of("monthly(1000; \"quarter\")"), 333);
    EXPECT_EQ(value_of("monthly(5; null)"), 5);
    EXPECT_EQ(value_of("monthly(6; \"year\")"), 1);
    EXPECT_EQ(value_of("monthly(null; \"year\")"), nullptr);
    EXPECT_THAT(value_of("monthly(1; \"moon\")").get<std::string>(), HasSubstr("no such interval: moon"));
}

TEST(Monthly, MindsTheCountOfAnInterval) {
    const auto monthly = [](const char* interval, int count) {
        return value_of("monthly(1000; .subscription)",
                        {{"subscription", {{"interval", interval}, {"interval_count", count}}}});
    };
    EXPECT_EQ(monthly("month", 3), 333);
    EXPECT_EQ(monthly("week", 2), 2167);
    EXPECT_EQ(monthly("year", 2), 42);
    EXPECT_EQ(value_of("monthly(1000; .subscription)", {{"subscription", {{"interval", nullptr}}}}), 1000);
}

} // namespace
} // namespace paysync::flow
