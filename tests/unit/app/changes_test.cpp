// Which keys a reload takes over, and what it says about the others.
#include "app/changes.hpp"

#include "app/flow_files.hpp"
#include "scratch_folder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::app {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string secrets = "webhooks:\n  address: 127.0.0.1\n  signature_keys: [ { file: key } ]\n"
                            "salesforce:\n  login_url: https://acme.my.salesforce.com\n  client_id: abc\n"
                            "  client_secret: { file: secret }\n";

class ChangesBetween : public ::testing::Test {
protected:
    void SetUp() override {
        folder.write("key", "the key");
        folder.write("secret", "the secret");
    }

    Configuration read(const std::string& more = "") {
        yaml::Problems problems;
        auto configuration =
            load_configuration(folder.write("paysync.yaml", secrets + more), Secrets::read, problems);
        EXPECT_THAT(problems.text(), IsEmpty());
        return configuration;
    }

    static std::shared_ptr<const flow::FlowSet> flows_of(const Configuration& configuration) {
        yaml::Problems problems;
        auto flows = load_flows(configuration.flows, problems);
        EXPECT_TRUE(flows) << problems.text();
        return flows;
    }

    static Changes compared(const Configuration& old, const Configuration& fresh) {
        return changes_between(old, *flows_of(old), fresh, *flows_of(fresh));
    }

    ScratchFolder folder;
};

TEST_F(ChangesBetween, EqualReadingsAreNone) {
    const Changes changes = compared(read(), read());

    EXPECT_THAT(changes.taken, IsEmpty());
    EXPECT_THAT(changes.need_restart, IsEmpty());
    EXPECT_THAT(changes.flows, IsEmpty());
}

TEST_F(ChangesBetween, LimitsAndWaitsAreTakenAtOnceSocketsAndTheStoreAreNot) {
    const Configuration old = read();
    const Changes changes = compared(old, read("sync: { retry: { attempts_max: 3 }, workers: 4 }\n"
                                               "log: { level: debug, format: json }\n"
                                               "store: { path: elsewhere.sqlite }\n"
                                               "admin: { port: 1 }\n"
                                               "shutdown: { timeout: 1m }\n"));

    EXPECT_THAT(changes.taken, ElementsAre("log.level", "shutdown.timeout", "sync.retry.attempts_max"));
    EXPECT_THAT(changes.need_restart, ElementsAre("admin.port", "log.format", "store.path", "sync.workers"));
}

TEST_F(ChangesBetween, TimesOfDailyFiguresAreTakenAtOnceDimensionsAreNot) {
    const Configuration old = read();
    const Changes changes = compared(old, read("revenue: { at: 03:00, every: 1h, dimensions: [ payment_type ] }\n"));

    EXPECT_THAT(changes.taken, ElementsAre("revenue.at", "revenue.every"));
    EXPECT_THAT(changes.need_restart, ElementsAre("revenue.dimensions"));
}

TEST_F(ChangesBetween, ASecretWithOtherCharactersChangesItsKeyThoughTheFileSaysTheSame) {
    const Configuration old = read();
    folder.write("key", "a newer key");
    folder.write("secret", "a newer secret");
    const Changes changes = compared(old, read());

    EXPECT_THAT(changes.taken, ElementsAre("webhooks.signature_keys"));
    EXPECT_THAT(changes.need_restart, ElementsAre("salesforce.client_secret"));
}

TEST_F(ChangesBetween, WhatWaitsForARestartIsNamedAgainAtEveryReload) {
    const Configuration first = read();
    const Configuration second = read("admin: { port: 1 }\n");
    const Configuration now = in_use(first, second, compared(first, second));
    EXPECT_THAT(compared(now, read("admin: { port: 1 }\n")).need_restart, ElementsAre("admin.port"));
    EXPECT_THAT(compared(now, read()).need_restart, IsEmpty()) << "it was taken back";
}

TEST_F(ChangesBetween, GroupsRulesAndEndpointsAreTakenAtOnce) {
    const Changes changes =
        compared(read(), read("flows:\n  groups: { order: '${ .payment.id }' }\n"
                              "  ignore: [ { name: none, when: '${ false }' } ]\n"
                              "notify: { a: { url: 'https://x.example.com', secret: { file: secret } } }\n"));

    EXPECT_THAT(changes.taken,
                ElementsAre("flows.groups", "flows.ignore", "flows.ignore[0].name", "flows.ignore[0].when", "notify",
                            "notify.a.ca_file", "notify.a.headers", "notify.a.secret", "notify.a.url"));
    EXPECT_THAT(changes.need_restart, IsEmpty());
}

TEST_F(ChangesBetween, FlowsAreComparedByTheirVersions) {
    const Configuration old = read("flows: { enabled: { new-payer: true } }\n");
    const Configuration off = read("flows: { enabled: { new-payer: false } }\n");

    const Changes changes = compared(old, off);

    EXPECT_THAT(changes.taken, ElementsAre("flows.enabled"));
    EXPECT_THAT(changes.flows, ElementsAre("new-payer switched off"));
}

TEST_F(ChangesBetween, TlsThatComesOrGoesNeedsANewListener) {
    const Configuration plain = read();
    Configuration secured = plain;
    secured.webhooks_server.certificate_file = "c.pem";
    secured.said["webhooks.tls.certificate"].value = "c.pem";

    EXPECT_THAT(compared(plain, secured).need_restart, ElementsAre("webhooks.tls.certificate"));
    Configuration renewed = secured;
    renewed.said["webhooks.tls.certificate"].value = "c.pem, other contents";
    EXPECT_THAT(compared(secured, renewed).taken, ElementsAre("webhooks.tls.certificate"));
}

} // namespace
} // namespace paysync::app
