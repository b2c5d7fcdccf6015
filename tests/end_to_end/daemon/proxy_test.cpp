// The daemon where a proxy with a log-in is the only way out, and an authority of its own vouches for Salesforce.
#include "support/connect_proxy.hpp"
#include "support/running_pair.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync {
namespace {

using base::Json;
using testing::Each;
using testing::HasSubstr;
using testing::Not;
using tests::ConnectProxy;
using tests::ConnectProxySettings;
using tests::RunningPair;

std::vector<Json> payment(const std::string& name) {
    const Json customer{{"id", "cus_" + name}, {"email", name + "@example.org"}, {"name", "Grace Hopper"}};
    const Json common{{"id", "pay_" + name},      {"amount", 4990},
                      {"currency", "EUR"},        {"payment_type", "Regular"},
                      {"response_code", "10000"}, {"processed_on", "2026-03-01T10:00:00Z"}};
    Json approved = common;
    approved.update(Json{{"action_id", "act_1_" + name}, {"customer", customer}});
    Json captured = common;
    captured.update(
        Json{{"action_id", "act_2_" + name},
             {"balances", {{"total_authorized", 4990}, {"total_captured", 4990}, {"total_refunded", 0}}}});
    const auto event = [&](const std::string& type, const Json& data) {
        return Json{{"id", "evt_" + type + name},
                    {"type", "payment_" + type},
                    {"created_on", "2026-03-01T10:00:00Z"},
                    {"data", data}};
    };
    return {event("approved", approved), event("captured", captured)};
}

class BehindAProxy : public testing::Test {
protected:
    void SetUp() override {
        std::ofstream{pair.folder() / "proxy-password"} << "pass word\n";
        std::string config = pair.log("paysync.yaml");
        const std::string section = "\nsalesforce:\n";
        ASSERT_NE(config.find(section), std::string::npos);
        config.insert(config.find(section) + section.size(), "  compress: true\n");
        std::ofstream{pair.config()} << config << "network:\n  proxy:\n    url: " << proxy.url()
                                     << "\n    username: us\n"
                                     << "    password: { file: proxy-password }\n";
        ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    }

    void send(const std::string& name) {
        for (const Json& event : payment(name)) {
            const auto answer = pair.send(pair.webhooks, pair.signed_webhook(event.dump()));
            ASSERT_TRUE(answer) << answer.error().detail;
            ASSERT_EQ(answer->status, 200U);
        }
    }

    int won(const std::string& name) {
        int count = 0;
        for (const Json& record : pair.org()("Opportunity"))
            if (record.value("Checkout_Payment_Id__c", Json()) == "pay_" + name &&
                record.value("StageName", Json()) == "Closed Won")
                ++count;
        return count;
    }

    Json salesforce() { return pair.get(pair.places.admin + "/status").at("salesforce"); }

    // printf 'us:pass word' | base64
    ConnectProxy proxy{ConnectProxySettings{{}, {}, "Basic dXM6cGFzcyB3b3Jk", {}}};
    RunningPair pair;
};

TEST_F(BehindAProxy, SettlesPaymentsThroughItAndNoOtherWay) {
    const std::string origin = pair.urls.at("salesforce").get<std::string>();
    const std::string host_and_port = origin.substr(origin.find("://") + 3);

    send("one");
    ASSERT_TRUE(pair.wait_until_settled()) << pair.log("paysync.log");
    EXPECT_EQ(won("one"), 1);
    EXPECT_GE(proxy.tunnels(), 1U);
    EXPECT_THAT(proxy.targets(), Each(host_and_port));
    EXPECT_GT(proxy.bytes_through(), 1000U);

    // With the proxy shut nothing arrives, although the sandbox itself can be reached.
    proxy.answer_with("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    proxy.cut();
    send("two");
    for (int i = 0; i < 600 && salesforce().value("reachable", true); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    EXPECT_THAT(salesforce().value("why", ""), HasSubstr("the proxy " + proxy.url() + " refused " + host_and_port));
    EXPECT_EQ(won("two"), 0);
    EXPECT_GT(pair.store_counts().at("unsettled").get<int>(), 0);

    proxy.answer_with("");
    ASSERT_TRUE(pair.wait_until_settled()) << pair.log("paysync.log");
    EXPECT_EQ(won("two"), 1);
    EXPECT_EQ(pair.store_counts().at("dead").get<int>(), 0);

    EXPECT_EQ(pair.daemon->end(40), 0);
    const std::string log = pair.log("paysync.log");
    EXPECT_THAT(log, HasSubstr(proxy.url()));
    EXPECT_THAT(log, Not(HasSubstr("pass word")));
    EXPECT_THAT(log, Not(HasSubstr("dXM6cGFzcyB3b3Jk")));
}

TEST_F(BehindAProxy, ChecksTheOrgThroughIt) {
    const std::size_t before = proxy.tunnels();

    const auto ran = tests::run_program(RunningPair::program("paysync") + " check --live --config " + pair.config());

    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_GT(proxy.tunnels(), before);
}

} // namespace
} // namespace paysync
