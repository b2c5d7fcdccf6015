// Requests in whole, in single bytes and in every broken form; the limits.
#include "net/request_reader.hpp"

#include <gtest/gtest.h>

namespace paysync::net {
namespace {

using Progress = RequestReader::Progress;

struct Read {
    Progress progress = Progress::more;
    unsigned status = 0; ///< of the refusal
    Request request;
    std::string rest;
};

constexpr std::size_t header_max = 500;
constexpr std::size_t body_max = 100;

/// Feeds `text` in pieces of `step` bytes.
Read read(std::string_view text, std::size_t step = std::string_view::npos) {
    RequestReader reader{header_max, body_max};
    ReadBuffer buffer;
    Read result;
    bool in_body = false;
    while (!text.empty()) {
        buffer.append(text.substr(0, step));
        text.remove_prefix(std::min(step, text.size()));
        if (!in_body) {
            result.progress = reader.read_head(buffer);
            if (result.progress == Progress::complete) in_body = true;
        }
        if (in_body) result.progress = reader.read_body(buffer);
        if (result.progress != Progress::more) break;
    }
    if (result.progress == Progress::refused) result.status = reader.refusal().status;
    result.request = reader.request();
    result.rest = std::string(buffer.bytes()) + std::string(text);
    return result;
}

const std::string plain = "POST /hook?x=1 HTTP/1.1\r\nHost: a\r\nX-Sig: s\r\nContent-Length: 5\r\n\r\nhello";
const std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                            "3\r\nhel\r\n2;ext=1\r\nlo\r\n0\r\nTrailer: t\r\n\r\n";
const std::string empty_chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";

TEST(RequestReader, ReadsARequestInPiecesOfAnySize) {
    for (std::size_t step = 1; step <= plain.size(); ++step) {
        const Read got = read(plain, step);

        ASSERT_EQ(got.progress, Progress::complete) << step;
        EXPECT_EQ(got.request.method, "POST");
        EXPECT_EQ(got.request.target, "/hook?x=1");
        EXPECT_EQ(got.request.headers.find("x-sig"), "s");
        EXPECT_EQ(got.request.body, "hello");
    }
}

TEST(RequestReader, ReadsAChunkedBodyInPiecesOfAnySize) {
    for (std::size_t step = 1; step <= chunked.size(); ++step) {
        const Read got = read(chunked, step);

        ASSERT_EQ(got.progress, Progress::complete) << step;
        EXPECT_EQ(got.request.body, "hello");
        EXPECT_FALSE(got.request.headers.find("Trailer")) << "a trailer is no header that was screened";
    }
}

TEST(RequestReader, SurvivesTheEndOfAnEmptyChunkedBodyInPieces) {
    for (std::size_t step = 1; step <= empty_chunked.size(); ++step)
        EXPECT_EQ(read(empty_chunked, step).progress, Progress::complete) << step;
}

TEST(RequestReader, LeavesTheNextRequestInTheBuffer) {
    EXPECT_EQ(read(plain + "GET /next").rest, "GET /next");
    EXPECT_EQ(read(chunked + "GET /next").rest, "GET /next");
    EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /next").rest, "GET /next");
}

TEST(RequestReader, PassesOverEmptyLinesBeforeARequest) {
    EXPECT_EQ(read("\r\n\r\n" + plain).progress, Progress::complete);
}

TEST(RequestReader, TakesTheTargetOutOfTheAbsoluteForm) {
    EXPECT_EQ(read("GET http://a.example/p?q=1 HTTP/1.1\r\nHost: a.example\r\n\r\n").request.target, "/p?q=1");
}

TEST(RequestReader, RefusesWhatIsNoHttp) {
    for (const char* text : {
             "hello\r\n\r\n",
             "\x16\x03\x01\x02",
             "GET / HTTP/2.0\r\nHost: a\r\n\r\n",
             "GET / HTTP/1.1\nHost: a\n\n",
             "GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
             "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
             "GET relative HTTP/1.1\r\nHost: a\r\n\r\n",
         }) {
        const Read got = read(text);
        EXPECT_EQ(got.progress, Progress::refused) << text;
        EXPECT_EQ(got.status, 400U) << text;
    }
}

TEST(RequestReader, WantsExactlyOneHost) {
    EXPECT_EQ(read("GET / HTTP/1.1\r\n\r\n").status, 400U);
    EXPECT_EQ(read("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").status, 400U);
    EXPECT_EQ(read("GET / HTTP/1.0\r\n\r\n").progress, Progress::complete);
}

TEST(RequestReader, RefusesAmbiguousFraming) {
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\n";
    EXPECT_EQ(read(head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n").status, 400U);
    EXPECT_EQ(read(head + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n").status, 400U);
    EXPECT_EQ(read(head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n").status, 400U);
    EXPECT_EQ(read(head + "Content-Length: -5\r\n\r\n").status, 400U);
    EXPECT_EQ(read(head + "Content-Length: 99999999999999999999999\r\n\r\n").status, 400U);
    EXPECT_EQ(read(head + "Transfer-Encoding: gzip\r\n\r\n").status, 400U);
    EXPECT_EQ(read(head + "Transfer-Encoding: gzip, chunked\r\n\r\n").status, 400U);
    EXPECT_EQ(read(head + "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n").status, 400U);
    EXPECT_EQ(read("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").status, 400U);
}

TEST(RequestReader, RefusesABrokenChunk) {
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(read(head + "xyz\r\nhello\r\n").status, 400U);
    EXPECT_EQ(read(head + "3\r\nhelXX0\r\n\r\n").status, 400U);
    EXPECT_EQ(read(head + "ffffffffffffffffff\r\nhello\r\n").status, 400U);
}

TEST(RequestReader, RefusesABodyOverTheLimitByItsLengthAlone) {
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ";
    EXPECT_EQ(read(head + "101\r\n\r\n").status, 413U);
    EXPECT_EQ(read(head + "101\r\n\r\n" + std::string(600, 'x')).status, 413U);
    EXPECT_EQ(read(head + "100\r\n\r\n" + std::string(100, 'x')).progress, Progress::complete);
}

TEST(RequestReader, RefusesAChunkedBodyWhenItGrowsOverTheLimit) {
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string sixty = "3c\r\n" + std::string(60, 'x') + "\r\n";
    EXPECT_EQ(read(head + sixty).progress, Progress::more);
    EXPECT_EQ(read(head + sixty + "3c\r\n").status, 413U);
}

TEST(RequestReader, RefusesAHeadOverTheLimitHoweverItIsSplit) {
    const std::string long_target = "GET /" + std::string(header_max, 'x');
    const std::string long_field = "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(header_max, 'x');
    const std::string both =
        "GET /" + std::string(300, 'x') + " HTTP/1.1\r\nHost: a\r\nX: " + std::string(300, 'x') + "\r\n\r\n";
    for (const std::string& text : {long_target, long_field, both})
        for (const std::size_t step : {std::size_t{1}, std::size_t{7}, text.size()})
            EXPECT_EQ(read(text, step).status, 431U) << step << " " << text.substr(0, 20);
}

TEST(RequestReader, RefusesATrailerWithoutEnd) {
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ";
    EXPECT_EQ(read(head + std::string(2 * header_max, 'x'), 100).status, 400U);
}

TEST(RequestReader, KnowsWhoWaitsForA100) {
    const auto awaits = [](const std::string& head) {
        RequestReader reader{header_max, body_max};
        ReadBuffer buffer;
        buffer.append(head);
        EXPECT_EQ(reader.read_head(buffer), Progress::complete);
        return reader.awaits_continue();
    };
    EXPECT_TRUE(awaits("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n\r\n"));
    EXPECT_FALSE(awaits("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n"));
    EXPECT_FALSE(awaits("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"));
    EXPECT_EQ(read("POST / HTTP/1.1\r\nHost: a\r\nExpect: coffee\r\n\r\n").status, 417U);
}

TEST(RequestReader, KeepsAliveAsTheClientAsks) {
    const auto keeps = [](const std::string& head) {
        RequestReader reader{header_max, body_max};
        ReadBuffer buffer;
        buffer.append(head);
        EXPECT_EQ(reader.read_head(buffer), Progress::complete);
        return reader.keep_alive();
    };
    EXPECT_TRUE(keeps("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
    EXPECT_FALSE(keeps("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"));
}

} // namespace
} // namespace paysync::net
