// What is said to a proxy, and what is made of its answers.
#include "net/tunnel.hpp"

#include "net/message_head.hpp"
#include "net/response_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::net {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Progress = ResponseReader::Progress;

const Origin acme{true, "acme.example", 443};

ProxySettings proxy(const std::string& username = "", const std::string& password = "") {
    ProxySettings made;
    made.origin = {false, "proxy.example", 3128};
    made.username = username;
    made.password = base::Secret{password};
    return made;
}

TEST(ConnectHead, NamesHostAndPort) {
    EXPECT_EQ(connect_head(acme, proxy()), "CONNECT acme.example:443 HTTP/1.1\r\nHost: acme.example:443\r\n"
                                           "User-Agent: paysync\r\n\r\n");
    EXPECT_THAT(connect_head({true, "fd00::1", 8443}, proxy()),
                AllOf(HasSubstr("CONNECT [fd00::1]:8443 HTTP/1.1\r\n"), HasSubstr("Host: [fd00::1]:8443\r\n")));
}

TEST(BasicCredentials, AreThoseOfTheRfc) {
    // RFC 7617, sections 2 and 2.1.
    EXPECT_EQ(basic_credentials(proxy("Aladdin", "open sesame")), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    EXPECT_EQ(basic_credentials(proxy("test", "123\xc2\xa3")), "Basic dGVzdDoxMjPCow==");
    EXPECT_EQ(basic_credentials(proxy()), "");
    EXPECT_THAT(connect_head(acme, proxy("test", "123\xc2\xa3")),
                HasSubstr("\r\nProxy-Authorization: Basic dGVzdDoxMjPCow==\r\n"));
}

TEST(RequestHead, IsInAbsoluteFormForAProxyThatPassesItOn) {
    const Request request{"GET", "/a?b=c", {{"Proxy-Authorization", "of the caller"}}, ""};
    const Origin plain{false, "acme.example", 8080};
    const ProxySettings via = proxy("Aladdin", "open sesame");

    const std::string head = request_head(plain, request, &via);
    EXPECT_THAT(head, AllOf(HasSubstr("GET http://acme.example:8080/a?b=c HTTP/1.1\r\n"),
                            HasSubstr("Host: acme.example:8080\r\n"),
                            HasSubstr("Proxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"),
                            Not(HasSubstr("of the caller"))));
    EXPECT_THAT(request_head(plain, request),
                AllOf(HasSubstr("GET /a?b=c HTTP/1.1\r\n"), Not(HasSubstr("Proxy-Authorization"))));
}

TEST(ProxyRefusal, NamesProxyHostStatusAndWhatToDo) {
    const auto sentence = [](unsigned status) { return proxy_refusal(acme, proxy(), {status, {}, ""}); };
    EXPECT_EQ(sentence(403),
              "the proxy http://proxy.example:3128 refused acme.example:443 with 403 Forbidden: ask who "
              "runs the proxy to allow acme.example:443");
    EXPECT_THAT(sentence(502), HasSubstr("with 502 Bad Gateway: the proxy itself could not reach that host"));
    EXPECT_THAT(sentence(504), HasSubstr("could not reach that host"));
    EXPECT_THAT(sentence(405), HasSubstr("does not look like a proxy"));
    EXPECT_THAT(sentence(418), HasSubstr("with 418"));
}

TEST(ProxyRefusal, SaysWhatIsWrongWithTheCredentials) {
    const Response basic{407, {{"Proxy-Authenticate", "Basic realm=\"corp\""}}, ""};
    EXPECT_THAT(proxy_refusal(acme, proxy(), basic), HasSubstr("give the proxy's username and password"));
    const std::string refused = proxy_refusal(acme, proxy("Aladdin", "open sesame"), basic);
    EXPECT_THAT(refused, AllOf(HasSubstr("407 Proxy Authentication Required"), HasSubstr("does not accept"),
                               Not(HasSubstr("sesame")), Not(HasSubstr("QWxhZG"))));
    const Response others{407, {{"Proxy-Authenticate", "Negotiate"}, {"Proxy-Authenticate", "NTLM\x07"}}, ""};
    EXPECT_THAT(proxy_refusal(acme, proxy("a", "b"), others), HasSubstr("wants a log-in by Negotiate, NTLM?"));
    const Response several{407, {{"Proxy-Authenticate", "Negotiate, Basic realm=\"corp\""}}, ""};
    EXPECT_THAT(proxy_refusal(acme, proxy(), several), HasSubstr("give the proxy's username and password"));
}

/// Feeds `text` in pieces of `step` bytes.
Progress read(std::string_view text, std::size_t step, ResponseReader& reader, ReadBuffer& buffer) {
    Progress progress = Progress::more;
    while (!text.empty() && progress == Progress::more) {
        buffer.append(text.substr(0, step));
        text.remove_prefix(std::min(step, text.size()));
        progress = reader.read(buffer);
    }
    return progress;
}

TEST(AnswerToConnect, EndsWithItsHead) {
    for (const std::string_view head :
         {"HTTP/1.1 200 Connection established\r\n\r\n", "HTTP/1.0 200 OK\r\nProxy-Agent: x\r\n\r\n",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
          // RFC 9110 9.3.6: these two fields of a 2xx answer to CONNECT mean nothing.
          "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"})
        for (std::size_t step = 1; step <= head.size(); ++step) {
            ResponseReader reader{"CONNECT", 0, 1000};
            ReadBuffer buffer;
            ASSERT_EQ(read(head, step, reader, buffer), Progress::complete) << step << "\n" << head;
            EXPECT_TRUE(buffer.empty());
            EXPECT_EQ(reader.take().status, 200U);
        }
}

TEST(AnswerToConnect, LeavesWhatFollowsItsHead) {
    ResponseReader reader{"CONNECT", 0, 1000};
    ReadBuffer buffer;
    ASSERT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nearly", 1000, reader, buffer), Progress::complete);
    EXPECT_EQ(buffer.bytes(), "early");
}

TEST(AnswerToConnect, OfARefusalIsItsHeadAlone) {
    ResponseReader reader{"CONNECT", 0, 1000};
    ReadBuffer buffer;
    ASSERT_EQ(read("HTTP/1.1 403 No\r\nContent-Length: 5000\r\n\r\n<html>", 1000, reader, buffer),
              Progress::complete);
    EXPECT_EQ(reader.take().status, 403U);
}

TEST(AnswerToConnect, HasAHeadOfLimitedSize) {
    const std::string endless = "HTTP/1.1 200 OK\r\nX-Filler: " + std::string(5000, 'x');
    for (const std::size_t step : {1U, 100U, 10'000U}) {
        ResponseReader reader{"CONNECT", 0, 1000};
        ReadBuffer buffer;
        EXPECT_EQ(read(endless, step, reader, buffer), Progress::refused) << step;
        EXPECT_FALSE(reader.problem().empty());
    }
}

} // namespace
} // namespace paysync::net
