// Where a proxy is, and what goes past it.
#include "paysync/net/proxy.hpp"

#include <gtest/gtest.h>

namespace paysync::net {
namespace {

bool bypasses(const std::string& url, const std::string& entry) {
    return bypasses_proxy(parse_url(url).value().origin, {entry});
}

TEST(NoProxy, ADomainMeansItselfAndAllBelowIt) {
    for (const char* entry : {"example.com", ".example.com", "*.example.com", "EXAMPLE.com", "example.com."}) {
        EXPECT_TRUE(bypasses("https://example.com", entry)) << entry;
        EXPECT_TRUE(bypasses("https://www.example.com", entry)) << entry;
        EXPECT_TRUE(bypasses("https://a.b.example.com:8443", entry)) << entry;
        EXPECT_TRUE(bypasses("https://www.Example.COM.", entry)) << entry;
        EXPECT_FALSE(bypasses("https://nonexample.com", entry)) << entry;
        EXPECT_FALSE(bypasses("https://example.com.evil.test", entry)) << entry;
        EXPECT_FALSE(bypasses("https://com", entry)) << entry;
    }
}

TEST(NoProxy, AnAsteriskMeansEverything) {
    EXPECT_TRUE(bypasses("https://example.com", "*"));
    EXPECT_TRUE(bypasses("http://10.0.0.1", "*"));
    EXPECT_TRUE(bypasses("http://[::1]", "*"));
}

TEST(NoProxy, AnAddressMeansItselfInEverySpelling) {
    EXPECT_TRUE(bypasses("https://192.0.2.7", "192.0.2.7"));
    EXPECT_FALSE(bypasses("https://192.0.2.70", "192.0.2.7"));
    EXPECT_FALSE(bypasses("https://1.192.0.2.7", "192.0.2.7")) << "a name, if an odd one";
    for (const char* entry : {"fd00::1", "[fd00::1]", "FD00:0:0::0001"}) {
        EXPECT_TRUE(bypasses("https://[fd00::1]", entry)) << entry;
        EXPECT_TRUE(bypasses("https://[fd00:0::1]:8443", entry)) << entry;
        EXPECT_FALSE(bypasses("https://[fd00::2]", entry)) << entry;
    }
}

TEST(NoProxy, ANetworkMeansItsAddresses) {
    EXPECT_TRUE(bypasses("https://192.168.7.8", "192.168.0.0/16"));
    EXPECT_TRUE(bypasses("https://192.168.7.8", "192.168.9.9/16")) << "the host bits say nothing";
    EXPECT_FALSE(bypasses("https://192.169.0.1", "192.168.0.0/16"));
    EXPECT_TRUE(bypasses("https://10.1.2.3", "0.0.0.0/0"));
    EXPECT_TRUE(bypasses("https://10.1.2.3", "10.1.2.3/32"));
    EXPECT_FALSE(bypasses("https://10.1.2.2", "10.1.2.3/32"));
    EXPECT_TRUE(bypasses("https://[fd12:3456::9]", "fd00::/8"));
    EXPECT_FALSE(bypasses("https://[fe12:3456::9]", "fd00::/8"));
    EXPECT_FALSE(bypasses("https://[::1]", "0.0.0.0/0")) << "of the other family";
    EXPECT_FALSE(bypasses("https://ten.example", "0.0.0.0/0")) << "names are not looked up";
}

TEST(NoProxy, APortNarrowsAnEntry) {
    EXPECT_TRUE(bypasses("https://example.com:8443", "example.com:8443"));
    EXPECT_TRUE(bypasses("https://www.example.com:8443", ".example.com:8443"));
    EXPECT_FALSE(bypasses("https://example.com", "example.com:8443"));
    EXPECT_TRUE(bypasses("https://example.com", "example.com:443"));
    EXPECT_TRUE(bypasses("http://192.0.2.7:8080", "192.0.2.7:8080"));
    EXPECT_FALSE(bypasses("http://192.0.2.7", "192.0.2.7:8080"));
    EXPECT_TRUE(bypasses("http://[fd00::1]:8080", "[fd00::1]:8080"));
    EXPECT_FALSE(bypasses("http://[fd00::1]", "[fd00::1]:8080"));
}

TEST(NoProxy, AnyOfTheEntriesIsEnough) {
    const Origin origin = parse_url("https://b.example").value().origin;
    EXPECT_TRUE(bypasses_proxy(origin, {"a.example", "b.example"}));
    EXPECT_FALSE(bypasses_proxy(origin, {"a.example", "c.example"}));
    EXPECT_FALSE(bypasses_proxy(origin, {}));
}

TEST(NoProxy, AnEntryThatCanMatchNothingIsAMistakeAndMatchesNothing) {
    for (const char* entry : {"", ".", "https://example.com", "10.0.0.0/33", "fd00::/129", "10.0.0.0/", "name/8",
                              "a b", "foo*.example.com", "**", "example.com:", "example.com:0", "example.com:65536",
                              "[fd00::1", "[fd00::1]x", "[name]", "10.0.0.0/8:443"}) {
        EXPECT_TRUE(no_proxy_mistake(entry)) << entry;
        EXPECT_FALSE(bypasses("https://example.com", entry)) << entry;
    }
    for (const char* entry : {"*", "a", "_sip.example", "10.0.0.0/8", "::/0", "::1", "[::1]:80"})
        EXPECT_FALSE(no_proxy_mistake(entry)) << entry;
}

TEST(NoProxy, TheVariableIsSplitAtCommasAndBlanks) {
    EXPECT_EQ(split_no_proxy("a.example, b.example\t10.0.0.0/8,,"),
              (std::vector<std::string>{"a.example", "b.example", "10.0.0.0/8"}));
    EXPECT_TRUE(split_no_proxy("").empty());
}

TEST(ParseProxy, ReadsWhereItIs) {
    const auto plain = parse_proxy("http://Proxy.example:3128/");
    ASSERT_TRUE(plain) << plain.error().detail;
    EXPECT_EQ(plain->origin, (Origin{false, "proxy.example", 3128}));
    EXPECT_TRUE(plain->username.empty());
    EXPECT_EQ(parse_proxy("https://proxy.example:443")->origin, (Origin{true, "proxy.example", 443}));
    EXPECT_EQ(parse_proxy("proxy.example:8080")->origin, (Origin{false, "proxy.example", 8080}));
    EXPECT_EQ(parse_proxy(" http://[::1]:8080 ")->origin, (Origin{false, "::1", 8080}));
}

TEST(ParseProxy, TakesCredentialsOutOfTheUrl) {
    const auto proxy = parse_proxy("http://us%40er:p%3Aa+s%2Fs@proxy.example:3128");
    ASSERT_TRUE(proxy) << proxy.error().detail;
    EXPECT_EQ(proxy->username, "us@er");
    EXPECT_EQ(proxy->password.reveal(), "p:a+s/s") << "a plus is a plus";
    EXPECT_EQ(proxy->origin, (Origin{false, "proxy.example", 3128}));
    EXPECT_EQ(parse_proxy("http://user:p@ss@proxy.example:1")->password.reveal(), "p@ss") << "as people write it";
}

TEST(ParseProxy, RefusesWhatItCannotUseWithoutRepeatingIt) {
    for (const char* text :
         {"", "http://", "http://proxy.example", "https://proxy.example", "http://[::1]", "socks5://proxy.example:1",
          "http://user:hunter2@", "http://user:hunter2@proxy.example", "http://user:hunter2@proxy.example:1/path",
          "http://user:hunter2@proxy.example:99999", "http://us%3Aer:hunter2@proxy.example:1",
          "http://user:hunter2%0d%0aX@proxy.example:1", "ftp://user:hunter2@proxy.example:1"}) {
        const auto proxy = parse_proxy(text);
        ASSERT_FALSE(proxy) << text;
        EXPECT_EQ(proxy.error().code, base::Errc::invalid);
        EXPECT_EQ(proxy.error().detail.find("hunter2"), std::string::npos) << proxy.error().detail;
    }
}

} // namespace
} // namespace paysync::net
