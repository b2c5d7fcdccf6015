// paysync.yaml's words on the way out: proxies, authorities, pins.
#include "configuration_file.hpp"

#include "paysync/net/self_signed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

namespace paysync::app {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

/// The variables that name a proxy, as the test wants them, and afterwards as they were.
class ProxyVariables {
public:
    ProxyVariables() {
        for (const char* name : names) {
            const char* value = std::getenv(name);
            before_.emplace_back(name, value == nullptr ? std::nullopt : std::optional<std::string>{value});
            ::unsetenv(name);
        }
    }
    ~ProxyVariables() {
        for (const auto& [name, value] : before_) value ? ::setenv(name, value->c_str(), 1) : ::unsetenv(name);
    }
    ProxyVariables(const ProxyVariables&) = delete;
    ProxyVariables& operator=(const ProxyVariables&) = delete;

    static void set(const char* name, const char* value) { ::setenv(name, value, 1); }

private:
    static constexpr std::array<const char*, 6> names{"https_proxy", "HTTPS_PROXY", "all_proxy",
                                                      "ALL_PROXY",   "no_proxy",    "NO_PROXY"};
    std::vector<std::pair<const char*, std::optional<std::string>>> before_;
};

class Network : public ConfigurationFile {
protected:
    net::TransportSettings transport(const std::string& more) {
        const Loaded loaded = load(valid(more));
        EXPECT_THAT(loaded.problems.text(), IsEmpty());
        return loaded.configuration.transport;
    }

    /// Writes `one.pem` and its `one.key`, which vouch for nobody in particular.
    void write_identity() {
        const auto made = net::make_self_signed({"a.example"}, *base::parse_time("2026-01-02T03:04:05Z"), 30);
        folder.write("one.pem", made.certificate_pem);
        folder.write("one.key", made.key_pem);
    }

