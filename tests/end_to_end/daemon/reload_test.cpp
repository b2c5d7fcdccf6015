#include "support/running_pair.hpp"

#include "paysync/net/self_signed.hpp"
#include "paysync/runtime/task_group.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace paysync {
namespace {

using base::Json;
using runtime::Task;
using ::testing::HasSubstr;
using ::testing::Not;
using tests::RunningPair;

const std::string paysync_program = RunningPair::program("paysync");

/// An approval and a capture of payment `number`, of a payer of its own.
std::string webhook_body(const std::string& type, int number) {
    const std::string id = std::to_string(number);
    const bool approved = type == "payment_approved";
    Json data{
        {"id", "pay_r" + id},        {"action_id", "act_r" + id + (approved ? "a" : "c")},
        {"amount", 1000 + number},   {"currency", "EUR"},
        {"reference", "ORD-R" + id}, {"processed_on", approved ? "2026-03-01T10:00:00Z" : "2026-03-01T10:00:05Z"},
        {"response_code", "10000"}};
    if (approved) {
        data["payment_type"] = "Regular";
        data["customer"] =
            Json{{"id", "cus_r" + id}, {"email", "payer" + id + "@example.org"}, {"name", "Payer Number" + id}};
        data["source"] = Json{
            {"type", "card"}, {"scheme", "VISA"}, {"last_4", "4242"}, {"expiry_month", 7}, {"expiry_year", 2030}};
    } else {
        data["balances"] =
            Json{{"total_authorized", 1000 + number}, {"total_captured", 1000 + number}, {"total_refunded", 0}};
    }
    return Json{{"id", "evt_r" + id + (approved ? "a" : "c")},
                {"type", type},
                {"created_on", data.at("processed_on")},
                {"data", data}}
        .dump();
}

void replace_file(const std::filesystem::path& file, const std::string& text) {
    const std::filesystem::path beside = file.string() + ".new";
    std::ofstream{beside, std::ios::binary} << text;
    std::filesystem::permissions(beside, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    std::filesystem::rename(beside, file);
}

std::string text_of(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

/// Two senders at a steady rate, and somebody who reloads the daemon meanwhile; all on one lane of the test's own.
class Traffic {
public:
    static constexpr int payments = 500;
    static constexpr int reloads = 5;
    static constexpr int certificate_changes_at = 3; ///< with this reload

    explicit Traffic(RunningPair& pair) : pair_{pair}, secrets_{pair.folder() / "paysync-secrets"} {
        std::filesystem::copy_file(secrets_ / "webhook.pem", pair.folder() / "old.pem");
        fresh_ = net::make_self_signed({"127.0.0.1"}, pair.clock.wall() - std::chrono::hours{1}, 30);
        replace_file(pair.folder() / "new.pem", fresh_.certificate_pem);
        replace_file(pair.folder() / "both.pem", text_of(pair.folder() / "old.pem") + fresh_.certificate_pem);
        kept_ = trusting("old.pem");
        often_ = trusting("both.pem");
        admin_ = net::make_transport(net::TransportSettings{}, clock_);
    }

    void run() {
        tasks_.spawn("kept", [this] { return send_all("payment_approved", *kept_, false); });
        tasks_.spawn("often", [this] { return send_all("payment_captured", *often_, true); });
        tasks_.spawn("reloads", [this] { return reload_often(); });
        io_.restart(); // it ran out of work before, when nobody had any
        io_.run();
    }

    /// A connection of its own that trusts one of the two certificates.
    bool is_trusted(const std::string& certificate) {
        bool trusted = false;
        auto transport = trusting(certificate);
        auto probe = [this, &transport, &trusted] { return ask(*transport, trusted); };
        tasks_.spawn("probe", probe);
        io_.restart();
        io_.run();
        return trusted;
    }

    int answered = 0;
    std::vector<std::string> failures;

private:
    std::unique_ptr<net::Transport> trusting(const std::string& certificate) {
        net::TransportSettings trust;
        trust.ca_file = (pair_.folder() / certificate).string();
        return net::make_transport(trust, clock_);
    }

    Task<> ask(net::Transport& transport, bool& trusted) {
        net::Request request;
        const net::Url url = net::parse_url(pair_.webhooks).value();
        request.target = url.target;
        const auto answer = co_await transport.send(url.origin, request, clock_.steady() + std::chrono::seconds{10});
        trusted = answer.has_value();
    }

    Task<> send_all(std::string type, net::Transport& transport, bool each_on_a_connection) {
        const net::Url url = net::parse_url(pair_.webhooks).value();
        for (int i = 0; i < payments; ++i) {
            net::Request request = pair_.signed_webhook(webhook_body(type, i));
            request.target = url.target;
            if (each_on_a_connection) request.headers.set("Connection", "close");
            const runtime::SteadyTime deadline = clock_.steady() + std::chrono::seconds{30};
            const auto answer = co_await transport.send(url.origin, std::move(request), deadline);
            if (!answer)
                failures.push_back(type + ": " + answer.error().detail);
            else if (answer->status != 200)
                failures.push_back(type + ": " + std::to_string(answer->status) + " " + answer->body);
            else
                ++answered;
            co_await clock_.sleep_for(std::chrono::milliseconds{5});
        }
    }

    Task<int> reloads_done() {
        const net::Url url = net::parse_url(pair_.places.admin + "/status").value();
        net::Request request;
        request.target = url.target;
        const auto answer = co_await admin_->send(url.origin, request, clock_.steady() + std::chrono::seconds{10});
        if (!answer) co_return -1;
        const Json reload = base::parse_json(answer->body).value().at("reload");
        if (reload.value("refused", false)) failures.push_back("refused: " + reload.dump());
        co_return reload.at("number").get<int>();
    }

    Task<> reload_often() {
        for (int number = 1; number <= reloads; ++number) {
            while (answered < number * 2 * payments / (reloads + 1))
                co_await clock_.sleep_for(std::chrono::milliseconds{2});
            if (number == certificate_changes_at) {
                replace_file(secrets_ / "webhook.key", fresh_.key_pem);
                replace_file(secrets_ / "webhook.pem", fresh_.certificate_pem);
            }
            ::kill(pair_.daemon->pid(), SIGHUP);
            for (int done = 0; done != number;) {
                co_await clock_.sleep_for(std::chrono::milliseconds{5});
                done = co_await reloads_done();
                if (!failures.empty()) co_return;
            }
        }
    }

    RunningPair& pair_;
    std::filesystem::path secrets_;
    net::Identity fresh_;
    runtime::SystemClock clock_;
    boost::asio::io_context io_{1};
    std::unique_ptr<net::Transport> kept_; ///< trusts the old certificate only: it must never have to connect again
    std::unique_ptr<net::Transport> often_;
    std::unique_ptr<net::Transport> admin_;
    runtime::TaskGroup tasks_{io_.get_executor()};
};

TEST(Reload, FiveTimesAndACertificateChangeAmongAThousandWebhooksDropNone) {
    RunningPair pair;
    ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
    Traffic traffic{pair};
    EXPECT_TRUE(traffic.is_trusted("old.pem"));
    EXPECT_FALSE(traffic.is_trusted("new.pem"));

    traffic.run();

    EXPECT_EQ(traffic.answered, 2 * Traffic::payments);
    EXPECT_TRUE(traffic.failures.empty()) << traffic.failures.front() << "\n" << pair.log("paysync.log");
    EXPECT_FALSE(traffic.is_trusted("old.pem"));
    EXPECT_TRUE(traffic.is_trusted("new.pem"));
    ASSERT_TRUE(pair.wait_until_settled()) << pair.store_counts().dump();
    const Json counts = pair.store_counts();
    EXPECT_EQ(counts.at("events"), 2 * Traffic::payments);
    EXPECT_EQ(counts.at("dead"), 0);
    EXPECT_EQ(counts.at("held"), 0);
    int won = 0;
    for (const Json& opportunity : pair.org()("Opportunity"))
        if (opportunity.value("StageName", Json()) == "Closed Won") ++won;
    EXPECT_EQ(won, Traffic::payments);
    EXPECT_EQ(pair.org()("Contact").size(), static_cast<std::size_t>(Traffic::payments));
}

/// One daemon, and a configuration that the tests change.
class ReloadOf : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(pair.start_daemon()) << pair.log("paysync.log");
        first = text_of(pair.config());
    }

    tests::Ran reload() { return tests::run_program(paysync_program + " reload --config " + pair.config()); }
    tests::Ran status() { return tests::run_program(paysync_program + " status --config " + pair.config()); }
    void write(const std::string& text) { replace_file(pair.config(), text); }

    unsigned send(const std::string& type, int number, const std::string& key = {}) {
        net::Request request = pair.signed_webhook(webhook_body(type, number));
        if (!key.empty()) request.headers.set("Cko-Signature", base::to_hex(base::hmac_sha256(key, request.body)));
        const auto answer = pair.send(pair.webhooks, std::move(request));
        return answer ? answer->status : 0;
    }

    RunningPair pair;
    std::string first;
};

TEST_F(ReloadOf, AWrongSetIsRefusedWholeAndSaysWhyEverywhere) {
    replace_file(pair.folder() / "paysync-secrets/signature_key", "another key");
    write(first + "log: { level: loud }\nsync:\n  wokers: 3\n");

    // The file is wrong for the command too, so the daemon is found by what it wrote at its start.
    const auto ran =
        tests::run_program(paysync_program + " reload --ready-file " + (pair.folder() / "ready.json").string());

    EXPECT_EQ(ran.exit_code, 78) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("log.level must be one of"));
    EXPECT_THAT(ran.output, HasSubstr("did you mean 'workers'"));
    EXPECT_THAT(ran.output, HasSubstr("refused as a whole"));
    const Json told = pair.get(pair.places.admin + "/status").at("reload");
    EXPECT_EQ(told.at("refused"), true);
    const Json problem = told.at("problems").at(0);
    EXPECT_EQ(problem.at("file"), pair.config());
    EXPECT_GT(problem.at("line").get<int>(), 1);
    EXPECT_GT(problem.at("column").get<int>(), 1);
    EXPECT_THAT(pair.log("paysync.log"), HasSubstr("log.level must be one of"));
    EXPECT_EQ(send("payment_approved", 1), 200U) << "the old key is in use still";
    write(first);
    EXPECT_THAT(status().output, HasSubstr("Reload      refused at "));

