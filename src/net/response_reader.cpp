// Reading answers with Beast's parser.
#include "response_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace paysync::net {

namespace {

namespace http = boost::beast::http;
using boost::system::error_code;

/// See request_reader.cpp: Beast 1.81 asserts this much of a chunked body's end.
constexpr std::size_t chunked_bytes_min = 5;

} // namespace

struct ResponseReader::Parser {
    http::response_parser<http::string_body> http;
};

ResponseReader::ResponseReader(std::string_view method, std::size_t body_bytes_max, std::size_t header_bytes_max)
    : method_{method}, body_bytes_max_{body_bytes_max}, header_bytes_max_{header_bytes_max} {
    start();
}

ResponseReader::~ResponseReader() = default;

void ResponseReader::start() {
    parser_ = std::make_unique<Parser>();
    parser_->http.header_limit(static_cast<std::uint32_t>(header_bytes_max_));
    parser_->http.body_limit(body_bytes_max_);
    if (method_ == "HEAD" || method_ == "CONNECT") parser_->http.skip(true);
}

ResponseReader::Progress ResponseReader::refused(std::string problem) {
    problem_ = std::move(problem);
    return Progress::refused;
}

ResponseReader::Progress ResponseReader::completed() {
    const auto& http = parser_->http;
    // After a switch of protocols the bytes are no longer HTTP; after a coding without length nothing can follow.
    keep_alive_ = http.keep_alive() && http.get().result_int() != 101;
    return Progress::complete;
}

ResponseReader::Progress ResponseReader::read(ReadBuffer& buffer) {
    for (;;) {
        auto& http = parser_->http;
        if (http.is_done()) {
            const unsigned status = http.get().result_int();
            if (status / 100 != 1 || status == 101) return completed();
            start();
            continue;
        }
        if (buffer.empty()) return Progress::more;
        if (http.is_header_done() && http.chunked() && buffer.size() < chunked_bytes_min) return Progress::more;
        error_code failure;
        const std::size_t used = http.put(boost::asio::buffer(buffer.bytes()), failure);
        buffer.consume(used);
        if (failure == http::error::need_more) {
            if (buffer.size() > header_bytes_max_) return refused("the answer has an endless head");
            return Progress::more;
        }
        if (failure == http::error::body_limit)
            return refused("the answer is larger than " + std::to_string(body_bytes_max_) + " bytes");
        if (failure) return refused("the answer is no well-formed HTTP: " + failure.message());
    }
}

ResponseReader::Progress ResponseReader::read_end() {
    auto& http = parser_->http;
    if (!http.is_header_done() || !http.need_eof()) return refused("the connection ended before the answer did");
    error_code failure;
    http.put_eof(failure);
    if (failure) return refused("the connection ended before the answer did");
    return completed();
}

Response ResponseReader::take() {
    auto& message = parser_->http.get();
    Response response;
    response.status = message.result_int();
    for (const auto& field : message)
        response.headers.add(std::string(field.name_string()), std::string(field.value()));
    response.body = std::move(message.body());
    return response;
}

} // namespace paysync::net
