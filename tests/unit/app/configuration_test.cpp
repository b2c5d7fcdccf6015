// paysync.yaml: defaults, places of mistakes, secrets.
#include "paysync/app/configuration.hpp"

#include "configuration_file.hpp"

#include "paysync/net/self_signed.hpp"

#include "app/section.hpp"
#include "unit/salesforce/rsa_key.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <sstream>

namespace paysync::app {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(ConfigurationFile, GivesDefaultsForAllThatIsLeftOut) {
    const Loaded loaded = load(valid());
    ASSERT_THAT(loaded.problems.text(), IsEmpty());
    const Configuration& c = loaded.configuration;
    EXPECT_EQ(c.webhooks_server.port, 8443);
    EXPECT_EQ(c.webhooks.endpoints.at(0).path, "/webhooks/checkout");
    EXPECT_EQ(c.webhooks_server.body_bytes_max, 1024U * 1024U);
    EXPECT_EQ(c.admin_server.address, "127.0.0.1");
    EXPECT_EQ(c.store.path, "/var/lib/paysync/paysync.sqlite");
    EXPECT_EQ(c.org.call_timeout, 120s);
    EXPECT_EQ(c.org.api_version, "64.0");
    EXPECT_EQ(c.sync.retry.first, 30s);
    EXPECT_EQ(c.sync.outage.most, 1min);
    EXPECT_EQ(c.sync.needs_wait, 10min);
    EXPECT_EQ(c.workers, 2U);
    EXPECT_EQ(c.flows.settings.time_zone, "UTC");
    EXPECT_TRUE(c.flows.folder.empty());
    EXPECT_EQ(c.shutdown_timeout, 30s);
    EXPECT_FALSE(c.webhooks.endpoints.at(0).authorization);
}

TEST_F(ConfigurationFile, PutsEveryValueWhereItBelongs) {
    folder.write("flows/a.yaml", "flow: a\n");
    folder.write("tls/cert.pem", "certificate");
    folder.write("tls/key.pem", "key");
    const Loaded loaded =
        load("webhooks:\n"
             "  address: 0.0.0.0\n  port: 0\n  path: /hooks\n"
             "  tls: { certificate: tls/cert.pem, key: tls/key.pem }\n"
             "  authorization: { file: key }\n"
             "  body_max: 2MiB\n  header_max: 4KiB\n  connections_max: 7\n"
             "  timeouts: { handshake: 1s, idle: 2s, header: 3s, body: 4s, write: 5s }\n"
             "admin: { address: '::1', port: 1 }\n"
             "store: { path: data/p.sqlite }\n"
             "salesforce:\n"
             "  login_url: http://127.0.0.1:8080\n  client_id: abc\n  client_secret: { file: key }\n"
             "  api_version: 61.0\n  org_id: 00D000000000001\n  currency: GBP\n"
             "  max_in_flight: 9\n  call_timeout: 1500ms\n  connect_timeout: 250ms\n"
             "sync:\n"
             "  batch_events_max: 5\n  batches_in_flight_max: 3\n  buffered_events_max: 6\n"
             "  workers: 4\n"
             "  retry: { first: 1s, most: 2s, attempts_max: 3 }\n"
             "  outage: { first: 20ms, most: 1h }\n"
             "flows:\n"
             "  time_zone: Europe/London\n  expression_deadline: 1s\n  needs_wait: 3d\n"
             "  enabled: { a: false }\n  vars: { a: { limit: 3, name: '3' } }\n"
             "  fragments: { payer: payer-person }\n"
             "log: { level: debug, format: json }\n"
             "shutdown: { timeout: 5s }\n");
    ASSERT_THAT(loaded.problems.text(), IsEmpty());
    const Configuration& c = loaded.configuration;
    EXPECT_EQ(c.webhooks_server.port, 0);
    EXPECT_EQ(c.webhooks.endpoints.at(0).path, "/hooks");
    EXPECT_EQ(c.webhooks_server.certificate_file, folder.path() / "tls/cert.pem");
    EXPECT_EQ(c.webhooks_server.key_file, folder.path() / "tls/key.pem");
    EXPECT_EQ(c.webhooks.endpoints.at(0).authorization->reveal(), "the key");
    EXPECT_EQ(c.webhooks_server.body_bytes_max, 2U * 1024U * 1024U);
    EXPECT_EQ(c.webhooks_server.header_bytes_max, 4096U);
    EXPECT_EQ(c.webhooks_server.connections_max, 7U);
    EXPECT_EQ(c.webhooks_server.handshake_timeout, 1s);
    EXPECT_EQ(c.webhooks_server.idle_timeout, 2s);
    EXPECT_EQ(c.webhooks_server.header_timeout, 3s);
    EXPECT_EQ(c.webhooks_server.body_timeout, 4s);
    EXPECT_EQ(c.webhooks_server.write_timeout, 5s);
    EXPECT_EQ(c.admin_server.address, "::1");
    EXPECT_EQ(c.store.path, folder.path() / "data/p.sqlite");
    EXPECT_EQ(c.org.api_version, "61.0");
    EXPECT_EQ(c.org.max_in_flight, 9U);
    EXPECT_GE(c.transport.connections_per_origin_max, 9U);
    EXPECT_EQ(c.org.call_timeout, 1500ms);
    EXPECT_EQ(c.transport.connect_timeout, 250ms);
    EXPECT_EQ(c.sync.org_currency, "GBP");
    EXPECT_EQ(c.sync.batch_events_max, 5U);
    EXPECT_EQ(c.sync.retry.attempts_max, 3);
    EXPECT_EQ(c.sync.outage.first, 20ms);
    EXPECT_EQ(c.sync.needs_wait, 72h);
    EXPECT_EQ(c.flows.folder, folder.path() / "flows");
    EXPECT_EQ(c.flows.settings.enabled.at("a"), false);
    EXPECT_EQ(c.flows.settings.vars.at("a"), (base::Json{{"limit", 3}, {"name", "3"}}));
    EXPECT_EQ(c.flows.settings.fragments.at("payer"), "payer-person");
    EXPECT_EQ(c.log.level, base::log::Level::debug);
    EXPECT_TRUE(c.log.json);
    EXPECT_EQ(c.shutdown_timeout, 5s);
}

TEST_F(ConfigurationFile, NamesEveryMistakeAtOnceWithPlaceAndAdvice) {
    const std::string all = problems_of(valid("sinc: {}\n" // line 8
                                              "sync:\n"
                                              "  wokers: 3\n" // line 10
                                              "  workers: many\n"
                                              "  batch_events_max: 0\n"
                                              "  retry: [1]\n"
                                              "log: { level: inf }\n"
                                              "shutdown: { timeout: 30 }\n"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:8:1: error: "));
    EXPECT_THAT(all, HasSubstr("'sync'"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:10:3: error: "));
    EXPECT_THAT(all, HasSubstr("'workers'"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:11:12: error: sync.workers must be a whole number, not 'many'"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:12:21: error: sync.batch_events_max must be 1 to 10000, not 0"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:13:10: error: sync.retry must be a map, not a list"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:14:15: error: log.level must be one of"));
    EXPECT_THAT(all, HasSubstr("did you mean 'info'?"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:15:22: error: shutdown.timeout must be a duration, not '30'"));
    EXPECT_THAT(all, HasSubstr("write 30s for seconds"));

    std::vector<int> lines;
    const auto loaded = load(valid("sinc: {}\nsync: { wokers: 3,\n workers: many }\n"));
    for (const yaml::Problem& problem : loaded.problems.all()) lines.push_back(problem.place.line);
    EXPECT_EQ(lines, (std::vector<int>{8, 9, 10})) << "in the order of the file";
}

TEST_F(ConfigurationFile, SaysWhatIsMissing) {
    const std::string all = problems_of("webhooks: { address: 127.0.0.1 }\nsalesforce:\n  client_id: x\n");
    EXPECT_THAT(all, HasSubstr("paysync.yaml:1:1: error: webhooks.signature_keys is missing"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:2:1: error: salesforce.login_url is missing"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:2:1: error: salesforce.client_secret is missing"));
    EXPECT_THAT(all, Not(HasSubstr("client_id is missing")));
}

TEST_F(ConfigurationFile, AnEmptyFileLacksTheSame) {
    const std::string all = problems_of("");
    EXPECT_THAT(all, HasSubstr("webhooks.signature_keys is missing"));
    EXPECT_THAT(all, HasSubstr("salesforce.login_url is missing"));
}

TEST_F(ConfigurationFile, AFileThatIsNotThereIsOneProblem) {
    yaml::Problems problems;
    load_configuration(folder.path() / "nothing.yaml", Secrets::read, problems);
    ASSERT_EQ(problems.all().size(), 1U);
    EXPECT_THAT(problems.text(), HasSubstr("nothing.yaml"));
    EXPECT_THAT(problems.text(), HasSubstr("--config"));
}

TEST_F(ConfigurationFile, RefusesPlainHttpThatTheNetworkCanReach) {
    for (const char* address : {"0.0.0.0", "10.0.0.1", "'::'"}) {
        const std::string all =
            problems_of("webhooks:\n  address: " + std::string(address) + "\n  signature_keys: [ { file: key } ]\n");
        EXPECT_THAT(all, HasSubstr("paysync.yaml:2:12: error: webhooks.address")) << address;
        EXPECT_THAT(all, HasSubstr("plain HTTP")) << address;
    }
    for (const char* address : {"127.0.0.1", "127.3.2.1", "'::1'"})
        EXPECT_THAT(problems_of("webhooks:\n  address: " + std::string(address) + "\n"), Not(HasSubstr("plain HTTP")))
            << address;
    EXPECT_THAT(problems_of("webhooks:\n  port: 80\n"), HasSubstr("plain HTTP")) << "the default address is open";
    EXPECT_THAT(problems_of("webhooks:\n  tls: {}\n"), HasSubstr("plain HTTP")) << "an empty tls is none";
}

TEST_F(ConfigurationFile, WantsCertificateAndKeyTogetherAndReadable) {
    EXPECT_THAT(problems_of("webhooks:\n  tls: { certificate: key }\n"),
                HasSubstr("paysync.yaml:2:3: error: webhooks.tls.key is missing"));
    EXPECT_THAT(problems_of("webhooks:\n  tls: { certificate: none.pem, key: key }\n"),
                HasSubstr("paysync.yaml:2:23: error: webhooks.tls.certificate does not work"));
}

TEST_F(ConfigurationFile, KeepsTheAdminListenerOnThisMachine) {
    EXPECT_THAT(problems_of(valid("admin: { address: 0.0.0.0 }\n")), HasSubstr("must be a loopback address"));
    EXPECT_THAT(problems_of(valid("admin: { address: localhost }\n")), HasSubstr("must be an IP address"));
}

TEST_F(ConfigurationFile, RefusesALoginUrlThatCannotWork) {
    const auto with = [&](const std::string& url) {
        return problems_of("salesforce: { login_url: \"" + url + "\" }\n");
    };
    EXPECT_THAT(with("acme.my.salesforce.com"), HasSubstr("must be an https URL"));
    EXPECT_THAT(with("http://acme.my.salesforce.com"), HasSubstr("must begin with https://"));
    EXPECT_THAT(with("https://acme.my.salesforce.com/services"), HasSubstr("must have no path"));
    EXPECT_THAT(with("https://login.salesforce.com"), HasSubstr("refuses client credentials"));
    EXPECT_THAT(with("http://127.0.0.1:1234"), Not(HasSubstr("salesforce.login_url")));
}

/// A configuration with JWT bearer and `more` keys in its salesforce section.
std::string with_jwt(const std::string& more) {
    return "webhooks: { address: 127.0.0.1, signature_keys: [ { file: key } ] }\n"
           "salesforce:\n"
           "  login_url: https://login.salesforce.com\n"
           "  client_id: abc\n" +
           more;
}

TEST_F(ConfigurationFile, TakesAPrivateKeyAndAUserForJwtBearer) {
    folder.write("jwt.pem", salesforce::rsa_pem().reveal());
    const std::string keys = "  private_key: { file: jwt.pem }\n  username: sync@acme.com\n";
    for (const std::string& more : {keys, keys + "  auth: jwt\n"}) {
        const Loaded loaded = load(with_jwt(more));
        ASSERT_THAT(loaded.problems.text(), IsEmpty());
        EXPECT_EQ(loaded.configuration.org.auth, salesforce::Auth::jwt);
        EXPECT_EQ(loaded.configuration.org.username, "sync@acme.com");
        EXPECT_TRUE(loaded.configuration.org.audience.empty());
        EXPECT_THAT(loaded.configuration.org.private_key.reveal(), HasSubstr("PRIVATE KEY"));
    }
    const Loaded loaded =
        load(with_jwt(keys + "  audience: https://acme.my.site.com/pay\n  describe_lifetime: 5m\n"));
    EXPECT_EQ(loaded.configuration.org.audience, "https://acme.my.site.com/pay");
    EXPECT_EQ(loaded.configuration.org.describe_lifetime, 5min);
    EXPECT_EQ(load(valid()).configuration.org.auth, salesforce::Auth::client_credentials);
}

TEST_F(ConfigurationFile, SaysEverythingThatIsWrongWithALogInAtOnce) {
    const std::string half = problems_of(with_jwt("  private_key: { file: key }\n  audience: login\n"));
    EXPECT_THAT(half, HasSubstr("paysync.yaml:2:1: error: salesforce.username is missing"));
    EXPECT_THAT(half,
                HasSubstr("paysync.yaml:5:16: error: salesforce.private_key does not work: it is no private key"));
    EXPECT_THAT(half, HasSubstr("openssl genpkey"));
    EXPECT_THAT(half, HasSubstr("paysync.yaml:6:13: error: salesforce.audience must be an https URL"));
    EXPECT_THAT(half, Not(HasSubstr("the key")));

    const std::string both = problems_of(
        with_jwt("  client_secret: { file: key }\n  private_key: { file: key }\n  username: sync@acme.com\n"));
    EXPECT_THAT(both, HasSubstr("salesforce.private_key belongs to the JWT bearer flow"));
    EXPECT_THAT(both, HasSubstr("salesforce.username belongs to the JWT bearer flow"));
    EXPECT_THAT(both, HasSubstr("refuses client credentials"));

    const std::string named = problems_of(with_jwt("  auth: jwt\n  client_secret: { file: key }\n"));
    EXPECT_THAT(named, HasSubstr("salesforce.client_secret belongs to client credentials"));
    EXPECT_THAT(named, HasSubstr("salesforce.private_key is missing"));
    EXPECT_THAT(named, HasSubstr("salesforce.username is missing"));
    EXPECT_THAT(named, Not(HasSubstr("refuses client credentials")));

    EXPECT_THAT(problems_of(with_jwt("  auth: client_credential\n")),
                HasSubstr("did you mean 'client_credentials'?"));
    EXPECT_THAT(problems_of(with_jwt("  auth: client_credentials\n  username: a\n")),
                HasSubstr("salesforce.client_secret is missing"));
    EXPECT_THAT(problems_of(with_jwt("")), HasSubstr("or private_key and username for the JWT bearer flow"));
}

TEST_F(ConfigurationFile, SkippingSecretsDoesNotLookAtTheKey) {
    const Loaded loaded =
        load(with_jwt("  private_key: { file: nowhere.pem }\n  username: sync@acme.com\n"), Secrets::skip);
    EXPECT_THAT(loaded.problems.text(), IsEmpty());
}

TEST_F(ConfigurationFile, RefusesBadSizesCurrenciesVersionsAndZones) {
    EXPECT_THAT(problems_of("webhooks: { body_max: 1000000 }\n"), HasSubstr("write 1000000B for bytes"));
    EXPECT_THAT(problems_of("webhooks: { body_max: 1MB }\n"), HasSubstr("must be a size, not '1MB'"));
    EXPECT_THAT(problems_of("webhooks: { body_max: 65MiB }\n"), HasSubstr("must be 1KiB to 64MiB, not 65MiB"));
    EXPECT_THAT(problems_of("webhooks: { port: 65536 }\n"), HasSubstr("must be 0 to 65535, not 65536"));
    EXPECT_THAT(problems_of("webhooks: { port: '80' }\n"), HasSubstr("without quotes"));
    EXPECT_THAT(problems_of("salesforce: { currency: Euro }\n"), HasSubstr("three capital letters"));
    EXPECT_THAT(problems_of("salesforce: { api_version: v64 }\n"), HasSubstr("such as 64.0"));
    EXPECT_THAT(problems_of("salesforce: { org_id: 005000000000001 }\n"), HasSubstr("begin with 00D"));
    EXPECT_THAT(problems_of("flows: { time_zone: Europe/Atlantis }\n"), HasSubstr("IANA"));
    EXPECT_THAT(problems_of("flows: { enabled: { a: yes-please } }\n"),
                HasSubstr("flows.enabled.a must be true or false"));
    EXPECT_THAT(problems_of("flows: { folder: nowhere }\n"), HasSubstr("flows.folder does not exist"));
    EXPECT_THAT(problems_of("sync: { retry: { first: 1h, most: 30m } }\n"), HasSubstr("out of order"));
}

TEST_F(ConfigurationFile, ASecretThatStandsInTheFileIsAnErrorThatDoesNotRepeatIt) {
    const std::string all = problems_of("webhooks:\n  authorization: hunter2\n  signature_keys: [ hunter3 ]\n");
    EXPECT_THAT(all, HasSubstr("paysync.yaml:2:18: error: webhooks.authorization must not stand in this file"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:3:21: error: webhooks.signature_keys[0] must not stand in this file"));
    EXPECT_THAT(all, HasSubstr("write { file: PATH }, { env: NAME } or { credential: NAME }"));
    EXPECT_THAT(all, Not(HasSubstr("hunter")));
}

TEST_F(ConfigurationFile, ASecretSourceMustBeOneThatIsKnown) {
    EXPECT_THAT(problems_of("webhooks:\n  authorization: { fil: key }\n"), HasSubstr("'file'"));
    EXPECT_THAT(problems_of("webhooks:\n  authorization: { file: key, env: X }\n"), HasSubstr("exactly one source"));
    EXPECT_THAT(problems_of("webhooks:\n  authorization: { file: none }\n"),
                HasSubstr("paysync.yaml:2:26: error: webhooks.authorization: "));
    EXPECT_THAT(problems_of("webhooks:\n  authorization: { env: PAYSYNC_TEST_UNSET }\n"),
                HasSubstr("PAYSYNC_TEST_UNSET is not set"));
    ::unsetenv("CREDENTIALS_DIRECTORY");
    EXPECT_THAT(problems_of("webhooks:\n  authorization: { credential: a }\n"), HasSubstr("LoadCredential=a:"));
    folder.write("empty", "\n");
    EXPECT_THAT(problems_of("webhooks:\n  authorization: { file: empty }\n"), HasSubstr("is empty"));
}

TEST_F(ConfigurationFile, TakesASecretsCharactersAsTheyAreButForOneLineEnd) {
    const std::vector<std::pair<std::string, std::string>> cases{
        {"Bearer sk_abc#", "Bearer sk_abc#"},
        {"ends with blanks  \n", "ends with blanks  "},
        {"two\n\n", "two\n"},
        {"windows\r\n", "windows"},
        {"carriage\r", "carriage\r"},
        {" $PATH=%41 ", " $PATH=%41 "},
        {std::string("nul\0inside", 10), std::string("nul\0inside", 10)},
    };
    for (const auto& [written, meant] : cases) {
        folder.write("one", written);
        const Loaded loaded = load("webhooks: { address: 127.0.0.1, signature_keys: [ { file: one } ] }\n");
        ASSERT_EQ(loaded.configuration.webhooks.endpoints.at(0).signature_keys.size(), 1U);
        EXPECT_EQ(loaded.configuration.webhooks.endpoints.at(0).signature_keys[0].reveal(), meant);
    }
}

TEST_F(ConfigurationFile, ReadsSecretsFromTheEnvironmentAndFromSystemd) {
    ::setenv("PAYSYNC_TEST_KEY", "from the environment\n", 1);
    folder.write("credentials/name", "from systemd\n");
    ::setenv("CREDENTIALS_DIRECTORY", (folder.path() / "credentials").c_str(), 1);
    const Loaded loaded = load(
        "webhooks: { address: 127.0.0.1, signature_keys: [ { env: PAYSYNC_TEST_KEY }, { credential: name } ] }\n");
    ::unsetenv("CREDENTIALS_DIRECTORY");
    ::unsetenv("PAYSYNC_TEST_KEY");
    ASSERT_EQ(loaded.configuration.webhooks.endpoints.at(0).signature_keys.size(), 2U) << loaded.problems.text();
    EXPECT_EQ(loaded.configuration.webhooks.endpoints.at(0).signature_keys[0].reveal(), "from the environment\n");
    EXPECT_EQ(loaded.configuration.webhooks.endpoints.at(0).signature_keys[1].reveal(), "from systemd");
}

TEST_F(ConfigurationFile, ACredentialsNameCannotLeaveItsFolder) {
    ::setenv("CREDENTIALS_DIRECTORY", folder.path().c_str(), 1);
    EXPECT_THAT(problems_of("webhooks: { authorization: { credential: ../key } }\n"), HasSubstr("no name"));
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

TEST_F(ConfigurationFile, SkippingSecretsOpensNoneButLooksAtTheirForm) {
    const std::string text = "webhooks:\n  address: 127.0.0.1\n  signature_keys: [ { file: nowhere } ]\n"
                             "  authorization: plain\n"
                             "salesforce:\n  login_url: https://a.my.salesforce.com\n  client_id: a\n"
                             "  client_secret: { env: PAYSYNC_TEST_UNSET }\n";
    const Loaded loaded = load(text, Secrets::skip);
    ASSERT_EQ(loaded.problems.all().size(), 1U) << loaded.problems.text();
    EXPECT_THAT(loaded.problems.text(), HasSubstr("webhooks.authorization must not stand in this file"));
}

TEST_F(ConfigurationFile, WarnsOfASecretThatEverybodyMayRead) {
    const auto key = folder.write("open", "the key");
    std::filesystem::permissions(key, std::filesystem::perms::others_read, std::filesystem::perm_options::add);
    const std::string all = problems_of("webhooks:\n  authorization: { file: open }\n");
    EXPECT_THAT(all, HasSubstr("paysync.yaml:2:26: warning: webhooks.authorization: everybody on this machine may"));
    EXPECT_THAT(all, HasSubstr("mode 0604"));
    EXPECT_THAT(all, HasSubstr("chmod 640"));
}

TEST_F(ConfigurationFile, ListsEndpointsBesideTheSimpleFormOrInsteadOfIt) {
    folder.write("other", "another key");
    const std::string outlet =
        "    - { name: outlet, path: /webhooks/outlet, signature_keys: [ { file: other } ] }\n";
    const Loaded both =
        load("webhooks:\n  address: 127.0.0.1\n  signature_keys: [ { file: key } ]\n  endpoints:\n" + outlet);
    ASSERT_EQ(both.configuration.webhooks.endpoints.size(), 2U) << both.problems.text();
    EXPECT_EQ(both.configuration.webhooks.endpoints[0].name, "checkout");
    EXPECT_EQ(both.configuration.webhooks.endpoints[1].name, "outlet");
    EXPECT_EQ(both.configuration.webhooks.endpoints[1].path, "/webhooks/outlet");
    EXPECT_EQ(both.configuration.webhooks.endpoints[1].signature_keys.at(0).reveal(), "another key");

    const Loaded alone = load("webhooks:\n  address: 127.0.0.1\n  endpoints:\n" + outlet);
    ASSERT_EQ(alone.configuration.webhooks.endpoints.size(), 1U);
    EXPECT_EQ(alone.configuration.webhooks.endpoints[0].name, "outlet");
    EXPECT_THAT(alone.problems.text(), Not(HasSubstr("webhooks.")));
}

TEST_F(ConfigurationFile, RefusesEndpointsThatCannotBeToldApartOrBelieveAnybody) {
    const std::string all = problems_of("webhooks:\n"
                                        "  address: 127.0.0.1\n"
                                        "  authorization: { file: key }\n"
                                        "  endpoints:\n"
                                        "    - { name: checkout, path: /a, signature_keys: [ { file: key } ] }\n"
                                        "    - { name: b, path: /webhooks/checkout, authorization: { file: key } }\n"
                                        "    - { name: 'c d', path: nowhere, signature_keys: [ { file: key } ] }\n"
                                        "    - { name: e, path: /e }\n"
                                        "    - { pth: /f, signature_keys: [ { file: key } ] }\n");
    EXPECT_THAT(all, HasSubstr("paysync.yaml:5:15: error: webhooks.endpoints[0].name 'checkout' is the name of"));
    EXPECT_THAT(all,
                HasSubstr("paysync.yaml:6:24: error: webhooks.endpoints[1].path '/webhooks/checkout' is the path"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:7:15: error: webhooks.endpoints[2].name must be 1 to 40 letters"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:7:28: error: webhooks.endpoints[2].path must begin with /"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:8:7: error: webhooks.endpoints[3].signature_keys is missing"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:9:7: error: webhooks.endpoints[4].name is missing"));
    EXPECT_THAT(all, HasSubstr("did you mean 'path'"));
    EXPECT_THAT(problems_of("webhooks: { endpoints: [] }\n"), HasSubstr("webhooks.endpoints must have at least one"));
    EXPECT_THAT(problems_of("webhooks: { path: /x, endpoints: [ { name: a, path: /a } ] }\n"),
                HasSubstr("webhooks.path has no keys beside it"));
}

class ReferenceFile : public ::testing::Test {
protected:
    void SetUp() override {
        std::ifstream in{file};
        std::stringstream whole;
        whole << in.rdbuf();
        text = whole.str();
        ASSERT_FALSE(text.empty());
    }

    /// The node at `webhooks.timeouts.idle`.
    static const yaml::Node* at(const yaml::Node& root, const std::string& path) {
        const yaml::Node* node = &root;
        std::stringstream keys{path};
        for (std::string key; node != nullptr && std::getline(keys, key, '.');) node = node->find(key);
        return node;
    }

    std::string file = std::string(PAYSYNC_SOURCE_DIR) + "/config/paysync.yaml";
    std::string text;
};

TEST_F(ReferenceFile, IsValidByItself) {
    yaml::Problems problems;
    load_configuration(file, Secrets::skip, problems);
    EXPECT_THAT(problems.text(), IsEmpty());
}

TEST_F(ReferenceFile, StatesEveryKeyThatTheLoaderKnows) {
    ASSERT_GT(known_keys().size(), 40U);
    yaml::Problems problems;
    const auto root = yaml::read(text, "paysync.yaml", problems);
    ASSERT_TRUE(root);
    for (const KnownKey& key : known_keys()) {
        const std::string name = key.path.substr(key.path.rfind('.') + 1);
        const bool commented = std::regex_search(text, std::regex("\n *# " + name + ":"));
        EXPECT_TRUE(at(*root, key.path) != nullptr || commented) << key.path;
    }
}

TEST_F(ReferenceFile, StatesTheDefaultsAsTheyAre) {
    yaml::Problems problems;
    const auto root = yaml::read(text, "paysync.yaml", problems);
    ASSERT_TRUE(root);
    std::size_t compared = 0;
    for (const KnownKey& key : known_keys()) {
        const yaml::Node* node = at(*root, key.path);
        if (key.standard.empty() || node == nullptr) continue;
        ++compared;
        if (node->is_map())
            EXPECT_TRUE(node->members.empty() && key.standard == "{}") << key.path;
        else if (node->is_list())
            EXPECT_TRUE(node->items.empty() && key.standard == "[]") << key.path;
        else
            EXPECT_EQ(node->scalar, key.standard) << key.path;
    }
    EXPECT_GT(compared, 30U);
}

TEST(Units, AreWrittenAsTheyAreRead) {
    EXPECT_EQ(duration_text(90s), "90s");
    EXPECT_EQ(duration_text(120s), "2m");
    EXPECT_EQ(duration_text(1500ms), "1500ms");
    EXPECT_EQ(duration_text(24h), "1d");
    EXPECT_EQ(size_text(1024U * 1024U), "1MiB");
    EXPECT_EQ(size_text(1000U), "1000B");
    EXPECT_EQ(parse_size("16KiB"), 16U * 1024U);
    EXPECT_EQ(parse_size("3B"), 3U);
    for (const char* wrong :
         {"", "KiB", "1", "-1KiB", "1.5MiB", "1 MiB", "1kib", "99999999999999999999GiB", "9999999GiB"})
        EXPECT_EQ(parse_size(wrong), std::nullopt) << wrong;
}

} // namespace
} // namespace paysync::app
