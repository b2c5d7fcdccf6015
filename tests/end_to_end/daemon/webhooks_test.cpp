#include "support/running_pair.hpp"
#include "support/shared_files.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace paysync {
namespace {

using base::Json;
using tests::RunningPair;

class Webhooks : public testing::Test {
protected:
    static void SetUpTestSuite() {
        pair_ = std::make_unique<RunningPair>();
        ASSERT_TRUE(pair_->start_daemon()) << pair_->log("paysync.log");
    }
    static void TearDownTestSuite() {
        EXPECT_TRUE(pair_->daemon->running()) << pair_->log("paysync.log");
        pair_.reset();
    }

    static unsigned status_of(net::Request request) {
        const auto answer = pair_->send(pair_->webhooks, std::move(request));
        if (!answer) ADD_FAILURE() << answer.error().detail;
        return answer ? answer->status : 0;
    }

    static std::unique_ptr<RunningPair> pair_;
};

std::unique_ptr<RunningPair> Webhooks::pair_;

TEST_F(Webhooks, AreTakenWhenSignedAndStoredOnce) {
    const std::string body =
        R"({"id":"evt_once","type":"payment_approved","created_on":"2026-01-01T00:00:00Z","data":{"id":"pay_once"}})";
    const auto before = pair_->store_counts().at("events").get<int>();

    EXPECT_EQ(status_of(pair_->signed_webhook(body)), 200U);
    EXPECT_EQ(status_of(pair_->signed_webhook(body)), 200U);

    EXPECT_EQ(pair_->store_counts().at("events").get<int>(), before + 1);
}

TEST_F(Webhooks, AreRefusedWithTheDocumentedAnswers) {
    const std::string body = R"({"id":"evt_bad"})";
    auto unsigned_request = pair_->signed_webhook(body);
    unsigned_request.headers = {};
    EXPECT_EQ(status_of(unsigned_request), 401U);

    auto wrong = pair_->signed_webhook(body);
    wrong.headers.set("Cko-Signature", std::string(64, '0'));
    EXPECT_EQ(status_of(wrong), 401U);

    auto tampered = pair_->signed_webhook(body);
    tampered.body += " ";
    EXPECT_EQ(status_of(tampered), 401U);

    auto get = pair_->signed_webhook(body);
    get.method = "GET";
    EXPECT_EQ(status_of(get), 405U);

    const auto elsewhere = pair_->send(pair_->webhooks + "/elsewhere", pair_->signed_webhook(body));
    ASSERT_TRUE(elsewhere);
    EXPECT_EQ(elsewhere->status, 404U);

    EXPECT_EQ(status_of(pair_->signed_webhook(std::string(2U << 20U, 'x'))), 413U);

    auto long_header = pair_->signed_webhook(body);
    long_header.headers.set("X-Long", std::string(64U << 10U, 'x'));
    EXPECT_EQ(status_of(long_header), 431U);
}

TEST_F(Webhooks, OfNoJsonAreKeptAsDeadLetters) {
    const auto before = pair_->store_counts();

    EXPECT_EQ(status_of(pair_->signed_webhook("this is \xff no JSON")), 200U);
    ASSERT_TRUE(pair_->wait_until_settled(RunningPair::Until::events_are_settled));

    const auto after = pair_->store_counts();
    EXPECT_EQ(after.at("events").get<int>(), before.at("events").get<int>() + 1);
    EXPECT_EQ(after.at("dead").get<int>(), before.at("dead").get<int>() + 1);
}

TEST_F(Webhooks, OfEveryPublishedShapeAreTakenAndSettled) {
    const auto shared = tests::shared_folder();
    if (!shared) GTEST_SKIP() << "the published samples are not on this machine";
    std::size_t sent = 0;
    for (const auto& file : std::filesystem::directory_iterator(*shared / "samples/checkout/webhooks")) {
        EXPECT_EQ(status_of(pair_->signed_webhook(tests::file_bytes(file.path()))), 200U) << file.path().filename();
        ++sent;
    }

    EXPECT_GT(sent, 20U);
    EXPECT_TRUE(pair_->wait_until_settled(RunningPair::Until::events_are_settled));
}

TEST_F(Webhooks, BringAPayerAndAWonOpportunityIntoTheOrg) {
    const Json approved{
        {"id", "evt_story_1"},
        {"type", "payment_approved"},
        {"version", "1.0.29"},
        {"created_on", "2026-03-01T10:00:00Z"},
        {"data",
         {{"id", "pay_story"},
          {"action_id", "act_story_1"},
          {"amount", 4990},
          {"currency", "EUR"},
          {"payment_type", "Regular"},
          {"processed_on", "2026-03-01T10:00:00Z"},
          {"response_code", "10000"},
          {"reference", "ORD-1"},
          {"customer", {{"id", "cus_story"}, {"email", "grace@example.org"}, {"name", "Grace Hopper"}}},
          {"source",
           {{"type", "card"}, {"scheme", "VISA"}, {"last_4", "4242"}, {"expiry_month", 7}, {"expiry_year", 2030}}}}}};
    const Json captured{
        {"id", "evt_story_2"},
        {"type", "payment_captured"},
        {"version", "1.0.1"},
        {"created_on", "2026-03-01T10:00:05Z"},
        {"data",
         {{"id", "pay_story"},
          {"action_id", "act_story_2"},
          {"amount", 4990},
          {"currency", "EUR"},
          {"reference", "ORD-1"},
          {"processed_on", "2026-03-01T10:00:05Z"},
          {"response_code", "10000"},
          {"balances", {{"total_authorized", 4990}, {"total_captured", 4990}, {"total_refunded", 0}}}}}};

    EXPECT_EQ(status_of(pair_->signed_webhook(captured.dump())), 200U); // the later one first
    EXPECT_EQ(status_of(pair_->signed_webhook(approved.dump())), 200U);
    ASSERT_TRUE(pair_->wait_until_settled(RunningPair::Until::events_are_settled));

    const Json contacts = pair_->org()("Contact");
    const auto grace = std::find_if(contacts.begin(), contacts.end(), [](const Json& contact) {
        return contact.value("Email", Json()) == "grace@example.org";
    });
    ASSERT_NE(grace, contacts.end());
    EXPECT_EQ(grace->at("LastName"), "Hopper");
    EXPECT_EQ(grace->at("Checkout_Card__c"), "VISA 4242");
    const Json opportunities = pair_->org()("Opportunity");
    const auto won = std::find_if(opportunities.begin(), opportunities.end(), [](const Json& opportunity) {
        return opportunity.value("Checkout_Payment_Id__c", Json()) == "pay_story";
    });
    ASSERT_NE(won, opportunities.end());
    EXPECT_EQ(won->at("StageName"), "Closed Won");
    EXPECT_EQ(won->at("AccountId"), grace->at("AccountId"));
    EXPECT_DOUBLE_EQ(won->at("Amount").get<double>(), 49.90);

    const auto told =
        tests::run_program(RunningPair::program("paysync") + " explain pay_story --config " + pair_->config());
    EXPECT_EQ(told.exit_code, 0) << told.output;
    EXPECT_NE(told.output.find(won->at("Id").get<std::string>()), std::string::npos) << told.output;
}

TEST_F(Webhooks, ShowUpInTheMetricsAndHealthPages) {
    const auto metrics = pair_->send(pair_->places.admin + "/metrics", net::Request{});
    ASSERT_TRUE(metrics);
    EXPECT_NE(metrics->body.find("paysync_webhooks_total{"), std::string::npos);
    for (const char* page : {"/health/live", "/health/ready"}) {
        const auto answer = pair_->send(pair_->places.admin + page, net::Request{});
        ASSERT_TRUE(answer);
        EXPECT_EQ(answer->status, 200U) << page;
    }
}

} // namespace
} // namespace paysync