    EXPECT_EQ(reload().exit_code, 0) << "and now the new key is taken";
    EXPECT_EQ(send("payment_approved", 2), 401U);
    EXPECT_EQ(send("payment_approved", 2, "another key"), 200U);
    EXPECT_THAT(status().output, Not(HasSubstr("refused")));
}

TEST_F(ReloadOf, ACertificateWithoutItsKeyIsRefusedAndTheOldOneServes) {
    const auto fresh = net::make_self_signed({"127.0.0.1"}, pair.clock.wall() - std::chrono::hours{1}, 30);
    replace_file(pair.folder() / "paysync-secrets/webhook.pem", fresh.certificate_pem);

    const auto ran = reload();

    EXPECT_EQ(ran.exit_code, 78) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("does not belong to the certificate"));
    EXPECT_EQ(send("payment_approved", 1), 200U);
}

TEST_F(ReloadOf, FlowsAreTakenFromTheNextBatchOn) {
    write(first + "flows: { enabled: { new-payer: false, opportunity-won-on-capture: false } }\n");
    const auto off = reload();
    EXPECT_EQ(off.exit_code, 0) << off.output;
    EXPECT_THAT(off.output, HasSubstr("new-payer switched off"));
    EXPECT_EQ(send("payment_approved", 1), 200U);
    ASSERT_TRUE(pair.wait_until_settled(RunningPair::Until::events_are_settled));
    EXPECT_TRUE(pair.org()("Contact").empty());

    write(first);
    EXPECT_EQ(reload().exit_code, 0);
    EXPECT_EQ(send("payment_approved", 2), 200U);
    ASSERT_TRUE(pair.wait_until_settled(RunningPair::Until::events_are_settled));
    EXPECT_EQ(pair.org()("Contact").size(), 1U);
}