    ProxyVariables variables;
};

TEST_F(Network, IsReachedDirectlyWhereNothingElseIsSaid) {
    const net::TransportSettings made = transport("");
    EXPECT_FALSE(made.proxy);
    EXPECT_EQ(made.extra_ca_file, "");
    EXPECT_EQ(made.age_max, 10min);
    EXPECT_FALSE(load(valid()).configuration.org.compress);
}

TEST_F(Network, TakesAProxyItsCredentialsAndItsExceptions) {
    write_identity();
    const auto made = transport("network:\n"
                                "  proxy:\n"
                                "    url: https://proxy.example:8443\n"
                                "    username: us\n"
                                "    password: { file: key }\n"
                                "    no_proxy: [ .internal.example, 10.0.0.0/8 ]\n"
                                "  ca_file: one.pem\n"
                                "  connection_age: 1h\n");
    ASSERT_TRUE(made.proxy);
    EXPECT_EQ(made.proxy->origin, (net::Origin{true, "proxy.example", 8443}));
    EXPECT_EQ(made.proxy->username, "us");
    EXPECT_EQ(made.proxy->password.reveal(), "the key");
    EXPECT_EQ(made.proxy->no_proxy, (std::vector<std::string>{".internal.example", "10.0.0.0/8"}));
    EXPECT_EQ(made.extra_ca_file, folder.path() / "one.pem");
    EXPECT_EQ(made.age_max, 1h);
}

TEST_F(Network, TakesWhoIsBelievedToBeSalesforce) {
    write_identity();
    const std::string pin = "sha256/d6qzRu9zOECb90Uez27xWltNsj0e1Md7GkYYkVoZWmM=";
    const Loaded loaded = load("webhooks: { address: 127.0.0.1, signature_keys: [ { file: key } ] }\n"
                               "salesforce:\n"
                               "  login_url: https://acme.my.salesforce.com\n"
                               "  client_id: abc\n"
                               "  client_secret: { file: key }\n"
                               "  ca_file: one.pem\n"
                               "  pins: [ \"" +
                               pin +
                               "\" ]\n"
                               "  client_certificate: one.pem\n"
                               "  client_key: one.key\n"
                               "  compress: true\n");
    ASSERT_THAT(loaded.problems.text(), IsEmpty());
    const net::TransportSettings& made = loaded.configuration.transport;
    EXPECT_EQ(made.ca_file, folder.path() / "one.pem");
    EXPECT_EQ(made.pins, std::vector<std::string>{pin});
    EXPECT_EQ(made.client_certificate_file, folder.path() / "one.pem");
    EXPECT_EQ(made.client_key_file, folder.path() / "one.key");
    EXPECT_TRUE(loaded.configuration.org.compress);
}

TEST_F(Network, IsAnotherWhenAFileThatItNamesHoldsSomethingElse) {
    const auto said = [&] {
        return load(valid("network: { ca_file: one.pem }\n")).configuration.said.at("network.ca_file").value;
    };
    write_identity();
    const std::string before = said();
    EXPECT_EQ(said(), before);
    write_identity(); // another key
    EXPECT_NE(said(), before);
}

TEST_F(Network, NamesEveryMistake) {
    const std::string all = problems_of(valid("network:\n" // line 8
                                              "  proxy:\n"
                                              "    url: http://us:hunter2@proxy.example:3128\n"
                                              "    username: 'a:b'\n"
                                              "    no_proxy: [ 10.0.0.0/33, [] ]\n"
                                              "  ca_file: nowhere.pem\n"
                                              "  connection_age: 0s\n"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:10:10: error: network.proxy.url must have no credentials"));
    EXPECT_THAT(all, Not(HasSubstr("hunter2")));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:11:15: error: network.proxy.username must have no colon"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:12:17: error: network.proxy.no_proxy[0] must have a number up to 32"));
    EXPECT_THAT(all, HasSubstr("network.proxy.no_proxy[1] must be text, not a list"));
    EXPECT_THAT(all, HasSubstr("paysync.yaml:13:12: error: network.ca_file does not work"));
    EXPECT_THAT(all, HasSubstr("network.connection_age must be 1s to 1d"));
    EXPECT_THAT(problems_of(valid("network: { proxy: { url: 'http://proxy.example' } }\n")),
                HasSubstr("network.proxy.url must say the proxy's port"));
    EXPECT_THAT(problems_of(valid("network: { proxy: { username: us } }\n")),
                HasSubstr("network.proxy.username says nothing without a url"));
    EXPECT_THAT(problems_of("salesforce: { pins: [ abc ] }\n"), HasSubstr("salesforce.pins[0] must be sha256/"));
    EXPECT_THAT(problems_of("salesforce: { client_certificate: key }\n"),
                HasSubstr("salesforce.client_key is missing"));
    EXPECT_THAT(problems_of("salesforce: { ca_file: key }\n"),
                HasSubstr("salesforce.ca_file does not work: the certificate authorities in "));
    write_identity();
    EXPECT_THAT(problems_of("salesforce: { client_certificate: one.pem, client_key: key }\n"),
                HasSubstr("salesforce.client_certificate does not work: the client key file "));
    EXPECT_THAT(problems_of("salesforce: { compress: maybe }\n"), HasSubstr("must be true or false, not 'maybe'"));
}

TEST_F(Network, AsksTheEnvironmentOnlyWhereTheFileSaysNothing) {
    ProxyVariables::set("HTTPS_PROXY", "http://us:pass%20word@one.example:1");
    ProxyVariables::set("NO_PROXY", ".internal.example, 10.0.0.0/8");

    const auto of_environment = transport("").proxy;
    ASSERT_TRUE(of_environment);
    EXPECT_EQ(of_environment->origin, (net::Origin{false, "one.example", 1}));
    EXPECT_EQ(of_environment->username, "us");
    EXPECT_EQ(of_environment->password.reveal(), "pass word");
    const auto direct = [&](const char* url) {
        return net::bypasses_proxy(net::parse_url(url)->origin, of_environment->no_proxy);
    };
    EXPECT_TRUE(direct("https://a.internal.example"));
    EXPECT_TRUE(direct("https://10.1.2.3"));
    EXPECT_TRUE(direct("https://127.0.0.1:9000")) << "a sandbox on this machine";
    EXPECT_TRUE(direct("http://[::1]:9000"));
    EXPECT_TRUE(direct("http://localhost"));
    EXPECT_FALSE(direct("https://acme.my.salesforce.com"));

    EXPECT_EQ(transport("network: { proxy: { url: 'http://two.example:2' } }\n").proxy->origin.host, "two.example");
    EXPECT_FALSE(transport("network: { proxy: { url: none } }\n").proxy);
    ProxyVariables::set("https_proxy", "three.example:3");
    EXPECT_EQ(transport("").proxy->origin.host, "three.example") << "lower case first, as curl has it";
}

TEST_F(Network, RefusesAVariableThatItCannotUseWithoutRepeatingIt) {
    ProxyVariables::set("ALL_PROXY", "socks5://us:hunter2@proxy.example:1080");
    const std::string all = problems_of(valid());
    EXPECT_THAT(all, HasSubstr("ALL_PROXY in the environment must begin with http:// or https://"));
    EXPECT_THAT(all, HasSubstr("url: none"));
    EXPECT_THAT(all, Not(HasSubstr("hunter2")));
}

} // namespace
} // namespace paysync::app
