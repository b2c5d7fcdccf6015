// What the command line makes: sequences of webhooks, and a daemon's configuration.
#include "sandbox/trigger.hpp"

#include "sandbox/daemon_configuration.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include <unistd.h>

namespace paysync::sandbox {
namespace {

namespace fs = std::filesystem;
using base::Json;

const base::WallTime noon = base::parse_time("2026-03-01T12:00:00Z").value();

std::vector<std::string> types(const TriggerPlan& plan) {
    runtime::SeededChance chance{1};
    std::vector<std::string> found;
    for (const Json& body : trigger_bodies(plan, noon, chance).value())
        found.push_back(body.at("type").get<std::string>());
    return found;
}

using Types = std::vector<std::string>;

TEST(Trigger, AddsTheStepsThatMustComeBefore) {
    TriggerPlan plan;
    plan.steps = {"capture"};
    EXPECT_EQ(types(plan), (Types{"payment_approved", "payment_captured"}));
    plan.steps = {"capture", "refund"};
    EXPECT_EQ(types(plan), (Types{"payment_approved", "payment_captured", "payment_refunded"}));
    plan.steps = {"refund"};
    EXPECT_EQ(types(plan), (Types{"payment_approved", "payment_captured", "payment_refunded"}));
    plan.steps = {"decline", "capture"};
    EXPECT_EQ(types(plan), (Types{"payment_declined", "payment_approved", "payment_captured"}))
        << "a retry that succeeds";
}

TEST(Trigger, DisputesWhatWasCaptured) {
    TriggerPlan plan;
    plan.steps = {"dispute-won"};
    EXPECT_EQ(types(plan), (Types{"payment_approved", "payment_captured", "dispute_received",
                                  "dispute_evidence_required", "dispute_won"}));
    runtime::SeededChance chance{1};
    const auto bodies = trigger_bodies(plan, noon, chance).value();
    EXPECT_EQ(bodies[2].at("data").at("id"), bodies[4].at("data").at("id")) << "one dispute";
    EXPECT_EQ(bodies[2].at("data").at("payment_id"), bodies[0].at("data").at("id"));
    EXPECT_TRUE(bodies[3].at("data").contains("evidence_required_by"));
    EXPECT_FALSE(bodies[4].at("data").contains("evidence_required_by"));
}

TEST(Trigger, RetriesThePaymentThatWasDeclined) {
    TriggerPlan plan;
    plan.steps = {"retry", "retry", "capture"};
    EXPECT_EQ(types(plan),
              (Types{"payment_retry_scheduled", "payment_retry_scheduled", "payment_approved", "payment_captured"}));
    runtime::SeededChance chance{1};
    const auto bodies = trigger_bodies(plan, noon, chance).value();
    EXPECT_EQ(bodies[0].at("data").at("id"), bodies[3].at("data").at("id")) << "the same payment";
    EXPECT_EQ(bodies[1].at("data").at("retry").at("attempts_made"), 1);
}

TEST(Trigger, RepeatsEachWebhookWithItsId) {
    TriggerPlan plan;
    plan.steps = {"capture"};
    plan.duplicate = 3;
    runtime::SeededChance chance{1};
    const auto bodies = trigger_bodies(plan, noon, chance).value();
    ASSERT_EQ(bodies.size(), 6U);
    EXPECT_EQ(bodies[0], bodies[2]);
    EXPECT_EQ(bodies[1], bodies[5]);
}

TEST(Trigger, LetsTheAuthorizationArriveLastWhenLate) {
    TriggerPlan plan;
    plan.steps = {"capture"};
    plan.late = std::chrono::hours{2};
    runtime::SeededChance chance{1};
    const auto bodies = trigger_bodies(plan, noon, chance).value();
    EXPECT_EQ(bodies.back().at("type"), "payment_approved");
    EXPECT_LE(base::parse_time(bodies.back().at("created_on").get<std::string>()).value(),
              noon - std::chrono::hours{2});
}

TEST(Trigger, RefusesAStepThatDoesNotExist) {
    TriggerPlan plan;
    plan.steps = {"explode"};
    runtime::SeededChance chance{1};
    EXPECT_FALSE(trigger_bodies(plan, noon, chance).has_value());
}

TEST(Trigger, ReadsSpans) {
    EXPECT_EQ(read_span("2h"), std::chrono::hours{2});
    EXPECT_EQ(read_span("45s"), std::chrono::seconds{45});
    for (const char* bad : {"", "h", "2", "2w", "-2h", "2h30m", "99999999999999999999h"})
        EXPECT_EQ(read_span(bad), std::nullopt) << bad;
}

class ConfigurationFile : public ::testing::Test {
protected:
    ConfigurationFile()
        : folder{fs::temp_directory_path() / ("paysync-configuration-test-" + std::to_string(getpid()))} {
        fs::create_directories(folder);
        configuration.webhook_port = 12345;
        configuration.admin_port = 12346;
        configuration.webhook_path = "/webhooks/checkout";
        configuration.login_url = "https://127.0.0.1:33333";
        configuration.client_id = "id";
        configuration.client_secret = "secret";
        configuration.signature_key = "Bearer sk_sbox_x=";
        configuration.currency = "EUR";
    }
    ~ConfigurationFile() override { fs::remove_all(folder); }

    static std::string read(const fs::path& file) {
        std::ostringstream text;
        text << std::ifstream{file}.rdbuf();
        return text.str();
    }

    fs::path folder;
    DaemonConfiguration configuration;
};

TEST_F(ConfigurationFile, KeepsSecretsInFilesOfTheirOwn) {
    write_daemon_configuration(folder / "sandbox.yaml", configuration);
    const std::string text = read(folder / "sandbox.yaml");
    EXPECT_EQ(text.find("sk_sbox"), std::string::npos);
    EXPECT_NE(text.find("file: \"sandbox-secrets/signature_key\""), std::string::npos);
    EXPECT_EQ(text.find("tls:"), std::string::npos);
    const fs::path key = folder / "sandbox-secrets" / "signature_key";
    EXPECT_EQ(read(key), "Bearer sk_sbox_x=") << "exactly, without a line end";
    EXPECT_EQ(fs::status(key).permissions(), fs::perms::owner_read | fs::perms::owner_write);
    EXPECT_TRUE(fs::is_directory(folder / "data"));
}

TEST_F(ConfigurationFile, HasTlsFilesOnlyWithTls) {
    configuration.ca_certificate = "CA";
    configuration.webhook_certificate = "CERTIFICATE";
    configuration.webhook_key = "KEY";
    write_daemon_configuration(folder / "sandbox.yaml", configuration);
    EXPECT_NE(read(folder / "sandbox.yaml").find("ca_file: \"sandbox-secrets/ca.pem\""), std::string::npos);
    EXPECT_EQ(read(folder / "sandbox-secrets" / "webhook.key"), "KEY");
}

} // namespace
} // namespace paysync::sandbox
