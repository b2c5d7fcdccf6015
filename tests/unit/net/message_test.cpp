// URLs, headers, percent-encoding and forms.
#include "paysync/net/message.hpp"

#include "paysync/base/json.hpp"

#include <gtest/gtest.h>

namespace paysync::net {
namespace {

TEST(ParseUrl, ReadsSchemeHostPortAndTarget) {
    const auto url = parse_url("https://acme.my.salesforce.com:8443/services/data?q=a%20b");

    ASSERT_TRUE(url);
    EXPECT_TRUE(url->origin.tls);
    EXPECT_EQ(url->origin.host, "acme.my.salesforce.com");
    EXPECT_EQ(url->origin.port, 8443);
    EXPECT_EQ(url->target, "/services/data?q=a%20b");
}

TEST(ParseUrl, KnowsThePortsOfTheSchemes) {
    EXPECT_EQ(parse_url("https://a.example")->origin.port, 443);
    EXPECT_EQ(parse_url("http://a.example")->origin.port, 80);
    EXPECT_EQ(parse_url("https://a.example")->target, "/");
}

TEST(ParseUrl, LowersSchemeAndHostButNotTheTarget) {
    const auto url = parse_url("HTTPS://Acme.Example/Path");

    ASSERT_TRUE(url);
    EXPECT_EQ(url->origin.host, "acme.example");
    EXPECT_EQ(url->target, "/Path");
}

TEST(ParseUrl, ReadsAnIpv6Address) {
    const auto url = parse_url("http://[::1]:8080/x");

    ASSERT_TRUE(url);
    EXPECT_EQ(url->origin.host, "::1");
    EXPECT_EQ(url->origin.port, 8080);
    EXPECT_EQ(url->origin.text(), "http://[::1]:8080");
}

TEST(ParseUrl, GivesAQueryWithoutAPathItsSlash) {
    EXPECT_EQ(parse_url("https://a.example?x=1")->target, "/?x=1");
}

TEST(ParseUrl, LeavesTheFragmentOut) {
    EXPECT_EQ(parse_url("https://a.example/p?x=1#part")->target, "/p?x=1");
    EXPECT_EQ(parse_url("https://a.example#part")->target, "/");
}

TEST(ParseUrl, RefusesWhatIsNoPlainHttpUrl) {
    for (const char* text : {"",
                             "acme.example",
                             "ftp://a.example",
                             "https://",
                             "https:///path",
                             "https://user@a.example",
                             "https://a.example:",
                             "https://a.example:0",
                             "https://a.example:70000",
                             "https://a.example:80x",
                             "http://[::1",
                             "http://[::1]8080",
                             "http:/a.example",
                             "http://[]",
                             "http://[a.example]",
                             "http://[127.0.0.1]",
                             "http://::1/",
                             "http://a b/",
                             "http://a\r\nb/",
                             "http://a%2eexample/"})
        EXPECT_FALSE(parse_url(text)) << text;
}

TEST(ParseUrl, TakesAnIpv6AddressOutOfItsBrackets) {
    EXPECT_EQ(parse_url("http://[::1]:8080/a")->origin, (Origin{false, "::1", 8080}));
    EXPECT_EQ(parse_url("https://[FD00:0:0:0::0001]")->origin, (Origin{true, "fd00::1", 443})) << "in one spelling";
    EXPECT_EQ(parse_url("https://[fd00::1]:8443")->origin.text(), "https://[fd00::1]:8443");
}

TEST(OriginText, LeavesTheUsualPortOut) {
    EXPECT_EQ((Origin{true, "a.example", 443}.text()), "https://a.example");
    EXPECT_EQ((Origin{false, "a.example", 443}.text()), "http://a.example:443");
}

TEST(Percent, EncodesAllButUnreservedCharacters) {
    EXPECT_EQ(percent_encoded("Az09-._~"), "Az09-._~");
    EXPECT_EQ(percent_encoded("a b+c/d'ü"), "a%20b%2Bc%2Fd%27%C3%BC");
}

TEST(Percent, DecodesWhatItEncodes) {
    std::string every;
    for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);
    EXPECT_EQ(percent_decoded(percent_encoded(every)), every);
}

TEST(Percent, KeepsABrokenEscapeAsItIs) {
    EXPECT_EQ(percent_decoded("100%"), "100%");
    EXPECT_EQ(percent_decoded("%4"), "%4");
    EXPECT_EQ(percent_decoded("%zz+%41"), "%zz A");
}

TEST(QueryParameter, FindsADecodedValue) {
    EXPECT_EQ(query_parameter("/p?a=1&name=J%C3%BCrgen+K&b", "name"), "Jürgen K");
    EXPECT_EQ(query_parameter("/p?a=1&b", "b"), "");
    EXPECT_EQ(query_parameter("/p?a=1&a=2", "a"), "1");
    EXPECT_FALSE(query_parameter("/p?ab=1", "a"));
    EXPECT_FALSE(query_parameter("/p", "a"));
}

TEST(Form, EncodesNamesAndValues) {
    EXPECT_EQ(form_encoded({{"grant type", "a&b"}, {"x", ""}}), "grant%20type=a%26b&x=");
    EXPECT_EQ(form_encoded({}), "");
}

TEST(HeadersTest, FindWithoutRegardToCase) {
    Headers headers{{"Content-Type", "text/plain"}, {"X-A", "1"}};
    headers.add("x-a", "2");

    EXPECT_EQ(headers.find("content-type"), "text/plain");
    EXPECT_EQ(headers.find("X-a"), "1");
    EXPECT_FALSE(headers.find("X-B"));

    headers.set("X-a", "3");
    EXPECT_EQ(headers.all().size(), 2U);
    EXPECT_EQ(headers.find("x-a"), "3");
}

TEST(JsonError, IsAnObjectWithCodeAndSentence) {
    const Response response = json_error(404, "not_found", "There is \"nothing\" here.");

    EXPECT_EQ(response.status, 404U);
    EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
    EXPECT_EQ(base::Json::parse(response.body),
              (base::Json{{"error", "not_found"}, {"message", "There is \"nothing\" here."}}));
}

TEST(RequestPath, IsTheTargetWithoutItsQuery) {
    Request request;
    request.target = "/a/b?c=/d";
    EXPECT_EQ(request.path(), "/a/b");
}

} // namespace
} // namespace paysync::net