TEST_F(ReloadOf, KeysThatNeedARestartAreNamedAndTheRestIsTaken) {
    write(first + "log: { level: debug }\nsync: { workers: 3, retry: { attempts_max: 5 } }\n");

    const auto ran = reload();

    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("Changed: log.level, sync.retry.attempts_max\n"));
    EXPECT_THAT(ran.output, HasSubstr("At the next start only: sync.workers\n"));
    EXPECT_THAT(pair.log("paysync.log"), HasSubstr("these take effect at the next start only keys=sync.workers"));
}

TEST_F(ReloadOf, EndpointsComeAndGo) {
    replace_file(pair.folder() / "paysync-secrets/outlet_key", "the outlet's key");
    const std::string url = pair.webhooks.substr(0, pair.webhooks.find("/webhooks/")) + "/webhooks/outlet";
    const auto post = [&](int number) {
        net::Request request = pair.signed_webhook(webhook_body("payment_approved", number));
        request.headers.set("Cko-Signature", base::to_hex(base::hmac_sha256("the outlet's key", request.body)));
        const std::string all = pair.webhooks; // the transport that trusts the daemon goes by its prefix
        pair.webhooks = url;
        const auto answer = pair.send(url, std::move(request));
        pair.webhooks = all;
        return answer ? answer->status : 0U;
    };
    EXPECT_EQ(post(1), 404U);

    std::string text = first;
    text.insert(text.find("  signature_keys:"), "  endpoints:\n    - name: outlet\n      path: /webhooks/outlet\n"
                                                "      signature_keys: [ { file: paysync-secrets/outlet_key } ]\n");
    write(text);
    const auto ran = reload();
    EXPECT_EQ(ran.exit_code, 0) << ran.output;

    EXPECT_EQ(post(2), 200U);
    EXPECT_EQ(send("payment_approved", 3), 200U);
    EXPECT_EQ(send("payment_approved", 2), 200U) << "an event that the other endpoint took is a duplicate here";
    const auto metrics = pair.send(pair.places.admin + "/metrics", net::Request{});
    ASSERT_TRUE(metrics);
    EXPECT_THAT(metrics->body, HasSubstr(R"(paysync_webhooks_total{endpoint="outlet",result="accepted"} 1)"));
    EXPECT_THAT(metrics->body, HasSubstr(R"(paysync_webhooks_total{endpoint="checkout",result="duplicate"} 1)"));
    ASSERT_TRUE(pair.wait_until_settled(RunningPair::Until::events_are_settled));
    EXPECT_EQ(pair.org()("Contact").size(), 2U);
}

} // namespace
} // namespace paysync
