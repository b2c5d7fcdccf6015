// paysync.yaml's endpoints for `notify` steps.
#include "configuration_file.hpp"

#include <gmock/gmock.h>

namespace paysync::app {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class Notify : public ConfigurationFile {};

TEST_F(Notify, HasNoEndpointsUnlessTheFileSaysSo) {
    const Loaded loaded = load(valid());
    EXPECT_TRUE(loaded.configuration.notify.empty());
    EXPECT_EQ(loaded.configuration.flows.settings.endpoints, std::set<std::string>{});
    EXPECT_EQ(Configuration{}.flows.settings.endpoints, std::nullopt) << "without a file nobody knows";
}

TEST_F(Notify, TakesUrlHeadersSecretAndTrust) {
    folder.write("url", "https://hooks.example.com/services/T0/B0\n");
    const Loaded loaded = load(valid("notify:\n"
                                     "  sales-alerts:\n"
                                     "    url: https://alerts.example.com:8443/in?x=1\n"
                                     "    headers: { X-Team: Vertrieb süd, authorization: { file: key } }\n"
                                     "    secret: { file: key }\n"
                                     "  chat: { url: { file: url } }\n"
                                     "  here: { url: 'http://127.0.0.1:9/x' }\n"));
    ASSERT_THAT(loaded.problems.text(), IsEmpty());
    const auto& endpoints = loaded.configuration.notify;
    ASSERT_EQ(endpoints.size(), 3U);
    const sync::NotifyEndpoint& alerts = endpoints.at("sales-alerts");
    EXPECT_EQ(alerts.url.reveal(), "https://alerts.example.com:8443/in?x=1");
    EXPECT_EQ(alerts.origin.text(), "https://alerts.example.com:8443");
    EXPECT_EQ(alerts.headers.at("x-team").reveal(), "Vertrieb süd");
    EXPECT_EQ(alerts.headers.at("authorization").reveal(), "the key");
    EXPECT_EQ(alerts.secret.reveal(), "the key");
    EXPECT_EQ(alerts.ca_file, "");
    EXPECT_EQ(endpoints.at("chat").url.reveal(), "https://hooks.example.com/services/T0/B0");
    EXPECT_EQ(endpoints.at("chat").origin.host, "hooks.example.com");
    EXPECT_TRUE(endpoints.at("chat").secret.empty());
    EXPECT_EQ(loaded.configuration.flows.settings.endpoints, (std::set<std::string>{"chat", "here", "sales-alerts"}));
}

TEST_F(Notify, NamesEveryMistakeAndRepeatsNoSecret) {
    folder.write("url", "not-a-url-but-secret\n");
    folder.write("header", "two\nlines\n");
    const std::string all =
        problems_of(valid("notify:\n"
                          "  a b: { url: 'https://x.example.com' }\n"
                          "  a: {}\n" // line 10
                          "  b: { url: http://x.example.com/y }\n"
                          "  c: { url: { file: url } }\n"
                          "  d: { url: 'https://x.example.com', secret: hidden, hedders: {} }\n"
                          "  e:\n"
                          "    url: https://x.example.com\n"
                          "    headers: { 'a b': x, Content-Type: x, Authorization: Bearer hidden,\n"
                          "               X-A: [ 1 ], X-B: { file: header }, x-c: 1, X-C: 2 }\n"
                          "    ca_file: missing.pem\n"
                          "  f: [ 1 ]\n"
                          "  g: { url: [ 1 ] }\n"));
    for (const char* wanted :
         {"paysync.yaml:9:3: error: notify must have names of 1 to 40 letters, digits, -, _ or ., not 'a b'",
          "paysync.yaml:10:3: error: notify.a.url is missing",
          "paysync.yaml:11:13: error: notify.b.url must begin with https://", "notify.c.url must be an https URL",
          "notify.d.secret must not stand in this file", "did you mean 'headers'?",
          "notify.e.headers.a b is no name of a header", "notify.e.headers.Content-Type is set by paysync",
          "notify.e.headers.Authorization must not stand in this file",
          "notify.e.headers.X-A must be text or a source of secrets, not a list",
          "notify.e.headers.X-B has a character that no header may have",
          "notify.e.headers.X-C is there already, in other letters", "notify.e.ca_file does not work",
          "notify.f must be a map", "notify.g.url must be text or a source of secrets, not a list"})
        EXPECT_THAT(all, HasSubstr(wanted));
    EXPECT_THAT(all, Not(HasSubstr("hidden")));
    EXPECT_THAT(all, Not(HasSubstr("not-a-url-but-secret")));
    EXPECT_THAT(problems_of(valid("notify: [ a ]\n")), HasSubstr("notify must be a map"));
}

TEST_F(Notify, SkippingSecretsOpensNone) {
    const Loaded loaded = load(valid("notify: { a: { url: { file: absent }, secret: { file: absent },\n"
                                     "  headers: { Cookie: { env: ABSENT } } } }\n"),
                               Secrets::skip);
    EXPECT_THAT(loaded.problems.text(), IsEmpty());
    EXPECT_EQ(loaded.configuration.notify.count("a"), 1U);
}

TEST_F(Notify, IsAnotherWhenASecretHoldsOtherCharacters) {
    const auto said = [&](const std::string& key) {
        return load(valid("notify: { a: { url: { file: key }, secret: { file: key }, headers: { X-A: { file: key } } "
                          "} }\n"),
                    Secrets::read)
            .configuration.said.at("notify.a." + key)
            .value;
    };
    for (const char* key : {"url", "secret", "headers"}) {
        folder.write("key", "https://x.example.com/1\n");
        const std::string before = said(key);
        EXPECT_EQ(said(key), before);
        EXPECT_THAT(before, Not(HasSubstr("example"))) << key;
        folder.write("key", "https://x.example.com/2\n");
        EXPECT_NE(said(key), before) << key;
    }
}

} // namespace
} // namespace paysync::app
