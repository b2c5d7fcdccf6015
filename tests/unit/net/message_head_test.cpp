// Heads as they go over the wire.
#include "net/message_head.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace paysync::net {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

base::WallTime noon() {
    return *base::parse_time("1994-11-06T08:49:37.5Z");
}

TEST(HttpDate, IsWrittenAsTheStandardDoes) {
    EXPECT_EQ(http_date(noon()), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(ResponseHead, StatesStatusLengthAndDate) {
    const std::string head = response_head(json_response(200, "{}"), AfterAnswer::keep_alive, noon());

    EXPECT_THAT(head, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 2\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nContent-Type: application/json\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("Connection")));
    EXPECT_THAT(head, EndsWith("\r\n\r\n"));
}

TEST(ResponseHead, DoesNotLetAHandlerSetTheFraming) {
    Response response{
        200, {{"Content-Length", "7"}, {"transfer-encoding", "chunked"}, {"Connection", "upgrade"}}, "abc"};

    const std::string head = response_head(response, AfterAnswer::close, noon());

    EXPECT_THAT(head, Not(HasSubstr("Content-Length: 7")));
    EXPECT_THAT(head, Not(HasSubstr("chunked")));
    EXPECT_THAT(head, Not(HasSubstr("upgrade")));
    EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 3\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nConnection: close\r\n"));
}

TEST(ResponseHead, CannotBeSplitByAValue) {
    const Response response{200, {{"X-Name", "a\r\nSet-Cookie: b\r\n\r\nbody"}, {"Bad Name: x\r\nY", "z"}}, ""};

    const std::string head = response_head(response, AfterAnswer::keep_alive, noon());

    EXPECT_THAT(head, HasSubstr("X-Name: a  Set-Cookie: b    body\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("\r\nY")));
}

TEST(ResponseHead, HasNoLengthWhereThereIsNoBody) {
    EXPECT_THAT(response_head({204, {}, ""}, AfterAnswer::keep_alive, noon()), Not(HasSubstr("Content-Length")));
    EXPECT_THAT(response_head({200, {}, ""}, AfterAnswer::keep_alive, noon()), HasSubstr("Content-Length: 0\r\n"));
}

TEST(CarriesBody, NotForHeadNorForStatusesWithoutOne) {
    EXPECT_TRUE(carries_body(200, "GET"));
    EXPECT_FALSE(carries_body(200, "HEAD"));
    EXPECT_FALSE(carries_body(204, "GET"));
    EXPECT_FALSE(carries_body(304, "GET"));
}

TEST(RequestHead, NamesHostAndLength) {
    Request request{"POST", "/a?b=c", {{"Authorization", "Bearer x"}}, "hello"};

    const std::string head = request_head({true, "acme.example", 8443}, request);

    EXPECT_THAT(head, StartsWith("POST /a?b=c HTTP/1.1\r\nHost: acme.example:8443\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nAuthorization: Bearer x\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nContent-Length: 5\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nAccept-Encoding: gzip\r\n"));
    EXPECT_THAT(head, HasSubstr("\r\nUser-Agent: paysync\r\n"));
}

TEST(RequestHead, SaysZeroForAnEmptyPostAndNothingForAGet) {
    EXPECT_THAT(request_head({}, {"POST", "/", {}, ""}), HasSubstr("Content-Length: 0\r\n"));
    EXPECT_THAT(request_head({}, {"GET", "/", {}, ""}), Not(HasSubstr("Content-Length")));
}

TEST(RequestHead, CannotBeSplitByItsTarget) {
    const std::string head = request_head({true, "a.example", 443}, {"GET", "/x\r\nEvil: 1", {}, ""});

    EXPECT_THAT(head, Not(HasSubstr("\r\nEvil")));
}

} // namespace
} // namespace paysync::net
