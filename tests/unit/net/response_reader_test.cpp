// Answers in every framing, in pieces of any size.
#include "net/response_reader.hpp"

#include <gtest/gtest.h>

namespace paysync::net {
namespace {

using Progress = ResponseReader::Progress;

/// Feeds `text` in pieces of `step` bytes; empty body and status 0 when the answer is not complete.
Response read(std::string_view text, std::size_t step, ResponseReader& reader) {
    ReadBuffer buffer;
    while (!text.empty()) {
        buffer.append(text.substr(0, step));
        text.remove_prefix(std::min(step, text.size()));
        const Progress progress = reader.read(buffer);
        if (progress == Progress::complete) return reader.take();
        if (progress == Progress::refused) break;
    }
    return {0, {}, {}};
}

TEST(ResponseReader, ReadsEveryFramingInPiecesOfAnySize) {
    for (const std::string text :
         {"HTTP/1.1 201 Created\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello",
          "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\nX-A: b\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
          "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
          "HTTP/1.1 201 Created\r\nContent-Length: 5\r\nX-A: b\r\n\r\nhello"}) {
        for (std::size_t step = 1; step <= text.size(); ++step) {
            ResponseReader reader{"POST", 100};
            const Response got = read(text, step, reader);

            ASSERT_EQ(got.status, 201U) << step << "\n" << text;
            EXPECT_EQ(got.body, "hello");
            EXPECT_EQ(got.headers.find("x-a"), "b");
            EXPECT_TRUE(reader.keep_alive());
        }
    }
}

TEST(ResponseReader, SurvivesTheEndOfAnEmptyChunkedBodyInPieces) {
    const std::string text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    for (std::size_t step = 1; step <= text.size(); ++step) {
        ResponseReader reader{"GET", 100};
        EXPECT_EQ(read(text, step, reader).status, 200U) << step;
    }
}

TEST(ResponseReader, EndsABodyWithoutLengthWithTheConnection) {
    ResponseReader reader{"GET", 100};
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\n\r\nhel", 4, reader).status, 0U);

    EXPECT_EQ(reader.read_end(), Progress::complete);
    EXPECT_EQ(reader.take().body, "hel");
    EXPECT_FALSE(reader.keep_alive());
}

TEST(ResponseReader, DoesNotTakeACutAnswerForAWholeOne) {
    for (const char* text :
         {"HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "HTTP/1.1 100 Continue\r\n\r\n"}) {
        ResponseReader reader{"GET", 100};
        EXPECT_EQ(read(text, 1000, reader).status, 0U);
        EXPECT_EQ(reader.read_end(), Progress::refused) << text;
    }
}

TEST(ResponseReader, ExpectsNoBodyAfterHead) {
    ResponseReader reader{"HEAD", 100};
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 1000, reader).status, 200U);
}

TEST(ResponseReader, RefusesMoreThanItsLimit) {
    ResponseReader by_length{"GET", 4};
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 1000, by_length).status, 0U);
    EXPECT_NE(by_length.problem().find("larger than 4"), std::string::npos);

    ResponseReader by_growth{"GET", 4};
    EXPECT_EQ(read("HTTP/1.1 200 OK\r\n\r\nhello", 1, by_growth).status, 0U);
    EXPECT_NE(by_growth.problem().find("larger than 4"), std::string::npos);
}

TEST(ResponseReader, RefusesWhatIsNoHttp) {
    ResponseReader reader{"GET", 100};
    EXPECT_EQ(read("SSH-2.0-OpenSSH\r\n", 1000, reader).status, 0U);
    EXPECT_FALSE(reader.problem().empty());
}

} // namespace
} // namespace paysync::net
